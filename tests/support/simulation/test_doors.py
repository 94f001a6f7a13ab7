"""Every place in the code that opens a case is known, with what it asks first: a new one fails here, until somebody has
said who may come by it and let the simulation try it."""

from __future__ import annotations

import ast
from pathlib import Path

import sekisho
from sekisho.support.types import Channel

SOURCE = Path(sekisho.__file__).parent
BY_LAW = frozenset({Channel.REGULATORY, Channel.SAFETY, Channel.LOCKED_OUT, Channel.APPEAL})
DOORS: dict[str, frozenset[Channel]] = {
    "cases/actions/appeals.py": frozenset({Channel.APPEAL}),
    "cases/actions/inbound.py": frozenset(),
    "cases/mail/actions/adding.py": frozenset({Channel.HUMAN}) | BY_LAW,
    "compliance/actions/parts.py": frozenset({Channel.REGULATORY}),
    "support/actions.py": frozenset({Channel.ENTERPRISE_FORM}),
    "support/messenger/actions/handing.py": frozenset(Channel) - {Channel.DOCS, Channel.BOT, Channel.OWNER},
    "support/recovery/actions/casework.py": frozenset({Channel.LOCKED_OUT}),
    "support/recovery/actions/proving.py": frozenset({Channel.LOCKED_OUT}),
    "support/recovery/actions/withdrawing.py": frozenset({Channel.LOCKED_OUT}),
    "support/relay/actions/deciding.py": frozenset({Channel.HUMAN}),
    "support/relay/actions/recovering.py": frozenset({Channel.OWNER}),
}
"""File → the ways that lead through it. `inbound` opens the sequel of a case that was settled long ago, for who may write
in it."""


def test_every_door_to_people_is_known():
    assert {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.py") if _opens(path)} == DOORS.keys()


def test_no_door_leads_by_a_way_that_nobody_reads():
    for file, ways in DOORS.items():
        assert not ways & {Channel.DOCS, Channel.BOT}, file


def _opens(path: Path) -> bool:
    text = path.read_text("utf-8")
    if "open_case" not in text:
        return False
    calls = (node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return any(
        (isinstance(one, ast.Name) and one.id == "open_case")
        or (isinstance(one, ast.Attribute) and one.attr == "open_case")
        for one in calls
    )
