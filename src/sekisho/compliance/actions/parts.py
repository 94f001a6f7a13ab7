"""What the actions of this room have in common: who may, which clocks run, what people are told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sekisho.accounts.queries import as_of_now, not_found, staff_who
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer, system
from sekisho.base.clock import fixed_clock
from sekisho.base.text import Lang, Text
from sekisho.cases import actions as cases
from sekisho.cases.queries import clocks as clocks_of
from sekisho.cases.types import CaseView, Contact, Kind, Opening, Queue, State, Voice
from sekisho.compliance.law import law
from sekisho.compliance.models import Complaint, Notice, Order
from sekisho.compliance.queries.channel import sent_lately
from sekisho.compliance.rules.clocks import clocks
from sekisho.compliance.rules.intake import A_DAY
from sekisho.compliance.types import Matter, Regime, Route
from sekisho.compliance.words import ONWARD, SUBJECTS, refusal
from sekisho.notices.actions import tell
from sekisho.notices.types import Person

SYSTEM = system("compliance")
KINDS = {Matter.NOTICE: Kind.NOTICE, Matter.COMPLAINT: Kind.COMPLAINT, Matter.ORDER: Kind.AUTHORITY}
QUEUES = {Matter.NOTICE: Queue.LEGAL, Matter.COMPLAINT: Queue.LEGAL, Matter.ORDER: Queue.AUTHORITY}
ROWS: dict[Matter, type[Notice] | type[Complaint] | type[Order]] = {
    Matter.NOTICE: Notice,
    Matter.COMPLAINT: Complaint,
    Matter.ORDER: Order,
}


def allowed(actor: Viewer, permission: Permission = Permission.STAFF_COMPLAINT_DECIDE) -> Viewer:
    """Return the actor with the roles they hold now. Raises `NotAllowedError` without the permission."""
    now = as_of_now(actor)
    if not may(now, permission):
        raise refusal("not_allowed")
    return now


def by_a_person(actor: Viewer, permission: Permission = Permission.STAFF_COMPLAINT_DECIDE) -> Viewer:
    """The same, and raise `SekishoError` (`not_a_person`) for a process: none decides on what people bring."""
    now = allowed(actor, permission)
    if now.is_system:
        raise refusal("not_a_person")
    return now


def opened(
    matter: Matter,
    submission: str,
    text: str,
    contact: Contact,
    at: datetime,
    *,
    person: str = "",
    details: dict[str, str],
    about: str = "",
    region: str = "",
    issue: str = "",
    received_at: datetime | None = None,
) -> CaseView:
    """Open the case of a matter. What people wrote is kept there, sealed."""
    opening = Opening(
        kind=KINDS[matter],
        queue=QUEUES[matter],
        submission=submission,
        subject=SUBJECTS[matter].in_(contact.language),
        text=text.replace("\x00", "\ufffd"),
        contact=contact,
        surface="help_centre",
        requester=person,
        issue=issue,
        details={name: said.replace("\x00", "\ufffd") for name, said in details.items() if said},
        about=about,
        region=region,
        received_at=received_at,
    )
    return cases.open_case(opening, clock=fixed_clock(at))


def refuse_a_flood(sender: str, at: datetime) -> None:
    """Raise `SekishoError` (`too_many`) for a sender who has sent as many as one may in a day."""
    if sent_lately(sender, at) >= A_DAY:
        raise refusal("too_many")


def start_clocks(
    case: str, matter: Matter, regime: Regime, received: datetime, *, is_urgent: bool = False
) -> None:
    """Start what runs for a matter under a regime. Our own promise is no clock of law."""
    for one in clocks(law(regime), matter, received, is_urgent=is_urgent):
        name = f"{matter}_{one.duty}"
        cases.start_clock(case, name, received, one.due, regime=law_of(regime))


def meet(case: str, matter: Matter, duty: str, at: datetime, by: str) -> None:
    """Meet the clocks of a duty: the law's limit, and our own aim."""
    for name in (f"{matter}_{duty}", f"{matter}_{duty}_target"):
        cases.meet_clock(case, name, at, by=by)


def stop_clocks(case: str, matter: Matter, at: datetime, by: str) -> None:
    """End all that still runs for a matter, as it has become another."""
    for one in clocks_of(case):
        if one.met_at is None and one.duty.startswith(f"{matter}_"):
            cases.meet_clock(case, one.duty, at, by=by)


def law_of(regime: Regime) -> str:
    return "" if regime is Regime.OWN else regime.value


def found(matter: Matter, case: str) -> Notice | Complaint | Order:
    """Return the facts of a matter. Raises `NotFoundError`."""
    row = ROWS[matter].objects.select_for_update().filter(case=case, moved_at=None).first()
    if row is None:
        raise not_found("matter_not_found")
    return row


def answered(actor: Viewer, case: str, text: str, submission: str, at: datetime) -> None:
    """Tell the person, by mail where their address is proven, and on the page of their matter; then settle the case."""
    clock = fixed_clock(at)
    cases.write(actor, case, Voice.STAFF, text, submission=submission, clock=clock)
    cases.change_state(actor, case, State.SOLVED, submission.partition(" ")[0], tells=False, clock=clock)


def onward(routes: Iterable[Route], lang: Lang) -> str:
    """Return where somebody can take it, in words."""
    lines = [f"- {one.name.in_(lang)}: {one.what.in_(lang)} {one.url}".rstrip() for one in routes]
    return "\n".join([ONWARD.in_(lang), *lines]) if lines else ""


def tell_staff(
    permission: Permission,
    kind: str,
    case: str,
    subject: Text,
    body: Text,
    *,
    key: str,
    at: datetime,
    link: str,
) -> int:
    """Write a notice to everybody who holds the permission, each once under the same key, and return to how many."""
    people = staff_who(permission)
    for person in people:
        tell(Person(person.id), kind, case, subject, body, key=f"{key} {person.id}", at=at, link=link)
    return len(people)
