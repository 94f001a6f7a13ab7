"""The review desk and the public form as pages: what is shown to whom, and what a post does."""

from __future__ import annotations

import pytest
from django.test import Client

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole
from sekisho.console import reports, review
from sekisho.enforcement.review import actions, queries
from sekisho.enforcement.review.models import Case, Sitting
from sekisho.enforcement.review.rules import queue
from sekisho.enforcement.review.types import Answer, Verdict
from tests.cast import Cast
from tests.console.conftest import client_of
from tests.console.html import read

GIVEN = {
    "category": "inaccurate",
    "about": "shared",
    "place": "https://example.test/shared/1",
    "text": "The year is wrong.",
    "email": "chie@example.test",
}


@pytest.fixture
def desk(policy: None, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(queue, "BLIND_RATE", 0.0)
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.REVIEWER)
    return cast


def reported(**more: str) -> str:
    response = Client().post("/report", GIVEN | more)
    assert response.status_code == 302
    return Case.objects.latest("id").id


# --- who reports ---
def test_anybody_reports_without_an_account_and_follows_it(desk: Cast) -> None:
    response = Client().post("/report", GIVEN, follow=True)
    shown = response.content.decode()
    case = Case.objects.get()
    assert case.reference in shown
    assert "year is wrong" not in shown
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    actions.take(desk.viewer("emi"), case.id)
    actions.decide(desk.viewer("emi"), case.id, Answer(Verdict.NO_VIOLATION))
    later = Client(headers={"accept-language": "ja"}).get(response.request["PATH_INFO"]).content.decode()
    assert "利用ポリシーの違反は認められませんでした" in later
    assert any("/appeals/new/" in link for link in read(later).links)


def test_a_trap_that_was_filled_in_is_told_and_nothing_is_lost(desk: Cast) -> None:
    response = Client().post("/report", GIVEN | {"website": "https://spam.example"})
    assert response.status_code == 422
    shown = response.content.decode()
    assert "This field has to stay empty" in shown
    assert "The year is wrong." in shown
    assert not Case.objects.exists()


def test_a_flood_from_one_address_is_stopped_but_danger_is_heard(
    desk: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "AN_HOUR", 2)
    codes = [Client().post("/report", GIVEN | {"email": ""}).status_code for _ in range(3)]
    assert codes == [302, 302, 422]
    assert Client().post("/report", GIVEN | {"category": "child_safety"}).status_code == 302


def test_a_connector_can_be_reported_from_its_page(desk: Cast) -> None:
    Client().post("/report?connector=con_1", GIVEN | {"about": "connector"})
    Client().post("/report?connector=../x", GIVEN | {"about": "connector"})
    assert list(Case.objects.order_by("id").values_list("about_kind", "about_id")) == [
        ("connector", "con_1"), ("none", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(("link", "status"), [("/reports/forged", 404), ("/reports/a:b:c", 404)])
def test_a_link_that_was_not_made_here_opens_nothing(link: str, status: int, desk: Cast) -> None:
    assert Client().get(link).status_code == status


# --- who reviews ---
def test_a_reviewer_takes_the_next_answers_and_is_given_the_one_after(desk: Cast) -> None:
    first, second = reported(), reported()
    emi = client_of(desk, "emi")
    assert emi.post("/staff/review/next")["Location"] == f"/staff/review/cases/{first}"
    page = emi.get(f"/staff/review/cases/{first}").content.decode()
    assert "The year is wrong." in page
    answered = emi.post(
        f"/staff/review/cases/{first}", {"verdict": "no_violation", "note": "quality", "and_next": "1"}
    )
    assert answered["Location"] == f"/staff/review/cases/{second}"
    assert (
        queries.case(desk.viewer("daiki"), first, Case.objects.get(id=first).received_at).outcome
        is Verdict.NO_VIOLATION
    )


def test_who_does_not_hold_a_case_reads_no_word_of_it(desk: Cast) -> None:
    case = reported()
    client_of(desk, "emi").post(f"/staff/review/cases/{case}/take")
    page = client_of(desk, "daiki").get(f"/staff/review/cases/{case}").content.decode()
    assert "The year is wrong." not in page
    late = client_of(desk, "daiki").post(f"/staff/review/cases/{case}", {"verdict": "spam"})
    assert late.status_code == 422
    assert "You do not hold this case any more" in late.content.decode()


def test_two_who_take_one_case_are_told_who_was_first(desk: Cast) -> None:
    case = reported()
    client_of(desk, "emi").post(f"/staff/review/cases/{case}/take")
    late = client_of(desk, "daiki", "ja").post(f"/staff/review/cases/{case}/take", follow=True)
    assert "ほかの担当者が引き受けました" in late.content.decode()


def test_masks_are_lifted_with_a_reason_only(desk: Cast) -> None:
    case, emi = reported(text="Write to ben@example.test."), client_of(desk, "emi")
    page = f"/staff/review/cases/{case}"
    emi.post(f"{page}/take")
    assert "ben@example.test" not in emi.get(page).content.decode()
    emi.post(f"{page}/reveal", {"reason": "because"})
    assert "ben@example.test" not in emi.get(page).content.decode()
    emi.post(f"{page}/reveal", {"reason": "data"})
    assert "ben@example.test" in emi.get(page).content.decode()


@pytest.mark.parametrize("how", ["renew", "release"])
def test_a_case_is_kept_longer_or_given_back(how: str, desk: Cast) -> None:
    case, emi = reported(), client_of(desk, "emi")
    emi.post(f"/staff/review/cases/{case}/take")
    before = Case.objects.get(id=case).claimed_until
    emi.post(f"/staff/review/cases/{case}/{how}")
    after = Case.objects.get(id=case).claimed_until
    assert (
        (after is None) if how == "release" else (before is not None and after is not None and after > before)
    )


def test_the_page_says_why_one_rests_and_when_it_goes_on(desk: Cast) -> None:
    emi = desk.viewer("emi")
    for _ in range(5):
        case = reported(category="imminent_harm", email="")
        actions.take(emi, case)
        actions.decide(emi, case, Answer(Verdict.SPAM))
    reported()
    assert Sitting.objects.count() == 5
    told = client_of(desk, "emi").post("/staff/review/next", follow=True).content.decode()
    assert "Please rest; it goes on at" in told
    assert (
        "Please rest; it goes on at" in client_of(desk, "emi").get("/staff/review/exposure").content.decode()
    )


def test_a_note_for_colleagues_is_kept_with_the_case(desk: Cast) -> None:
    case, emi = reported(), client_of(desk, "emi")
    emi.post(f"/staff/review/cases/{case}/take")
    emi.post(f"/staff/review/cases/{case}/note", {"memo": "Ask the policy team."})
    assert "Ask the policy team." in emi.get(f"/staff/review/cases/{case}").content.decode()


def test_the_list_goes_on_page_by_page_and_can_be_narrowed(
    desk: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "ROWS", 2)
    cases = [reported(email="") for _ in range(5)]
    seen: list[str] = []
    link = "/staff/review"
    for _ in range(3):
        page = read(client_of(desk, "emi").get(link).content.decode())
        seen += [one.rpartition("/")[2] for one in page.links if "/cases/" in one]
        link = "/staff/review" + ([one for one in page.links if one.startswith("?cursor=")] or [""])[-1]
    assert seen == cases
    assert client_of(desk, "emi").get("/staff/review?cursor=nonsense").status_code == 404
    narrowed = client_of(desk, "emi").get("/staff/review?source=mail").content.decode()
    assert "No case waits" in narrowed


@pytest.mark.parametrize("who", ["aiko", "chie", "fumi"])
@pytest.mark.parametrize("how", ["take", "reveal", "confirm", "note", "nonsense"])
def test_others_find_nothing(who: str, how: str, desk: Cast) -> None:
    case = reported()
    assert client_of(desk, who).post(f"/staff/review/cases/{case}/{how}").status_code == 404
    assert client_of(desk, who).post("/staff/review/next").status_code == 404
    assert Case.objects.get(id=case).claimed_by == ""
