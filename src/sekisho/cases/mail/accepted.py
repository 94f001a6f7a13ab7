"""What a mail server has just taken, said where a killed process leaves it: in a file of a few bytes.

Marking a mail as delivered is a transaction, and takes milliseconds; a worker that is killed in them would leave a mail
that looks as if it had never been sent. One write to a file takes microseconds and outlives the process (not a power
cut: then the mail is sent once more, under the same Message-ID). Each process has a file of its own, and holds a lock
on it as long as it lives: whose lock is free has died, and what its file says is marked for it.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from secrets import token_hex

from sekisho.base import settings

_mine: dict[int, int] = {}
"""The descriptor of this process's file, by process id: what forks makes its own."""


def say(delivery: str) -> None:
    """Say that the server has taken this mail."""
    os.write(_own(), f"{delivery}\n".encode("ascii"))


def unsay() -> None:
    """Forget what was said, as the database knows it now."""
    os.ftruncate(_own(), 0)


def left_by_the_dead() -> tuple[str, ...]:
    """Return the deliveries that processes had handed over when they died."""
    return tuple(one for path in _files() if _is_left(path) for one in path.read_text("ascii").split())


def bury() -> None:
    """Remove the files of processes that died; once what they said is marked."""
    for path in _files():
        if _is_left(path):
            path.unlink(missing_ok=True)


def _own() -> int:
    pid = os.getpid()
    if pid not in _mine:
        _folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        path = _folder() / f"{token_hex(8)}.accepted"
        _mine[pid] = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
        fcntl.flock(_mine[pid], fcntl.LOCK_EX)
    return _mine[pid]


def _is_left(path: Path) -> bool:
    """Return whether nobody holds the file any more."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held by who lives, or gone meanwhile
        return False
    return True


def _files() -> list[Path]:
    return sorted(_folder().glob("*.accepted"))


def _folder() -> Path:
    return settings.folder("data_dir") / "desk-mail"
