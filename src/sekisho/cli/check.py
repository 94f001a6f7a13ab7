"""`sekisho check`: judge texts by the shipped policy, without a server."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec
from rich.progress import Progress

from sekisho.base import settings
from sekisho.base.text import Lang, Text
from sekisho.cli import bilingual, reader_language
from sekisho.cli.language import told
from sekisho.cli.layout import padded
from sekisho.cli.output import console, emit_json, styled
from sekisho.cli.terms import term
from sekisho.detection.cascade import Cascade, default_cascade
from sekisho.detection.language import language_of
from sekisho.detection.types import Passage, Role
from sekisho.policy.packs import reference_packs
from sekisho.policy.rules import evaluate, pack_in_force
from sekisho.policy.types import Action, Audience, Context, Pack, Verdict

STOPPED = 1
"""Exit status when some text was blocked or held, as `grep` tells a finding by its status."""
UNREADABLE = 2
"""Exit status when some input could not be read. Everything readable was judged all the same."""


AT = Text(" at {}–{}", "、{}–{} 文字目")
HELD = Text(
    "{place}, score {score} against {threshold}, {outcome}",
    "{place}、スコア {score}（しきい値 {threshold}）、{outcome}",
)
JUDGED_BY = Text("{pack}, language {language}", "{pack}、文章の言語 {language}")


class Line(msgspec.Struct):
    """A line of JSON Lines input. Other fields are passed over."""

    text: str
    id: str | None = None
    role: Role = Role.PROMPT


@dataclass(frozen=True)
class Judged:
    id: str
    text: Line
    language: str
    verdict: Verdict
    pack: Pack


@bilingual.command(
    "check",
    help=Text(
        """Judge TEXT, or the texts in FILE, or what stands on standard input (-).

        A file that ends in .jsonl has one JSON object a line: {"text": …, "id"?: …, "role"?: …}. Any other file is one
        text. Ends with status 1 when something was blocked or held, 2 when some input could not be read.
        """,
        """文章、ファイルの中の文章、または標準入力（-）の文章を判定します。

        .jsonl で終わるファイルは、1 行に 1 つの JSON（{"text": …, "id"?: …, "role"?: …}）として読みます。
        ほかのファイルは、全体を 1 つの文章とします。遮断または保留となる文章があれば終了コード 1、
        読み取れない入力があれば 2 で終わります。
        """,
    ),
)
@bilingual.argument("sources", Text("TEXT|FILE|-", "文章|ファイル|-"), nargs=-1, required=True)
@bilingual.option(
    "--json",
    "as_json",
    is_flag=True,
    help=Text("One JSON object a text.", "文章ごとに 1 つの JSON を出力します。"),
)
@bilingual.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default="prompt",
    show_default=True,
    help=Text("Who speaks.", "だれの発言かを指定します。"),
)
@bilingual.option(
    "--audience",
    type=click.Choice([each.value for each in Audience]),
    default="general",
    show_default=True,
    help=Text("What it is used for.", "利用形態。"),
)
@bilingual.option(
    "--domain",
    help=Text(
        "High-risk domain, with --audience high_risk: hr_legal, hr_healthcare, …",
        "高リスク用途の分野。--audience high_risk と併せて指定します（hr_legal、hr_healthcare など）。",
    ),
)
@bilingual.option(
    "--at",
    type=click.DateTime(),
    help=Text(
        "Judge by the version in force at this moment (UTC). Default: now.",
        "この時点（UTC）で有効だった版で判定します。省略すると現在の版です。",
    ),
)
@bilingual.option(
    "--lang",
    type=click.Choice(["en", "ja"]),
    help=Text(
        "Language of the explanation. Default: your terminal's.", "説明の言語。省略すると端末の言語です。"
    ),
)
@bilingual.option(
    "--no-scorer",
    is_flag=True,
    help=Text("Deterministic detectors only.", "学習モデルを使わず、規則による検出器だけで判定します。"),
)
def command(
    sources: tuple[str, ...],
    as_json: bool,
    role: str,
    audience: str,
    domain: str | None,
    at: datetime | None,
    lang: Lang | None,
    no_scorer: bool,
) -> None:
    pack = _pack_at(at.replace(tzinfo=UTC) if at else datetime.now(UTC))
    cascade = default_cascade(not no_scorer, settings.text("scorer_step"))
    problems: list[str] = []
    stopped = False
    for judged in _with_progress(
        _judge(_lines(sources, Role(role), problems), cascade, pack, Audience(audience), domain), sources
    ):
        stopped = stopped or judged.verdict.action >= Action.HOLD
        if as_json:
            emit_json(_as_plain(judged, lang or reader_language()))
        else:
            _explain(judged, lang or reader_language())
    for problem in problems:
        click.echo(f"sekisho check: {problem}", err=True)
    sys.exit(UNREADABLE if problems else STOPPED if stopped else 0)


def _pack_at(at: datetime) -> Pack:
    pack = pack_in_force(reference_packs(), at)
    if pack is None:
        first = min(each.effective_at for each in reference_packs())
        message = told(
            f"No version was in force then; the first is from {first:%Y-%m-%d}.",
            f"その時点で有効な版はまだありません。最初の版は {first:%Y-%m-%d} からです。",
        )
        raise click.BadParameter(message, param_hint="--at")
    return pack


def _lines(sources: tuple[str, ...], role: Role, problems: list[str]) -> Iterator[Line]:
    for source in sources:
        path = Path(source) if len(source) < 4096 and "\n" not in source else None
        if source == "-":
            yield from _piped(role, problems)
        elif path and path.suffix == ".jsonl":
            yield from _json_lines(path, role, problems)
        elif path and path.is_file():
            yield Line(path.read_text(encoding="utf-8", errors="replace"), id=source, role=role)
        else:
            yield Line(source, role=role)


def _piped(role: Role, problems: list[str]) -> Iterator[Line]:
    """Standard input: JSON Lines when the first line is a JSON object with a text, else one text."""
    data = sys.stdin.buffer.read()
    first = data.lstrip().partition(b"\n")[0]
    try:
        msgspec.json.decode(first, type=Line)
    except msgspec.DecodeError:
        yield Line(data.decode("utf-8", errors="replace"), id="-", role=role)
    else:
        yield from _decoded(data.split(b"\n"), "-", role, problems)


def _json_lines(path: Path, role: Role, problems: list[str]) -> Iterator[Line]:
    try:
        with path.open("rb") as file:
            yield from _decoded(file, str(path), role, problems)
    except OSError as trouble:
        problems.append(
            told(
                f"{path}: {trouble.strerror}. Nothing of it was judged.",
                f"{path} を開けません（{trouble.strerror}）。このファイルは判定していません。",
            )
        )


def _decoded(lines: Iterable[bytes], name: str, role: Role, problems: list[str]) -> Iterator[Line]:
    decoder = msgspec.json.Decoder(Line)
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            line = decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError) as trouble:
            problems.append(
                told(
                    f'{name}, line {number}: {trouble}. Expected {{"text": "…"}}; the line was passed over.',
                    f'{name}, {number} 行目: {trouble}。{{"text": "…"}} の形で書いてください。この行は飛ばしました。',
                )
            )
            continue
        line.id = line.id or f"{name}:{number}"
        line.role = line.role if b'"role"' in raw else role
        yield line


def _judge(
    lines: Iterable[Line], cascade: Cascade, pack: Pack, audience: Audience, domain: str | None
) -> Iterator[Judged]:
    for number, line in enumerate(lines, 1):
        language = language_of(line.text)
        findings = cascade.find(Passage(line.text, line.role, language))
        verdict = evaluate(pack, findings, Context(line.role, language, audience, domain))
        yield Judged(line.id or str(number), line, language, verdict, pack)


def _with_progress(judged: Iterator[Judged], sources: tuple[str, ...]) -> Iterator[Judged]:
    """Count on a terminal's standard error while results go to a file or a pipe."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield from judged
        return
    total = sum(_count_lines(Path(source)) for source in sources if source.endswith(".jsonl")) or None
    with Progress(console=console(stderr=True)) as progress:
        task = progress.add_task(told("Judging", "判定中"), total=total)
        for each in judged:
            yield each
            progress.advance(task)


def _count_lines(path: Path) -> int:
    try:
        with path.open("rb") as file:
            return sum(1 for _ in file)
    except OSError:
        return 0


def _as_plain(judged: Judged, lang: Lang) -> dict[str, object]:
    verdict = judged.verdict
    clause = judged.pack.clause(verdict.clause) if verdict.clause else None
    return {
        "id": judged.id,
        "decision": verdict.action.word,
        "clause": verdict.clause,
        "title": clause.title.in_(lang) if clause else None,
        "reason": clause.reason.in_(lang) if clause and verdict.action > Action.ANNOTATE else None,
        "language": judged.language,
        "pack": verdict.pack,
        "asks_judge": verdict.asks_judge,
        "grounds": [
            {
                "clause": ground.clause,
                "action": ground.action.word,
                "detector": ground.detector,
                "version": ground.detector_version,
                "code": ground.code,
                "score": round(ground.score, 4),
                "threshold": ground.threshold,
                "outcome": ground.outcome,
                "span": ground.span,
            }
            for ground in verdict.grounds
        ],
    }


def _explain(judged: Judged, lang: Lang) -> None:
    plain = _as_plain(judged, lang)
    out = console()
    named = f"  {plain['clause']}  {plain['title']}" if plain["title"] else ""
    out.print(f"[bold]{styled(judged.verdict.action.word, lang)}[/bold]{named}")
    if plain["reason"]:
        out.print(f"  {plain['reason']}", markup=False)
    for ground in judged.verdict.grounds:
        said = f"{ground.detector} {ground.detector_version}".strip()
        held = HELD.format(
            score=f"{ground.score:.2f}",
            threshold=f"{ground.threshold:.2f}",
            place=AT.in_(lang).format(*ground.span) if ground.span else "",
            outcome=term(ground.outcome, lang),
        )
        action = padded(term(ground.action.word, lang), 8)
        out.print(
            f"  · {action} {ground.clause:<22} {said}: {ground.code or '—'}{held.in_(lang)}", markup=False
        )
    judged_by = JUDGED_BY.format(pack=judged.pack.label, language=judged.language)
    out.print(f"  {judged_by.in_(lang)}", style="dim", markup=False)
