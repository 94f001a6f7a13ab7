"""Who reads what, how fresh it is, and how it is set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.accounts.types import Plan, Role
from sekisho.base.text import LANGS
from sekisho.support.help.rules.audience import is_public, may_read, packed, unpacked
from sekisho.support.help.rules.freshness import freshness
from sekisho.support.help.rules.markdown import render
from sekisho.support.help.rules.masking import masked
from sekisho.support.help.rules.sources import ArticleError, read
from sekisho.support.help.types import Audience, Vantage
from sekisho.support.types import Actor, Surface
from tests.pages import table

ACTORS = st.builds(
    Actor,
    person=st.sampled_from(["", "usr_1"]),
    organisation=st.sampled_from(["", "org_1"]),
    plan=st.sampled_from([None, *Plan]),
    role=st.sampled_from([None, *Role]),
)
VANTAGES = st.builds(Vantage, st.sampled_from(list(Surface)), st.frozensets(st.sampled_from(["EU", "GB"])))
AUDIENCES = st.builds(
    Audience,
    plans=st.frozensets(st.sampled_from(list(Plan)), max_size=3),
    roles=st.frozensets(st.sampled_from(list(Role)), max_size=2),
    regions=st.frozensets(st.sampled_from(["EU", "GB", "AU"]), max_size=2),
    surfaces=st.frozensets(st.sampled_from(list(Surface)), max_size=2),
    signed_in=st.sampled_from([None, True, False]),
)
PAGE = "docs/rules/help-search.md"
AT = datetime(2026, 1, 31, 12, tzinfo=UTC)


@given(AUDIENCES, ACTORS, VANTAGES)
def test_each_condition_that_is_stated_must_hold(audience: Audience, reader: Actor, vantage: Vantage) -> None:
    held = [
        not audience.plans or reader.plan in audience.plans,
        not audience.roles or reader.role in audience.roles,
        not audience.regions or bool(vantage.regions & audience.regions),
        not audience.surfaces or vantage.surface in audience.surfaces,
        audience.signed_in is None or audience.signed_in == bool(reader.person),
    ]
    assert may_read(audience, reader, vantage) is all(held)


@pytest.mark.parametrize(
    ("regions", "duties", "reads"),
    table(PAGE, "the article is for", "duties that apply here", "everybody reads it"),
)
def test_an_article_for_a_region_is_read_where_its_duties_apply(
    regions: str, duties: str, reads: str
) -> None:
    audience, vantage = Audience(regions=_listed(regions)), Vantage(regions=_listed(duties))
    for reader in (Actor(), Actor("usr_1", "org_1", Plan.TEAM, Role.OWNER)):
        assert may_read(audience, reader, vantage) is (reads == "yes")


def _listed(cell: str) -> frozenset[str]:
    return frozenset(cell.split(", ")) - {"none"}


@given(AUDIENCES)
def test_an_audience_is_stored_as_it_was(audience: Audience) -> None:
    assert unpacked(packed(audience)) == audience


@given(AUDIENCES)
def test_what_is_public_is_read_by_a_visitor(audience: Audience) -> None:
    assert is_public(audience) is may_read(audience, Actor())


@pytest.mark.parametrize(
    "stored", [{"plan": ["free"]}, {"plans": "free"}, {"plans": ["gold"]}, {"signed_in": "yes"}], ids=str
)
def test_a_misspelt_audience_makes_nothing_public(stored: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        unpacked(stored)


@pytest.mark.parametrize(
    ("hours", "en", "ja"), table(PAGE, "hours since", "English", "日本語"), ids=lambda cell: cell
)
def test_freshness_in_both_languages(hours: str, en: str, ja: str) -> None:
    told = freshness(AT - timedelta(hours=int(hours)), AT)
    assert [told.in_(lang) for lang in LANGS] == [en, ja]


@pytest.mark.parametrize(
    ("stated", "reader", "reads"),
    table(PAGE, "the article states", "the reader is", "reads it"),
    ids=lambda cell: cell,
)
def test_the_audiences_of_the_page(stated: str, reader: str, reads: str) -> None:
    words = dict(part.split(": ") for part in stated.split("; ")) if stated != "nothing" else {}
    kept: dict[str, object] = {
        name: value.split(", ") for name, value in words.items() if name != "signed_in"
    }
    if "signed_in" in words:
        kept["signed_in"] = words["signed_in"] == "true"
    assert may_read(unpacked(kept), READERS[reader]) is (reads == "yes")


READERS = {
    "a visitor": Actor(),
    "a Free user": Actor("usr_1", "org_1", Plan.FREE, Role.PRIMARY_OWNER),
    "a Team member": Actor("usr_1", "org_1", Plan.TEAM, Role.MEMBER),
    "a Team owner": Actor("usr_1", "org_1", Plan.TEAM, Role.OWNER),
}


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[go](javascript:alert(1))",
        "[go](data:text/html;base64,PHNjcmlwdD4=)",
        "![](https://elsewhere.example/pixel.png)",
        '<a href="x" onclick="alert(1)">x</a>',
        "# <svg onload=alert(1)>",
        '`/help"><script>`',
    ],
    ids=str,
)
def test_markup_in_an_article_is_shown_and_runs_nothing(hostile: str) -> None:
    html = render(hostile).html
    for tag in ("<script", "<img", "<svg", 'href="javascript', 'href="data', '<a href="x"'):
        assert tag not in html.lower()


@given(st.text(max_size=200))
def test_no_text_brings_a_tag_of_its_own(text: str) -> None:
    html = render(text).html.lower()
    assert "<script" not in html
    assert "<img" not in html
    assert "<iframe" not in html


def test_headings_have_addresses_of_their_own_and_begin_at_the_second_level() -> None:
    shown = render("# 手順\n\nx\n\n# 手順\n\n### Then `this`\n")
    assert [(one.anchor, one.level) for one in shown.headings] == [
        ("手順", 2),
        ("手順-2", 2),
        ("then-this", 4),
    ]
    assert '<h2 id="手順">' in shown.html


def test_an_address_of_ours_leads_there_but_never_a_link_in_a_link() -> None:
    assert '<a href="/help/support"' in render("See `/help/support`.").html
    assert render("[`/help/support`](/help)").html.count("<a ") == 1
    assert "<a " not in render("See `/o/ORG/keys` and `/v1/models`.").html


@pytest.mark.parametrize(
    ("source", "says"),
    [
        pytest.param("no front matter", "does not begin", id="nothing"),
        pytest.param("---\ntitle: x\n---\ntext\n", "category", id="a field is missing"),
        pytest.param(
            "---\ntitle: x\ncategory: keys-and-api\nupdated: 2026-01-01\nreviewed: 2026-01-01\nowner: a\naudiense: {}\n---\nt\n",
            "no field audiense", id="a field is misspelt",
        ),
        pytest.param(
            "---\ntitle: x\ncategory: nowhere\nupdated: 2026-01-01\nreviewed: 2026-01-01\nowner: a\n---\nt\n",
            "no category", id="an unknown shelf",
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_no_article_says_why(source: str, says: str) -> None:
    with pytest.raises(ArticleError, match=says):
        read(source, "some-slug", "en")


@pytest.mark.parametrize(
    ("said", "gone"),
    [
        pytest.param("mail me at chie@example.test please", "chie@example.test", id="an address"),
        pytest.param("call 090-1234-5678", "090-1234-5678", id="a telephone number"),
        pytest.param("my key is sk-sekisho-abcdefghijklmnopqrstuv", "abcdefghijklmnop", id="a key"),
        pytest.param("card 4111 1111 1111 1111", "4111 1111", id="a card"),
    ],
)
def test_what_leads_to_a_person_is_masked(said: str, gone: str) -> None:
    assert gone not in masked(said, 120)


@given(st.text(max_size=400))
def test_masking_keeps_within_its_length_and_has_no_zero_bytes(text: str) -> None:
    said = masked(text, 50)
    assert len(said) <= 50
    assert "\x00" not in said
