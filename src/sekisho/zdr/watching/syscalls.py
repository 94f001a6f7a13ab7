"""Everything that processes write, as the kernel sees it (strace): also into a file that is gone before anybody
looks."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

WRITES = (
    "write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg,sendmmsg,sendfile,splice,vmsplice,tee,copy_file_range,"
    "process_vm_writev,memfd_create,mmap,io_uring_setup"
)
"""System calls by which bytes leave a process, and those that open other ways: shared mappings, rings."""
MOST_BYTES = 1 << 20
"""Of one write that are looked at: more than any buffer here."""
_CALL = re.compile(rb"^(?:\d+ +)?(\w+)\((.*)$", re.S)
_DESCRIPTOR = re.compile(rb"\d+<((?:[^>\\]|\\.|->)*)>")
_HEX = re.compile(rb"\\x([0-9a-f]{2})")
_STRING = re.compile(rb'"((?:\\x[0-9a-f]{2})*)"')
_NETWORK = (b"TCP", b"UDP")
"""How descriptors of sockets to other hosts and processes by network begin: the ways that traffic takes by right."""


@cache
def is_there() -> bool:
    """Return whether strace is installed and may watch processes here: some containers forbid it."""
    path = shutil.which("strace")
    if path is None:
        return False
    tried = [path, "-f", "-qq", "-e", "trace=none", sys.executable, "-c", ""]
    return subprocess.run(tried, check=False, capture_output=True).returncode == 0  # noqa: S603 - our own command


def command(log: Path) -> list[str]:
    """Return what to put before a command so that all its processes are watched into `log`."""
    watched = ["-e", f"trace={WRITES}", "-e", "signal=none", "-s", str(MOST_BYTES)]
    return ["strace", "-f", "-qq", "-yy", "-xx", "--seccomp-bpf", *watched, "-o", str(log)]


class Written:
    """What was written to everything that is no network, by descriptor, and what else might keep."""

    def __init__(self) -> None:
        self.by_descriptor: dict[str, bytearray] = defaultdict(bytearray)
        self.calls = 0
        """Writes of any kind that were looked at, those to networks included."""
        self.mapped: set[str] = set()
        """Files into which a writable mapping was made that others see."""

    def read(self, log: Path) -> None:
        """Add what a log tells."""
        with log.open("rb") as lines:
            for line in lines:
                self._take(line)

    def _take(self, line: bytes) -> None:
        found = _CALL.match(line)
        if found is None:
            return
        name, given = found[1], found[2]
        if name == b"mmap":
            return self._map(given)
        self.calls += 1
        descriptor = _DESCRIPTOR.match(given)
        place = _plain(descriptor[1]) if descriptor else b"unknown: " + name
        if not place.startswith(_NETWORK):
            told = b"".join(_plain(text) for text in _STRING.findall(given))
            self.by_descriptor[place.decode("utf-8", "replace")] += told

    def _map(self, given: bytes) -> None:
        if b"PROT_WRITE" in given and b"MAP_SHARED" in given and (found := _DESCRIPTOR.search(given)):
            self.mapped.add(_plain(found[1]).decode("utf-8", "replace"))

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        return ((place, bytes(data)) for place, data in self.by_descriptor.items())


def _plain(text: bytes) -> bytes:
    return _HEX.sub(lambda hit: bytes.fromhex(hit[1].decode()), text)
