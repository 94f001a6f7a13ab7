"""`sekisho enforcement standing`: how a unit stands, and why."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sekisho.accounts.types import system
from sekisho.base.clock import system_clock
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.language import reader_language, told
from sekisho.cli.output import emit_json, say, table
from sekisho.enforcement.rules.wording import RUNGS
from sekisho.enforcement.types import Standing, StrikeView, Unit

CLI = system("cli")


@bilingual.command(
    "standing",
    help=Text(
        "Tell how UNIT stands: a key (key_…), an organisation (org_…), or an end user's pseudonym.",
        "対象の状態を示します。対象は、キー（key_…）、組織（org_…）、エンドユーザーの仮名のいずれかです。",
    ),
)
@bilingual.argument("named", Text("UNIT", "対象"))
@bilingual.option(
    "--organisation",
    help=Text(
        "Id of its organisation. Needed for the pseudonym of an end user.",
        "対象が属する組織の ID。エンドユーザーの仮名を指定するときに必要です。",
    ),
)
@bilingual.option(
    "--json", "as_json", is_flag=True, help=Text("One JSON object.", "1 つの JSON を出力します。")
)
@data_dir_option
def command(named: str, organisation: str | None, as_json: bool, data_dir: Path | None) -> None:
    set_up(data_dir)
    require_migrated()
    from sekisho.cli.restrict import unit_named
    from sekisho.enforcement import queries

    unit = unit_named(named, organisation)
    found = queries.standing(CLI, unit, system_clock())
    strikes = queries.strikes(CLI, unit)
    if as_json:
        emit_json(_plain(unit, found, strikes))
    else:
        _show(found, strikes)


def _show(found: Standing, strikes: tuple[StrikeView, ...]) -> None:
    lang = reader_language()
    rung, calls = RUNGS[found.rung].in_(lang), RUNGS[found.calls_for].in_(lang)
    say(f"Stands at: {rung}, {found.points:,} points.", f"現在の段階：{rung}（{found.points:,} 点）")
    if found.calls_for > found.rung:
        say(f"Calls for: {calls}. It waits for people.", f"必要な対応：{calls}（担当者の判断待ち）")
    if found.recovers_at:
        when = _moment(found.recovers_at)
        say(f"Gets better by itself on {when}.", f"{when} に自動的に改善します。")
    columns = (Text("at", "日時"), Text("clause", "条項"), Text("points", "点数"), Text("decision", "決定"))
    if strikes:
        table(columns, ((_moment(one.at), one.clause, _points(one), one.decision) for one in strikes))


def _points(one: StrikeView) -> str:
    if one.voided_at:
        return told("overturned", "取消し済み")
    return told("excepted", "契約による例外") if one.exception else str(one.points)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _plain(unit: Unit, found: Standing, strikes: tuple[StrikeView, ...]) -> dict[str, object]:
    return {
        "unit": unit.id,
        "kind": unit.kind,
        "organisation": unit.organisation,
        "rung": found.rung.word,
        "calls_for": found.calls_for.word,
        "points": found.points,
        "recovers_at": found.recovers_at,
        "review_by": found.review_by,
        "units": found.units,
        "strikes": [
            {
                "decision": one.decision,
                "at": one.at,
                "until": one.until,
                "clause": one.clause,
                "points": one.points,
                "exception": one.exception,
                "voided_at": one.voided_at,
            }
            for one in strikes
        ],
    }
