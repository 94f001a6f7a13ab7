"""`sekisho score`: probabilities and the decision for each line, for others to judge."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Protocol, cast

import click
import msgspec

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.judging import HOW_FAR, Asked, Bench, Judged, bench, pack_named
from sekisho.cli.output import say
from sekisho.detection.detectors.assessing import Step
from sekisho.detection.evaluation.rows import ROLES
from sekisho.detection.language import language_of
from sekisho.detection.types import Passage

UNREADABLE = 2
"""Exit status when some line could not be read. Every other line was scored all the same."""
CHUNK = 1 << 16
"""Bytes read at a time: some five hundred short texts, which are then judged together."""


class Reads(Protocol):
    def read1(self, size: int, /) -> bytes: ...


class Line(msgspec.Struct):
    """A line of input. Other fields are passed over."""

    text: str
    id: str | int | None = None
    lang: str | None = None
    role: str = "prompt"
    prompt: str | None = None


class Scored(msgspec.Struct):
    """A line of output. Probabilities are calibrated, and rounded to six decimals."""

    id: str | int
    violation: float
    clauses: dict[str, float]
    injection: float
    domains: dict[str, float]
    advice: float
    lang: str
    decision: str


@bilingual.command(
    "score",
    help=Text(
        """Score each line of FILE.jsonl, or of standard input (-), and write one line each, in order.

        A line is {"id": …, "text": …, "lang"?: …, "role"?: …, "prompt"?: …}; an answer (role output) can carry the
        prompt that it answers. What is written: {"id", "violation", "clauses", "injection", "domains", "advice",
        "lang", "decision"}, with decision one of allow, annotate, modify, hold, block, unsure.

        Lines go out as they come in, however long the pipe. Ends with status 2 when some line could not be read; the
        reason is on standard error.
        """,
        """FILE.jsonl または標準入力（-）の各行を採点し、同じ順序で 1 行ずつ書き出します。

        入力は 1 行に {"id": …, "text": …, "lang"?: …, "role"?: …, "prompt"?: …} です。回答（role が output）には、
        もとの質問を prompt に添えられます。
        出力は {"id", "violation", "clauses", "injection", "domains", "advice", "lang", "decision"} で、
        decision は allow、annotate、modify、hold、block、unsure のいずれかです。

        行は届いたそばから処理するため、パイプがどれだけ長くても動きます。
        読み取れない行があれば終了コード 2 で終わり、理由を標準エラー出力に示します。
        """,
    ),
)
@bilingual.argument("source", "FILE.jsonl|-")
@bilingual.option(
    "--step",
    type=click.Choice([each.value for each in Step]),
    default="both",
    show_default=True,
    help=HOW_FAR,
)
@bilingual.option(
    "--model",
    type=click.Path(path_type=Path),
    help=Text(
        "Folder of a model. Default: the one that is shipped.",
        "モデルのフォルダー。省略すると付属のモデルです。",
    ),
)
@bilingual.option(
    "--pack",
    help=Text(
        "Pack that decides: a file, or an id or version. Default: the one in force.",
        "判定に使うパック。ファイル、ID、版のいずれかで指定します。省略すると現在有効な版です。",
    ),
)
def command(source: str, step: str, model: Path | None, pack: str | None) -> None:
    judge, encoder = bench(Asked.CASCADE, model, Step(step), pack_named(pack)), msgspec.json.Encoder()
    reader = Reader(source)
    for lines in reader.batches():
        sys.stdout.buffer.write(encoder.encode_lines(scored(judge, lines)))
        sys.stdout.buffer.flush()
    sys.exit(UNREADABLE if reader.unreadable else 0)


class Reader:
    """Reads lines as they arrive, and says of each that cannot be read why."""

    def __init__(self, source: str) -> None:
        self.source, self.unreadable = source, 0
        self._decoder, self._number = msgspec.json.Decoder(Line), 0

    def batches(self) -> Iterator[list[Line]]:
        """Yield the lines that arrived together; empty lines and unreadable ones are left out."""
        rest = b""
        with _opened(self.source) as file:
            while data := file.read1(CHUNK):  # what is there, without waiting for more
                *whole, rest = (rest + data).split(b"\n")
                yield self._lines(whole)
        yield self._lines([rest])

    def _lines(self, raw: list[bytes]) -> list[Line]:
        return [line for each in raw if (line := self._line(each)) is not None]

    def _line(self, raw: bytes) -> Line | None:
        self._number += 1
        if not raw.strip():
            return None
        try:
            line = self._decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError) as trouble:
            self._refuse(str(trouble))
            return None
        if line.role not in ROLES:
            self._refuse(f"`role` is none of {', '.join(ROLES)}")
            return None
        line.id = f"{self.source}:{self._number}" if line.id is None else line.id
        return line

    def _refuse(self, why: str) -> None:
        self.unreadable += 1
        say(
            f'sekisho score: {self.source}, line {self._number}: {why}. Expected {{"id": …, "text": …}}; '
            "the line was passed over.",
            f'sekisho score: {self.source}, {self._number} 行目: {why}。{{"id": …, "text": …}} の形で'
            "書いてください。この行は飛ばしました。",
            err=True,
        )


def _opened(source: str) -> AbstractContextManager[Reads]:
    if source == "-":
        return nullcontext(cast(Reads, sys.stdin.buffer))
    try:
        return gzip.open(source) if source.endswith(".gz") else Path(source).open("rb")
    except OSError as trouble:
        raise SekishoError(
            "data_missing",
            Text(
                f"{source}: {trouble.strerror}. Name a file of JSON Lines, or - for standard input.",
                f"{source} を開けません（{trouble.strerror}）。JSON Lines のファイルか、標準入力を表す - を"
                "指定してください。",
            ),
        ) from None


def scored(judge: Bench, lines: list[Line]) -> list[Scored]:
    """Return what is said of each line, in order."""
    passages = [_passage(line) for line in lines]
    judged = judge.judge(passages)
    return [_scored(line, one) for line, one in zip(lines, judged, strict=True)]


def _passage(line: Line) -> Passage:
    language = (line.lang or "").lower().partition("-")[0]
    known = language if language not in ("", "und") else language_of(line.text)
    return Passage(line.text, ROLES[line.role], known, line.prompt or "")


def _scored(line: Line, judged: Judged) -> Scored:
    said = judged.assessment
    return Scored(
        id="" if line.id is None else line.id,
        violation=round(said.violation, 6),
        clauses={clause: round(number, 6) for clause, number in said.clauses.items()},
        injection=round(said.injection, 6),
        domains={domain: round(number, 6) for domain, number in said.domains.items()},
        advice=round(said.advice, 6),
        lang=said.language,
        decision=judged.decision,
    )
