"""A version on its way into force, on pages: written, checked, backtested, in the shadow, rolled back (P-004)."""

from __future__ import annotations

import pytest

from sekisho.accounts import queries as accounts
from sekisho.base.databases import KEYSTORE
from sekisho.console import detectors
from sekisho.detection.cascade import Cascade
from sekisho.policy import actions, queries
from sekisho.policy.lifecycle import State
from sekisho.records.actions import store_turns
from tests.console.conftest import client_of
from tests.enforcement.test_backtest import AT, turn
from tests.policy.makers import NEXT, appointed, next_source

pytestmark = pytest.mark.django_db(databases=["default", KEYSTORE])


@pytest.fixture(autouse=True)
def prepared(policy: None, cast) -> None:
    appointed(cast.emi)
    appointed(cast.fumi)


@pytest.fixture
def draft(cast) -> str:
    return actions.propose(accounts.viewer(cast.fumi.id), next_source())


@pytest.fixture(autouse=True)
def blind(monkeypatch) -> None:
    """Detectors that see nothing: what they would see is tested elsewhere."""
    for name in ("cascade", "quick_cascade"):
        monkeypatch.setattr(detectors, name, lambda: Cascade(()))


def state(cast) -> State:
    return queries.version(accounts.viewer(cast.emi.id), NEXT).state


class TestWriting:
    def test_one_begins_with_the_version_in_force(self, cast) -> None:
        page = client_of(cast, "emi").get("/staff/policy/new").content.decode()
        assert "version: &quot;2025-09-15&quot;" in page

    def test_a_version_without_faults_is_kept_as_a_draft(self, cast) -> None:
        response = client_of(cast, "emi").post("/staff/policy/new", {"source": next_source()})
        assert response["Location"] == f"/staff/policy/{NEXT}"
        assert state(cast) is State.DRAFT

    def test_what_is_wrong_is_told_with_its_place_and_nothing_typed_is_lost(self, cast) -> None:
        wrong = next_source().replace("severity: critical", "severity: criticl", 1)
        response = client_of(cast, "emi").post("/staff/policy/new", {"source": wrong})
        page = response.content.decode()
        assert response.status_code == 422
        assert "Did you mean `critical`?" in page
        assert "severity: criticl" in page.partition("<textarea")[2]

    def test_as_one_types_faults_are_told_in_ones_language(self, cast) -> None:
        wrong = {"source": next_source().replace("severity: critical", "severity: criticl", 1)}
        part = client_of(cast, "emi", "ja").post("/staff/policy/check", wrong).content.decode()
        assert "pack.yaml:" in part
        assert "の誤りではありませんか" in part
        assert "<html" not in part

    def test_as_one_types_what_would_change_is_told(self, cast) -> None:
        changed = {"source": next_source().replace("severity: critical", "severity: high", 1)}
        part = client_of(cast, "emi").post("/staff/policy/check", changed).content.decode()
        assert NEXT in part
        assert "<del>" in part

    def test_examples_are_tried_when_asked_for(self, cast) -> None:
        asked = {"source": next_source(), "examples": "1"}
        part = client_of(cast, "emi").post("/staff/policy/check", asked).content.decode()
        assert "examples fail" in part

    @pytest.mark.parametrize("who", ["aiko", "daiki"])
    def test_others_find_nothing(self, cast, who) -> None:
        for response in (
            client_of(cast, who).get("/staff/policy/new"),
            client_of(cast, who).post("/staff/policy/check", {"source": ""}),
        ):
            assert response.status_code == 404


class TestTrying:
    def test_the_shadow_begins_and_ends(self, cast, draft) -> None:
        client = client_of(cast, "emi")
        client.post(f"/staff/policy/{draft}/shadow")
        assert state(cast) is State.SHADOW
        client.post(f"/staff/policy/{draft}/shadow", {"stop": "1"})
        assert state(cast) is State.DRAFT

    def test_a_backtest_grows_slice_by_slice_until_it_is_finished(self, cast, draft, monkeypatch) -> None:
        store_turns([turn(number, cast.atelier, f"good morning {number}") for number in range(1, 6)])
        monkeypatch.setattr("sekisho.records.reading.now", lambda: AT)
        monkeypatch.setattr("sekisho.enforcement.actions.backtests.AT_ONCE", 2)
        monkeypatch.setattr("sekisho.console.drafts.go_on", slices_of(2))
        client = client_of(cast, "emi")
        begun = client.post(f"/staff/policy/{draft}/backtest", {"most": "1000"})
        run = begun["Location"]
        seen = []
        for _ in range(3):
            part = client.post(run, headers={"hx-request": "true"}).content.decode()
            seen.append("hx-trigger" in part)
        assert seen == [True, True, False]
        found = queries.backtest_run(accounts.viewer(cast.emi.id), run.rpartition("/")[2])
        assert (found.report.judged, found.finished_at is not None) == (5, True)
        assert "5 turns judged" in client.get(f"/staff/policy/{draft}").content.decode()

    def test_without_scripts_each_press_judges_a_slice(self, cast, draft) -> None:
        client = client_of(cast, "emi")
        run = client.post(f"/staff/policy/{draft}/backtest", {"most": "1000"})["Location"]
        assert client.post(run)["Location"] == run
        assert "Finished" in client.get(run).content.decode()

    def test_who_only_reads_the_policy_sees_the_report_and_begins_none(self, cast, draft) -> None:
        page = client_of(cast, "daiki").get(f"/staff/policy/{draft}/backtest")
        assert page.status_code == 200
        assert "<form class=" not in page.content.decode().partition("<main")[2]


def slices_of(turns: int):
    from sekisho.enforcement.actions import go_on

    return lambda viewer, run, find: go_on(viewer, run, find, turns)


class TestTakingBack:
    def test_the_version_before_is_in_force_again(self, cast) -> None:
        client = client_of(cast, "emi")
        client.post("/staff/policy/reference@2025-09-15/roll-back")
        found = queries.version(accounts.viewer(cast.emi.id), "reference@2025-09-15")
        assert found.state is State.WITHDRAWN

    def test_where_nothing_was_before_it_is_refused(self, cast) -> None:
        client = client_of(cast, "emi")
        client.post("/staff/policy/reference@2025-09-15/roll-back")
        response = client.post("/staff/policy/reference@2024-06-06/roll-back")
        assert response.status_code == 409
        assert "There is no version to go back to" in response.content.decode()
