"""Claims against a real database: the code, the payment, what each level does, and that nothing is found out by asking."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest
from django.core import mail
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sekisho.audit.models import AuditEntry
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.cases.models import Case
from sekisho.notices.links import Purpose, token
from sekisho.notices.models import Notice
from sekisho.records.rights import actions as rights
from sekisho.records.rights.models import Request
from sekisho.support.recovery import actions, queries, tasks
from sekisho.support.recovery.law import SHIPPED
from sekisho.support.recovery.models import Cancellation, Claim, Failure, Payment
from sekisho.support.recovery.types import ClaimState, Decision, Deed, Level, PaymentSaid, Wish
from tests.support.recovery.makers import (
    AT,
    CLOCK,
    HOME,
    OFFICE,
    PAID,
    begun,
    code_to,
    later,
    paid,
    proven,
    worker,
)

STRANGER = "nobody@example.test"


# --- the code -------------------------------------------------------------------------------------------------


def test_the_code_goes_to_the_address_on_file_and_shows_p1(home):
    _, chie = home
    claim = begun(Wish.EXPORT, chie.email.upper())
    (letter,) = mail.outbox
    assert letter.to == [chie.email]
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    code = code_to(chie.email)
    assert code not in letter.subject
    assert actions.enter_code(claim, f"{code[:4]} {code[4:]}", HOME, clock=CLOCK)
    found = queries.claim(claim)
    assert (found.state, found.level) == (ClaimState.PROVEN, Level.P1)


def test_nobody_is_mailed_who_has_no_account(home):
    claim = begun(Wish.EXPORT, STRANGER)
    assert mail.outbox == []
    assert not actions.enter_code(claim, "12345678", HOME, clock=CLOCK)
    assert queries.claim(claim).state is ClaimState.ASKED


def test_a_code_is_good_once(home):
    claim = proven(Wish.EXPORT, home[1].email)
    assert not actions.enter_code(claim, code_to(home[1].email), HOME, clock=CLOCK)


@pytest.mark.parametrize(
    ("minutes", "right"), [(14.99, True), (15, False)], ids=["its last second", "a moment late"]
)
def test_a_code_is_good_for_fifteen_minutes(minutes, right, home):
    claim = begun(Wish.EXPORT, home[1].email)
    at = fixed_clock(later(minutes=minutes))
    assert actions.enter_code(claim, code_to(home[1].email), HOME, clock=at) is right


def test_a_code_opens_no_other_claim(home):
    _, chie = home
    begun(Wish.EXPORT, chie.email)
    first = code_to(chie.email)
    other = begun(Wish.DELETION, chie.email)
    if first != code_to(chie.email):
        assert not actions.enter_code(other, first, HOME, clock=CLOCK)


def test_nothing_that_was_typed_or_mailed_is_kept(home):
    _, chie = home
    claim = begun(Wish.EXPORT, chie.email)
    kept = str(Claim.objects.values().get(id=claim))
    assert chie.email not in kept
    assert code_to(chie.email) not in kept
    assert Claim.objects.get(id=claim).sealed == ""
    assert HOME not in str(list(Claim.objects.values()))
    assert not any(chie.email in str(entry) for entry in AuditEntry.objects.values_list("facts", flat=True))


def test_a_mail_server_that_fails_is_asked_again_with_a_fresh_code(home, monkeypatch):
    _, chie = home
    claim = actions.begin(Wish.EXPORT, chie.email, HOME, language="en", clock=CLOCK)

    def fails(*_):
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fails)
        assert tasks.send_due(CLOCK) == 1
    assert Claim.objects.get(id=claim).sealed
    assert tasks.send_due(fixed_clock(later(seconds=30))) == 1
    assert actions.enter_code(claim, code_to(chie.email), HOME, clock=CLOCK)


# --- saying nothing -------------------------------------------------------------------------------------------


VALUES = re.compile(r"'[^']*'|\"s\d+_x\d+\"|\b\d+\b|NULL")


@dataclass
class Watch:
    """What actions ask of the databases, without the values, and how many digests they make."""

    digests: int = 0

    def work_of(self, action) -> tuple[list[str], int, object]:
        self.digests = 0
        with (
            CaptureQueriesContext(connection) as main,
            CaptureQueriesContext(connections["keystore"]) as keys,
        ):
            try:
                said = action()
            except SekishoError as refusal:
                said = refusal.code
        asked = [VALUES.sub("?", one["sql"]) for one in (*main.captured_queries, *keys.captured_queries)]
        return asked, self.digests, said


def looked_at(path: str) -> int:
    return Client(headers={"host": "localhost"}).get(path).status_code


@pytest.fixture
def watch(monkeypatch) -> Watch:
    made, real = Watch(), hmac.digest

    def counted(*given):
        made.digests += 1
        return real(*given)

    monkeypatch.setattr("hmac.digest", counted)
    return made


def test_the_same_work_is_done_whether_or_not_there_is_an_account(home, watch):
    """Statements and digests are compared, not seconds: a clock would say something of the machine."""
    begun(Wish.EXPORT, "warm@example.test", "192.0.2.1")
    found = {}
    for address in (home[1].email, STRANGER):
        ask = partial(actions.begin, Wish.DELETION, address, HOME, language="en", clock=CLOCK)
        asked, digests, claim = watch.work_of(ask)
        worker()
        links = [token(Purpose.RECOVERY, claim, later(days=40_000)) for _ in "ab"]
        pages = [
            partial(looked_at, f"/help/locked-out/{way}{link}")
            for way, link in zip(("code/", ""), links, strict=True)
        ]
        guesses = [partial(actions.enter_code, claim, "00000000", OFFICE, clock=CLOCK)] * 4
        found[address] = [(asked, digests), *map(watch.work_of, pages), *map(watch.work_of, guesses)]
        Failure.objects.all().delete()
    known, unknown = found.values()
    assert known == unknown
    assert [said for _, _, said in known[1:3]] == [200, 200]
    assert [said for _, _, said in known[3:]] == [False, False, False, "locked"]


def test_an_address_can_be_asked_for_five_times_a_day_known_or_not(home):
    for address in (home[1].email, STRANGER):
        for n in range(5):
            actions.begin(Wish.EXPORT, address, f"192.0.2.{n}", language="en", clock=CLOCK)
        with pytest.raises(SekishoError) as refusal:
            actions.begin(Wish.EXPORT, address, OFFICE, language="en", clock=CLOCK)
        assert refusal.value.code == "too_often"
        actions.begin(Wish.EXPORT, address, OFFICE, language="en", clock=fixed_clock(later(days=1)))


# --- failing --------------------------------------------------------------------------------------------------


def guess(claim: str, times: int, peer: str, at=AT) -> None:
    for n in range(times):
        assert not actions.enter_code(claim, f"{n:08}", peer, clock=fixed_clock(at))


def test_three_wrong_codes_lock_for_a_week_and_the_account_is_told(home):
    _, chie = home
    claim = begun(Wish.EXPORT, chie.email)
    guess(claim, 3, OFFICE)
    with pytest.raises(SekishoError) as refusal:
        actions.enter_code(claim, code_to(chie.email), OFFICE, clock=CLOCK)
    assert refusal.value.code == "locked"
    with pytest.raises(SekishoError):
        actions.begin(Wish.EXPORT, chie.email, HOME, language="en", clock=CLOCK)
    worker()
    worker()
    assert Notice.objects.get(person=chie.id).kind == "recovery_locked"
    assert begun(Wish.EXPORT, chie.email, at=later(days=7))


def test_a_network_that_failed_is_locked_for_other_accounts_too(cast, home):
    guess(begun(Wish.EXPORT, home[1].email, OFFICE), 3, OFFICE)
    with pytest.raises(SekishoError):
        actions.begin(Wish.EXPORT, cast.ben.email, OFFICE, language="en", clock=CLOCK)
    assert begun(Wish.EXPORT, cast.ben.email, HOME)


def test_a_success_of_ones_own_washes_nothing_away(cast, home):
    guess(begun(Wish.EXPORT, home[1].email, OFFICE), 2, OFFICE)
    proven(Wish.EXPORT, cast.ben.email, OFFICE)
    guess(begun(Wish.EXPORT, home[1].email, OFFICE), 1, OFFICE)
    with pytest.raises(SekishoError):
        actions.begin(Wish.EXPORT, cast.fumi.email, OFFICE, language="en", clock=CLOCK)


def test_who_mistypes_and_then_is_right_starts_afresh(home):
    _, chie = home
    claim = begun(Wish.EXPORT, chie.email)
    guess(claim, 2, OFFICE)
    assert actions.enter_code(claim, code_to(chie.email), HOME, clock=CLOCK)
    guess(begun(Wish.EXPORT, chie.email), 2, HOME)


def test_whole_households_of_ipv6_are_one_network(home):
    claim = begun(Wish.EXPORT, home[1].email, "2001:db8:1:2::1")
    for n in range(3):
        assert not actions.enter_code(claim, f"{n:08}", f"2001:db8:1:2::{n + 7}", clock=CLOCK)
    with pytest.raises(SekishoError):
        actions.begin(Wish.EXPORT, STRANGER, "2001:db8:1:2:ffff::1", language="en", clock=CLOCK)


# --- what is done ---------------------------------------------------------------------------------------------


def test_a_deletion_waits_fourteen_days_and_signing_in_or_the_link_stops_it(home):
    _, chie = home
    claim = proven(Wish.DELETION, chie.email)
    planned = actions.do(claim, Deed.DELETE, clock=CLOCK)
    row = Request.objects.get()
    assert (planned.state, planned.begins_at, row.begins_at) == (
        ClaimState.WAITING,
        later(days=14),
        later(days=14),
    )
    assert Notice.objects.filter(person=chie.id, kind="data_asked").count() == 1
    assert actions.do(claim, Deed.DELETE, clock=CLOCK).request == row.id
    rights.stop(row.id, clock=CLOCK)
    assert queries.claim(claim).state is ClaimState.STOPPED


def test_a_deletion_that_nobody_stops_is_done_with_a_receipt(home):
    claim = proven(Wish.DELETION, home[1].email)
    made = actions.do(claim, Deed.DELETE, clock=CLOCK).request
    assert rights.work(fixed_clock(later(days=14, seconds=-1))) == 0
    done = rights.finish(made, fixed_clock(later(days=14)))
    assert (done.state.value, bool(done.receipt)) == ("completed", True)
    left = Claim.objects.get()
    assert (left.person, left.organisation, left.named_digest) == ("", "", "")


def test_a_copy_is_made_after_72_hours_for_the_address_on_file(home):
    claim = proven(Wish.EXPORT, home[1].email)
    assert actions.do(claim, Deed.EXPORT, clock=CLOCK).begins_at == later(hours=72)


def test_each_claim_is_a_case_of_its_queue(home):
    for wish, queue in ((Wish.EXPORT, "identity"), (Wish.SUBSCRIPTION, "billing")):
        claim = proven(wish, home[1].email)
        row = Case.objects.get(id=queries.claim(claim).case)
        assert (row.kind, row.queue, row.requester, row.is_proven) == ("locked_out", queue, home[1].id, True)
    begun(Wish.EXPORT, STRANGER)
    assert Case.objects.count() == 2


@pytest.mark.parametrize("deed", [Deed.DELETE, Deed.CHANGE_ADDRESS, Deed.CANCEL_NOW, Deed.TELL_SIGN_IN])
def test_nothing_is_done_that_was_not_asked_for_or_shown(deed, home):
    paid(home[0].id)
    claim = proven(Wish.EXPORT if deed is Deed.DELETE else Wish.SUBSCRIPTION, home[1].email)
    with pytest.raises(SekishoError) as refusal:
        actions.do(claim, deed, clock=CLOCK)
    assert refusal.value.code == "not_proven_enough"


def test_a_claim_without_a_code_does_nothing(home):
    claim = begun(Wish.DELETION, home[1].email)
    for deed in Deed:
        with pytest.raises(SekishoError):
            actions.do(claim, deed, clock=CLOCK)
    assert queries.sign_in_hint(claim) is None


# --- subscriptions --------------------------------------------------------------------------------------------


def test_ending_the_renewal_takes_a_code_and_no_more(home):
    claim = proven(Wish.SUBSCRIPTION, home[1].email)
    actions.do(claim, Deed.CANCEL_RENEWAL, clock=CLOCK)
    actions.do(claim, Deed.CANCEL_RENEWAL, clock=CLOCK)
    assert [(row.organisation, row.at_once) for row in Cancellation.objects.all()] == [(home[0].id, False)]
    assert Notice.objects.get(kind="subscription_ended").person == home[1].id


def test_a_payment_shows_p2_the_way_in_masked_and_the_refund(home):
    own, chie = home
    paid(own.id)
    claim = proven(Wish.SUBSCRIPTION, chie.email)
    assert actions.say_payment(claim, PAID, HOME, clock=CLOCK)
    hint = queries.sign_in_hint(claim)
    assert hint.address == "c•••@ex•••.test"
    assert hint.methods == ("password", "code")
    (one,) = queries.refunds(claim, AT)
    assert (one.refund.decision, one.refund.article.en) == (
        Decision.FULL,
        "Directive 2011/83/EU, Article 9(1)",
    )
    actions.do(claim, Deed.CANCEL_NOW, clock=CLOCK)
    assert Cancellation.objects.get().at_once


def test_facts_of_another_accounts_payment_fail(cast, home):
    paid(cast.atelier.id)
    claim = proven(Wish.SUBSCRIPTION, home[1].email)
    assert not actions.say_payment(claim, PAID, HOME, clock=CLOCK)
    assert queries.claim(claim).level is Level.P1


def test_wrong_facts_of_a_payment_lock_too(home):
    paid(home[0].id)
    claim = proven(Wish.SUBSCRIPTION, home[1].email)
    for n in range(3):
        said = PaymentSaid("2980", PAID.day, f"{n:04}")
        assert not actions.say_payment(claim, said, HOME, clock=CLOCK)
    with pytest.raises(SekishoError) as refusal:
        actions.say_payment(claim, PAID, HOME, clock=CLOCK)
    assert refusal.value.code == "locked"


def test_nothing_of_a_card_is_kept_that_could_be_read(home):
    paid(home[0].id)
    kept = str(list(Payment.objects.values()))
    assert not {"4242", "2980", "INV"} & {word for word in ("4242", "2980", "INV") if word in kept}


def test_what_was_charged_twice_is_seen(home):
    own, chie = home
    paid(own.id, country="JP", paid_at=AT - timedelta(days=40), invoice="INV-2026-001")
    paid(own.id, country="JP", paid_at=AT - timedelta(days=40) + timedelta(minutes=3), invoice="INV-2026-002")
    paid(own.id, country="JP", paid_at=AT - timedelta(days=20), invoice="INV-2026-003")
    claim = proven(Wish.SUBSCRIPTION, chie.email)
    assert actions.say_payment(claim, PaymentSaid(invoice="INV-2026-003"), HOME, clock=CLOCK)
    decisions = [one.refund.decision for one in queries.refunds(claim, AT)]
    assert decisions == [Decision.NOT, Decision.FULL, Decision.NOT]


def test_payments_are_taken_in_once_and_by_operators_alone(cast, home):
    paid(home[0].id)
    paid(home[0].id)
    paid(home[1].email, invoice="INV-2026-009")
    paid("nobody@example.test")
    assert Payment.objects.filter(organisation=home[0].id).count() == 2
    for name in ("aiko", "daiki", "chie"):
        with pytest.raises(NotFoundError):
            actions.import_payments(cast.viewer(name), [], clock=CLOCK)


def test_what_counts_no_more_is_forgotten(home):
    guess(begun(Wish.EXPORT, home[1].email), 3, OFFICE)
    begun(Wish.EXPORT, STRANGER, at=later(minutes=1))
    tasks.tend(fixed_clock(later(days=2)))
    assert not Claim.objects.exclude(code_digest="").exists()
    assert Failure.objects.exists()
    tasks.tend(fixed_clock(later(days=14)))
    assert not Failure.objects.exists()


def test_an_installation_has_windows_of_its_own(home, monkeypatch, tmp_path):
    own = tmp_path / "windows.yaml"
    own.write_text(SHIPPED.read_text().replace("days: 7", "days: 60"))
    paid(home[0].id, country="JP", paid_at=AT - timedelta(days=40))
    claim = proven(Wish.SUBSCRIPTION, home[1].email)
    actions.say_payment(claim, PaymentSaid(invoice="INV-2026-001"), HOME, clock=CLOCK)
    assert queries.refunds(claim, AT)[0].refund.decision is Decision.NOT
    monkeypatch.setenv("SEKISHO_REFUND_WINDOWS", str(own))
    assert queries.refunds(claim, AT)[0].refund.decision is Decision.FULL
