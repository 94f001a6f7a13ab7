"""The report is counted from the rows, reconciles to ids, always has the same bytes, and stays as it was published."""

from __future__ import annotations

import csv
import io
import json
import os
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole, system
from sekisho.audit.models import AuditEntry
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.cli import cli
from sekisho.enforcement.models import Decision
from sekisho.enforcement.transparency import actions, queries, words
from sekisho.enforcement.transparency.types import DIMENSIONS, Period, Section
from sekisho.enforcement.transparency.writing import as_csv, as_html, as_json, read_json
from sekisho.policy.actions import install_reference
from tests.cast import Cast
from tests.enforcement.transparency.makers import AFTER, NEXT, QUARTER, quarter

pytestmark = [pytest.mark.database, pytest.mark.django_db(databases=["default", "keystore"])]
GOLDEN = Path(__file__).parents[2] / "golden" / "transparency"
CLI = system("test")


@pytest.fixture
def rows(db: None) -> None:
    quarter()


@pytest.fixture
def emi_publishes(cast: Cast) -> None:
    StaffAppointment.objects.create(person=cast.emi, role=StaffRole.POLICY)


def part(report, section: Section):
    return next(one for one in report.parts if one.section is section)


def table(report, section: Section, dimension: str) -> dict[str, int | None]:
    (found,) = [one for one in part(report, section).tables if one.dimension == dimension]
    return {cell.value: cell.count for cell in found.cells}


@pytest.mark.usefixtures("rows")
class TestNumbers:
    def test_decisions_of_the_period_are_counted_and_drafts_are_not(self):
        whole = queries.report(CLI, QUARTER, is_whole=True)
        assert part(whole, Section.DECISIONS).total == 324
        assert table(whole, Section.DECISIONS, "action") == {
            "allow": 260, "block": 42, "annotate": 12, "modify": 10,
        }  # fmt: skip
        assert table(whole, Section.DECISIONS, "unit") == {"key": 282, "end_user": 42}

    def test_sanctions_say_who_decided_and_what_was_reversed(self):
        whole = queries.report(CLI, QUARTER, is_whole=True)
        assert table(whole, Section.SANCTIONS, "decided") == {
            "automation": 30, "people": 9, "automation_reversed": 6,
        }  # fmt: skip
        assert (whole.automation_error.part, whole.automation_error.of) == (6, 36)

    def test_medians_count_whoever_waited(self):
        whole = queries.report(CLI, QUARTER, is_whole=True)
        told = {one.section: one.median_s for one in whole.parts}
        assert told[Section.SANCTIONS] == 10
        assert told[Section.APPEALS] == 2 * 86_400
        assert told[Section.REPORTS] == 6 * 3_600
        assert told[Section.HOLDS] == 40 * 60
        assert told[Section.DECISIONS] is None

    def test_reports_are_those_of_people(self):
        whole = queries.report(CLI, QUARTER, is_whole=True)
        assert table(whole, Section.REPORTS, "source") == {"form": 12, "mail": 3}
        assert table(whole, Section.REPORTS, "outcome") == {"violation": 12, "open": 3}

    def test_exceptions_are_those_in_effect_at_the_end(self):
        assert part(queries.report(CLI, QUARTER, is_whole=True), Section.EXCEPTIONS).total == 2

    @pytest.mark.parametrize("section", list(Section))
    def test_every_number_reconciles_to_its_ids(self, section):
        whole = queries.report(CLI, QUARTER, is_whole=True)
        for found in part(whole, section).tables:
            ids: list[str] = []
            for cell in found.cells:
                own = queries.ids_behind(CLI, QUARTER, section, found.dimension, cell.value, limit=1000)
                assert len(own) == cell.count
                ids += own
            assert len(ids) == len(set(ids)) == part(whole, section).total

    def test_ids_come_page_by_page(self):
        first = queries.ids_behind(CLI, QUARTER, Section.DECISIONS, "action", "block", limit=30)
        rest = queries.ids_behind(
            CLI, QUARTER, Section.DECISIONS, "action", "block", after=first[-1], limit=30
        )
        assert (len(first), len(rest)) == (30, 12)
        assert not set(first) & set(rest)

    def test_months_add_up_to_the_quarter(self):
        days = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)]
        months = [Period(*pair) for pair in pairwise(days)]
        counted = SECTIONS - {Section.EXCEPTIONS}  # of which those at the end are counted
        for section in counted:
            totals = [part(queries.report(CLI, one, is_whole=True), section).total for one in months]
            assert sum(totals) == part(queries.report(CLI, QUARTER, is_whole=True), section).total


SECTIONS = set(Section)


@pytest.mark.usefixtures("rows")
class TestWhatIsWithheld:
    def test_small_numbers_are_and_what_would_tell_them(self):
        public = queries.report(CLI, QUARTER)
        assert table(public, Section.DECISIONS, "clause") == {
            "": 260, "fraud_predation": 40, "cyber": 12, "weapons": None, "privacy_identity": None,
        }  # fmt: skip
        assert part(public, Section.EXCEPTIONS).total is None

    def test_a_section_of_which_one_table_tells_too_much_is_told_by_none(self):
        decided = part(queries.report(CLI, QUARTER), Section.REPORTS)
        assert decided.total == 15
        assert {cell.count for found in decided.tables for cell in found.cells} == {None, 15}

    def test_the_share_of_errors_is_told_only_with_its_numbers(self):
        assert queries.report(CLI, QUARTER).automation_error.percent == pytest.approx(16.7, abs=0.05)
        assert queries.report(CLI, Period(date(2026, 4, 1), date(2026, 4, 2))).automation_error is None


@pytest.mark.usefixtures("rows")
class TestBytes:
    @pytest.mark.parametrize("name", ["report.json", "report.csv", "report.en.html", "report.ja.html"])
    def test_they_are_those_of_the_golden_files(self, name):
        public = queries.report(CLI, QUARTER)
        written = {
            "report.json": as_json(public),
            "report.csv": as_csv(public),
            "report.en.html": as_html(public, "en"),
            "report.ja.html": as_html(public, "ja"),
        }[name]
        if os.environ.get("SEKISHO_WRITE_GOLDEN"):
            (GOLDEN / name).write_bytes(written.encode())
        assert written.encode() == (GOLDEN / name).read_bytes()

    def test_the_order_of_rows_makes_no_difference(self):
        before = as_json(queries.report(CLI, QUARTER))
        kept = list(Decision.objects.order_by("-id"))
        Decision.objects.all().delete()
        Decision.objects.bulk_create(kept)
        assert as_json(queries.report(CLI, QUARTER)) == before

    def test_what_is_written_is_read_again(self):
        public = queries.report(CLI, QUARTER)
        assert read_json(as_json(public)) == public

    def test_csv_and_json_say_the_same(self):
        public = queries.report(CLI, QUARTER)
        lines = list(csv.DictReader(io.StringIO(as_csv(public), newline="")))
        said = json.loads(as_json(public))["sections"]
        for line in lines:
            if line["dimension"] in DIMENSIONS.get(line["section"], ()):
                told = said[line["section"]]["by"][line["dimension"]][line["value"]]
                assert line["count"] == ("*" if told is None else str(told))

    def test_html_needs_nothing_from_elsewhere_and_runs_nothing(self):
        written = as_html(queries.report(CLI, QUARTER), "ja")
        assert "<script" not in written
        assert "http" not in written
        assert "<svg" in written


class TestPublishing:
    @pytest.mark.usefixtures("rows", "emi_publishes")
    def test_what_was_published_stays_as_it_was(self, cast: Cast):
        actions.publish(cast.viewer("emi"), QUARTER, fixed_clock(AFTER))
        before = queries.published_one(QUARTER.id)
        Decision.objects.all().delete()
        after = queries.published_one(QUARTER.id)
        assert (before.document, before.report) == (after.document, after.report)
        assert part(after.report, Section.DECISIONS).total == 324
        assert AuditEntry.objects.filter(action="report.published").count() == 1

    @pytest.mark.usefixtures("rows", "emi_publishes")
    def test_it_is_the_report_in_which_small_numbers_are_withheld(self, cast: Cast):
        actions.publish(cast.viewer("emi"), QUARTER, fixed_clock(AFTER))
        assert queries.published_one(QUARTER.id).document == as_json(queries.report(CLI, QUARTER))

    @pytest.mark.parametrize("who", ["aiko", "chie", "daiki", "emi", "fumi"])
    def test_only_the_policy_team_publishes(self, who: str, cast: Cast):
        with pytest.raises(NotAllowedError):
            actions.publish(cast.viewer(who), QUARTER, fixed_clock(AFTER))

    @pytest.mark.usefixtures("emi_publishes")
    def test_a_period_that_goes_on_is_not_published(self, cast: Cast):
        with pytest.raises(SekishoError, match="period_not_over"):
            actions.publish(cast.viewer("emi"), QUARTER, fixed_clock(NEXT - timedelta(seconds=1)))

    @pytest.mark.usefixtures("emi_publishes")
    @pytest.mark.parametrize(
        "other",
        [
            pytest.param(QUARTER, id="the same"),
            pytest.param(Period(date(2026, 3, 31), date(2026, 4, 1)), id="its last day"),
            pytest.param(Period(date(2025, 12, 1), date(2026, 1, 2)), id="its first day"),
            pytest.param(Period(date(2025, 1, 1), date(2026, 4, 2)), id="all of it and more"),
        ],
    )
    def test_what_overlaps_is_not_published(self, other: Period, cast: Cast):
        actions.publish(cast.viewer("emi"), QUARTER, fixed_clock(AFTER))
        with pytest.raises(SekishoError, match="period_published"):
            actions.publish(cast.viewer("emi"), other, fixed_clock(AFTER + timedelta(days=9)))

    @pytest.mark.usefixtures("emi_publishes")
    def test_the_period_beside_it_is(self, cast: Cast):
        emi = cast.viewer("emi")
        actions.publish(emi, QUARTER, fixed_clock(AFTER))
        actions.publish(emi, Period(date(2025, 10, 1), date(2026, 1, 1)), fixed_clock(AFTER))
        assert [one.report.period.since for one in queries.published()] == [
            date(2026, 1, 1),
            date(2025, 10, 1),
        ]

    def test_an_unknown_period_is_not_found(self, db: None):
        with pytest.raises(NotFoundError):
            queries.published_one("2020-01-01..2020-03-31")


class TestWhoReads:
    @pytest.mark.parametrize("who", ["aiko", "ben", "chie", "daiki", "fumi"])
    def test_others_find_nothing(self, who: str, cast: Cast):
        viewer = cast.viewer(who)
        with pytest.raises(NotFoundError):
            queries.report(viewer, QUARTER)
        with pytest.raises(NotFoundError):
            queries.ids_behind(viewer, QUARTER, Section.DECISIONS, "action", "block")

    @pytest.mark.parametrize("dimension", ["id", "organisation", "key", "end_user", "shadow"])
    def test_ids_are_asked_for_by_the_dimensions_of_the_report_alone(self, dimension: str, cast: Cast):
        with pytest.raises(NotFoundError):
            queries.ids_behind(cast.viewer("emi"), QUARTER, Section.DECISIONS, dimension, "x")


def test_every_value_and_dimension_has_words_in_both_languages():
    for section in Section:
        assert words.SECTIONS[section.value].ja
        assert all(words.DIMENSIONS[name].ja for name in DIMENSIONS[section])


@pytest.mark.usefixtures("rows")
class TestCommand:
    @pytest.fixture(autouse=True)
    def here(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sekisho.cli.transparency.set_up", lambda folder: None)
        monkeypatch.setattr("sekisho.cli.transparency.require_migrated", lambda: None)

    @staticmethod
    def run(*more: str):
        days = ["--from", "2026-01-01", "--to", "2026-03-31"]
        return CliRunner().invoke(cli, ["enforcement", "report", *days, *more])

    @pytest.mark.parametrize("form", ["json", "csv"])
    def test_it_writes_the_report(self, form: str):
        assert self.run("--format", form).stdout_bytes == (GOLDEN / f"report.{form}").read_bytes()

    def test_html_names_clauses_by_their_titles(self):
        install_reference()
        assert "No fraud, abuse or predatory practice" in self.run("--format", "html").stdout

    def test_the_whole_report_withholds_nothing(self):
        assert '"weapons": 2' in self.run("--whole").stdout

    @pytest.mark.parametrize("last", ["2026-01-01", "9999-12-31"])
    def test_days_that_make_no_period_are_refused(self, last: str):
        days = ["--from", "2026-03-31", "--to", last]
        result = CliRunner().invoke(cli, ["enforcement", "report", *days])
        assert isinstance(result.exception, SekishoError)
        assert result.exception.code == "period_ends_before_it_begins"
