"""What the actions of this room share: refusing in words, finding the row, and whom to tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.db.models import F

from sekisho.accounts.queries import not_found
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.text import Text, as_lang
from sekisho.enforcement.appeals.models import Appeal
from sekisho.enforcement.appeals.types import State
from sekisho.enforcement.appeals.words import REFUSALS
from sekisho.enforcement.types import UnitKind
from sekisho.notices.actions import tell
from sekisho.notices.links import Purpose, token
from sekisho.notices.types import Address, EndUser, Organisation, Person, Recipient

FOLLOWED = timedelta(days=2 * 366)
"""How long a follow link opens: the six months to go to a dispute body are long over by then. Our decision."""
Does = ParamSpec("Does")
Gives = TypeVar("Gives")
Act = Callable[Concatenate[Viewer, str, Does], Gives]
_PERMISSIONS = {"not_a_person", "not_the_desk"}


def refusal(code: str, **fields: object) -> SekishoError:
    """Return the refusal with this code, in words."""
    words = REFUSALS[code].format(**fields) if fields else REFUSALS[code]
    return NotAllowedError(code, words) if code in _PERMISSIONS else SekishoError(code, words)


def noting_refusals(act: Act[Does, Gives]) -> Act[Does, Gives]:
    """Let the audit log say, after nothing has come of it, who was refused what about which appeal."""

    @wraps(act)
    def noted(actor: Viewer, appeal_id: str, /, *args: Does.args, **more: Does.kwargs) -> Gives:
        try:
            return act(actor, appeal_id, *args, **more)
        except NotFoundError:
            raise
        except SekishoError as problem:
            record(actor.id or "public", "appeal.refused", appeal_id, code=problem.code, act=act.__name__)
            raise

    return noted


def found(appeal_id: str) -> Appeal:
    row = Appeal.objects.filter(id=appeal_id).first()
    if row is None:
        raise not_found("appeal_not_found")
    return row


def locked(appeal_id: str) -> Appeal:
    """Return the row, and keep it until the transaction ends: whoever comes second reads what the first has done.

    The first statement is a write, which SQLite and PostgreSQL both line up. Raises when it has been decided.
    """
    Appeal.objects.filter(id=appeal_id).update(id=F("id"))
    row = found(appeal_id)
    if row.state == State.DECIDED:
        raise refusal("decided_already")
    return row


def follow_token(row: Appeal) -> str:
    """Return what goes into the link that follows the appeal: the same for the same appeal."""
    return token(Purpose.APPEAL, row.id, row.made_at + FOLLOWED)


def tell_appellant(row: Appeal, kind: str, subject: Text, body: Text, *, key: str, at: datetime) -> None:
    """Tell whoever appealed, wherever they can be reached; and the organisation whose key or account it is about."""
    link = f"/appeals/{follow_token(row)}"
    for number, to in enumerate(recipients(row)):
        tell(to, kind, row.id, subject, body, key=f"{key} {number}", at=at, link=link)


def recipients(row: Appeal) -> tuple[Recipient, ...]:
    """Return whom to tell, each once."""
    told: list[Recipient] = []
    if row.by_person:
        told.append(Person(row.by_person))
    if row.email:
        told.append(Address(row.email, as_lang(row.language)))
    if row.unit_kind == UnitKind.END_USER:
        told.append(EndUser(row.organisation, row.unit_id))
    elif row.unit_kind:
        told.append(Organisation(row.organisation))
    return tuple(told)
