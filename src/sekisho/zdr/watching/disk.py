"""What is left on disk: the folders of a gateway, its dumps, and what was captured of its output."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sekisho.zdr.canaries import PIECE

BLOCK = 8 << 20
OVERLAP = 16 * PIECE
"""Bytes that are read twice, so that a canary on the border of two blocks is found: the longest form of a piece
twice."""


def blocks(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield everything in a folder and beneath it, in blocks that overlap, with its path. Names are content too."""
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        yield f"name of {name[:80]}", name.encode("utf-8", "surrogateescape")
        if path.is_file() and not path.is_symlink():
            yield from ((name, block) for block in _blocks(path))


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        before = b""
        while block := file.read(BLOCK):
            yield before + block
            before = block[-OVERLAP:]
