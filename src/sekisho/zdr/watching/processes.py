"""Which processes a process has started. Linux."""

from __future__ import annotations

from pathlib import Path


def children(pid: int) -> list[int]:
    """Return the processes whose parent `pid` is; none for one that is gone."""
    return [one for one in _all() if _parent(one) == pid]


def leaf(pid: int) -> int:
    """Return the last process in the line of only children, from `pid` on: a worker under its pool, under its
    watcher."""
    while below := children(pid):
        pid = below[-1]
    return pid


def _all() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]


def _parent(pid: int) -> int:
    try:
        told = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return -1
    return int(told.rpartition(")")[2].split()[1])
