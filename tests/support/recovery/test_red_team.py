"""The attacker gains nothing: the script that also runs against a served installation, and what needs more than a browser."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from django.core import mail
from django.test import Client
from django.utils.timezone import now

from sekisho.accounts.models import Person
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import SekishoError
from sekisho.cases.mail.actions import take_mail
from sekisho.cases.mail.models import Inbound
from sekisho.cases.mail.queries import reply_address
from sekisho.cases.models import Case
from sekisho.notices.models import Notice
from sekisho.records.rights.models import Request
from sekisho.support.recovery import actions, keys, queries, tasks
from sekisho.support.recovery.actions import proving
from sekisho.support.recovery.models import Cancellation, Claim
from sekisho.support.recovery.rules.locks import PROOF_LIVES
from sekisho.support.recovery.types import Deed, Wish
from tests.support.recovery.makers import (
    AT,
    CLOCK,
    HOME,
    OFFICE,
    PAID,
    begun,
    code_to,
    later,
    lost,
    paid,
    proven,
)
from tests.support.recovery.red_team import ATTACKS, BEGIN, Answer, Scene


@dataclass
class Inside:
    """A browser on the pages themselves, from a network of its own; false headers are sent along and mean nothing."""

    peer: str = OFFICE
    client: Client = field(
        default_factory=lambda: Client(headers={"accept-language": "en", "host": "localhost"})
    )

    def get(self, path: str) -> Answer:
        return self._answer(self.client.get(path, REMOTE_ADDR=self.peer))

    def post(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        return self._answer(
            self.client.post(path, dict(fields), REMOTE_ADDR=self.peer, headers=dict(headers or {}))
        )

    def _answer(self, response) -> Answer:
        return Answer(response.status_code, response.content.decode(), response.headers.get("Location", ""))


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_the_attacker_gains_nothing(attack, home):
    scene = Scene(Inside, home[1].email, background=lambda: tasks.send_due())
    found = attack(scene)
    assert found.gained == "", found
    assert not Request.objects.exists()
    assert not Cancellation.objects.exists()


def owner_at_p1(home, wish: str = "deletion") -> tuple[Inside, str]:
    """The owner's own browser, which has shown a code, and the link of the claim."""
    browser = Inside(HOME)
    code = browser.post(BEGIN, {"wish": wish, "address": home[1].email}).place
    tasks.send_due()
    claim = browser.post(code, {"code": code_to(home[1].email)}).place
    return browser, claim


def test_a_stolen_link_shows_a_state_and_does_nothing(home):
    _, claim = owner_at_p1(home)
    thief = Inside()
    page = thief.get(claim).body
    assert 'name="deed"' not in page
    for path in ("do", "payment", "evidence"):
        assert thief.post(f"{claim}/{path}", {"deed": "delete", "invoice": "INV-2026-001"}).status == 404
    assert not Request.objects.exists()


def test_what_was_shown_counts_half_an_hour_in_that_browser(home, monkeypatch):
    browser, claim = owner_at_p1(home)
    assert 'name="deed"' in browser.get(claim).body
    monkeypatch.setattr("sekisho.console.recovery.now", fixed_clock(now() + PROOF_LIVES))
    assert 'name="deed"' not in browser.get(claim).body
    assert browser.post(f"{claim}/do", {"deed": "delete"}).status == 404


def test_pressing_twice_and_replaying_asks_once(home):
    browser, claim = owner_at_p1(home)
    for _ in range(3):
        assert browser.post(f"{claim}/do", {"deed": "delete"}).status == 302
    assert Request.objects.count() == 1
    assert Notice.objects.filter(kind="data_asked").count() == 1


def test_a_deed_that_is_none_is_not_found(home):
    browser, claim = owner_at_p1(home)
    assert browser.post(f"{claim}/do", {"deed": "sign_in"}).status == 404
    assert browser.post(f"{claim}/do", {"deed": "change_address"}).status == 302
    assert Person.objects.get(id=home[1].id).email == "chie@example.test"


def test_who_has_the_mailbox_for_a_moment_gets_no_copy_before_the_owner_hears(home):
    """Whoever reads one mail reaches P1. The copy waits 72 hours, and goes to that mailbox alone."""
    claim = proven(Wish.EXPORT, home[1].email, OFFICE)
    made = actions.do(claim, Deed.EXPORT, clock=CLOCK)
    assert made.begins_at == later(hours=72)
    assert Notice.objects.filter(person=home[1].id, kind="data_asked").exists()


def test_two_claims_at_once_open_nothing_twice(home):
    one, other = (begun(Wish.DELETION, home[1].email, peer) for peer in (HOME, OFFICE))
    codes = [letter.body for letter in mail.outbox]
    assert len(set(codes)) == 2
    assert not actions.enter_code(one, code_to(home[1].email), HOME, clock=CLOCK)
    assert actions.enter_code(other, code_to(home[1].email), OFFICE, clock=CLOCK)


def test_the_same_code_typed_twice_at_once_wins_once(home):
    """Both have read the row before either wrote: the compare-and-set lets one through."""
    claim = begun(Wish.DELETION, home[1].email)
    code, before = code_to(home[1].email), Claim.objects.get(id=claim)
    key = keys.digest_key(AT)
    wins = [proving._is_right(key, row, code, AT) for row in (before, Claim.objects.get(id=claim))]
    stale = proving._is_right(key, before, code, AT)
    assert (wins, stale) == ([True, False], False)


def test_no_single_one_of_the_staff_gives_an_account_away(cast, home, two):
    asked = lost(home[1].email, "thief@elsewhere.test", peer=OFFICE)
    for _ in range(5):
        actions.vote(cast.viewer("daiki"), asked.claim, is_yes=True, reason="Very urgent.", clock=CLOCK)
    tasks.tend(fixed_clock(later(days=30)))
    assert Person.objects.get(id=home[1].id).email == "chie@example.test"


def test_a_reply_from_another_address_joins_no_case(home):
    """Whoever has seen the reply address of a case, such as in a screenshot, writes from their own."""
    claim = queries.claim(proven(Wish.EXPORT, home[1].email))
    message = EmailMessage(policy=SMTP)
    message["From"], message["Subject"] = "thief@elsewhere.test", "Re: please send it here, it is urgent"
    message["To"] = reply_address(claim.case, home[1].email)
    message.set_content("Send the copy to this address.")
    take_mail(message.as_bytes(), "thief@elsewhere.test", message["To"], clock=CLOCK)
    assert [one.voice for one in Case.objects.get(id=claim.case).messages.all()] == ["requester"]
    assert Inbound.objects.get().fate == "quarantined"


def test_a_wrong_card_is_tried_three_times_a_week(home):
    paid(home[0].id)
    claim = proven(Wish.SUBSCRIPTION, home[1].email, OFFICE)
    tries = 0
    for n in range(10):
        with suppress(SekishoError):
            tries += not actions.say_payment(claim, replace(PAID, last_four=f"{n:04}"), OFFICE, clock=CLOCK)
    assert tries == 3
