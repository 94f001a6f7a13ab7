"""Staff see decisions as they come, their evidence, and approve versions that others proposed."""

from __future__ import annotations

import pytest

from sekisho.accounts import queries as accounts
from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import NOBODY, StaffRole
from sekisho.console import detectors
from sekisho.detection.cascade import Cascade
from sekisho.detection.types import Finding, Passage
from sekisho.policy import actions, queries
from sekisho.policy.lifecycle import State
from sekisho.policy.packs import reference_sources
from sekisho.policy.types import Pack
from tests.cast import Cast
from tests.console.conftest import client_of

LABEL = "reference@2031-01-01"


@pytest.mark.usefixtures("decided")
class TestDecisions:
    def test_the_stream_renews_only_its_list(self, cast: Cast) -> None:
        client = client_of(cast, "emi")
        whole = client.get("/staff/decisions").content.decode()
        part = client.get("/staff/decisions", headers={"hx-request": "true"}).content.decode()
        assert 'hx-trigger="every 3s"' in whole
        assert "dec_0000" in part
        assert "<html" not in part

    def test_an_older_page_stands_still(self, cast: Cast) -> None:
        response = client_of(cast, "emi").get("/staff/decisions")
        older = client_of(cast, "emi").get("/staff/decisions", {"cursor": response.context["after"]})
        assert "hx-trigger" not in older.content.decode()

    def test_the_evidence_names_the_detector_and_its_version(self, cast: Cast) -> None:
        page = client_of(cast, "emi").get("/staff/decisions/dec_0000").content.decode()
        assert "Local scorer" in page
        assert "reference@2025-09-15" in page

    @pytest.mark.parametrize("who", ["aiko", "ben", "daiki"])
    def test_others_find_nothing(self, who: str, cast: Cast) -> None:
        assert client_of(cast, who).get("/staff/decisions").status_code == 404


@pytest.fixture
def draft(policy: None, cast: Cast) -> str:
    """A version that Fumi proposed, for a day far ahead."""
    StaffAppointment.objects.create(person=cast.fumi, role=StaffRole.POLICY)
    source = reference_sources()["2025-09-15.yaml"]
    later = source.replace('version: "2025-09-15"', 'version: "2031-01-01"')
    later = later.replace("effective_at: 2025-09-15", "effective_at: 2031-01-01")
    return actions.propose(accounts.viewer(cast.fumi.id), later)


@pytest.fixture
def quiet_detectors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Detectors that see nothing, so that the examples of the pack fail."""
    monkeypatch.setattr(detectors, "cascade", lambda: Cascade(()))


class KnowsByHeart:
    """A detector that sees in each example exactly what the pack promises."""

    name, version, languages = "by heart", "1", frozenset[str]()

    def __init__(self, pack: Pack) -> None:
        self._clauses = [(clause, {one.text for one in clause.must_fire}) for clause in pack.clauses]

    def find(self, passage: Passage) -> tuple[Finding, ...]:
        return tuple(
            Finding(clause.id, detector)
            for clause, texts in self._clauses
            if passage.text in texts
            for detector in clause.thresholds
        )


@pytest.fixture
def examples_pass(policy: None, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = queries.version(NOBODY, "reference@2025-09-15").pack
    monkeypatch.setattr(detectors, "cascade", lambda: Cascade((KnowsByHeart(pack),)))


@pytest.mark.usefixtures("emi_prepares_policy")
class TestPolicy:
    def state(self, cast: Cast) -> State:
        return queries.version(accounts.viewer(cast.emi.id), LABEL).state

    @pytest.mark.usefixtures("examples_pass")
    def test_a_second_person_activates(self, draft: str, cast: Cast) -> None:
        client = client_of(cast, "emi")
        assert "activate" in client.get(f"/staff/policy/{draft}").content.decode()
        client.post(f"/staff/policy/{draft}/activate")
        assert self.state(cast) is State.SCHEDULED

    @pytest.mark.usefixtures("examples_pass")
    def test_the_proposer_is_told_that_somebody_else_has_to(self, draft: str, cast: Cast) -> None:
        client = client_of(cast, "fumi")
        assert "somebody else has to read" in client.get(f"/staff/policy/{draft}").content.decode()
        response = client.post(f"/staff/policy/{draft}/activate")
        assert response.status_code == 409
        assert self.state(cast) is State.DRAFT

    @pytest.mark.usefixtures("quiet_detectors")
    def test_a_version_that_breaks_its_promises_is_refused(self, draft: str, cast: Cast) -> None:
        response = client_of(cast, "emi").post(f"/staff/policy/{draft}/activate")
        assert response.status_code == 409
        assert self.state(cast) is State.DRAFT

    def test_a_draft_is_not_public(self, draft: str, cast: Cast) -> None:
        assert client_of(cast, "aiko").get("/policy/2031-01-01").status_code == 404
        assert "2031-01-01" not in client_of(cast, "").get("/policy/versions").content.decode()

    def test_support_reads_and_cannot_activate(self, draft: str, cast: Cast) -> None:
        client = client_of(cast, "daiki")
        assert client.get(f"/staff/policy/{draft}").status_code == 200
        assert client.post(f"/staff/policy/{draft}/activate").status_code == 404


@pytest.mark.usefixtures("daiki_operates")
class TestOperator:
    def test_the_page_stands_when_detectors_do_not(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken() -> Cascade:
            raise RuntimeError("no model file")

        monkeypatch.setattr("sekisho.console.operator.cascade", broken)
        page = client_of(cast, "daiki").get("/operator").content.decode()
        assert "could not be loaded" in page
        assert "no model file" not in page
