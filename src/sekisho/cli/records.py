"""`sekisho records`: what passed the gate, without content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.accounts.types import system
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.output import emit_json, table
from sekisho.cli.terms import term
from sekisho.policy.types import Action, Ground

if TYPE_CHECKING:
    from sekisho.enforcement.types import DecisionRecord
    from sekisho.records.types import TurnView

CLI = system("cli")


@bilingual.group(
    "records",
    help=Text("List what passed the gate, without content.", "関所を通った要求を、内容なしで一覧します。"),
)
@data_dir_option
def command(data_dir: Path | None) -> None:
    set_up(data_dir)
    require_migrated()


@command.command(
    "list",
    help=Text(
        "List requests, newest first: when, which key, which model, how they ended.",
        "要求を新しい順に一覧します。受付時刻、モデル、結果を表示します。",
    ),
)
@bilingual.option(
    "--organisation",
    help=Text("Id of the organisation. Default: all.", "組織の ID。省略するとすべての組織です。"),
)
@bilingual.option(
    "--limit",
    type=click.IntRange(1),
    help=Text(
        "At most so many, newest first. Default: all.", "新しい順に出力する件数の上限。省略するとすべてです。"
    ),
)
@bilingual.option(
    "--json",
    "as_json",
    is_flag=True,
    help=Text("One JSON object a request.", "要求ごとに 1 つの JSON を出力します。"),
)
def list_turns(organisation: str | None, limit: int | None, as_json: bool) -> None:
    found = _turns(organisation)
    chosen = (turn for number, turn in enumerate(found) if limit is None or number < limit)
    if as_json:
        for turn in chosen:
            emit_json(_plain(turn))
        return
    rows = (
        (turn.id, f"{turn.received_at:%Y-%m-%d %H:%M:%S}", turn.model, term(turn.outcome), str(turn.status))
        for turn in chosen
    )
    table(
        [
            Text("request", "要求"),
            Text("received (UTC)", "受付（UTC）"),
            Text("model", "モデル"),
            Text("outcome", "結果"),
            Text("status", "ステータス"),
        ],
        rows,
    )


def _turns(organisation: str | None) -> Iterator[TurnView]:
    from sekisho.accounts.queries import organisations
    from sekisho.records.queries import turns

    for each in [organisation] if organisation else [one.id for one in organisations(CLI)]:
        before = ""
        while page := turns(CLI, each, before=before):
            yield from page
            before = page[-1].id


def _plain(turn: TurnView) -> dict[str, object]:
    return {
        "id": turn.id,
        "received_at": turn.received_at,
        "organisation": turn.organisation,
        "key": turn.key,
        "endpoint": turn.endpoint,
        "model": turn.model,
        "outcome": turn.outcome,
        "status": turn.status,
    }


# -- for the tour -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decided:
    """What was decided about one request."""

    action: str
    lines: tuple[str, ...]
    """A line a ground: what was seen, by which detector, against which threshold."""


def decisions_of(request_id: str) -> Decided | None:
    """Return what was decided about a request, None while it is not in the records."""
    from sekisho.base.errors import NotFoundError
    from sekisho.enforcement.queries import decisions_of_turn
    from sekisho.records.queries import turn

    try:
        turn(CLI, request_id)
    except NotFoundError:
        return None
    found = decisions_of_turn(CLI, request_id)
    words = [action.word for action in Action]
    gravest = max((each.action for each in found), key=words.index, default="allow")
    return Decided(gravest, tuple(dict.fromkeys(line for each in found for line in _lines(each))))


def _lines(decision: DecisionRecord) -> Iterator[str]:
    for ground in decision.grounds[:1]:
        yield f"{term(decision.stage)}: {ground.clause} ({_seen(ground)})"


def _seen(ground: Ground) -> str:
    reached = "≥" if ground.score >= ground.threshold else "<"
    what = ground.code or term(ground.outcome)
    return f"{ground.detector}: {what}, {ground.score:.2f} {reached} {ground.threshold:.2f}"
