"""The page of the calendar: who sees it, what it says of versions, and that approving takes a second person."""

from __future__ import annotations

import pytest

from sekisho.records.models import CalendarVersion
from tests.cast import Cast
from tests.console.conftest import client_of

pytestmark = pytest.mark.usefixtures("calendars_put")
PATH = "/staff/calendar"


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["Waits for a second person", "30 days", "60 days", "looser", "Support tickets are kept"]),
        ("ja", ["2 人目の承認待ち", "30 日", "60 日", "緩める", "サポートの問い合わせ"]),
    ],
)
def test_versions_are_told_with_what_they_change(cast: Cast, lang: str, words: list[str]):
    page = client_of(cast, "daiki", lang).get(PATH).content.decode()
    assert [word for word in words if word not in page] == []


def test_a_second_person_approves(cast: Cast):
    assert client_of(cast, "daiki").post(PATH, {"approve": "2026-02-01"}).status_code == 302
    row = CalendarVersion.objects.get(version="2026-02-01")
    assert (row.proposed_by, row.approved_by) == (cast.emi.id, cast.daiki.id)
    assert client_of(cast, "daiki").post(PATH, {"approve": "2026-02-01"}).status_code == 409


def test_a_version_that_was_tampered_with_is_said_to_be(cast: Cast):
    CalendarVersion.objects.filter(version="2026-01-05").update(signature=b"x" * 64)
    page = client_of(cast, "daiki").get(PATH).content.decode()
    assert "A version does not verify" in page


@pytest.mark.parametrize("who", ["aiko", "ben", "chie", "emi", "fumi"])
def test_for_whom_it_is_not_it_does_not_exist(cast: Cast, who: str):
    assert client_of(cast, who).get(PATH).status_code == 404
    assert client_of(cast, who).post(PATH, {"approve": "2026-02-01"}).status_code == 404
