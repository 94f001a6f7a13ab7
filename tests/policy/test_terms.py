"""Overlays and shadows in the database: who sets them, what gateways get, and that it can be read later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sekisho.accounts.types import NOBODY, system
from sekisho.audit import queries as audit
from sekisho.base.errors import NotAllowedError, NotFoundError
from sekisho.policy import actions, queries
from sekisho.policy.events import policy_changed, terms_changed
from sekisho.policy.lifecycle import State
from sekisho.policy.models import PolicyOverlay
from sekisho.policy.overlay import Overlay, StricterClause, tightened
from sekisho.policy.problems import PackError
from sekisho.policy.types import Action, StreamMode
from tests.policy.makers import CURRENT, NEXT, NOW, next_source, obeys, refused, states

OVERLAY = "clauses: {fraud_predation: {on_output: block, stream: full}}"


@pytest.fixture
def heard():
    told = []
    terms_changed.connect(
        lambda organisation, **_: told.append(organisation), weak=False, dispatch_uid="test"
    )
    policy_changed.connect(lambda version, **_: told.append(version), weak=False, dispatch_uid="test")
    yield told
    terms_changed.disconnect(dispatch_uid="test")
    policy_changed.disconnect(dispatch_uid="test")


# --- overlays ---


def test_an_owner_tightens_and_gateways_are_told(
    shipped,
    cast,
    heard,
    django_capture_on_commit_callbacks,
) -> None:
    aiko, org = cast.viewer("aiko"), cast.atelier.id
    with django_capture_on_commit_callbacks(execute=True):
        version = actions.set_overlay(aiko, org, OVERLAY, clock=NOW)
    assert heard == [org]
    wished = StricterClause(on_output=Action.BLOCK, stream=StreamMode.FULL)
    assert queries.overlays_for_gateway() == {org: Overlay(version, {"fraud_predation": wished})}
    [entry] = audit.entries(system("test"), audit.EntryFilter(action="policy_overlay.set"))
    assert (entry.actor, entry.facts["version"]) == (aiko.id, version)


def test_the_latest_counts_and_the_earlier_stay_readable(shipped, cast) -> None:
    aiko, org = cast.viewer("aiko"), cast.atelier.id
    versions = [actions.set_overlay(aiko, org, text, clock=NOW) for text in (OVERLAY, "unscreened: block")]
    assert queries.overlay(cast.viewer("ben"), org).version == versions[-1]
    assert set(PolicyOverlay.objects.values_list("version", flat=True)) == set(versions)
    actions.remove_overlay(aiko, org, clock=NOW)
    assert queries.overlays_for_gateway() == {}
    with pytest.raises(NotFoundError):
        actions.remove_overlay(aiko, org, clock=NOW)


def test_what_loosens_is_not_stored(shipped, cast) -> None:
    with pytest.raises(PackError, match="would loosen"):
        actions.set_overlay(
            cast.viewer("aiko"), cast.atelier.id, "clauses: {weapons: {on_input: annotate}}", clock=NOW
        )
    assert not PolicyOverlay.objects.exists()


@pytest.mark.parametrize(
    ("name", "error"), [("ben", NotAllowedError), ("chie", NotFoundError), ("emi", NotFoundError)]
)
def test_others_do_not_set_it(shipped, cast, name, error) -> None:
    for act in (
        lambda viewer: actions.set_overlay(viewer, cast.atelier.id, OVERLAY, clock=NOW),
        lambda viewer: actions.remove_overlay(viewer, cast.atelier.id, clock=NOW),
    ):
        with pytest.raises(error):
            act(cast.viewer(name))


def test_outsiders_do_not_see_it(shipped, cast) -> None:
    with pytest.raises(NotFoundError):
        queries.overlay(cast.viewer("chie"), cast.atelier.id)


def test_a_decision_under_an_overlay_leads_to_the_version_beneath(shipped, cast) -> None:
    actions.set_overlay(cast.viewer("aiko"), cast.atelier.id, OVERLAY, clock=NOW)
    [pack] = queries.packs_for_gateway(NOW())
    [overlay] = queries.overlays_for_gateway().values()
    assert queries.version(cast.viewer("ben"), tightened(pack, overlay).label, NOW).label == CURRENT


# --- shadows ---


def test_a_draft_is_tried_in_the_shadow_and_leaves_it(
    shipped,
    emi_proposes,
    heard,
    django_capture_on_commit_callbacks,
) -> None:
    actions.propose(emi_proposes, next_source())
    assert queries.shadow_packs_for_gateway() == ()
    with django_capture_on_commit_callbacks(execute=True):
        actions.start_shadow(emi_proposes, NEXT, clock=NOW)
    assert [pack.label for pack in queries.shadow_packs_for_gateway()] == [NEXT]
    assert states(emi_proposes)[NEXT] is State.SHADOW
    assert [pack.label for pack in queries.packs_for_gateway(NOW())] == [CURRENT]
    with django_capture_on_commit_callbacks(execute=True):
        actions.stop_shadow(emi_proposes, NEXT)
    assert queries.shadow_packs_for_gateway() == ()
    assert heard == [NEXT, NEXT]
    with refused("not_in_shadow"):
        actions.stop_shadow(emi_proposes, NEXT)


def test_activation_ends_the_shadow(shipped, emi_proposes, fumi_approves) -> None:
    actions.propose(emi_proposes, next_source())
    actions.start_shadow(emi_proposes, NEXT, clock=NOW)
    actions.activate(fumi_approves, NEXT, obeys, clock=NOW)
    assert queries.shadow_packs_for_gateway() == ()
    assert states(emi_proposes)[NEXT] is State.SCHEDULED
    with refused("not_a_draft"):
        actions.start_shadow(emi_proposes, NEXT, clock=NOW)


def test_a_shadow_is_nothing_to_read_for_the_public(shipped, emi_proposes, aiko) -> None:
    actions.propose(emi_proposes, next_source())
    actions.start_shadow(emi_proposes, NEXT, clock=NOW)
    assert NEXT not in states(NOBODY)
    assert NEXT not in states(NOBODY, lambda: NOW() + timedelta(days=200))
