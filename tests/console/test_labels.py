"""Reviewers and the appeals desk write down, beside the evidence, what a decision's text was."""

from __future__ import annotations

import pytest

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole, system
from sekisho.enforcement import queries
from sekisho.enforcement.types import Desk, Found
from tests.cast import Cast
from tests.console.conftest import client_of

pytestmark = pytest.mark.usefixtures("decided")
PAGE = "/staff/decisions/dec_0000"
VIOLATED = {"harmful": "yes", "labels": ["fraud_predation", "hr_finance"], "advice": "no"}


@pytest.mark.parametrize(("who", "desk"), [("emi", Desk.REVIEW), ("fumi", Desk.APPEAL)])
def test_what_is_found_is_written_down_and_shown(who: str, desk: Desk, cast: Cast) -> None:
    client = client_of(cast, who)
    response = client.post(PAGE, VIOLATED, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    found = queries.label_of(system("test"), "dec_0000")
    assert found is not None
    assert (found.found, found.desk) == (Found(True, ("fraud_predation", "hr_finance"), False), desk)
    shown = response.content.decode()
    assert "Your finding is written down." in shown
    assert "<code>fraud_predation</code>" in shown


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param(
            {"harmful": "no", "labels": ["cyber"]}, "violates no standard", id="harmless with a standard"
        ),
        pytest.param(
            {"harmful": "yes", "labels": ["agent_use"]}, "is not one of", id="no clause of detectors"
        ),
        pytest.param({"labels": ["cyber"]}, "required", id="nothing found"),
    ],
)
def test_what_makes_no_sense_is_told_and_not_written(given: dict[str, object], told: str, cast: Cast) -> None:
    response = client_of(cast, "emi").post(PAGE, given)
    assert response.status_code == 422
    assert told in response.content.decode()
    assert queries.label_of(system("test"), "dec_0000") is None


def test_it_is_asked_in_the_readers_language(cast: Cast) -> None:
    shown = client_of(cast, "emi", "ja").get(PAGE).content.decode()
    assert "実際には何でしたか" in shown
    assert "武器を開発しない" in shown


def test_who_only_reads_decisions_is_not_asked_and_writes_nothing(cast: Cast) -> None:
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.POLICY)
    client = client_of(cast, "daiki")
    assert "What was it really?" not in client.get(PAGE).content.decode()
    client.post(PAGE, VIOLATED)
    assert queries.label_of(system("test"), "dec_0000") is None


@pytest.mark.parametrize("who", ["aiko", "ben", "chie"])
def test_others_find_nothing(who: str, cast: Cast) -> None:
    assert client_of(cast, who).post(PAGE, VIOLATED).status_code == 404
    assert queries.label_of(system("test"), "dec_0000") is None
