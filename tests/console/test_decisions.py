"""Decisions of an organisation: filtered, paged, drawn over time, explained."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from sekisho.accounts.types import KeyView
from sekisho.console.decisions import PERIODS, columns
from sekisho.enforcement.actions import record_decisions
from sekisho.enforcement.types import DecisionRecord
from tests.cast import Cast
from tests.console.conftest import client_of, decision
from tests.console.html import read


def shown(cast: Cast, query: str = "", who: str = "ben", lang: str = "en") -> list[str]:
    """Return the ids of the decisions that the list shows, in its order."""
    page = read(client_of(cast, who, lang).get(f"/o/{cast.atelier.id}/decisions{query}").content.decode())
    return [link.rpartition("/")[2] for link in page.links if "/decisions/dec_" in link]


@pytest.mark.usefixtures("decided")
class TestTheList:
    def test_pages_follow_each_other_without_gap_or_repetition(
        self, cast: Cast, decided: list[DecisionRecord]
    ) -> None:
        client = client_of(cast, "ben")
        seen, path = [], f"/o/{cast.atelier.id}/decisions"
        while path:
            page = read(client.get(path).content.decode())
            seen += [link.rpartition("/")[2] for link in page.links if "/decisions/dec_" in link]
            older = [link for link in page.links if "cursor=" in link]
            path = f"/o/{cast.atelier.id}/decisions{older[0]}" if older else ""
        assert seen == [one.id for one in decided]

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            pytest.param("?action=block", 12, id="by decision"),
            pytest.param("?clause=fraud_predation", 12, id="by clause"),
            pytest.param("?stage=prompt&action=block", 6, id="by stage and decision"),
            pytest.param("?clause=cyber", 0, id="nothing fits"),
            pytest.param("?action=nonsense&period=eternity", 50, id="what cannot be read is passed over"),
        ],
    )
    def test_filters_narrow(self, query: str, count: int, cast: Cast) -> None:
        assert len(shown(cast, query)) == count

    def test_a_key_of_the_organisation_narrows(self, cast: Cast, key: KeyView) -> None:
        assert len(shown(cast, f"?key={key.id}")) == 50

    def test_an_empty_list_says_what_to_do(self, cast: Cast) -> None:
        page = client_of(cast, "ben").get(f"/o/{cast.atelier.id}/decisions?clause=cyber").content.decode()
        assert "Nothing fits these filters" in page

    def test_a_chart_shows_how_many_of_each(self, cast: Cast) -> None:
        page = client_of(cast, "ben").get(f"/o/{cast.atelier.id}/decisions").content.decode()
        assert "Allowed: 48, Blocked: 12" in page

    @pytest.mark.parametrize("cursor", ["nonsense", "2025-01-01~x", "~"])
    def test_a_made_up_page_breaks_nothing(self, cursor: str, cast: Cast) -> None:
        response = client_of(cast, "ben").get(f"/o/{cast.atelier.id}/decisions?cursor={cursor}")
        assert response.status_code in (200, 404)


@pytest.mark.usefixtures("decided")
class TestTheExplanation:
    @pytest.mark.parametrize(("lang", "told"), [("en", "What you can do next"), ("ja", "次にできること")])
    def test_it_names_clause_detector_score_and_next_step(self, lang: str, told: str, cast: Cast) -> None:
        response = client_of(cast, "ben", lang).get(f"/o/{cast.atelier.id}/decisions/dec_0000")
        page = response.content.decode()
        assert told in page
        assert response.context["clause"].advice.in_(lang) in page
        assert "/policy/2025-09-15#fraud_predation" in page
        assert "0.91" in page
        assert "0.62" in page

    def test_unscreened_media_are_declared(self, cast: Cast) -> None:
        page = client_of(cast, "ben").get(f"/o/{cast.atelier.id}/decisions/dec_0001").content.decode()
        assert "no detector can read it yet: image" in page

    def test_the_text_is_that_of_the_version_that_judged(self, cast: Cast, key: KeyView) -> None:
        past = decision(100, datetime(2025, 1, 1, tzinfo=UTC), cast, key, "reference@2024-06-06")
        record_decisions([past])
        response = client_of(cast, "ben").get(f"/o/{cast.atelier.id}/decisions/{past.id}")
        assert response.context["version"] == "2024-06-06"
        assert "/policy/2024-06-06#" in response.content.decode()

    def test_a_version_that_is_gone_leaves_the_facts(self, cast: Cast, key: KeyView) -> None:
        odd = decision(105, datetime(2025, 1, 1, tzinfo=UTC), cast, key, "other@1")
        record_decisions([odd])
        response = client_of(cast, "ben").get(f"/o/{cast.atelier.id}/decisions/{odd.id}")
        assert response.status_code == 200

    def test_chie_does_not_find_it_under_her_own_organisation(self, cast: Cast) -> None:
        path = f"/o/{cast.elsewhere.id}/decisions/dec_0000"
        assert client_of(cast, "chie").get(path).status_code == 404


@pytest.mark.parametrize("name", PERIODS)
def test_columns_cover_the_period_and_end_now(name: str) -> None:
    period, at = PERIODS[name], datetime(2026, 3, 29, 12, 34, 56, tzinfo=UTC)
    begins = columns(period, at)
    assert begins[-1] <= at < begins[-1] + period.step
    assert begins[-1] - begins[0] == period.length - period.step
    assert {later - earlier for earlier, later in pairwise(begins)} == {period.step}
    assert begins[0].tzinfo is UTC
    assert period.length >= timedelta(hours=24)
