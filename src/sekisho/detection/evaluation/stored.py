"""Evaluations as JSON, out and in. The schema is in `docs/rules/evaluation.md`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import msgspec

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.detection.evaluation.results import FORMAT, Answers, Comparison, Evaluation

_PLAIN_LIST = re.compile(rb"\[[^\[\]{}]*\]")


@dataclass(frozen=True, slots=True)
class Base:
    """What a later evaluation is held against: who answered, and what. A part of every stored evaluation."""

    detector: str
    version: str
    pack: str
    data: str
    answers: Answers
    format: int = FORMAT


def base_of(evaluation: Evaluation) -> Base:
    return Base(evaluation.detector, evaluation.version, evaluation.pack, evaluation.data, evaluation.answers)


def written(value: Evaluation | Base | Comparison) -> bytes:
    """Return the value as JSON that people can read: a field a line, and a list of plain values on one line."""
    spread = msgspec.json.format(msgspec.json.encode(value), indent=1)
    return _PLAIN_LIST.sub(lambda found: b" ".join(found[0].split()), spread) + b"\n"


def read_base(path: Path) -> Base:
    """Return what is stored in a file that `sekisho eval --json` or `--base` wrote.

    Raises `SekishoError` (`base_unreadable`) when there is none, or it was written for another version.
    """
    try:
        base = msgspec.json.decode(path.read_bytes(), type=Base)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as trouble:
        raise _unreadable(path, getattr(trouble, "strerror", None) or str(trouble)) from None
    sizes = {len(each) for each in base.answers.probabilities.values()} | {len(base.answers.decisions)}
    if base.format != FORMAT or sizes != {len(base.answers.ids)}:
        raise _unreadable(path, "its form is not that of this version")
    return base


def _unreadable(path: Path, why: str) -> SekishoError:
    return SekishoError(
        "base_unreadable",
        Text(
            f"{path} is no stored evaluation: {why}. Write one with `sekisho eval DATA --base {path}`.",
            f"{path} を評価結果として読めません（{why}）。`sekisho eval DATA --base {path}` で作成してください。",
        ),
        path=str(path),
    )
