"""The rules of appeals, by the tables of `docs/rules/appeals.md`, and their laws by generated cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.accounts.types import Role, StaffRole, Viewer, system
from sekisho.base.text import Text
from sekisho.enforcement.appeals.rules.attachments import (
    MAX_BYTES,
    MAX_FILE_BYTES,
    MAX_FILES,
    Unfit,
    accepted,
    harmless_name,
)
from sekisho.enforcement.appeals.rules.deciding import OUTCOMES, Hearing, may_decide, may_find, people_needed
from sekisho.enforcement.appeals.rules.making import MAX_CHARS, may_appeal, may_say
from sekisho.enforcement.appeals.rules.misuse import (
    LONGEST_PAUSE,
    LOOKED_BACK,
    Answered,
    MayPause,
    MayWarn,
    Unremarkable,
    misuse,
)
from sekisho.enforcement.appeals.rules.window import Closed, Open, closing, due, window
from sekisho.enforcement.appeals.types import About, File, Finding, Outcome
from sekisho.enforcement.appeals.words import REFUSALS
from sekisho.enforcement.types import Measure, Refused
from tests.enforcement.appeals.page import table

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def code(answer: object) -> str:
    return answer.code if isinstance(answer, Refused | Unfit) else "may"


# --- how long -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("told", "until"), table("told at (UTC)", "open until (UTC, excluded)"))
def test_the_window_closes_exactly_then(told: str, until: str) -> None:
    told_at, closes_at = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (told, until))
    assert window(told_at, closes_at - INSTANT) == Open(closes_at)
    assert window(told_at, closes_at) == Closed(closes_at)


@given(
    told=st.integers(0, 80 * 365 * 24).map(lambda hours: AT + timedelta(hours=hours)),
    hours=st.integers(-12, 14),
)
def test_wherever_a_person_lives_their_own_calendar_gives_them_no_more(told: datetime, hours: int) -> None:
    """By their own calendar the last day is the one of the same number, or the month's last; it is open to its end."""
    home = timezone(timedelta(hours=hours))
    theirs = told.astimezone(home).date()
    last_day = closing(told).astimezone(home).date()
    assert (last_day.year * 12 + last_day.month) - (theirs.year * 12 + theirs.month) >= 6
    assert window(told, told + 181 * DAY) != Closed(closing(told))
    assert closing(told) <= told + 188 * DAY


def test_the_deadline_counts_from_arrival_or_from_the_end_of_a_rest() -> None:
    assert due(AT, 14 * DAY) == AT + 14 * DAY
    assert due(AT, 14 * DAY, AT + 3 * DAY) == AT + 17 * DAY


# --- taking in ----------------------------------------------------------------------------------------------------
TOLD = {"a day ago": AT - DAY, "a year ago": AT - 365 * DAY}


@pytest.mark.parametrize(
    ("told", "waits", "answered", "today", "answer"),
    table("told", "own one waits", "own one answered", "today", "answer"),
)
def test_taking_in(told: str, waits: str, answered: str, today: str, answer: str) -> None:
    found = may_appeal(
        TOLD[told], AT, own_open=waits == "yes", own_decided=answered == "yes", latest=int(today)
    )
    assert code(found) == answer.replace("taken in", "may")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        pytest.param("違います", "may", id="a word is enough"),
        pytest.param("x" * MAX_CHARS, "may", id="the longest"),
        pytest.param("x" * (MAX_CHARS + 1), "text_too_long", id="one more"),
        pytest.param("", "text_missing", id="nothing"),
        pytest.param(" \n\u3000", "text_missing", id="only spaces, Japanese ones too"),
    ],
)
def test_any_words_will_do(text: str, answer: str) -> None:
    assert code(may_say(text)) == answer


CONTENT = {
    "PDF": b"%PDF-1.7\n1 0 obj\n<< >>\nendobj",
    "PDF that acts": b"%PDF-1.7\n1 0 obj\n<< /OpenAction << /S /JavaScript >> >>",
    "PNG": b"\x89PNG\r\n\x1a\n" + bytes(20),
    "JPEG": b"\xff\xd8\xff\xe0" + bytes(20),
    "WebP": b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    "text": "これは誤りです。\nThank you.".encode(),
    "HTML": b"\xef\xbb\xbf  <!doctype html><script>1</script>",
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
    "program": b"\x7fELF\x02\x01" + bytes(20),
    "archive": b"PK\x03\x04" + bytes(20),
    "nothing": b"",
}


@pytest.mark.parametrize(("content", "named", "answer"), table("content", "named", "answer"))
def test_a_file_is_what_its_content_says(content: str, named: str, answer: str) -> None:
    found = accepted([File(named, CONTENT[content])])
    if isinstance(found, Unfit):
        assert found.code == answer
    else:
        assert [f"{one.name}, {one.media_type}" for one in found] == [answer]


@pytest.mark.parametrize(
    ("sizes", "answer"),
    [
        pytest.param([MAX_FILE_BYTES], "", id="the largest"),
        pytest.param([MAX_FILE_BYTES + 1], "file_too_large", id="one byte more"),
        pytest.param([MAX_FILE_BYTES, MAX_BYTES - MAX_FILE_BYTES], "", id="the most together"),
        pytest.param(
            [MAX_FILE_BYTES, MAX_BYTES - MAX_FILE_BYTES, 1], "files_too_large", id="a byte more together"
        ),
        pytest.param([1] * MAX_FILES, "", id="as many as may be"),
        pytest.param([1] * (MAX_FILES + 1), "too_many_files", id="one too many"),
    ],
)
def test_sizes_and_numbers_are_bounded(sizes: list[int], answer: str) -> None:
    found = accepted([File("a.txt", b"x" * size) for size in sizes])
    assert (found.code if isinstance(found, Unfit) else "") == answer


@given(st.text(max_size=300))
def test_a_name_is_harmless_whatever_it_was(name: str) -> None:
    made = harmless_name(name)
    assert 0 < len(made) <= 80
    assert not set(made) & set("/\\\"'<>:;\r\n\x00%")
    assert made not in {".", ".."}


# --- who decides --------------------------------------------------------------------------------------------------
DESK = frozenset({StaffRole.APPEALS})
FUMI = Viewer("usr_fumi", staff=DESK)
WHO: dict[str, tuple[Hearing, Viewer, bool]] = {
    "of the desk, no part in it": (Hearing(frozenset({"usr_emi"})), FUMI, False),
    "automation": (Hearing(), system("worker"), True),
    "a reviewer": (Hearing(), Viewer("usr_emi", staff=frozenset({StaffRole.REVIEWER})), False),
    "of the desk, imposed it": (Hearing(frozenset({"usr_fumi"})), FUMI, False),
    "of the desk, decided an earlier appeal against it": (Hearing(frozenset({"usr_fumi"})), FUMI, False),
    "of the desk, made the appeal": (Hearing(made_by="usr_fumi"), FUMI, False),
    "of the desk, belongs to the organisation": (
        Hearing(organisation="org_1"),
        Viewer("usr_fumi", {"org_1": Role.MEMBER}, DESK),
        False,
    ),
    "of the desk, proposed to uphold it": (Hearing(proposed_by="usr_fumi"), FUMI, False),
    "of the desk, untrained, an appeal of a minor": (Hearing(for_minors=True), FUMI, False),
    "of the desk, trained, an appeal of a minor": (Hearing(for_minors=True), FUMI, True),
}


@pytest.mark.parametrize(("who", "answer"), table("who", "answer"))
def test_who_decides(who: str, answer: str) -> None:
    assert code(may_decide(*WHO[who])) == answer


MEASURES = {"a termination": Measure.TERMINATED, "a suspension": Measure.SUSPENDED}


@pytest.mark.parametrize(("against", "outcome", "people"), table("against", "outcome", "people"))
def test_how_many_people_it_takes(against: str, outcome: str, people: str) -> None:
    assert people_needed(MEASURES[against], Outcome(outcome)) == int(people)


@pytest.mark.parametrize(
    ("against", "outcomes"), [(row[0], row[2]) for row in table("against", "opened by", "can come of it")]
)
def test_what_can_come_of_it(against: str, outcomes: str) -> None:
    assert ", ".join(OUTCOMES[About(against)]) == outcomes


REASONS = Text("It was a quotation.", "小説からの引用でした。")
WORDS = {"suspension": Measure.SUSPENDED, "throttle": Measure.THROTTLED, "termination": Measure.TERMINATED}


def spoken(words: str) -> tuple[Measure, datetime | None]:
    """Read `suspension of 7 days`."""
    name, _, rest = words.partition(" ")
    if "ended" in rest:
        return WORDS[name], AT
    days = rest.removeprefix("of ").removesuffix(" days")
    return WORDS[name], AT + int(days) * DAY if days.isdigit() else None


@pytest.mark.parametrize(("was", "becomes", "answer"), table("was", "becomes", "answer"))
def test_a_change_is_milder(was: str, becomes: str, answer: str) -> None:
    finding = Finding(Outcome.CHANGED, REASONS, *spoken(becomes))
    assert code(may_find(About.RESTRICTION, finding, *spoken(was), AT)) == answer


@pytest.mark.parametrize(
    ("about", "finding", "answer"),
    [
        pytest.param(About.DECISION, Finding(Outcome.UPHELD, REASONS), "may", id="with reasons"),
        pytest.param(About.DECISION, Finding(Outcome.UPHELD, Text("", "")), "reasons_missing", id="without"),
        pytest.param(
            About.DECISION,
            Finding(Outcome.UPHELD, Text(REASONS.en, " ")),
            "reasons_missing",
            id="in one language",
        ),
        pytest.param(
            About.DECISION, Finding(Outcome.CHANGED, REASONS), "outcome_impossible", id="nothing to be milder"
        ),
    ],
)
def test_a_finding_makes_sense(about: About, finding: Finding, answer: str) -> None:
    assert code(may_find(about, finding, None, None, AT)) == answer


# --- misuse -------------------------------------------------------------------------------------------------------
WARNED = {"no": None, "yes": AT - 30 * DAY, "a year ago": AT - LOOKED_BACK}


@pytest.mark.parametrize(
    ("decided", "unfounded", "warned", "since", "may"),
    table("decided in a year", "of these manifestly unfounded", "warned", "unfounded since", "may"),
)
def test_misuse(decided: str, unfounded: str, warned: str, since: str, may: str) -> None:
    before, after = int(unfounded) - int(since), int(since)
    history = [Answered(AT - 60 * DAY, True)] * before + [Answered(AT - DAY, True)] * after
    history += [Answered(AT - 60 * DAY, False)] * (int(decided) - int(unfounded))
    counts = int(unfounded), int(decided)
    expected = {
        "nothing": Unremarkable(),
        "warn": MayWarn(*counts),
        "pause of 30 days": MayPause(*counts, AT + LONGEST_PAUSE),
    }
    assert misuse(history, WARNED[warned], AT) == expected[may]


histories = st.lists(
    st.builds(Answered, st.integers(0, 800).map(lambda days: AT - days * DAY), st.booleans()), max_size=12
)


@given(histories)
def test_nobody_is_paused_who_was_not_warned(history: list[Answered]) -> None:
    assert not isinstance(misuse(history, None, AT), MayPause)


@given(histories)
def test_whoever_is_never_unfounded_is_never_noticed(history: list[Answered]) -> None:
    good = [Answered(one.made_at, False) for one in history]
    assert misuse(good, AT - DAY, AT) == Unremarkable()


def test_every_refusal_has_its_words_in_both_languages() -> None:
    assert all(text.en and text.ja for text in REFUSALS.values())
