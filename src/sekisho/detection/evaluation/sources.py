"""Where rows come from: files, folders of files, standard input. The one part of this room that opens files."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.detection.evaluation.rows import Source

ENDINGS = (".jsonl", ".jsonl.gz")
PIPE = "-"
"""Stands for standard input."""


def sources(names: Iterable[str]) -> Iterator[Source]:
    """Yield what `names` name, in their order; of a folder every file of rows in and under it, by name.

    Raises `SekishoError` (`data_missing`) before the first for a name that names nothing.
    """
    files = [each for name in names for each in _files(name)]
    return (_source(file) for file in files)


def _files(name: str) -> list[str | Path]:
    path = Path(name)
    if name == PIPE:
        return [name]
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.name.endswith(ENDINGS) and file.is_file())
        if found:
            return list(found)
        raise _missing(
            name,
            "this folder holds no .jsonl or .jsonl.gz file",
            "フォルダーに .jsonl も .jsonl.gz もありません",
        )
    if not path.is_file():
        raise _missing(name, "there is no such file or folder", "そのようなファイルやフォルダーはありません")
    return [path]


def _source(file: str | Path) -> Source:
    if isinstance(file, str):
        return Source(PIPE, "stdin", sys.stdin.buffer)
    stem = file.name.removesuffix(".gz").removesuffix(".jsonl")
    return Source(str(file), stem, _lines(file))


def _lines(file: Path) -> Iterator[bytes]:
    with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
        yield from lines


def _missing(name: str, en: str, ja: str) -> SekishoError:
    return SekishoError(
        "data_missing",
        Text(
            f"{name}: {en}. Name a file, a folder, or - .",
            f"{name}：{ja}。ファイル・フォルダー・- を指定してください。",
        ),
        name=name,
    )
