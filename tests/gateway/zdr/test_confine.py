"""What the kernel forbids: every way to keep a byte that we know of is tried by a process that is confined."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

ATTEMPTS = {
    "a new file": "open(folder + '/new', 'w').write('x')",
    "an existing file": "open(canary, 'r+').write('x')",
    "an existing file, longer": "open(canary, 'a').write('x')",
    "an existing file, emptied": "os.truncate(canary, 0)",
    "a mapping into an existing file": "mmap.mmap(os.open(canary, os.O_RDWR), 1).__setitem__(0, 120)",
    "a temporary file": "tempfile.TemporaryFile().write(b'x' * 100_000)",
    "a body that is spooled": "f = tempfile.SpooledTemporaryFile(10); f.write(b'x' * 100); f.rollover()",
    "a file without a name": "os.write(os.open(folder, os.O_TMPFILE | os.O_RDWR), b'x')",
    "a file in memory": "os.write(os.memfd_create('x'), b'x')",
    "shared memory": "shared_memory.SharedMemory(create=True, size=8)",
    "a database": "sqlite3.connect(folder + '/x.sqlite3').execute('CREATE TABLE t (a)')",
    "a folder": "os.mkdir(folder + '/sub')",
    "a link": "os.symlink('x', folder + '/link')",
    "another name": "os.rename(canary, folder + '/other')",
    "a child process": "subprocess.run(['sh', '-c', f'echo x > {folder}/child'], check=True, stderr=-3)",
    "the limit, raised": "resource.setrlimit(resource.RLIMIT_FSIZE, (99, 99))",
}
NAMES = {
    "a socket": "a, b = socket.socketpair(); a.send(b'x')",
    "a pipe": "os.write(os.pipe()[1], b'x')",
    "nothing at all": "open('/dev/null', 'w').write('x')",
    "reading": "open(canary).read()",
}
PROGRAM = """
import json, mmap, os, resource, socket, sqlite3, subprocess, sys, tempfile
from multiprocessing import shared_memory
from pathlib import Path
from sekisho.gateway.zdr.confine import confine
folder, canary, attempts = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
held = confine(Path(canary))
told = {"complete": held.is_complete}
for name, attempt in attempts.items():
    try:
        exec(attempt)
        told[name] = True
    except Exception as problem:
        told[name] = False
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("confined")
    canary = folder / "there-before"
    canary.write_bytes(b"before")
    sent = json.dumps(ATTEMPTS | NAMES)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), str(canary), sent],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout), canary


def test_the_kernel_holds_the_process_and_it_knows(told):
    assert told[0]["complete"]


@pytest.mark.parametrize("way", ATTEMPTS)
def test_no_byte_is_kept_by(told, way):
    assert told[0][way] is False


def test_what_was_there_before_is_as_it_was(told):
    """The one byte that was written is that by which the process had tried whether it could write before."""
    folder = told[1].parent
    assert (told[1].read_bytes(), [one.name for one in folder.iterdir()]) == (b"xefore", [told[1].name])


@pytest.mark.parametrize("way", NAMES)
def test_traffic_goes_on_by(told, way):
    assert told[0][way] is True


def test_output_to_a_file_is_refused_with_what_to_do(tmp_path):
    program = "from sekisho.gateway.zdr.confine import require_pipes; require_pipes()"
    with (tmp_path / "out").open("wb") as file:
        done = subprocess.run(
            [sys.executable, "-c", program], stdout=file, stderr=subprocess.PIPE, check=False
        )
    assert b"output_not_a_pipe: stdout is not a pipe" in done.stderr
