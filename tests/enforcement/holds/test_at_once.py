"""The same thing twice, and two people at the same moment: what arrives is one hold, and one of two decides."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import SekishoError
from sekisho.enforcement.holds import actions, queries
from sekisho.enforcement.holds.models import Attestation, Hold
from sekisho.enforcement.holds.types import HoldState
from sekisho.link.ingest import Ingest
from sekisho.link.journal import encode
from sekisho.link.sealing import Sealer, generate_private_key, public_key_of
from sekisho.records.keystore import actions as keystore
from tests.enforcement.holds.makers import AT, hold, professional
from tests.link.makers import content, decision, sealed_entry
from tests.link.test_ingest import Memory

CLOCK = fixed_clock(AT)


@pytest.mark.django_db(databases="__all__")
def test_an_entry_that_is_delivered_again_opens_one_hold():
    private = generate_private_key()
    keystore.make_sealing_key(private, public_key_of(private), AT)
    held = decision(action="hold", stage="output", clause="hr_healthcare", language="ja")
    entry = sealed_entry(
        Sealer(public_key_of(private)),
        content("How much?", "Take two."),
        outcome="held",
        review="rev_1",
        decisions=(held,),
    )
    for _ in range(2):  # as after a crash before the journal forgot it
        Ingest(Memory(encode(entry), encode(entry)), CLOCK).run_all()
    found = queries.hold_view("rev_1", AT)
    assert Hold.objects.count() == 1
    assert (found.domain, found.language, found.policy) == ("hr_healthcare", "ja", "reference@2025-09-15")


@pytest.fixture
def doctors(cast):
    """Emi and Daiki, both registered."""
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.PROFESSIONAL)
    professional(cast.emi.id)
    professional(cast.daiki.id)
    return [cast.viewer("emi"), cast.viewer("daiki")]


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_of_two_who_claim_at_once_one_has_it_and_the_other_is_told(cast, doctors):
    ticket = hold(organisation=cast.atelier.id)
    told = at_once(doctors, lambda who: actions.claim(who, ticket, CLOCK))
    assert sorted(told) == ["claimed_by_other", "done"]
    assert queries.hold_view(ticket, AT).claimed_by in [who.id for who in doctors]


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_of_two_decisions_of_one_person_at_once_one_stands(cast, doctors):
    ticket, emi = hold(organisation=cast.atelier.id), doctors[0]
    actions.claim(emi, ticket, CLOCK)
    deeds = [
        lambda: actions.release(emi, ticket, agreed=True, clock=CLOCK),
        lambda: actions.reject(emi, ticket, "See a doctor.", clock=CLOCK),
    ]
    told = at_once(deeds, lambda deed: deed())
    assert sorted(told) == ["decided_already", "done"]
    assert queries.hold_view(ticket, AT).state in (HoldState.RELEASED, HoldState.REJECTED)
    assert Attestation.objects.count() == 1


def at_once(each, do):
    """Do it for each in threads that begin together; return `done` or the refusal's code of each."""
    barrier, told = threading.Barrier(len(each)), []

    def act(one):
        barrier.wait(20)
        try:
            do(one)
            told.append("done")
        except SekishoError as refusal:
            told.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=[one]) for one in each]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return told
