"""Other numbers for the ladder: proposed, tried over what was recorded, approved by a second person (P-004)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from django.db import transaction

from sekisho.accounts.queries import as_of_now, not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.enforcement.models import LadderVersion
from sekisho.enforcement.rules.ladders import problems_of, version_of
from sekisho.enforcement.types import Ladder


@transaction.atomic
def propose_ladder(actor: Viewer, numbers: Ladder, clock: Clock = system_clock) -> str:
    """Propose other numbers, which change nothing until a second person approves them; return the version's id.

    Raises `NotAllowedError` for who does not change the ladder, and `SekishoError` `ladder_unfit`.
    """
    now = _person(actor)
    problems = list(problems_of(numbers))
    if problems:
        raise SekishoError("ladder_unfit", problems[0][1], fields=[name for name, _ in problems])
    row = LadderVersion.objects.create(
        id=new_id("ldr"),
        version=version_of(numbers),
        numbers=asdict(numbers),
        proposed_by=now.id,
        proposed_at=clock(),
    )
    record(now.id, "ladder.proposed", row.id, version=row.version)
    return row.id


@transaction.atomic
def note_simulation(
    actor: Viewer, ladder_id: str, found: Mapping[str, object], clock: Clock = system_clock
) -> None:
    """Keep what the proposed numbers would have done, for those who decide on them. The latest is kept."""
    now = _person(actor)
    waiting = LadderVersion.objects.filter(id=ladder_id, in_force_at=None)
    if not waiting.update(simulated_at=clock(), simulation=dict(found)):
        raise not_found("ladder_not_found")
    record(now.id, "ladder.simulated", ladder_id)


@transaction.atomic
def approve_ladder(actor: Viewer, ladder_id: str, clock: Clock = system_clock) -> None:
    """Put simulated numbers in force, as the second person. Units are reckoned anew by a duty of the worker.

    That lets standings fall at once; nobody climbs until they are struck again. Raises `not_simulated`,
    `second_person_needed` for who proposed them, and `ladder_not_waiting`.
    """
    now = _person(actor)
    row = LadderVersion.objects.filter(id=ladder_id).first()
    if row is None:
        raise not_found("ladder_not_found")
    if row.proposed_by == now.id:
        raise NotAllowedError("second_person_needed", _SECOND_PERSON)
    if row.simulated_at is None:
        raise SekishoError("not_simulated", _NOT_SIMULATED)
    waiting = LadderVersion.objects.filter(id=ladder_id, in_force_at=None)
    if not waiting.update(approved_by=now.id, in_force_at=clock()):
        raise SekishoError("ladder_not_waiting", _NOT_WAITING)
    record(now.id, "ladder.approved", row.id, version=row.version, proposed_by=row.proposed_by)


def _person(actor: Viewer) -> Viewer:
    now = as_of_now(actor)
    if now.is_system or not may(now, Permission.STAFF_LADDER_CHANGE):
        raise NotAllowedError("not_allowed", _NOT_ALLOWED, permission=Permission.STAFF_LADDER_CHANGE.value)
    return now


_NOT_ALLOWED = Text(
    "The ladder's numbers are changed by two people with the staff role `policy`. Ask one of them.",
    "段階的な措置の数値は、スタッフの役割 `policy` を持つ 2 名が変更します。担当者にご依頼ください。",
)
_SECOND_PERSON = Text(
    "Numbers are approved by somebody other than the one who proposed them. Ask a colleague.",
    "数値を承認するのは、提案した人とは別の人です。同僚に依頼してください。",
)
_NOT_SIMULATED = Text(
    "Try the numbers over what was recorded first, so that you see whom they would concern.",
    "先に記録済みの決定でシミュレーションを行い、誰に影響するかを確認してください。",
)
_NOT_WAITING = Text(
    "These numbers were approved already. Look at the list of versions.",
    "この数値はすでに承認されています。版の一覧をご確認ください。",
)
