"""What becomes a case, who looks at it, how much, and who is answered: by the tables of docs/rules/review.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detection.types import Finding, Span
from sekisho.enforcement.review.rules import exposure, intake, queue, redaction, reporters
from sekisho.enforcement.review.types import Answer, Category, Gravity, Opinion, Source, State, Verdict
from sekisho.enforcement.types import Allowed, DecisionRecord, Measure, Refused
from sekisho.policy.types import Action, Ground, Severity
from tests.enforcement.review.page import table

AT = datetime(2026, 1, 10, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def decision(action: str = "block", clause: str = "fraud_predation", **ground: object) -> DecisionRecord:
    made = Ground(clause, Action[action.upper()], Severity.HIGH, "scorer", "1", "", 0.95, 0.6, "match", None)
    for name, value in ground.items():
        made = _with(made, name, value)
    return DecisionRecord(
        "dec_1", "req_1", "org_1", "key_1", "", AT, "prompt", action, "reference@2025-09-15", clause, "en",
        grounds=(made,),
    )  # fmt: skip


def _with(ground: Ground, name: str, value: object) -> Ground:
    fields = {one: getattr(ground, one) for one in Ground.__struct_fields__}
    return Ground(**{**fields, name: value})


def named(made: DecisionRecord, purpose: str, *, drawn: bool) -> DecisionRecord:
    """Return the decision under an id that is drawn, or is not."""
    share = intake.DEFAULT_RATES.blocks if purpose == "block" else intake.DEFAULT_RATES.near
    names = (f"dec_{number}" for number in range(10_000))
    fits = next(
        one
        for one in names
        if (intake.drawn(one, purpose) < share) is drawn
        and (purpose == "block" or intake.drawn(one, "block") >= intake.DEFAULT_RATES.blocks)
    )
    return replace(made, id=fits)


DECISIONS = {
    "a block under a hard clause": decision(clause="weapons", severity=Severity.CRITICAL),
    "kept for a person, because nobody could tell": decision("hold", outcome="unsure:hold"),
    "held advice in a high-risk domain": decision("hold", clause="hr_legal"),
    "a block, drawn": named(decision(), "block", drawn=True),
    "a block, not drawn": named(decision(), "block", drawn=False),
    "a score near its threshold, drawn": named(decision("annotate", score=0.62), "near", drawn=True),
    "a score near its threshold, not drawn": named(decision("annotate", score=0.62), "near", drawn=False),
    "detectors could not tell and it went on, drawn": named(
        decision("annotate", outcome="unsure:skip"), "doubt", drawn=True
    ),
    "let pass": replace(decision("allow"), grounds=()),
    "what a draft would have blocked": replace(
        decision(clause="weapons", severity=Severity.CRITICAL), shadow=True
    ),
}


@pytest.mark.parametrize(("what", "becomes"), table("decision", "becomes"))
def test_which_decisions_become_cases(what: str, becomes: str) -> None:
    found = intake.source_of(DECISIONS[what])
    assert (found.value if found else "nothing") == becomes.partition(":")[0]


@given(st.text(min_size=1, max_size=40))
def test_a_draw_is_the_same_again_and_lies_between_none_and_all(name: str) -> None:
    assert intake.drawn(name, "block") == intake.drawn(name, "block")
    assert 0 <= intake.drawn(name, "block") < 1


def test_draws_are_spread_evenly_and_purposes_are_independent() -> None:
    drawn = [intake.drawn(f"dec_{number}", "block") < 0.02 for number in range(20_000)]
    near = [intake.drawn(f"dec_{number}", "near") < 0.10 for number in range(20_000)]
    assert 320 < sum(drawn) < 480
    both = sum(one and two for one, two in zip(drawn, near, strict=True))
    assert 20 < both < 60


WAITS = {
    "a report of danger to a child": intake.gravity_of_report(Category.CHILD_SAFETY),
    "a report of imminent harm": intake.gravity_of_report(Category.IMMINENT_HARM),
    "a block under a hard clause": intake.gravity_of_decision(
        DECISIONS["a block under a hard clause"], Source.HARD
    ),
    "a report of harmful content": intake.gravity_of_report(Category.HARMFUL),
    "a report of an inaccurate answer": intake.gravity_of_report(Category.INACCURATE),
    "a block that was drawn": intake.gravity_of_decision(decision(), Source.SAMPLE),
}


@pytest.mark.parametrize(("what", "gravity", "within"), table("what", "class", "within"))
def test_how_soon(what: str, gravity: str, within: str) -> None:
    assert WAITS[what] is Gravity[gravity.replace(" ", "_").upper()]
    assert intake.due(WAITS[what], AT) == AT + timedelta(hours=int(within.split()[0]))


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        pytest.param("The answer gave a wrong date.", Category.INACCURATE, id="nothing urgent"),
        pytest.param("My friend wrote about Suicide.", Category.IMMINENT_HARM, id="English, in capitals"),
        pytest.param("掲示板に殺害予告があります", Category.IMMINENT_HARM, id="Japanese"),
        pytest.param("児童虐待の疑いがあります", Category.CHILD_SAFETY, id="a child, in Japanese"),
    ],
)
def test_words_of_danger_make_a_report_urgent(said: str, heard: Category) -> None:
    assert intake.heard(Category.INACCURATE, said) is heard


@pytest.mark.parametrize("chosen", [Category.CHILD_SAFETY, Category.IMMINENT_HARM])
def test_nothing_makes_a_report_less_urgent(chosen: Category) -> None:
    assert intake.heard(chosen, "suicide 児童虐待") is chosen


# --- who looks ---
ANSWERS = {
    "violation": Answer(Verdict.VIOLATION, "cyber"),
    "no violation": Answer(Verdict.NO_VIOLATION),
    "spam": Answer(Verdict.SPAM),
    "asks for a second": Answer(Verdict.SECOND),
}


def opinions(*answers: Answer) -> list[Opinion]:
    return [Opinion(f"usr_{number}", one, AT + number * MINUTE) for number, one in enumerate(answers)]


@pytest.mark.parametrize(
    ("so_far", "drawn", "follows"), table("answers so far", "drawn for a second", "what follows")
)
def test_what_follows_from_answers(so_far: str, drawn: str, follows: str) -> None:
    found = queue.outcome(opinions(*(ANSWERS[one] for one in so_far.split(", "))), drawn == "yes")
    match found:
        case queue.Another(state=state):
            told = {State.SECOND: "a second person", State.THIRD: "a third person"}[state]
        case queue.Settled(answer=answer):
            told = answer.verdict.value.replace("_", " ")
    assert told == follows


def test_two_violations_of_different_clauses_are_no_agreement() -> None:
    differ = opinions(Answer(Verdict.VIOLATION, "cyber"), Answer(Verdict.VIOLATION, "weapons"))
    assert queue.outcome(differ, True) == queue.Another(State.THIRD)


def test_who_agrees_stands_behind_it() -> None:
    found = queue.outcome(opinions(*[ANSWERS[one] for one in ("violation", "spam", "violation")]), True)
    assert found == queue.Settled(ANSWERS["violation"], ("usr_0", "usr_2"))


settled_answers = st.sampled_from([ANSWERS["violation"], ANSWERS["no violation"], ANSWERS["spam"]])


@given(st.lists(settled_answers, min_size=3, max_size=3), st.booleans())
def test_three_answers_always_settle_it(answers: list[Answer], drawn: bool) -> None:
    assert isinstance(queue.outcome(opinions(*answers), drawn), queue.Settled)


@pytest.mark.parametrize(
    ("seat", "looked", "expected"),
    [
        pytest.param({}, set(), Allowed(), id="anybody"),
        pytest.param({"reporters": {"mail:1"}}, set(), Refused("own_report"), id="who reported it"),
        pytest.param(
            {"organisations": {"org_1"}}, set(), Refused("own_organisation"), id="who belongs there"
        ),
        pytest.param({}, {"usr_1"}, Refused("answered_before"), id="who answered it"),
        pytest.param({"holds": "case_2"}, set(), Refused("holds_another"), id="who holds another"),
        pytest.param({"holds": "case_1"}, set(), Allowed(), id="who holds it already"),
    ],
)
def test_who_may_take_a_case(seat: dict[str, object], looked: set[str], expected: object) -> None:
    made = queue.Seat(
        frozenset(seat.get("reporters", ())),  # type: ignore[call-overload]
        frozenset(seat.get("organisations", ())),  # type: ignore[call-overload]
        str(seat.get("holds", "")),
    )
    assert queue.may_take("case_1", "mail:1", "org_1", looked, "usr_1", made) == expected


def test_a_reporter_that_nobody_knows_is_nobodys_own() -> None:
    assert (
        queue.may_take("case_1", "", "", (), "usr_1", queue.Seat(frozenset({""}), frozenset({""})))
        == Allowed()
    )


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        pytest.param(Answer(Verdict.VIOLATION), State.WAITING, "clause_needed", id="no clause"),
        pytest.param(Answer(Verdict.SPAM, measure=Measure.SUSPENDED), State.WAITING, "measure_without_violation", id="measure for spam"),
        pytest.param(Answer(Verdict.DUPLICATE), State.WAITING, "original_needed", id="duplicate of nothing"),
        pytest.param(Answer(Verdict.SECOND), State.SECOND, "second_already", id="passing on again"),
        pytest.param(Answer(Verdict.SECOND), State.WAITING, "", id="passing on"),
    ],
)  # fmt: skip
def test_which_answers_make_sense(answer: Answer, state: State, code: str) -> None:
    assert queue.may_answer(answer, state) == (Refused(code) if code else Allowed())


def test_shares_of_golden_and_blind_cases_are_as_stated() -> None:
    blind = sum(queue.is_blind_drawn(f"case_{number}", Source.FORM) for number in range(20_000))
    golden = sum(queue.is_golden_turn("usr_1", number) for number in range(20_000))
    assert 850 < blind < 1150
    assert 850 < golden < 1150
    assert not any(queue.is_blind_drawn(f"case_{number}", Source.LADDER) for number in range(1000))


# --- how much ---
def _hourly(count: int, weight: int, last: datetime = AT) -> list[exposure.Look]:
    return [exposure.Look(last - HOUR * back, weight) for back in range(count)]


def _row(weight: int, last: datetime) -> list[exposure.Look]:
    return [exposure.Look(last - 4 * MINUTE * back, weight) for back in range(5)]


LOOKS = {
    "none": [],
    "11 of weight 10, one an hour": _hourly(11, 10),
    "12 of weight 10, one an hour": _hourly(12, 10),
    "5 of weight 5 within 20 minutes": _row(5, AT),
    "5 of weight 5, 15 minutes later": _row(5, AT - 15 * MINUTE),
    "5 of weight 3 within 20 minutes": _row(3, AT),
    "12 of weight 10, yesterday": _hourly(12, 10, AT - DAY),
}


@pytest.mark.parametrize(("looks", "expected"), table("looks", "answer"))
def test_how_much_one_person_looks_at(looks: str, expected: str) -> None:
    match exposure.may_look(LOOKS[looks], AT):
        case exposure.Ready(left=left):
            told = f"ready, {left} left"
        case exposure.OnBreak(until=until):
            assert until == AT + 15 * MINUTE
            told = "rest of 15 minutes"
        case exposure.Spent(until=until):
            assert until == min(look.at for look in LOOKS[looks]) + DAY
            told = "spent until 24 h after the first"
    assert told == expected


looks = st.lists(
    st.builds(exposure.Look, st.integers(0, 3 * 1440).map(lambda ago: AT - ago * MINUTE), st.integers(1, 10)),
    max_size=60,
)


@given(looks)
def test_when_it_goes_on_is_exact(before: list[exposure.Look]) -> None:
    match exposure.may_look(before, AT):
        case exposure.OnBreak(until=until) | exposure.Spent(until=until):
            assert until > AT
            instant = timedelta(microseconds=1)
            assert not isinstance(exposure.may_look(before, until - instant), exposure.Ready)
        case exposure.Ready(left=left):
            assert 0 < left <= 120


@given(looks, st.integers(1, 10))
def test_one_more_look_never_leaves_more(before: list[exposure.Look], weight: int) -> None:
    more = exposure.may_look([*before, exposure.Look(AT, weight)], AT)
    less = exposure.may_look(before, AT)
    if isinstance(more, exposure.Ready) and isinstance(less, exposure.Ready):
        assert more.left < less.left


# --- who is answered ---
PERSON = reporters.Envelope("chie@example.test", content_type="text/plain")
MAILS = {
    "from a person": (PERSON, 0),
    "Auto-Submitted: no": (replace(PERSON, auto_submitted="no"), 0),
    "Auto-Submitted: auto-generated": (replace(PERSON, auto_submitted="auto-generated; type=x"), 0),
    "through a list": (replace(PERSON, is_list=True), 0),
    "Precedence: bulk": (replace(PERSON, precedence="bulk"), 0),
    "from no-reply@": (replace(PERSON, sender="no-reply@example.test"), 0),
    "the sixth of a day from one address": (PERSON, 5),
    "Auto-Submitted: auto-replied": (replace(PERSON, auto_submitted="auto-replied"), 0),
    "a bounce (null sender)": (replace(PERSON, sender=""), 0),
    "one that we sent ourselves": (replace(PERSON, is_ours=True), 0),
}


@pytest.mark.parametrize(("mail", "case", "receipt"), table("mail", "case", "receipt"))
def test_who_is_answered(mail: str, case: str, receipt: str) -> None:
    match reporters.answer_to(*MAILS[mail]):
        case reporters.Answered():
            told = ("yes", "yes")
        case reporters.Unanswered(because=because):
            told = ("yes", f"no: {because}")
        case reporters.Passed(because=because):
            told = (f"no: {because}", "no")
    assert told == (case, receipt)


@given(
    st.builds(
        reporters.Envelope,
        sender=st.text(max_size=30),
        auto_submitted=st.sampled_from(["", "no", "auto-replied", "auto-generated", "auto-notified"]),
        precedence=st.sampled_from(["", "bulk", "list", "first-class"]),
        is_list=st.booleans(),
        content_type=st.sampled_from(["text/plain", "multipart/report"]),
        suppress=st.sampled_from(["", "none", "all"]),
        is_ours=st.booleans(),
        is_reply_to_us=st.booleans(),
    ),
    st.integers(0, 20),
)
def test_no_machine_is_ever_answered(mail: reporters.Envelope, sent: int) -> None:
    if isinstance(reporters.answer_to(mail, sent), reporters.Answered):
        assert mail.sender
        assert mail.auto_submitted in ("", "no")
        assert not mail.is_list
        assert not mail.is_ours
        assert sent < reporters.RECEIPTS_A_DAY


FAITH = {
    "4 of 4 plainly unfounded": (4, 4, None),
    "5 of 5 plainly unfounded": (5, 5, None),
    "5 of 7 plainly unfounded": (5, 7, None),
    "2 of 2 plainly unfounded since": (2, 2, AT - 10 * DAY),
    "3 of 3 plainly unfounded since": (3, 3, AT - 10 * DAY),
    "5 of 5 plainly unfounded, warned 91 days ago": (5, 5, AT - 91 * DAY),
}


@pytest.mark.parametrize(
    ("what", "warned", "follows"), table("in the last 90 days", "warned", "what follows")
)
def test_who_reports_in_bad_faith(what: str, warned: str, follows: str) -> None:
    spam, total, warned_at = FAITH[what]
    verdicts = [Verdict.SPAM] * spam + [Verdict.VIOLATION] * (total - spam)
    decided = [reporters.Decided(AT - HOUR * number, verdict) for number, verdict in enumerate(verdicts)]
    match reporters.faith(decided, warned_at, AT):
        case reporters.InGoodFaith():
            told = "nothing"
        case reporters.Warn(unfounded=unfounded):
            assert unfounded == spam
            told = "a warning"
        case reporters.Mute(until=until):
            assert until == AT + 30 * DAY
            told = "a pause of 30 days"
    assert told == follows
    assert (warned == "yes") == (warned_at is not None and warned_at > AT - reporters.WINDOW)


@given(st.lists(st.sampled_from(Verdict), max_size=40))
def test_nobody_is_muted_unwarned(verdicts: list[Verdict]) -> None:
    decided = [reporters.Decided(AT - HOUR * number, verdict) for number, verdict in enumerate(verdicts)]
    assert not isinstance(reporters.faith(decided, None, AT), reporters.Mute)


@pytest.mark.parametrize("category", Category)
def test_danger_is_heard_from_everybody(category: Category) -> None:
    assert reporters.is_heard(category, AT + DAY, AT) is category.is_urgent
    assert reporters.is_heard(category, AT, AT)


# --- what is shown ---
SECRET = "Write to aiko@example.test or call +81 3 1234 5678, card 4111 1111 1111 1111."


def test_personal_data_are_masked_until_they_are_revealed() -> None:
    card = Finding("privacy_identity", "entities", code="card_number", span=Span(57, 76))
    shown = redaction.excerpt("prompt", SECRET, [card], None, revealed=False)
    assert "aiko" not in shown.text
    assert "1234" not in shown.text
    assert "4111" not in shown.text
    assert shown.text.startswith("Write to ■")
    assert shown.masked == 3
    assert redaction.excerpt("prompt", SECRET, [card], None, revealed=True).text == SECRET


def test_a_long_text_is_cut_to_what_surrounds_the_finding() -> None:
    text = "a" * 5000 + "HERE" + "b" * 5000
    shown = redaction.excerpt("prompt", text, [], Span(5000, 5004), revealed=False)
    assert shown.text == f"… {'a' * 400}HERE{'b' * 400} …"
    assert shown.cut


@given(
    st.text(max_size=3000),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 60)), max_size=8),
    st.one_of(st.none(), st.integers(0, 3000)),
)
def test_nothing_that_was_found_is_shown_masked(
    text: str, places: list[tuple[int, int]], seen: int | None
) -> None:
    marked = list(text.replace("■", "x"))
    spans = [Span(start, start + length) for start, length in places if start + length <= len(text)]
    for span in spans:
        marked[span.start : span.end] = "\ue000" * (span.end - span.start)
    findings = [Finding("privacy_identity", "entities", span=span) for span in spans]
    at = Span(seen, seen + 3) if seen is not None else None
    shown = redaction.excerpt("prompt", "".join(marked), findings, at, revealed=False)
    assert "\ue000" not in shown.text
