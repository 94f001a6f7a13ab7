"""Withdrawing (CRD, Article 11a): by anybody, at once, acknowledged by content, date and time."""

from __future__ import annotations

import pytest
from django.core import mail

from sekisho.base.clock import fixed_clock
from sekisho.base.errors import SekishoError
from sekisho.cases.models import Case, Clock, Delivery
from sekisho.notices.links import Purpose, opened
from sekisho.support.recovery import actions, keys, queries, tasks
from sekisho.support.recovery.models import Withdrawal
from sekisho.support.recovery.types import Statement
from tests.support.recovery.makers import AT, CLOCK, HOME, OFFICE, later

SAID = Statement("Chie Sato", "Pro, since February; see https://evil.test/x", "chie@example.test")


def withdrawn(said: Statement = SAID, peer: str = HOME, at=AT):
    return actions.withdraw(said, peer, language="en", clock=fixed_clock(at))


def test_it_counts_when_it_is_sent_and_is_acknowledged_at_once(db):
    made = withdrawn()
    assert (made.at, made.statement, made.repay_by) == (AT, SAID, later(days=14))
    assert tasks.send_due(CLOCK) == 1
    assert tasks.send_due(CLOCK) == 0
    (letter,) = mail.outbox
    assert letter.to == ["chie@example.test"]
    assert "2026-03-01 09:00:00 UTC" in letter.body
    assert "Chie Sato" in letter.body
    assert made.reference in letter.subject


def test_what_a_stranger_wrote_makes_no_link_in_somebodys_mail(db):
    withdrawn()
    tasks.send_due(CLOCK)
    assert "evil.test" not in mail.outbox[0].body
    assert mail.outbox[0].body.count("://") == 1


def test_it_is_a_case_of_billing_with_the_clock_of_the_law(db):
    made = withdrawn()
    case = Case.objects.get(id=made.case)
    assert (case.queue, case.email, Delivery.objects.count()) == ("billing", "", 0)
    assert [one.reach for one in case.messages.order_by("at", "id") if one.voice == "system"] == ["staff"]
    clock = Clock.objects.get(case=case, duty="crd_reimbursement")
    assert (clock.starts, clock.due, clock.regime) == (AT, later(days=14), "crd")


def test_whoever_opens_the_link_of_the_mail_reads_that_address(db):
    made = withdrawn()
    tasks.send_due(CLOCK)
    link = mail.outbox[0].body.strip().rpartition("/withdraw/")[2]
    assert opened(Purpose.WITHDRAWAL_CONTACT, link, AT) == made.id
    actions.contact_is_read(made.id, clock=CLOCK)
    case = Case.objects.get(id=made.case)
    assert (case.email, case.is_proven) == ("chie@example.test", True)


def test_nobodys_mailbox_is_filled_by_it_and_nobodys_withdrawal_is_blocked(db):
    made = [withdrawn(peer=f"192.0.2.{n}") for n in range(5)]
    tasks.send_due(CLOCK)
    assert len(mail.outbox) == 3
    assert len({queries.withdrawal(one.id).case for one in made}) == 5


def test_a_network_sends_fifty_a_day(db):
    mark = keys.of_network(keys.digest_key(AT), HOME)
    Withdrawal.objects.bulk_create(
        [
            Withdrawal(network=mark, contact="", language="en", at=AT, repay_by=AT, reference=str(n))
            for n in range(50)
        ]
    )
    with pytest.raises(SekishoError):
        withdrawn()
    withdrawn(peer=OFFICE)


def test_what_was_stated_is_sealed(db):
    withdrawn()
    kept = Withdrawal.objects.get()
    assert b"Chie" not in bytes(kept.statement)
    assert "chie" not in kept.contact


def test_an_acknowledgement_that_fails_is_tried_again(db, monkeypatch):
    withdrawn()

    def fails(*_):
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fails)
        assert tasks.send_due(CLOCK) == 1
    assert tasks.send_due(CLOCK) == 0
    assert tasks.send_due(fixed_clock(later(minutes=2))) == 1
    assert len(mail.outbox) == 1


def test_a_withdrawal_is_read_by_its_id_alone(db):
    made = withdrawn()
    assert queries.withdrawal(made.id).statement == SAID
    with pytest.raises(SekishoError):
        queries.withdrawal("wdr_none")
