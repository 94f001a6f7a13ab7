"""Erasure walks the inventory, and leaves nothing of the one and everything of the others (R-DATA-237)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from sekisho.accounts.models import Organisation, Person
from sekisho.accounts.types import Role, system
from sekisho.audit import queries as audit
from sekisho.audit.models import AuditReceipt
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import SekishoError
from sekisho.base.inventory import Holder, How, Subject
from sekisho.records import registry
from sekisho.records.models import Content, DataEvent, Turn
from sekisho.records.reading import contents
from sekisho.records.retention import actions, queries
from sekisho.records.retention.actions import erasing
from sekisho.records.retention.actions.erasing_rows import left
from sekisho.records.retention.models import Erasure
from sekisho.records.retention.types import ErasureState, StepState
from sekisho.records.types import Destroyed
from tests import factories
from tests.records.retention.makers import AT, DAY, backup, living_keys, opens, restore, store, sweep, turn
from tests.records.retention.planting import counted, everything, plant

pytestmark = pytest.mark.django_db(databases="__all__")

MIDDAY = AT + timedelta(hours=3)
ONE, OTHER = "planted-pseudonym-one", "planted-pseudonym-two"

SUBJECTS = {
    Holder.END_USER: (Subject(Holder.END_USER, "org_one", ONE), Subject(Holder.END_USER, "org_one", OTHER)),
    Holder.ORGANISATION: (Subject(Holder.ORGANISATION, "org_one"), Subject(Holder.ORGANISATION, "org_two")),
    Holder.MEMBER: (
        Subject(Holder.MEMBER, "org_one", person="usr_one"),
        Subject(Holder.MEMBER, "org_one", person="usr_two"),
    ),
    Holder.PERSON: (
        Subject(Holder.PERSON, person="usr_one", email="one@example.test"),
        Subject(Holder.PERSON, person="usr_two", email="two@example.test"),
    ),
}


def done(subject: Subject) -> str:
    """Erase the subject to its end, and return the erasure."""
    erasure = actions.erase("usr_aiko", subject, at=AT)
    assert actions.proceed(erasure, fixed_clock(MIDDAY)) is ErasureState.DONE, queries.erasure(erasure).failed
    return erasure


def people() -> None:
    for subject in SUBJECTS[Holder.PERSON]:
        Person.objects.create(id=subject.person, email=subject.email, name="Somebody")


def speak(subject: Subject, number: int) -> None:
    """Let the subject have said something, under real keys."""
    if subject.holder is not Holder.PERSON:
        more = {"end_user": subject.end_user or f"eu{number}", "member": subject.person}
        store(turn(f"req_{number}", subject.organisation, conversation=f"c{number}", **more))


@pytest.mark.parametrize("holder", SUBJECTS, ids=str)
def test_the_drill(holder: Holder):
    """A subject is planted in every store that can have one, and another beside it. Afterwards nothing is left of the
    first but what the inventory says is kept, and the second has every row that it had."""
    mine, others = SUBJECTS[holder]
    people()
    for number, subject in enumerate((mine, others)):
        speak(subject, number)
    planted, before = plant(mine), plant(others)
    assert before.keys() <= planted.keys()
    assert len(planted) > {Holder.MEMBER: 3}.get(holder, 15)
    erasure = done(mine)
    for entry in registry.walk():
        erase = entry.data.erasing(holder)
        if erase is not None:
            assert not left(entry, erase, mine, MIDDAY).exists(), entry.table
    after = counted(others)
    logs = {"audit_auditentry", "records_dataevent", "records_restamping"}
    assert {name: after.get(name) for name in before if name not in logs} == {
        name: number for name, number in before.items() if name not in logs
    }
    assert queries.erasure(erasure).receipt.startswith("rcp_")


def test_the_pseudonym_of_an_end_user_stands_nowhere_any_more():
    mine, _ = SUBJECTS[Holder.END_USER]
    speak(mine, 1)
    plant(mine)
    assert list(everything(ONE))
    erasure = done(mine)
    actions.proceed_all(fixed_clock(AT + 4 * DAY))  # what stayed for a while is looked at again
    staying = {step.table for step in queries.erasure(erasure).steps if step.state == StepState.REMAINS}
    assert {table for table, _ in everything(ONE)} <= KEPT_BY_NAME | staying | {"retention_erasure"}
    assert staying == {"enforcement_restriction", "training_datasetitem"}, "in force, and not yet recalled"


KEPT_BY_NAME = {
    name
    for name, entry in registry.inventory().items()
    if entry.erase is not None and entry.erase.how is How.KEEP
} | {"audit_auditentry"}


def test_every_table_that_can_be_reached_is_a_step_and_every_kept_one_says_why():
    mine, _ = SUBJECTS[Holder.ORGANISATION]
    speak(mine, 1)
    plant(mine)
    view = queries.erasure(done(mine))
    assert {step.table for step in view.steps} == {
        entry.table
        for entry in registry.walk()
        if entry.data.reach is not None and entry.data.reach.organisation is not None
    }
    kept = {step.table: step.reason for step in view.steps if step.kept}
    assert "enforcement_credit" in kept
    assert all(reason.endswith(".") for reason in kept.values())
    receipt = json.loads(AuditReceipt.objects.get(id=view.receipt).body)
    assert receipt["facts"]["kept"] == kept
    assert receipt["facts"]["counts"]["records_content"] == 1


def test_keys_die_first_and_backups_of_content_mean_nothing():
    store(turn("req_1"), turn("req_2", end_user="other"))
    kept = backup()
    erasure = done(Subject(Holder.END_USER, "org_1", "pseudonym"))
    assert queries.erasure(erasure).keys >= 2, "the conversation's and the subject's"
    restore([row for row in kept if row.turn_id == "req_2"])
    assert opens("req_2") == (True,)
    assert not Turn.objects.filter(id="req_1").exists()
    assert Turn.objects.filter(id="req_2").exists()


def test_nothing_is_done_before_every_table_is_empty_and_what_fails_is_told_and_tried_again(monkeypatch):
    store(turn())
    whole = erasing.erase_rows

    def fails(entry, *rest):
        if entry.table == "records_content":
            raise OSError("the disk is full of what nobody may read")
        return whole(entry, *rest)

    monkeypatch.setattr(erasing, "erase_rows", fails)
    erasure = actions.erase("usr_aiko", Subject(Holder.END_USER, "org_1", "pseudonym"), at=AT)
    assert actions.proceed(erasure, fixed_clock(MIDDAY)) is ErasureState.IN_PROGRESS
    failed = {step.table: step.problem for step in queries.erasure(erasure).failed}
    assert failed["records_content"] == "OSError", "the class alone: its words may hold anything"
    assert queries.erasure(erasure).receipt == ""
    assert opens("req_1") == (False,), "the key is dead all the same"
    monkeypatch.setattr(erasing, "erase_rows", whole)
    assert actions.proceed_all(fixed_clock(MIDDAY)) == 1
    assert queries.erasure(erasure).state is ErasureState.DONE
    assert all(step.state in (StepState.DONE, StepState.REMAINS) for step in queries.erasure(erasure).steps)


def test_a_crash_between_two_tables_loses_no_step(monkeypatch):
    store(turn())
    erasure = actions.erase("usr_aiko", Subject(Holder.END_USER, "org_1", "pseudonym"), at=AT)
    whole, calls = erasing._do, iter(range(100))

    def dies(*arguments):
        if next(calls) == 7:
            raise KeyboardInterrupt
        return whole(*arguments)

    monkeypatch.setattr(erasing, "_do", dies)
    with pytest.raises(KeyboardInterrupt):
        actions.proceed(erasure, fixed_clock(MIDDAY))
    states = [step.state for step in queries.erasure(erasure).steps]
    assert states.count("waiting") == len(states) - 7
    monkeypatch.setattr(erasing, "_do", whole)
    assert actions.proceed(erasure, fixed_clock(MIDDAY)) is ErasureState.DONE
    assert AuditReceipt.objects.filter(kind="erasure").count() == 1


def test_a_restriction_in_force_is_not_escaped_and_is_forgotten_when_it_ends():
    from sekisho.enforcement.models import Restriction
    from tests.records.retention.planting import row

    found = {"organisation": "org_1", "unit_kind": "end_user", "unit_id": "pseudonym"}
    restriction = row(Restriction, {**found, "until": AT + 3 * DAY, "lifted_at": None})
    erasure = done(Subject(Holder.END_USER, "org_1", "pseudonym"))
    restriction.refresh_from_db()
    assert restriction.unit_id == "pseudonym"
    step = next(one for one in queries.erasure(erasure).steps if one.table == "enforcement_restriction")
    assert (step.state, step.kept) == (StepState.REMAINS, 1)
    assert step.reason
    actions.proceed_all(fixed_clock(AT + 4 * DAY))
    restriction.refresh_from_db()
    assert restriction.unit_id == ""
    assert Erasure.objects.get(id=erasure).end_user == "", "nobody has to be looked for any more"


def test_asking_twice_is_asking_once():
    subject = Subject(Holder.END_USER, "org_1", "pseudonym")
    assert actions.erase("usr_aiko", subject, at=AT) == actions.erase("usr_aiko", subject, at=MIDDAY)


def test_a_member_is_erased_turn_by_turn_and_the_others_of_the_conversation_live():
    conversation = store(turn("req_1", member="usr_ben"), turn("req_2", at=AT + timedelta(minutes=1)))
    kept = backup()
    erasure = actions.erase("usr_aiko", Subject(Holder.MEMBER, "org_1", person="usr_ben"), at=MIDDAY)
    assert actions.proceed(erasure, fixed_clock(MIDDAY)) is ErasureState.DONE
    assert [row.id for row in Turn.objects.all()] == ["req_2"]
    assert living_keys(conversation) == 1
    restore([row for row in kept if row.turn_id == "req_2"])
    assert opens("req_2") == (True,)


class TestOfAConversation:
    """R-DATA-123."""

    def test_it_is_hidden_with_the_commit_and_its_key_destroyed_right_after(
        self, django_capture_on_commit_callbacks
    ):
        conversation = store(turn("req_1"), turn("req_2", conversation="c2"))
        kept = backup()
        with django_capture_on_commit_callbacks() as later:
            erasure = actions.delete_conversation("usr_aiko", "org_1", conversation, at=MIDDAY)
        assert contents(["req_1"], at=MIDDAY, subject=True)["req_1"] == Destroyed()
        for call in later:
            call()
        assert living_keys(conversation) == 0
        assert queries.erasure(erasure).state is ErasureState.DONE
        restore(kept)
        assert opens("req_1", "req_2") == (False, True)

    def test_its_receipt_names_the_key(self):
        conversation = store(turn())
        erasure = actions.delete_conversation("usr_aiko", "org_1", conversation, at=MIDDAY)
        actions.proceed(erasure, fixed_clock(MIDDAY))
        view = queries.erasure(erasure)
        receipt = json.loads(AuditReceipt.objects.get(id=view.receipt).body)
        assert receipt["kind"] == "deletion"
        assert len(receipt["facts"]["keys"]) == view.keys == 1

    def test_its_metadata_stay_and_nothing_is_past_due(self):
        conversation = store(turn())
        actions.proceed(
            actions.delete_conversation("usr_aiko", "org_1", conversation, at=MIDDAY), fixed_clock(MIDDAY)
        )
        assert queries.past_due(MIDDAY) == 0
        assert not Content.objects.exists()
        sweep(MIDDAY + timedelta(hours=23))
        assert Turn.objects.get(id="req_1").has_content is False

    def test_what_arrives_late_dies_with_it_and_what_is_said_later_lives(self):
        conversation = store(turn("req_1"))
        actions.proceed(
            actions.delete_conversation("usr_aiko", "org_1", conversation, at=MIDDAY), fixed_clock(MIDDAY)
        )
        store(
            turn("req_2", at=MIDDAY - timedelta(minutes=1)), turn("req_3", at=MIDDAY + timedelta(minutes=1))
        )
        sweep(MIDDAY + timedelta(minutes=5))
        assert opens("req_2", "req_3") == (False, True)


def test_the_preview_says_what_would_go_and_changes_nothing():
    store(turn("req_1"), turn("req_2", conversation="c2"), turn("req_3", end_user="other"))
    subject = Subject(Holder.END_USER, "org_1", "pseudonym")
    found = queries.preview(subject, MIDDAY)
    assert (found.conversations, found.turns, found.held) == (2, 2, ())
    tables = {one.table: one.rows for one in found.tables}
    assert tables["records_content"] == tables["records_turn"] == 2
    assert found.key_backups_until == MIDDAY + timedelta(hours=48)
    assert found.content_backups_until == MIDDAY + 7 * DAY
    assert opens("req_1", "req_2") == (True, True)
    assert not DataEvent.objects.exists()


def test_who_owns_an_organisation_with_others_hands_it_over_first(
    atelier: Organisation, aiko: Person, ben: Person
):
    subject = Subject(Holder.PERSON, person=aiko.id)
    with pytest.raises(SekishoError, match="owns_organisation"):
        actions.erase(aiko.id, subject, at=AT)
    done(Subject(Holder.PERSON, person=ben.id))
    done(subject)
    assert not Person.objects.filter(id__in=[aiko.id, ben.id]).exists()


def test_a_consumer_account_goes_with_its_person():
    home = factories.organisation("Aiko at home")
    aiko = factories.person("Aiko")
    factories.member(home, aiko, Role.PRIMARY_OWNER)
    store(turn(organisation=home.id))
    done(Subject(Holder.ORGANISATION, home.id))
    done(Subject(Holder.PERSON, person=aiko.id))
    assert not Organisation.objects.filter(id=home.id).exists()
    assert not Person.objects.filter(id=aiko.id).exists()
    logged = audit.entries(system("test"), audit.EntryFilter(action="erasure.asked"))
    assert [entry.facts["holder"] for entry in logged] == ["person", "organisation"]
