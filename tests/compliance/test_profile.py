"""The tables of `docs/rules/compliance.md`, and how a profile and a contact point are stated."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sekisho.accounts.types import Viewer, system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.text import Text
from sekisho.compliance import queries
from sekisho.compliance.actions import publish_contact, state_profile
from sekisho.compliance.law import FIELDS, laws
from sekisho.compliance.queries import parse_profile
from sekisho.compliance.rules.profile import points, regime_of_notice, regimes_of_complaints, regions
from sekisho.compliance.types import Dsa, Means, Point, Profile, Uk, Way
from tests.cast import Cast
from tests.compliance.conftest import AT
from tests.pages import table

PAGE = "docs/rules/compliance.md"
NONE = "–"
CLOCK = fixed_clock(AT)


def profile_of(words: str) -> Profile:
    stated = dict(one.split("=") for one in words.split() if "=" in one)
    return parse_profile({**Profile().words(), **stated})


def listed(cell: str) -> list[str]:
    return [] if cell == NONE else cell.split(", ")


def test_the_page_names_every_field_with_its_values() -> None:
    assert {row[0].strip("`"): tuple(listed(row[1])) for row in table(PAGE, "field", "values")} == FIELDS


@pytest.mark.parametrize(
    "row", table(PAGE, "profile", "contact points", "complaints under"), ids=lambda row: row[0]
)
def test_a_profile_publishes_what_the_page_says(row: list[str]) -> None:
    profile = profile_of(row[0])
    assert list(points(laws(), profile)) == listed(row[1])
    assert list(regimes_of_complaints(laws(), profile)) == listed(row[2])


@pytest.mark.parametrize("row", table(PAGE, "region", "profile", "regime"), ids=" ".join)
def test_a_notice_runs_under_the_law_of_where_its_sender_is(row: list[str]) -> None:
    region = "" if row[0] == NONE else row[0]
    assert regime_of_notice(laws(), profile_of(row[1]), region) == row[2]


@pytest.mark.parametrize(("stated", "found"), table(PAGE, "profile", "regions"))
def test_a_profile_says_whose_duties_apply_here(stated: str, found: str) -> None:
    assert regions(laws().values(), profile_of(stated)) == frozenset(listed(found))


def test_profiles_follow_each_other_and_stay_readable(legal: Viewer) -> None:
    first, second = Profile(Dsa.HOSTING), Profile(Dsa.HOSTING, Uk.U2U)
    assert queries.profile().number == 0
    assert state_profile(legal, first, "Texts are kept", clock=CLOCK) == 1
    assert state_profile(legal, second, "Chats are shared", clock=CLOCK) == 2
    assert [one.profile for one in queries.profiles()] == [second, first]
    assert queries.profile().reason == "Chats are shared"
    entry = "".join(str(one) for one in audit.entries(system("test")))
    assert "u2u" in entry
    assert "Chats are shared" not in entry


@pytest.mark.parametrize(
    ("wanted", "reason", "code"),
    [
        pytest.param(Profile(), "x", "profile_unchanged", id="nothing changes"),
        pytest.param(Profile(Dsa.HOSTING), " ", "reason_missing", id="no reason"),
    ],
)
def test_a_profile_without_a_change_or_a_reason_is_refused(
    legal: Viewer, wanted: Profile, reason: str, code: str
) -> None:
    with pytest.raises(SekishoError) as raised:
        state_profile(legal, wanted, reason, clock=CLOCK)
    assert raised.value.code == code


EMAIL = Way(Means.EMAIL, "dsa@example.test", True)


@pytest.mark.parametrize(
    ("ways", "code"),
    [
        pytest.param((), "no_human", id="nobody"),
        pytest.param((replace(EMAIL, is_human=False),), "no_human", id="machines alone"),
        pytest.param((EMAIL,), "no_choice", id="no choice"),
        pytest.param((EMAIL, Way(Means.POST, " ", True)), "way_empty", id="no address"),
    ],
)
def test_a_contact_point_has_a_person_and_a_choice(
    everywhere: None, legal: Viewer, ways: tuple[Way, ...], code: str
) -> None:
    with pytest.raises(SekishoError) as raised:
        publish_contact(legal, Point.EU, ways, ("en",), clock=CLOCK)
    assert raised.value.code == code


def test_contact_points_keep_their_history(everywhere: None, legal: Viewer) -> None:
    assert queries.contact_point(Point.UK).ways[0].means is Means.FORM
    publish_contact(legal, Point.UK, (EMAIL,), ("en",), clock=CLOCK)
    note = Text("We answer in a week.", "1 週間で回答します。")
    publish_contact(legal, Point.UK, (replace(EMAIL, where="uk@example.test"),), ("en",), note, clock=CLOCK)
    assert [one.ways[0].where for one in queries.contact_history(Point.UK)] == [
        "uk@example.test",
        "dsa@example.test",
    ]
    assert queries.contact_point(Point.UK).note == note


@pytest.mark.parametrize("name", ["aiko", "chie", "emi"])
def test_only_the_legal_team_states_anything(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowedError):
        state_profile(cast.viewer(name), Profile(Dsa.HOSTING), "x", clock=CLOCK)
    with pytest.raises(NotAllowedError):
        publish_contact(cast.viewer(name), Point.UK, (EMAIL,), ("en",), clock=CLOCK)
