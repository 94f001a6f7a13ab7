"""Opening a case does everything, once, or nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sekisho.accounts.types import StaffRole, system
from sekisho.audit.models import AuditEntry
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.cases import actions, queries
from sekisho.cases.models import Case, Delivery, Enclosure
from sekisho.cases.types import CaseView, Contact, Kind, Queue, State, Voice
from sekisho.cases.types import Enclosure as File
from tests import factories
from tests.cases.conftest import AT, CLOCK, opening
from tests.cast import Cast

CARD = "4111 1111 1111 1111"


def test_opening_stores_all_and_confirms_once(asked: CaseView, cast: Cast) -> None:
    assert (asked.state, asked.reference[4]) == (State.NEW, "-")
    (message,) = queries.messages(cast.viewer("aiko"), asked.id)
    assert (message.voice, message.text) == (Voice.REQUESTER, "請求書の宛名を変えたいです。")
    (mail,) = Delivery.objects.all()
    assert (mail.kind, mail.email, mail.person) == ("confirmation", "aiko@example.test", cast.aiko.id)
    (clock,) = queries.clocks(asked.id)
    assert (clock.duty, clock.due) == ("first_reply", queries.promise(asked.plan, AT))
    assert queries.by_reference(asked.reference.lower().replace("-", " ")) == asked.id


def test_the_same_submission_opens_the_same_case(db: None) -> None:
    first, second = (actions.open_case(opening(), clock=CLOCK) for _ in range(2))
    assert first.id == second.id
    assert (Case.objects.count(), Delivery.objects.count()) == (1, 1)


def test_to_an_unproven_address_nothing_goes_but_the_fixed_text(db: None, daiki: object, cast: Cast) -> None:
    made = actions.open_case(opening(contact=Contact("victim@example.test"), requester=""), clock=CLOCK)
    actions.write(cast.viewer("daiki"), made.id, Voice.STAFF, "こんにちは", submission="1", clock=CLOCK)
    (mail,) = Delivery.objects.all()
    assert mail.kind == "confirm_contact"
    assert mail.message is None


def test_what_was_said_is_encrypted_and_cards_are_masked_before(db: None) -> None:
    made = actions.open_case(
        opening(
            subject=f"Card {CARD}",
            text=f"請求 {CARD}",
            details={"invoice": CARD},
            transcript=f"bot: {CARD}?",
            enclosures=(File("請求書.pdf", "application/pdf", b"%PDF"),),
        ),
        clock=CLOCK,
    )
    (message,) = queries.messages(system("test"), made.id)
    said = [made.subject, made.details["invoice"], made.transcript, message.text]
    assert all("1111" in one and CARD not in one for one in said)
    row = Case.objects.get()
    assert "請求".encode() not in bytes(row.subject) + bytes(row.messages.get().text)
    assert b"%PDF" not in bytes(Enclosure.objects.get().content)
    view, content = queries.enclosure(system("test"), message.enclosures[0].id)
    assert (view.name, content) == ("請求書.pdf", b"%PDF")


def test_the_log_names_the_case_and_holds_no_word_of_it(asked: CaseView) -> None:
    entries = AuditEntry.objects.filter(subject=asked.id)
    assert set(entries.values_list("action", flat=True)) == {"case.opened", "case.message_written"}
    assert not any("請求" in one or "@" in one for one in entries.values_list("facts", flat=True))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        pytest.param({"subject": " ", "text": ""}, "nothing_said", id="empty"),
        pytest.param({"text": "x" * 200_001}, "too_long", id="too long"),
        pytest.param({"queue": Queue.AUTHORITY}, "cannot_be_moved", id="sealed queue"),
        pytest.param({"kind": Kind.AUTHORITY}, "cannot_be_moved", id="an order elsewhere"),
    ],
)
def test_what_is_not_opened(db: None, changed: dict[str, Any], code: str) -> None:
    with pytest.raises(SekishoError) as refused:
        actions.open_case(opening(**changed), clock=CLOCK)
    assert refused.value.code == code
    assert not Case.objects.exists()


def test_received_elsewhere_earlier_stays_received_then(db: None) -> None:
    earlier = AT - timedelta(days=1)
    made = actions.open_case(opening(received_at=earlier), clock=CLOCK)
    assert (made.received_at, made.opened_at) == (earlier, AT)
    assert queries.clocks(made.id)[0].starts == earlier


def test_who_sees_a_case_and_who_does_not(asked: CaseView, cast: Cast) -> None:
    assert queries.case(cast.viewer("aiko"), asked.id).contact.email == "aiko@example.test"
    assert queries.case(cast.viewer("daiki"), asked.id).contact.email == "a•••@ex•••.test"
    for outsider in ("ben", "chie", "emi", "fumi"):
        with pytest.raises(NotFoundError):
            queries.case(cast.viewer(outsider), asked.id)


@pytest.mark.parametrize(
    ("queue", "role"),
    [
        (Queue.SUPPORT, StaffRole.SUPPORT),
        (Queue.BILLING, StaffRole.BILLING),
        (Queue.SAFETY, StaffRole.REVIEWER),
        (Queue.LEGAL, StaffRole.LEGAL),
        (Queue.PRIVACY, StaffRole.PRIVACY),
        (Queue.IDENTITY, StaffRole.IDENTITY),
    ],
)
def test_each_queue_ends_at_people(db: None, queue: Queue, role: StaffRole) -> None:
    made = actions.open_case(opening(queue=queue), clock=CLOCK)
    from sekisho.accounts.queries import viewer

    agent = viewer(factories.staff("Daiki", role).id)
    assert [one.id for one in queries.queue(agent).cases] == [made.id]


def test_cases_of_lists_ones_own_and_what_was_asked_on_behalf(
    asked: CaseView, asked_by_ben: CaseView, cast: Cast
) -> None:
    def listed(who: str, organisation: str | None = None) -> list[str]:
        return [one.id for one in queries.cases_of(cast.viewer(who), organisation)]

    assert sorted(listed("aiko")) == sorted([asked.id, asked_by_ben.id])
    assert listed("ben") == [asked_by_ben.id]
    assert listed("ben", "") == listed("chie") == []
    complaint = actions.open_case(
        opening(
            "s-3", kind=Kind.COMPLAINT, queue=Queue.LEGAL, requester=cast.ben.id, organisation=cast.atelier.id
        ),
        clock=fixed_clock(AT + timedelta(hours=1)),
    )
    assert complaint.id in listed("ben")
    assert complaint.id not in listed("aiko")
