"""An organisation sees its end users' conduct; reviewers see signals, and say what is not so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts.actions import create_key
from sekisho.console import graphs
from sekisho.enforcement.conduct.actions.labelling import found
from sekisho.enforcement.conduct.models import ConductLabel
from sekisho.enforcement.conduct.types import LabelName
from sekisho.enforcement.types import Unit, UnitKind
from tests.cast import Cast
from tests.console.conftest import client_of

pytestmark = pytest.mark.usefixtures("watched")


def page(cast: Cast, who: str, path: str, lang: str = "en") -> str:
    return client_of(cast, who, lang).get(path).content.decode()


class TestEndUsers:
    def test_pseudonyms_are_shown_with_their_clauses(self, cast: Cast) -> None:
        shown = page(cast, "ben", f"/o/{cast.atelier.id}/conduct")
        assert "<code>eu_0</code>" in shown
        assert "fraud" in shown

    def test_it_speaks_japanese(self, cast: Cast) -> None:
        assert "エンドユーザーの行動" in page(cast, "aiko", f"/o/{cast.atelier.id}/conduct", "ja")

    @pytest.mark.parametrize("days", ["7", "nonsense", "100000"])
    def test_any_time_asked_for_shows_a_page(self, days: str, cast: Cast) -> None:
        assert client_of(cast, "ben").get(f"/o/{cast.atelier.id}/conduct", {"days": days}).status_code == 200


class TestSignals:
    def test_examples_are_decisions_and_no_text(self, cast: Cast) -> None:
        shown = page(cast, "emi", "/staff/signals")
        assert "/staff/decisions/dec_req_00100_prompt" in shown
        assert "fund doubles" not in shown
        assert "Near-identical prompts" in shown

    @pytest.mark.parametrize("who", ["aiko", "ben", "daiki", "fumi"])
    def test_others_find_nothing(self, who: str, cast: Cast) -> None:
        assert client_of(cast, who).get("/staff/signals").status_code == 404

    def test_a_reviewer_says_that_it_is_not_so(self, cast: Cast) -> None:
        label = ConductLabel.objects.get(name="slow_burn")
        answer = client_of(cast, "emi").post(f"/staff/signals/{label.id}/clear")
        assert answer.status_code == 302
        assert label.id not in page(cast, "emi", "/staff/signals")

    @pytest.mark.parametrize(
        ("who", "id"), [("emi", "clb_unknown"), ("aiko", "clb_unknown"), ("fumi", "clb_x")]
    )
    def test_what_is_not_theirs_to_clear_is_not_there(self, who: str, id: str, cast: Cast) -> None:
        assert client_of(cast, who).post(f"/staff/signals/{id}/clear").status_code == 404


def test_a_graph_names_everybody_once_and_escapes_names() -> None:
    drawn = graphs.links("g", "Together", "2 units", [("cmp_1", "<u>"), ("cmp_1", "u2"), ("cmp_1", "u2")])
    assert drawn.count("<circle") == 3
    assert drawn.count("<path") == 2
    assert "&lt;u&gt;" in drawn


def test_an_organisation_is_shown_which_key_looks_undeclared(cast: Cast) -> None:
    key = create_key(cast.viewer("aiko"), cast.atelier.id, "Help desk").view
    now = datetime.now(UTC)
    unit = Unit(UnitKind.KEY, key.id, cast.atelier.id)
    found(unit, LabelName.UNDECLARED, "hr_legal", now - timedelta(hours=1), now + timedelta(days=9), {})
    shown = page(cast, "ben", f"/o/{cast.atelier.id}/conduct")
    assert "Help desk" in shown
    assert "Legal matters" in shown
    assert f"/o/{cast.atelier.id}/declarations" in shown
