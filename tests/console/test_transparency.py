"""Everybody reads what was published; staff read every number with its ids, and publish."""

from __future__ import annotations

import pytest

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole
from sekisho.enforcement.transparency.models import PublishedReport
from tests.cast import Cast
from tests.console.conftest import client_of
from tests.enforcement.transparency.makers import quarter

PERIOD = "2026-01-01..2026-03-31"


@pytest.mark.usefixtures("reported")
class TestForEverybody:
    def test_a_published_report_is_there_without_signing_in(self, cast: Cast) -> None:
        assert PERIOD in client_of(cast, "").get("/transparency").content.decode()
        shown = client_of(cast, "").get(f"/transparency/{PERIOD}").content.decode()
        assert "No fraud, abuse or predatory practice" in shown
        assert "Fewer than 5" in shown
        assert "/staff/" not in shown

    def test_it_speaks_japanese(self, cast: Cast) -> None:
        shown = client_of(cast, "", "ja").get(f"/transparency/{PERIOD}").content.decode()
        assert "詐欺や搾取をしない" in shown
        assert "アカウントに対する措置" in shown

    def test_the_json_is_what_was_frozen(self, cast: Cast) -> None:
        answer = client_of(cast, "").get(f"/transparency/{PERIOD}/file.json")
        assert answer.content.decode() == PublishedReport.objects.get().document
        assert answer["Content-Type"].startswith("application/json")

    def test_the_csv_withholds_too(self, cast: Cast) -> None:
        lines = client_of(cast, "").get(f"/transparency/{PERIOD}/file.csv").content.decode().splitlines()
        assert "2026-01-01,2026-03-31,decisions,clause,weapons,*" in lines

    @pytest.mark.parametrize("path", ["2020-01-01..2020-03-31", f"{PERIOD}/file.exe", "x"])
    def test_what_was_not_published_is_not_there(self, path: str, cast: Cast) -> None:
        assert client_of(cast, "").get(f"/transparency/{path}").status_code == 404


class TestForStaff:
    URL = "/staff/transparency?since=2026-01-01&last=2026-03-31"
    POSTED = {"since": "2026-01-01", "last": "2026-03-31"}  # noqa: RUF012

    @pytest.mark.usefixtures("reported")
    def test_every_number_is_shown_and_leads_to_its_ids(self, cast: Cast) -> None:
        shown = client_of(cast, "emi").get(self.URL).content.decode()
        assert "Fewer than 5" not in shown
        ids = client_of(cast, "emi").get(f"/staff/transparency/{PERIOD}/decisions/clause?value=weapons")
        assert ids.content.decode().count("/staff/decisions/dec_block_weapons") == 2

    @pytest.mark.parametrize(
        "path",
        [
            f"{PERIOD}/people/action",
            "x..y/decisions/action",
            f"{PERIOD}/decisions/organisation",
            f"{PERIOD}/decisions/action?value=%00",
            "2026-01-01..9999-12-31/decisions/action",
        ],
    )
    def test_what_the_report_does_not_count_is_not_there(self, path: str, cast: Cast) -> None:
        assert client_of(cast, "emi").get(f"/staff/transparency/{path}").status_code == 404

    @pytest.mark.parametrize("last", ["2025-12-31", "soon", "", "9999-12-31"])
    def test_days_that_make_no_period_are_told_to_the_reader(self, last: str, cast: Cast) -> None:
        answer = client_of(cast, "emi").get("/staff/transparency", {"since": "2026-01-01", "last": last})
        assert answer.status_code == 200
        assert 'class="errors"' in answer.content.decode()

    def test_the_policy_team_publishes_once(self, policy: None, cast: Cast) -> None:
        quarter()
        StaffAppointment.objects.create(person=cast.emi, role=StaffRole.POLICY)
        emi = client_of(cast, "emi")
        answer = emi.post("/staff/transparency", self.POSTED)
        assert answer["Location"] == f"/transparency/{PERIOD}"
        again = emi.post("/staff/transparency", self.POSTED)
        assert again.status_code == 409
        assert "published before" in again.content.decode()

    def test_who_reviews_only_cannot_publish(self, policy: None, cast: Cast) -> None:
        emi = client_of(cast, "emi")
        assert "Publish" not in emi.get(self.URL).content.decode()
        assert emi.post("/staff/transparency", self.POSTED).status_code == 409
        assert not PublishedReport.objects.exists()
