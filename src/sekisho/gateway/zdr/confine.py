"""What the kernel forbids a process that must keep nothing, and a test that it really does.

    RLIMIT_FSIZE = 0     no file can grow: no new file, spooled body, memfd, shared memory or database
    Landlock             no file can be opened for writing, made or removed: closes the hole that a mapping into a
                         file that is there already leaves
    RLIMIT_CORE = 0, not dumpable     no core file; the second also stops dumps that a program would be handed
    no io_uring          no write that a watcher of system calls would not see
    no new privileges, no CAP_SYS_RESOURCE     nothing of this can be undone

Sockets and pipes go on working. Linux only; elsewhere, and without Landlock, the process says truthfully that it is
held by policy alone.

Sources: setrlimit(2), prctl(2), core(5), capabilities(7), landlock(7), seccomp(2).
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import resource
import signal
import stat
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_LOAD_NUMBER, _IO_URING_SETUP = (0x20, 0, 0, 0), 425
"""The first step of a filter, which reads the number of a system call; the number is the same everywhere."""
_CAPGET, _CAPSET = 125, 126
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_SYS_RESOURCE = 24
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_LANDLOCK_CREATE_RULESET_VERSION = 1
_LANDLOCK_RULE_PATH_BENEATH = 1
_WRITE_FILE = 1 << 1
_WRITES = {1: 0b1_1111_1111_0010, 2: 1 << 13, 3: 1 << 14}
"""Rights to write, remove and make, by the version of Landlock that brought them: all of the first but to execute and
to read; to move between folders; to truncate."""


@dataclass(frozen=True, slots=True)
class Confinement:
    """What the kernel forbids this process."""

    no_growth: bool = False
    """No file can grow, whoever opened it."""
    no_opening: bool = False
    """No file can be opened for writing, made or removed (Landlock)."""
    no_dumps: bool = False
    """Neither a core file nor a dump to another program."""

    @property
    def is_complete(self) -> bool:
        return self.no_growth and self.no_opening and self.no_dumps


def confine(canary: Path) -> Confinement:
    """Forbid this process to write, for ever, and return what the kernel now forbids, as it was tried: also on
    `canary`, a file of at least a byte that this process could write to until now.

    Call it first, before any thread is started and any library is loaded: Landlock binds the calling thread and those
    that it starts. Never raises; what could not be forbidden is missing in the answer.
    """
    sys.dont_write_bytecode = True
    could_write = _succeeds(lambda: _map(canary))
    try:
        for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
            resource.setrlimit(limit, (0, 0))
        has_landlock = _forbid()
        attempts = (lambda: _map(canary), lambda: _make(canary.parent))
        return Confinement(
            no_growth=not _succeeds(_grow_memory),
            no_opening=has_landlock and could_write and not any(map(_succeeds, attempts)),
            no_dumps=resource.getrlimit(resource.RLIMIT_CORE) == (0, 0) and not _is_dumpable(),
        )
    except (OSError, ValueError, AttributeError):
        return Confinement()


def forbid_dumps() -> None:
    """Let nothing of this process's memory reach a disk when it crashes, and nothing of what it writes pass by those
    who watch its system calls: no gateway may, whoever it serves. Where the system knows no such thing, nothing
    happens."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        forbid_rings()


def end_with_parent() -> None:
    """Have the kernel end this process (SIGTERM) when its parent dies: nobody would record what it does."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def require_pipes() -> None:
    """Raise `SekishoError` when output of this process goes to a file: under the limit, its lines would be lost, and
    without it, they would be kept."""
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        if not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            raise SekishoError("output_not_a_pipe", _NOT_A_PIPE.format(name=name))


def _forbid() -> bool:
    forbid_dumps()
    libc = ctypes.CDLL(None, use_errno=True)
    _drop_capability(libc)
    return _landlock(libc)


def forbid_rings() -> None:
    """Refuse io_uring, by which files can be written without a system call that says so. The event loop uses it where
    it is there, and goes on without."""
    steps = (
        _LOAD_NUMBER,
        (0x15, 0, 1, _IO_URING_SETUP),
        (0x06, 0, 0, 0x00050000 | errno.ENOSYS),
        (0x06, 0, 0, 0x7FFF0000),
    )
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    told = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(program)))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, told, 0, 0)


def _drop_capability(libc: ctypes.CDLL) -> None:
    """Give up the one capability that could raise the limits again. Who does not have it need not."""
    header = ctypes.create_string_buffer(struct.pack("Ii", _CAPABILITY_VERSION_3, 0))
    sets = ctypes.create_string_buffer(24)
    if libc.syscall(_syscall(_CAPGET), header, sets) != 0:
        return
    words = [
        word & ~(1 << _CAP_SYS_RESOURCE) if at < 3 else word
        for at, word in enumerate(struct.unpack("6I", sets.raw))
    ]
    libc.syscall(_syscall(_CAPSET), header, ctypes.create_string_buffer(struct.pack("6I", *words)))


def _syscall(x86: int) -> int:
    """The number of `capget` or `capset` here: arm64 counts otherwise."""
    return {"x86_64": x86, "aarch64": x86 - 35}.get(os.uname().machine, -1)


def has_landlock() -> bool:
    """Return whether this kernel can forbid a process to open files for writing."""
    return sys.platform == "linux" and _landlock_version(ctypes.CDLL(None, use_errno=True)) >= 1


def _landlock_version(libc: ctypes.CDLL) -> int:
    return int(libc.syscall(_LANDLOCK_CREATE, None, 0, _LANDLOCK_CREATE_RULESET_VERSION))


def _landlock(libc: ctypes.CDLL) -> bool:
    version = _landlock_version(libc)
    if version < 1:
        return False
    handled = sum(rights for since, rights in _WRITES.items() if since <= version)
    asked = ctypes.create_string_buffer(struct.pack("Q", handled))
    rules = libc.syscall(_LANDLOCK_CREATE, asked, 8, 0)
    if rules < 0:
        return False
    try:
        _allow_null(libc, rules)
        return bool(libc.syscall(_LANDLOCK_RESTRICT, rules, 0) == 0)
    finally:
        os.close(rules)


def _allow_null(libc: ctypes.CDLL, rules: int) -> None:
    """Leave `/dev/null`, which keeps nothing and which libraries open."""
    null = os.open(os.devnull, os.O_PATH | os.O_CLOEXEC)
    try:
        beneath = ctypes.create_string_buffer(struct.pack("=Qi", _WRITE_FILE, null))
        libc.syscall(_LANDLOCK_ADD, rules, _LANDLOCK_RULE_PATH_BENEATH, beneath, 0)
    finally:
        os.close(null)


# -- trying it -------------------------------------------------------------------------------------------------


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True


def _grow_memory() -> None:
    handle = os.memfd_create("sekisho-zdr", 0)
    try:
        os.write(handle, b"x")
    finally:
        os.close(handle)


def _map(path: Path) -> None:
    """Write into a file that is there already without growing it, which a limit on growth does not forbid."""
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 1) as mapped:
        mapped[:] = b"x"


def _make(folder: Path) -> None:
    os.close(os.open(folder / f"sekisho-zdr-{os.getpid()}", os.O_WRONLY | os.O_CREAT, 0o600))


def _is_dumpable() -> bool:
    pr_get_dumpable = 3
    return bool(ctypes.CDLL(None).prctl(pr_get_dumpable, 0, 0, 0, 0) != 0)


_NOT_A_PIPE = Text(
    "{name} is not a pipe. A gateway that keeps nothing may write only to pipes: start it with `sekisho gateway "
    "--zdr`, "
    "which reads its lines and writes them on.",
    "{name} がパイプではありません。何も保存しないゲートウェイはパイプにだけ書き込めます。"
    "`sekisho gateway --zdr` で起動すると、親プロセスがログを受け取って書き出します。",
)
