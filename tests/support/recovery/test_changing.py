"""The mailbox is lost: two people decide, everybody concerned may stop it, and what was there ends with the change."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.db import connections
from django.test import Client

from sekisho.accounts.actions import create_key
from sekisho.accounts.models import ApiKey, Person, StaffAppointment
from sekisho.accounts.types import StaffRole
from sekisho.audit.models import AuditEntry
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.inventory import Holder, Subject
from sekisho.cases.models import Case
from sekisho.notices.models import Delivery, Notice
from sekisho.records.keystore.models import ConversationKey
from sekisho.records.rights import actions as rights
from sekisho.records.rights import tasks as rights_tasks
from sekisho.records.rights.models import Request
from sekisho.records.rights.types import Asked, RequestKind
from sekisho.support.recovery import actions, queries, tasks
from sekisho.support.recovery.models import Claim, Evidence, Failure, Voice
from sekisho.support.recovery.rules.agreeing import Waits
from sekisho.support.recovery.types import ClaimState, Deed, Level, Proof, Wish
from tests import factories
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
    worker,
)

NEW = "chie@elsewhere.test"
PDF = b"%PDF-1.7 a passport"
WHY = "Seen by video, the document fits."


@pytest.fixture
def claim(home, two) -> str:
    """Chie has lost her mailbox; she knows a payment, and another address of hers is on file too."""
    own, chie = home
    EmailAddress.objects.create(user=chie, email="chie@second.test", verified=True, primary=False)
    paid(own.id)
    return lost(chie.email, NEW, payment=PAID).claim


def yes(cast, name: str, claim: str, at=AT):
    return actions.vote(cast.viewer(name), claim, is_yes=True, reason=WHY, clock=fixed_clock(at))


def decided(cast, claim: str) -> None:
    actions.give_evidence(claim, PDF, clock=CLOCK)
    yes(cast, "daiki", claim)
    yes(cast, "emi", claim)


def test_all_whom_the_account_can_reach_hear_of_it_at_once(cast, claim):
    told = set(Delivery.objects.filter(notice__kind="recovery_change").values_list("address", flat=True))
    assert told == {cast.chie.email, "chie@second.test"}
    assert all(
        one.link.startswith("/help/locked-out/stop/") for one in Notice.objects.filter(kind="recovery_change")
    )
    found = queries.claim(claim)
    assert (found.state, found.level, found.proofs) == (ClaimState.REVIEW, Level.P0, {Proof.PAYMENT})


def test_the_code_went_to_the_new_address_with_no_word_of_a_strangers(claim):
    (code,) = [letter for letter in mail.outbox if letter.to == [NEW]]
    assert "chie@example.test" not in code.body


def test_two_people_decide_and_72_hours_later_it_is_done(cast, claim):
    key = create_key(cast.viewer("chie"), cast.chie.memberships.get().organisation_id, "mine").view.id
    browser = Client()
    browser.force_login(cast.chie)
    decided(cast, claim)
    found = queries.claim(claim)
    assert (found.state, found.begins_at, found.level) == (ClaimState.WAITING, later(hours=72), Level.P3)
    tasks.tend(fixed_clock(later(hours=72, seconds=-1)))
    assert Person.objects.get(id=cast.chie.id).email == "chie@example.test"
    assert browser.get("/notices").status_code == 200
    tasks.tend(fixed_clock(later(hours=72)))
    chie = Person.objects.get(id=cast.chie.id)
    assert (chie.email, chie.has_usable_password()) == (NEW, False)
    assert [(one.email, one.verified) for one in EmailAddress.objects.filter(user=chie)] == [(NEW, True)]
    assert browser.get("/notices").status_code == 302
    assert ApiKey.objects.get(id=key).revoked_at == later(hours=72)
    assert queries.claim(claim).state is ClaimState.DONE
    told = Delivery.objects.filter(notice__key__startswith=f"recovery.done.{claim}")
    assert set(told.values_list("address", flat=True)) == {NEW, "chie@example.test", "chie@second.test"}


def test_no_copy_leaves_for_seven_days_after_it(cast, claim):
    decided(cast, claim)
    at = later(hours=72)
    tasks.tend(fixed_clock(at))
    copy = proven(Wish.EXPORT, NEW, at=at)
    actions.do(copy, Deed.EXPORT, clock=fixed_clock(at))
    assert Request.objects.get().begins_at == at + timedelta(days=7)


@pytest.mark.parametrize("when", ["asked", "decided", "at the last second"])
def test_anybody_concerned_stops_it_by_the_link(when, cast, claim):
    if when != "asked":
        decided(cast, claim)
    at = later(hours=72, seconds=-1) if when == "at the last second" else AT
    assert actions.stop(claim, clock=fixed_clock(at)).state is ClaimState.STOPPED
    assert actions.stop(claim, clock=fixed_clock(at)).state is ClaimState.STOPPED
    tasks.tend(fixed_clock(later(hours=73)))
    assert Person.objects.get(id=cast.chie.id).email == "chie@example.test"
    assert Claim.objects.get(id=claim).contact_sealed == ""


def test_what_has_happened_is_not_undone_by_the_link(cast, claim):
    decided(cast, claim)
    tasks.tend(fixed_clock(later(hours=72)))
    with pytest.raises(SekishoError) as refusal:
        actions.stop(claim, clock=fixed_clock(later(hours=73)))
    assert refusal.value.code == "claim_ended"


@pytest.mark.parametrize("asked", ["before it, and under way", "before it, and ready", "after it, signed in"])
def test_no_copy_leaves_by_another_road_either(asked, cast, claim):
    """Whoever holds the new address is mailed nothing, and is given nothing by signing in there."""
    if asked.startswith("before"):
        early = timedelta(hours=72) if asked.endswith("ready") else timedelta()
        own = proven(Wish.EXPORT, cast.chie.email, peer="192.0.2.77", at=AT - early)
        actions.do(own, Deed.EXPORT, clock=fixed_clock(AT - early))
        rights_tasks.work(fixed_clock(later(hours=1)))
    decided(cast, claim)
    tasks.tend(fixed_clock(later(hours=72)))
    at = fixed_clock(later(hours=73))
    if asked.startswith("after"):
        mine = Subject(Holder.ORGANISATION, cast.chie.memberships.get().organisation_id)
        rights.ask(cast.viewer("chie"), Asked(RequestKind.ACCESS, mine), clock=at)
    rights_tasks.work(at)
    row = Request.objects.get()
    assert not Delivery.objects.filter(notice__kind="data_ready", address=NEW).exists()
    if asked.endswith("ready"):
        with pytest.raises(SekishoError, match="not_yet"):
            rights.make_link_for_address(row.id, clock=at)
    else:
        assert row.begins_at == later(hours=72, days=7)


# --- nobody alone ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["daiki", "emi"])
def test_one_of_the_two_alone_decides_nothing_however_often(name, cast, claim):
    for _ in range(3):
        yes(cast, name, claim)
    assert queries.claim(claim).state is ClaimState.REVIEW
    assert Voice.objects.count() == 1


def test_two_of_the_same_kind_decide_nothing(cast, claim):
    StaffAppointment.objects.create(person=cast.fumi, role=StaffRole.IDENTITY)
    yes(cast, "daiki", claim)
    yes(cast, "fumi", claim)
    assert queries.claim(claim).state is ClaimState.REVIEW


@pytest.mark.parametrize("gone", ["the role", "the account"])
def test_who_is_staff_no_more_lets_nobody_in(gone, cast, claim):
    yes(cast, "daiki", claim)
    if gone == "the role":
        StaffAppointment.objects.filter(person=cast.daiki).delete()
    else:
        Person.objects.filter(id=cast.daiki.id).update(is_active=False)
    yes(cast, "emi", claim)
    found = queries.claim(claim)
    assert (found.state, found.begins_at) == (ClaimState.REVIEW, None)
    assert queries.agreed(cast.viewer("emi"), claim) == Waits(("identity",))
    StaffAppointment.objects.create(person=cast.fumi, role=StaffRole.IDENTITY)
    assert yes(cast, "fumi", claim).state is ClaimState.WAITING


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_of_two_votes_at_once_one_decides_and_both_are_told(cast, claim):
    actions.give_evidence(claim, PDF, clock=CLOCK)
    together, told = threading.Barrier(2), []

    def says(name: str) -> None:
        try:
            who = cast.viewer(name)
            together.wait(10)
            told.append(actions.vote(who, claim, is_yes=True, reason=WHY, clock=CLOCK).state)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=says, args=(name,)) for name in ("daiki", "emi")]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(told) == [ClaimState.REVIEW, ClaimState.WAITING]
    assert queries.claim(claim).begins_at == later(hours=72)
    assert AuditEntry.objects.filter(action="recovery.agreed").count() == 1


@pytest.mark.parametrize("name", ["aiko", "ben", "fumi"])
def test_nobody_else_sees_or_decides_it(name, cast, claim):
    for asks in (
        lambda who: yes(cast, name, claim),
        lambda who: queries.claim_for_staff(who, claim),
        lambda who: queries.queue(who),
        lambda who: queries.evidence(who, claim),
        lambda who: actions.check_domain(who, claim, clock=CLOCK),
    ):
        with pytest.raises(NotFoundError):
            asks(cast.viewer(name))


def test_nobody_decides_about_their_own_account(cast, claim):
    StaffAppointment.objects.create(person=cast.chie, role=StaffRole.SECURITY)
    with pytest.raises(SekishoError) as refusal:
        yes(cast, "chie", claim)
    assert refusal.value.code == "own_claim"


def test_one_no_ends_it_and_counts(cast, claim):
    yes(cast, "daiki", claim)
    actions.vote(cast.viewer("emi"), claim, is_yes=False, reason="The picture is another's.", clock=CLOCK)
    assert queries.claim(claim).state is ClaimState.REFUSED
    assert Failure.objects.count() == 2
    with pytest.raises(SekishoError):
        yes(cast, "daiki", claim)


def test_a_reason_is_needed_and_stays_in_the_case_for_staff_alone(cast, claim):
    with pytest.raises(SekishoError):
        actions.vote(cast.viewer("daiki"), claim, is_yes=True, reason="  ", clock=CLOCK)
    yes(cast, "daiki", claim)
    case = Case.objects.get(id=queries.claim(claim).case)
    (said,) = [one for one in case.messages.all() if one.voice == "system"]
    assert said.reach == "staff"
    assert not case.requester, "the account does not read what is written with somebody who may be another"


def test_where_the_proof_is_too_little_the_log_says_that_two_overrode(cast, home, two):
    asked = lost(home[1].email, NEW)
    yes(cast, "daiki", asked.claim)
    yes(cast, "emi", asked.claim)
    entry = AuditEntry.objects.get(action="recovery.agreed")
    assert json.loads(entry.facts)["override"] is True
    assert queries.claim(asked.claim).state is ClaimState.WAITING


def test_two_changes_of_one_account_do_not_race(cast, claim):
    second = lost(cast.chie.email, "other@elsewhere.test", peer=OFFICE)
    decided(cast, claim)
    yes(cast, "daiki", second.claim)
    with pytest.raises(SekishoError) as refusal:
        yes(cast, "emi", second.claim)
    assert refusal.value.code == "one_change_at_a_time"


def test_an_address_that_is_anothers_is_not_given_away(cast, home, two):
    asked = lost(home[1].email, cast.ben.email)
    yes(cast, "daiki", asked.claim)
    with pytest.raises(SekishoError) as refusal:
        yes(cast, "emi", asked.claim)
    assert refusal.value.code == "address_taken"


def test_who_takes_the_address_in_the_meantime_keeps_it(cast, claim):
    decided(cast, claim)
    factories.person("Taken").delete()
    EmailAddress.objects.create(user=cast.ben, email=NEW, verified=True, primary=False)
    tasks.tend(fixed_clock(later(hours=72)))
    assert queries.claim(claim).state is ClaimState.REFUSED
    assert Person.objects.get(id=cast.chie.id).email == "chie@example.test"


# --- second channels ------------------------------------------------------------------------------------------


def test_a_recovery_code_counts_once(home, two):
    own, chie = home
    paid(own.id)
    code = RecoveryCodes.activate(chie).get_unused_codes()[0]
    first = lost(chie.email, NEW, payment=PAID, recovery_code=code)
    assert queries.claim(first.claim).level is Level.P3
    second = lost(chie.email, NEW, payment=PAID, recovery_code=code)
    assert Proof.RECOVERY_CODE not in queries.claim(second.claim).proofs
    assert Failure.objects.exists()


def test_the_domain_of_an_organisation_shows_itself_and_a_consumers_never(cast, home, two):
    asked = {cast.ben.email: lost(cast.ben.email, "ben@elsewhere.test").claim}
    asked[home[1].email] = lost(home[1].email, NEW, peer=OFFICE).claim
    seen: list[str] = []
    for address, claim in asked.items():
        wanted = actions.record_for_domain(claim, AT)

        def resolver(name: str, wanted: str = wanted) -> tuple[str, ...]:
            seen.append(name)
            return ("v=spf1 -all", wanted)

        found = actions.check_domain(cast.viewer("daiki"), claim, resolver=resolver, clock=CLOCK)
        assert found is (address == cast.ben.email)
    assert seen == ["_sekisho-recovery.example.test"]
    none = actions.check_domain(
        cast.viewer("daiki"), asked[cast.ben.email], resolver=lambda _: (), clock=CLOCK
    )
    assert not none


def test_another_owner_says_whether_it_is_so(cast, two):
    asked = lost(cast.ben.email, "ben@elsewhere.test").claim
    link = Notice.objects.get(kind="recovery_owner").link
    assert link == f"/o/{cast.atelier.id}/recovery/{asked}"
    for name in ("ben", "chie", "daiki"):
        with pytest.raises(NotFoundError):
            actions.confirm_as_owner(cast.viewer(name), asked, is_so=True)
    actions.confirm_as_owner(cast.viewer("aiko"), asked, is_so=True)
    assert queries.claim(asked).proofs == {Proof.OWNER}
    actions.confirm_as_owner(cast.viewer("aiko"), asked, is_so=False)
    assert queries.claim(asked).state is ClaimState.STOPPED
    left = Claim.objects.get(id=asked)
    assert (left.contact_sealed, left.sealed, bool(left.ended_at)) == ("", "", True)


# --- evidence -------------------------------------------------------------------------------------------------


def test_evidence_is_sealed_seen_by_two_roles_and_each_reading_is_logged(cast, claim):
    actions.give_evidence(claim, PDF, clock=CLOCK)
    row = Evidence.objects.get()
    assert b"passport" not in bytes(row.ciphertext)
    for name in ("daiki", "emi"):
        assert actions.open_evidence(cast.viewer(name), claim, row.id) == ("application/pdf", PDF)
    assert AuditEntry.objects.filter(action="recovery.evidence_read").count() == 2
    for name in ("aiko", "ben", "chie", "fumi"):
        with pytest.raises(NotFoundError):
            actions.open_evidence(cast.viewer(name), claim, row.id)


def test_evidence_goes_30_days_after_the_decision_and_the_decision_stays(cast, claim):
    decided(cast, claim)
    key = Evidence.objects.get().key
    tasks.tend(fixed_clock(later(days=30, seconds=-1)))
    assert Evidence.objects.count() == 1
    tasks.tend(fixed_clock(later(days=30)))
    assert Evidence.objects.count() == 0
    assert bytes(ConversationKey.objects.get(id=key).wrapped) == b""
    assert [(vote.is_yes, vote.person) for vote in queries.votes(cast.viewer("daiki"), claim)] == [
        (True, cast.daiki.id),
        (True, cast.emi.id),
    ]


def test_evidence_on_which_nobody_decides_goes_too(claim):
    actions.give_evidence(claim, PDF, clock=CLOCK)
    tasks.tend(fixed_clock(later(days=60)))
    assert Evidence.objects.count() == 0


@pytest.mark.parametrize(
    "content", [b"", b"<html><script>", b"MZ\x90\x00", b"PK\x03\x04", b"%PDF-" + b"0" * (5 * 1024 * 1024)]
)
def test_what_is_no_document_is_not_taken(content, claim):
    with pytest.raises(SekishoError) as refusal:
        actions.give_evidence(claim, content, clock=CLOCK)
    assert refusal.value.code == "evidence_unfit"


def test_three_files_are_enough(claim):
    for _ in range(3):
        actions.give_evidence(claim, PDF, clock=CLOCK)
    with pytest.raises(SekishoError):
        actions.give_evidence(claim, PDF, clock=CLOCK)


# --- nobody is found out --------------------------------------------------------------------------------------


def test_who_names_an_account_that_is_none_is_treated_alike(cast, two):
    asked = lost("nobody@example.test", "somebody@elsewhere.test")
    found = queries.claim(asked.claim)
    assert (found.state, found.level, bool(found.case)) == (ClaimState.REVIEW, Level.P0, True)
    yes(cast, "daiki", asked.claim)
    with pytest.raises(SekishoError):
        yes(cast, "emi", asked.claim)
    worker(later(days=4))
    assert queries.claim(asked.claim).state is ClaimState.REVIEW


def test_a_wrong_payment_counts_although_nobody_is_told(home, two):
    paid(home[0].id)
    asked = lost(home[1].email, NEW, peer=HOME, payment=PAID)
    assert Proof.PAYMENT in queries.claim(asked.claim).proofs
    lost(home[1].email, NEW, peer=OFFICE, payment=replace(PAID, last_four="0000"))
    assert Failure.objects.count() == 2


@pytest.mark.parametrize("named", ["chie@example.test", "nobody@example.test"], ids=["known", "unknown"])
def test_a_lock_by_wrong_facts_tells_nobody_whether_there_is_an_account(named, home, two):
    for peer in ("198.51.100.1", "192.0.2.1"):
        wrong = replace(PAID, last_four="0000")
        lost(named, f"thief@{peer}.test", peer=peer, payment=wrong, recovery_code="00000000")
    with pytest.raises(SekishoError, match="locked"):
        actions.begin(Wish.DELETION, named, HOME, language="en", clock=CLOCK)


def test_reading_a_mailbox_of_ones_own_washes_nothing_away(home, two):
    claim = begun(Wish.DELETION, home[1].email)
    for peer in ("198.51.100.1", "192.0.2.1"):
        assert not actions.enter_code(claim, "00000000", peer, clock=CLOCK)
    lost(home[1].email, "thief@elsewhere.test", peer="192.0.2.2")
    assert not actions.enter_code(claim, "00000000", "192.0.2.3", clock=CLOCK)
    with pytest.raises(SekishoError, match="locked"):
        actions.enter_code(claim, code_to(home[1].email), HOME, clock=CLOCK)
