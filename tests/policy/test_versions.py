"""Versions of the policy: proposed, activated by a second person, in force by the clock, rolled back in one step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts.types import NOBODY
from sekisho.audit.models import AuditEntry
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError
from sekisho.policy import actions, queries
from sekisho.policy.events import policy_changed
from sekisho.policy.lifecycle import State
from sekisho.policy.packs import reference_packs
from sekisho.policy.problems import PackError
from tests.policy.makers import (
    CURRENT,
    FROM_2025,
    LATER,
    NEXT,
    NEXT_AT,
    NOW,
    OLD,
    next_source,
    obeys,
    refused,
    sees_nothing,
    states,
)

# --- what is shipped ---


def test_the_shipped_versions_are_installed_once(db) -> None:
    assert actions.install_reference(clock=NOW) == (OLD, CURRENT)
    assert actions.install_reference(clock=NOW) == ()
    assert states(NOBODY) == {CURRENT: State.IN_FORCE, OLD: State.ARCHIVED}


@pytest.mark.parametrize(
    ("at", "label"),
    [
        pytest.param(datetime(2020, 1, 1, tzinfo=UTC), None, id="before the first"),
        pytest.param(FROM_2025 - timedelta(microseconds=1), OLD, id="the last instant of the old"),
        pytest.param(FROM_2025, CURRENT, id="the first instant of the new"),
    ],
)
def test_an_event_is_judged_by_the_version_of_its_moment(shipped, at, label) -> None:
    assert getattr(queries.version_at(at), "label", None) == label


def test_gateways_get_what_is_in_force_or_to_come(shipped) -> None:
    def labels(at: datetime) -> list[str]:
        return [pack.label for pack in queries.packs_for_gateway(at)]

    assert labels(FROM_2025 - timedelta(days=1)) == [OLD, CURRENT]
    assert labels(FROM_2025) == [CURRENT]


# --- a new version ---


def test_a_version_goes_from_draft_to_force_by_a_second_person(
    shipped, emi_proposes, fumi_approves, django_capture_on_commit_callbacks
) -> None:
    heard: list[str] = []
    policy_changed.connect(lambda version, **_: heard.append(version), weak=False, dispatch_uid="test")
    try:
        label = actions.propose(emi_proposes, next_source())
        assert states(emi_proposes)[label] is State.DRAFT
        with django_capture_on_commit_callbacks(execute=True):
            actions.activate(fumi_approves, label, obeys, clock=NOW)
    finally:
        policy_changed.disconnect(dispatch_uid="test")
    assert heard == [label]
    assert states(NOBODY) == {NEXT: State.SCHEDULED, CURRENT: State.IN_FORCE, OLD: State.ARCHIVED}
    assert states(NOBODY, LATER) == {NEXT: State.IN_FORCE, CURRENT: State.ARCHIVED, OLD: State.ARCHIVED}
    done = list(AuditEntry.objects.order_by("seq").values_list("action", "actor"))[-2:]
    assert done == [
        ("policy_version.proposed", emi_proposes.id),
        ("policy_version.activated", fumi_approves.id),
    ]


def test_who_proposed_does_not_approve_unless_alone(shipped, emi_proposes) -> None:
    label = actions.propose(emi_proposes, next_source())
    with pytest.raises(NotAllowedError, match="second_person_needed"):
        actions.activate(emi_proposes, label, obeys, clock=NOW)
    actions.activate(emi_proposes, label, obeys, single_operator=True, clock=NOW)
    assert states(NOBODY)[label] is State.SCHEDULED
    assert '"single_operator":true' in AuditEntry.objects.order_by("-seq")[0].facts


def test_a_version_whose_examples_fail_stays_a_draft(shipped, emi_proposes, fumi_approves) -> None:
    label = actions.propose(emi_proposes, next_source())
    with refused("examples_failed") as caught:
        actions.activate(fumi_approves, label, sees_nothing, clock=NOW)
    assert {failure.clause for failure in caught.value.data["failures"]} >= {"weapons", "hr_legal"}
    assert states(emi_proposes)[label] is State.DRAFT
    assert [pack.label for pack in queries.packs_for_gateway(NOW())] == [CURRENT]


def test_an_invalid_version_is_not_even_a_draft(shipped, emi_proposes) -> None:
    with pytest.raises(PackError):
        actions.propose(emi_proposes, next_source().replace("severity: high", "severity: hihg"))
    assert set(states(emi_proposes)) == {OLD, CURRENT}


def test_a_version_is_never_changed_under_its_name(shipped, emi_proposes) -> None:
    with refused("version_exists"):
        actions.propose(emi_proposes, next_source().replace('"next"', '"2025-09-15"'))


def test_a_version_does_not_take_effect_in_the_past(shipped, emi_proposes, fumi_approves) -> None:
    label = actions.propose(emi_proposes, next_source())
    with refused("effective_in_the_past"):
        actions.activate(fumi_approves, label, obeys, clock=fixed_clock(NEXT_AT + timedelta(seconds=1)))


def test_a_version_is_activated_once(shipped, emi_proposes, fumi_approves) -> None:
    label = actions.propose(emi_proposes, next_source())
    actions.activate(fumi_approves, label, obeys, clock=NOW)
    with refused("not_a_draft"):
        actions.activate(fumi_approves, label, obeys, clock=NOW)


# --- going back ---


def test_a_roll_back_restores_the_version_before_in_one_step(shipped, emi_proposes) -> None:
    assert actions.roll_back(emi_proposes, CURRENT, NOW) == OLD
    after = fixed_clock(NOW() + timedelta(seconds=1))
    assert states(NOBODY, after) == {CURRENT: State.WITHDRAWN, OLD: State.IN_FORCE}
    assert [pack.label for pack in queries.packs_for_gateway(NOW())] == [OLD]


def test_a_roll_back_does_not_rewrite_the_past(shipped, emi_proposes) -> None:
    actions.roll_back(emi_proposes, CURRENT, NOW)
    assert queries.version_at(FROM_2025).label == CURRENT
    assert queries.version_at(NOW()).label == OLD
    assert queries.version(NOBODY, CURRENT, NOW).pack == reference_packs()[-1]


def test_the_gate_is_never_left_without_a_policy(shipped, emi_proposes) -> None:
    actions.roll_back(emi_proposes, CURRENT, NOW)
    with refused("nothing_before"):
        actions.roll_back(emi_proposes, OLD, NOW)


def test_what_is_not_active_cannot_be_rolled_back(shipped, emi_proposes) -> None:
    label = actions.propose(emi_proposes, next_source())
    with refused("not_active"):
        actions.roll_back(emi_proposes, label, NOW)


# --- who may ---


@pytest.mark.parametrize("name", ["aiko", "ben", "chie", "daiki", "emi", "fumi"])
def test_only_the_staff_role_for_it_changes_the_policy(shipped, cast, name) -> None:
    who = cast.viewer(name)
    for attempt in (
        lambda: actions.propose(who, next_source()),
        lambda: actions.activate(who, CURRENT, obeys, clock=NOW),
        lambda: actions.roll_back(who, CURRENT, NOW),
        lambda: actions.install_reference(who, NOW),
    ):
        with pytest.raises(NotAllowedError, match="not_allowed"):
            attempt()


def test_everyone_reads_what_was_announced_and_only_staff_reads_drafts(shipped, cast, emi_proposes) -> None:
    actions.propose(emi_proposes, next_source())
    assert set(states(NOBODY)) == set(states(cast.viewer("chie"))) == {OLD, CURRENT}
    assert set(states(cast.viewer("daiki"))) == {OLD, CURRENT, NEXT}
    with pytest.raises(NotFoundError):
        queries.version(NOBODY, NEXT, NOW)


def test_an_approved_version_is_public_from_its_announcement_on(db) -> None:
    before = fixed_clock(reference_packs()[-1].announced_at - timedelta(seconds=1))
    actions.install_reference(clock=before)
    assert set(states(NOBODY, before)) == {OLD}
    assert states(NOBODY, fixed_clock(reference_packs()[-1].announced_at))[CURRENT] is State.SCHEDULED


# --- what changed ---


def test_changes_are_told_against_the_version_before(shipped) -> None:
    told = queries.changes(NOBODY, None, CURRENT, NOW)
    assert (told.before, told.after) == (OLD, CURRENT)
    assert queries.changes(NOBODY, CURRENT, CURRENT, NOW).clauses == ()
    assert queries.changes(NOBODY, None, OLD, NOW).before == ""
