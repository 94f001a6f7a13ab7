"""What decides in conversations, by tables: the page `docs/rules/messenger.md` shows the same ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.accounts.types import Plan, Role
from sekisho.base.text import LANGS
from sekisho.cases.rules.queues import BOUND
from sekisho.support.bot.types import AnswerKind, Failure
from sekisho.support.messenger.rules import hosts, issues, language, loading, minors, outcomes, ways
from sekisho.support.messenger.rules.messages import cleaned, is_safe_link
from sekisho.support.messenger.types import EventKind, FieldKind, Known, Outcome
from sekisho.support.relay.types import State as QuestionState
from sekisho.support.rules import wishes
from sekisho.support.rules.crises import is_crisis
from sekisho.support.rules.routing import entitlements
from sekisho.support.types import Actor, Channel, Standing, Surface
from tests.pages import table
from tests.support.messenger.talks import NOW

PAGE = "docs/rules/messenger.md"

ACTORS = [
    Actor(),
    *(
        Actor("usr_1", "org_1", plan, role, standing)
        for plan in Plan
        for role in Role
        for standing in Standing
    ),
]
SURFACES = (Surface.PRODUCT, Surface.CONSOLE, Surface.HELP_CENTRE)
EVERYBODY = {
    "cannot_sign_in", "safety_report", "appeal", "privacy_request", "data_protection_complaint",
    "illegal_content_notice", "uk_complaint", "au_complaint", "age_check", "data_export",
}  # fmt: skip


# --- issues -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("surface", SURFACES)
def test_what_is_open_to_everybody_is_offered_to_every_actor(surface: Surface):
    for actor in ACTORS:
        offered = issues.offered(entitlements(actor), surface, is_signed_in=actor.is_signed_in)
        assert {one.id for one in offered} >= EVERYBODY, actor


@pytest.mark.parametrize("surface", SURFACES)
def test_no_issue_is_offered_whose_channel_is_closed(surface: Surface):
    for actor in ACTORS:
        found = entitlements(actor)
        for one in issues.offered(found, surface, is_signed_in=actor.is_signed_in):
            assert found.of(one.channel).is_open or one.people in issues.FOR_EVERYBODY
            assert actor.is_signed_in or not one.signed_in_only


def test_issues_name_a_queue_that_takes_their_kind():
    for one in issues.ISSUES:
        if not one.page:
            assert one.queue in BOUND.get(one.kind, {one.queue})
            assert one.kind not in BOUND


def test_every_word_of_every_issue_stands_in_both_languages():
    for one in issues.ISSUES:
        labels = [field.label for field in one.fields]
        chosen = [option.label for field in one.fields for option in field.options]
        for text in (one.title, one.explanation, one.group.title, *labels, *chosen):
            assert all(text.in_(lang).strip() for lang in LANGS), one.id
            assert text.en != text.ja


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param("    channel: bot\n    channel_: x", "unknown words: channel_", id="an unknown word"),
        pytest.param("    channel: telephone", "telephone", id="a channel that is none"),
        pytest.param("    channel: bot\n    fields: [{name: a, label: {en: A, ja: あ}, kind: choice}]", "options", id="a choice of nothing"),
    ],
)  # fmt: skip
def test_a_wrong_file_says_which_issue_and_why(change: str, said: str):
    text = (
        "group: g\ntitle: {en: G, ja: じ}\nissues:\n  - id: one\n    title: {en: T, ja: だ}\n"
        f"    explanation: {{en: E, ja: せ}}\n{change}\n    people: human\n    queue: support\n    kind: support\n"
    )
    with pytest.raises(ValueError, match=r"g\.yaml: issue") as wrong:
        list(loading.read("g.yaml", text))
    assert said in str(wrong.value)


@pytest.mark.parametrize("one", [one for one in issues.ISSUES if one.fields], ids=lambda one: one.id)
def test_optional_means_optional_and_the_rest_is_asked_for(one):
    empty = issues.checked(one.fields, {})
    needed = {field.name for field in one.fields if not field.is_optional}
    assert (set(empty.problems) if isinstance(empty, issues.Faulty) else set()) == needed
    good = {field.name: _valid(field) for field in one.fields if not field.is_optional}
    assert isinstance(issues.checked(one.fields, good), issues.Details)


def _valid(field) -> str:
    if field.kind is FieldKind.CHOICE:
        return field.options[0].value
    return "2026-01-02" if field.kind is FieldKind.DATE else "words"


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=400)))
def test_details_never_hold_what_was_not_asked_for(said: dict[str, str]):
    fields = issues.BY_ID["technical_problem"].fields
    found = issues.checked(fields, said)
    if isinstance(found, issues.Details):
        assert set(found.values) <= {one.name for one in fields}


def test_what_the_session_knows_is_not_asked_for():
    field = issues.BY_ID["refusal"].fields[0]
    issue = replace(issues.BY_ID["refusal"], fields=(replace(field, known=Known.EMAIL),))
    assert issues.asked(issue, frozenset()) == issue.fields
    assert issues.asked(issue, frozenset({Known.EMAIL})) == ()


# --- talking to a person --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("said", "wants"), table(PAGE, "said", "a person?"))
def test_the_wish_for_a_person(said: str, wants: str):
    assert wishes.wants_people(said) == (wants == "yes")


@pytest.mark.parametrize(("seat", "answer"), table(PAGE, "who", "what is offered first"))
def test_the_truth_about_ways(seat: str, answer: str):
    actor = {
        "visitor": Actor(),
        "Free": Actor("usr_1", "org_1", Plan.FREE, Role.PRIMARY_OWNER),
        "Pro": Actor("usr_1", "org_1", Plan.PRO, Role.PRIMARY_OWNER),
        "Team member": Actor("usr_1", "org_1", Plan.TEAM, Role.MEMBER),
        "Team owner": Actor("usr_1", "org_1", Plan.TEAM, Role.OWNER),
        "suspended": Actor("usr_1", "org_1", Plan.PRO, Role.PRIMARY_OWNER, Standing.SUSPENDED),
    }[seat]
    found = ways.ways(entitlements(actor), None, is_signed_in=actor.is_signed_in)
    assert found.offers[0] == answer


def test_nobody_is_promised_a_telephone_or_a_person_who_waits():
    for actor in ACTORS:
        found = entitlements(actor)
        for issue in (None, *issues.ISSUES):
            shown = ways.ways(found, issue, is_signed_in=actor.is_signed_in)
            assert ("people" in shown.offers) == ways.may_reach_people(found, issue)
            assert ("owner" in shown.offers) <= found.of(Channel.OWNER).is_open
            assert set(shown.offers) & {"people", *ways.ALWAYS}


@given(st.sampled_from([*AnswerKind, *Failure]), st.integers(0, 5))
def test_people_come_in_by_the_kind_of_an_answer_alone(outcome, before: int):
    found = ways.after(outcome, before)
    if outcome is AnswerKind.HANDOFF or (ways.is_failed(outcome) and before >= 1):
        assert found is ways.Next.PEOPLE
    else:
        assert found is (ways.Next.OFFER if ways.is_failed(outcome) else ways.Next.NOTHING)


# --- language, minors, crises ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(("text", "page", "lang"), table(PAGE, "text", "page", "answered in"))
def test_the_language_of_the_answer(text: str, page: str, lang: str):
    assert language.answering(text, [], page) == lang  # type: ignore[arg-type]


def test_what_was_said_before_decides_before_the_page():
    assert language.answering("2FA", ["キーを作りたいです"], "en") == "ja"


@pytest.mark.parametrize(("message", "hint"), table(PAGE, "message", "hint?"))
def test_hints_at_a_minor(message: str, hint: str):
    assert minors.hints_at_minor(message) == (hint == "yes")


def test_a_schools_address_is_a_hint():
    assert minors.hints_at_minor("hello", "ben@pupils.tokyo.ed.jp")
    assert not minors.hints_at_minor("hello", "ben@tokyo.ac.jp")


@pytest.mark.parametrize(
    ("text", "crisis"),
    [
        pytest.param("I want to die", True, id="en"),
        pytest.param("もう死にたい", True, id="ja"),
        pytest.param("My key died", False, id="a key"),
        pytest.param("プロセスが死んだ", False, id="a process"),
    ],
)
def test_crises(text: str, crisis: bool):
    assert is_crisis(text) == crisis


# --- hosts ----------------------------------------------------------------------------------------------------------
OLD, NEW = "console.old.example", "platform.example"
HOSTS = hosts.pairs([f"{OLD}={NEW}"])


@pytest.mark.parametrize(("at", "where", "then"), table(PAGE, "signed in at", "asks in", "then"))
def test_old_and_new_hosts(at: str, where: str, then: str):
    names = {"old": (OLD,), "new": (NEW,), "both": (OLD, NEW), "nowhere": ()}[at]
    sessions = [hosts.SignedIn(name, f"usr at {name}") for name in names]
    surface = Surface.HELP_CENTRE if where == "help centre" else Surface.PRODUCT
    answer = hosts.before_sending(surface, sessions, HOSTS)
    expected = {
        "moves": hosts.Move(NEW),
        "sends as new": hosts.Goes(f"usr at {NEW}"),
        "sends as old": hosts.Goes(f"usr at {OLD}"),
        "sends as visitor": hosts.Goes(""),
    }[then]
    assert answer == expected


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["a.example"], id="no pair"),
        pytest.param(["a.example=b.example", "b.example=c.example"], id="a chain"),
        pytest.param(["a.example=b.example", "a.example=c.example"], id="old twice"),
        pytest.param(["https://a.example/=b.example"], id="an address"),
    ],
)
def test_hosts_that_cannot_be(words: list[str]):
    with pytest.raises(ValueError, match=r"example"):
        hosts.pairs(words)


# --- outcomes -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("happened", "outcome"), table(PAGE, "happened", "outcome"))
def test_outcomes(happened: str, outcome: str):
    kinds, answers = [], []
    for word in happened.split():
        kind, _, more = word.partition(":")
        kinds.append((EventKind(kind), more == "yes"))
        answers += [more] if kind == "answered" else []
    assert outcomes.outcome(kinds, answer_kinds=answers) == Outcome(outcome)


@pytest.mark.parametrize(
    ("bot", "owed", "owner", "person"),
    table(PAGE, "the bot is at it", "a reply is owed in the case", "asked of the owner", "person"),
)
def test_who_still_waits(bot: str, owed: str, owner: str, person: str):
    questions = [] if owner == "no" else [QuestionState(owner)]
    assert outcomes.still_waits(bot == "yes", owed == "yes", questions) == (person == "waits")


@pytest.mark.parametrize(
    ("after", "counts"),
    [
        pytest.param(timedelta(seconds=1), True, id="a second later"),
        pytest.param(timedelta(days=7), True, id="the last instant"),
        pytest.param(timedelta(days=7, seconds=1), False, id="too late"),
    ],
)
def test_returning_within_seven_days(after: timedelta, counts: bool):
    assert outcomes.returned(NOW, [NOW + after]) == counts


@given(st.lists(st.tuples(st.sampled_from(EventKind), st.booleans())), st.lists(st.sampled_from(AnswerKind)))
def test_only_a_persons_yes_is_ever_confirmed(kinds, answers):
    found = outcomes.outcome(kinds, answer_kinds=[one.value for one in answers])
    said_yes = [yes for kind, yes in kinds if kind is EventKind.RATED][-1:] == [True]
    assert (found is Outcome.CONFIRMED) <= said_yes


# --- text -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("link", "safe"),
    [
        pytest.param("https://example.org/a", True, id="https"),
        pytest.param("/help/keys", True, id="a path of ours"),
        pytest.param("mailto:help@example.org", True, id="mail"),
        pytest.param("javascript:alert(1)", False, id="a script"),
        pytest.param("JaVaScRiPt:alert(1)", False, id="a script, mixed"),
        pytest.param(" javascript:alert(1)", False, id="a script behind a blank"),
        pytest.param("java\nscript:alert(1)", False, id="a script, broken"),
        pytest.param("data:text/html,x", False, id="data"),
        pytest.param("//evil.example", False, id="another site as a path"),
        pytest.param("/\\evil.example", False, id="another site behind a backslash"),
        pytest.param("https:", False, id="a scheme alone"),
    ],
)
def test_links_are_of_named_schemes(link: str, safe: bool):
    assert is_safe_link(link) == safe


@given(st.text())
def test_cleaning_leaves_what_a_database_takes(text: str):
    assert "\x00" not in cleaned(text)
