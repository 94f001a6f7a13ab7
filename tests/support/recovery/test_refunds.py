"""Refunds to the last second, where the customer lives: across the change of clocks, over days of rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sekisho.accounts.types import Plan
from sekisho.base.errors import SekishoError
from sekisho.support.recovery.law import SHIPPED, load, shipped
from sekisho.support.recovery.rules import eligible
from sekisho.support.recovery.rules.windows import shuts_at
from sekisho.support.recovery.types import Decision, Purchase, SoldBy, Usage
from tests import pages

PAGE = "docs/rules/locked-out.md"
SECOND = timedelta(seconds=1)
TUESDAY = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
"""Two weeks later is a Tuesday too, and no holiday where the page looks."""


def bought(words: str, country: str) -> Purchase:
    first, *more = words.split(", ")
    found = Purchase(Plan.PRO, SoldBy.WEB, TUESDAY, "" if country == "–" else country)
    changes = {
        "new": {},
        "renewal": {"is_renewal": True},
        "twice": {"is_duplicate": True},
        "some used": {"usage": Usage.SOME},
        "all used": {"usage": Usage.ALL},
        "refunded": {"refunded_at": TUESDAY},
        "refunded another": {"earlier_refunds": (TUESDAY - timedelta(days=30),)},
        "from a store": {"sold_by": SoldBy.APP_STORE},
        "team plan": {"plan": Plan.TEAM},
    }
    for word in (first, *more):
        found = replace(found, **changes[word])
    return found


@pytest.mark.parametrize(
    "row", pages.table(PAGE, "Payment", "Country", "Days after", "Decision"), ids=" ".join
)
def test_refunds_are_those_of_the_page(row):
    found = eligible(bought(row[0], row[1]), TUESDAY + timedelta(days=int(row[2])), shipped())
    assert found.decision.value == row[3]
    assert found.because.en
    assert found.because.ja
    assert found.article.en
    assert found.article.ja


@pytest.mark.parametrize(
    ("zone", "country", "bought_at", "shuts"),
    [
        pytest.param("Europe/Berlin", "DE", "2026-10-12T15:00", "2026-10-27T00:00", id="over the end of summer time"),
        pytest.param("Europe/Berlin", "DE", "2026-03-16T15:00", "2026-03-31T00:00", id="over its beginning"),
        pytest.param("Europe/Berlin", "DE", "2026-09-01T00:00", "2026-09-16T00:00", id="in the first instant of a day"),
        pytest.param("Europe/Berlin", "DE", "2026-09-01T23:59:59", "2026-09-16T00:00", id="in its last second"),
        pytest.param("Europe/Berlin", "DE", "2026-11-14T12:00", "2026-12-01T00:00", id="rolls over a weekend"),
        pytest.param("Europe/Berlin", "DE", "2026-12-11T12:00", "2026-12-29T00:00", id="rolls over Christmas"),
        pytest.param("Europe/Vienna", "AT", "2026-10-12T15:00", "2026-10-28T00:00", id="rolls over a national day"),
        pytest.param("Europe/London", "GB", "2026-11-14T12:00", "2026-11-29T00:00", id="the United Kingdom rolls nothing"),
        pytest.param("Atlantic/Azores", "PT", "2026-03-14T12:00", "2026-03-31T00:00", id="ends where midnight is skipped"),
    ],
)  # fmt: skip
def test_a_window_shuts_at_the_midnight_of_where_they_live(zone, country, bought_at, shuts):
    """The last second is in time, the next is not."""
    place = ZoneInfo(zone)
    at = datetime.fromisoformat(bought_at).replace(tzinfo=place)
    until = datetime.fromisoformat(shuts).replace(tzinfo=place).astimezone(UTC)
    purchase = Purchase(Plan.MAX, SoldBy.WEB, at.astimezone(UTC), country, zone)
    assert eligible(purchase, until - SECOND, shipped()).decision is Decision.FULL
    assert eligible(purchase, until - SECOND, shipped()).until == until
    assert eligible(purchase, until, shipped()).decision is Decision.NOT


def test_who_lives_nobody_knows_where_in_a_country_gets_the_zone_that_ends_last():
    lisbon, azores = shuts_at(TUESDAY, 14, ("Europe/Lisbon",)), shuts_at(TUESDAY, 14, ("Atlantic/Azores",))
    assert azores - lisbon == timedelta(hours=1)
    bought_there = Purchase(Plan.PRO, SoldBy.WEB, TUESDAY, "PT")
    assert eligible(bought_there, azores - SECOND, shipped()).decision is Decision.FULL


def test_no_earlier_refund_takes_away_what_the_law_gives():
    once = Purchase(Plan.PRO, SoldBy.WEB, TUESDAY, "FR", earlier_refunds=(TUESDAY - timedelta(days=1),))
    found = eligible(once, TUESDAY + timedelta(days=10), shipped())
    assert (found.decision, found.article.en) == (Decision.FULL, "Directive 2011/83/EU, Article 9(1)")


def test_the_law_is_data_with_its_source_and_its_review(tmp_path):
    law = shipped()
    for window in (*law.regions, law.terms):
        assert window.article
        assert window.source
        assert window.reviewed.year >= 2026
    assert len(law.regions[0].countries) == 30  # 27 of the Union, and Iceland, Liechtenstein, Norway
    longer = SHIPPED.read_text().replace("days: 7", "days: 30")
    (tmp_path / "own.yaml").write_text(longer)
    late = Purchase(Plan.PRO, SoldBy.WEB, TUESDAY, "JP")
    at = TUESDAY + timedelta(days=20)
    assert eligible(late, at, law).decision is Decision.NOT
    assert eligible(late, at, load(tmp_path / "own.yaml")).decision is Decision.FULL


@pytest.mark.parametrize("wrong", ["days: [", "Europe/Atlantis", "words: true", "missing"])
def test_a_file_that_is_wrong_says_what(wrong, tmp_path):
    file = tmp_path / "own.yaml"
    text = SHIPPED.read_text()
    match wrong:
        case "Europe/Atlantis":
            file.write_text(text.replace("Europe/Vienna", wrong))
        case "missing":
            file = tmp_path / "absent.yaml"
        case _:
            file.write_text(f"{text}\n{wrong}\n")
    with pytest.raises(SekishoError) as refusal:
        load(file)
    assert refusal.value.code == "refunds_unreadable"
    assert file.name in refusal.value.message.en
