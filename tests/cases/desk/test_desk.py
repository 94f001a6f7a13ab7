"""Working at the desk: holding, masking, drafts, texts and numbers."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import Role, StaffRole
from sekisho.audit.models import AuditEntry
from sekisho.base.clock import Clock, fixed_clock
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.text import Text
from sekisho.cases import actions as cases
from sekisho.cases import queries
from sekisho.cases.desk import actions, helper
from sekisho.cases.desk import queries as desk
from sekisho.cases.desk.models import Draft, Unmasking
from sekisho.cases.desk.tasks import tend
from sekisho.cases.desk.types import Origin
from sekisho.cases.models import Case, Delivery
from sekisho.cases.types import CaseView, Reach, State, Voice
from tests import factories
from tests.cases.conftest import AT, CLOCK, opening
from tests.cast import Cast

NUMBER = "03-1234-5678"


def at(**after: int) -> Clock:
    return fixed_clock(AT + timedelta(**after))


@pytest.fixture
def emi_helps(cast: Cast) -> None:
    StaffAppointment.objects.create(person=cast.emi, role=StaffRole.SUPPORT)


# --- holding ----------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("emi_helps")
def test_one_person_holds_a_case_until_their_time_is_over(asked: CaseView, cast: Cast) -> None:
    daiki, emi = cast.viewer("daiki"), cast.viewer("emi")
    actions.take(daiki, asked.id, clock=CLOCK)
    for _ in range(2):
        with pytest.raises(SekishoError, match="held_by_other"):
            actions.take(emi, asked.id, clock=at(minutes=29))
    with pytest.raises(SekishoError, match="held_by_other"):
        actions.answer(emi, asked.id, "me too", submission="1", clock=at(minutes=29))
    assert not Delivery.objects.filter(kind="reply").exists()
    actions.take(emi, asked.id, clock=at(minutes=30))
    with pytest.raises(SekishoError, match="not_held"):
        actions.give_back(daiki, asked.id)


def test_the_next_one_is_the_first_that_nobody_has(
    asked: CaseView, asked_by_ben: CaseView, cast: Cast
) -> None:
    cases.start_clock(asked_by_ben.id, "ack", AT, AT + timedelta(days=1), regime="dsa")
    daiki = cast.viewer("daiki")
    assert actions.take_next(daiki, clock=CLOCK) == asked_by_ben.id
    actions.give_back(daiki, asked_by_ben.id)
    Case.objects.filter(id=asked_by_ben.id).update(held_by="usr_x", held_until=AT + timedelta(minutes=5))
    assert actions.take_next(daiki, clock=CLOCK) == asked.id
    Case.objects.update(held_by="usr_x", held_until=AT + timedelta(minutes=5))
    assert actions.take_next(daiki, clock=CLOCK) == ""


def test_nobody_answers_a_case_of_their_own_organisation(asked: CaseView, cast: Cast) -> None:
    factories.member(cast.atelier, cast.daiki, Role.MEMBER)
    daiki = cast.viewer("daiki")
    with pytest.raises(NotFoundError):
        actions.take(daiki, asked.id, clock=CLOCK)
    assert queries.queue(daiki).cases == ()
    mine = cases.open_case(opening("own", requester=cast.daiki.id), clock=CLOCK)
    with pytest.raises(NotFoundError):
        desk.desk_case(daiki, mine.id, AT)
    assert queries.own_case(daiki, mine.id).contact.email == "aiko@example.test"


# --- answering --------------------------------------------------------------------------------------------------
def test_an_answer_goes_out_and_the_case_goes_on(asked: CaseView, cast: Cast) -> None:
    daiki = cast.viewer("daiki")
    actions.save_draft(daiki, asked.id, "下書き", language="ja", clock=CLOCK)
    actions.answer(daiki, asked.id, "変更しました。", submission="1", then=State.SOLVED, clock=CLOCK)
    shown = desk.desk_case(daiki, asked.id, AT)
    assert (shown.case.state, shown.drafts, shown.case.held_by) == (State.SOLVED, (), "")
    assert [one.reason for one in shown.changes] == ["", "answered, and solved"]
    with pytest.raises(SekishoError, match="is_settled"):
        actions.answer(daiki, asked.id, "noch etwas", submission="2", clock=CLOCK)


def test_where_the_state_cannot_follow_nothing_is_sent(asked: CaseView, cast: Cast) -> None:
    cases.start_clock(asked.id, "decide", AT, AT + timedelta(days=1), regime="dsa")
    with pytest.raises(SekishoError, match="legal_clock_runs"):
        actions.answer(cast.viewer("daiki"), asked.id, "x", submission="1", then=State.SOLVED, clock=CLOCK)
    assert not Delivery.objects.filter(kind="reply").exists()


# --- masking ----------------------------------------------------------------------------------------------------
def test_what_leads_to_people_is_masked_until_one_says_why(cast: Cast) -> None:
    case = cases.open_case(
        opening(text=f"電話は {NUMBER} です。", transcript=f"bot: {NUMBER}", details={"phone": NUMBER}),
        clock=CLOCK,
    )
    daiki = cast.viewer("daiki")

    def shown(moment: int) -> str:
        found = desk.desk_case(daiki, case.id, AT + timedelta(minutes=moment))
        return f"{found.case.contact.email} {found.messages[0].text} {found.case.transcript} {found.case.details}"

    assert NUMBER not in shown(0)
    assert "aiko@" not in shown(0)
    with pytest.raises(SekishoError, match="reason_missing"):
        actions.unmask(daiki, case.id, " ", clock=CLOCK)
    actions.unmask(daiki, case.id, "電話をお望みのため", clock=CLOCK)
    assert shown(29).count(NUMBER) == 3
    assert "aiko@example.test" in shown(29)
    assert NUMBER not in shown(30)
    entry = AuditEntry.objects.get(action="case.unmasked")
    assert (entry.actor, entry.subject) == (cast.daiki.id, case.id)
    assert "電話" not in entry.facts
    assert "電話".encode() not in bytes(Unmasking.objects.get().reason)


@pytest.mark.usefixtures("emi_helps")
def test_one_unmasks_for_oneself_alone(asked: CaseView, cast: Cast) -> None:
    actions.unmask(cast.viewer("daiki"), asked.id, "x", clock=CLOCK)
    assert desk.desk_case(cast.viewer("emi"), asked.id, AT).unmasked_until is None


@pytest.mark.usefixtures("emi_helps")
def test_who_else_looks_is_told_and_who_answers(asked: CaseView, cast: Cast) -> None:
    daiki, emi = cast.viewer("daiki"), cast.viewer("emi")
    actions.look(daiki, asked.id, clock=CLOCK)
    actions.look(daiki, asked.id, is_answering=True, clock=at(seconds=30))
    (other,) = desk.others(emi, asked.id, AT + timedelta(seconds=60))
    assert (other.person, other.name, other.is_answering) == (cast.daiki.id, "Daiki", True)
    assert desk.others(daiki, asked.id, AT) == ()
    assert desk.others(emi, asked.id, AT + timedelta(seconds=120)) == ()
    assert tend(at(days=2)) == 1


# --- drafts -----------------------------------------------------------------------------------------------------
def test_without_a_model_there_is_no_help_and_no_harm(asked: CaseView, cast: Cast) -> None:
    with pytest.raises(SekishoError, match="no_helper"):
        actions.suggest(cast.viewer("daiki"), asked.id, clock=CLOCK)


def test_what_a_model_suggests_is_a_draft_that_says_so_and_is_not_sent(
    asked: CaseView, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []

    def answered(said: list[tuple[str, str]], language: str, about: str) -> helper.Suggested:
        heard.append(f"{said}{language}")
        assert about == asked.id
        return helper.Suggested("お調べします。")

    monkeypatch.setattr(helper, "is_there", lambda: True)
    monkeypatch.setattr(helper, "answered", answered)
    daiki = cast.viewer("daiki")
    cases.write(cast.viewer("aiko"), asked.id, Voice.REQUESTER, f"番号 {NUMBER}", submission="2", clock=CLOCK)
    actions.note(daiki, asked.id, "内密", submission="n", clock=CLOCK)
    made = actions.suggest(daiki, asked.id, clock=CLOCK)
    assert (made.origin, made.text) == (Origin.AI, "お調べします。")
    assert NUMBER not in heard[0]
    assert "内密" not in heard[0]
    assert not Delivery.objects.filter(kind="reply").exists()
    assert b"\xe3\x81\x8a" not in bytes(Draft.objects.get().text)


def test_a_translation_is_a_draft_and_the_person_is_told(
    asked: CaseView, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(helper, "is_there", lambda: True)
    monkeypatch.setattr(
        helper, "translated", lambda text, language, _: helper.Suggested(f"{language}: {text}")
    )
    daiki = cast.viewer("daiki")
    made = actions.translate(daiki, asked.id, "We changed it.", source="en", clock=CLOCK)
    assert (made.origin, made.text, made.translated_from) == (Origin.TRANSLATION, "ja: We changed it.", "en")
    actions.answer(
        daiki, asked.id, made.text, submission="1", translated_from=made.translated_from, clock=CLOCK
    )
    assert queries.messages(cast.viewer("aiko"), asked.id)[-1].translated_from == "en"


def test_a_model_that_is_down_or_says_nothing_is_told_of(
    asked: CaseView, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(helper, "is_there", lambda: True)
    monkeypatch.setattr(helper, "answered", lambda said, language, about: helper.NoSuggestion())
    with pytest.raises(SekishoError, match="helper_failed"):
        actions.suggest(cast.viewer("daiki"), asked.id, clock=CLOCK)


def test_what_is_asked_is_held_against_the_case_and_names_it_not() -> None:
    unit = helper._unit("case_1")
    assert unit == helper._unit("case_1") != helper._unit("case_2")
    assert "case" not in unit


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"choices": [{"message": {"content": " Yes. "}}]}', helper.Suggested("Yes.")),
        (b'{"choices": [{"message": {"content": ["x"]}}]}', helper.NoSuggestion()),
        (b'{"choices": []}', helper.NoSuggestion()),
        (b"<html>", helper.NoSuggestion()),
    ],
)
def test_what_an_endpoint_says_is_read_or_left(body: bytes, expected: object) -> None:
    assert helper._read(body) == expected


def test_nobody_is_there_at_an_address_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_DESK_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("SEKISHO_DESK_MODEL", "any")
    assert helper.is_there()
    assert helper.translated("hello", "ja", "case") == helper.NoSuggestion()


@pytest.mark.usefixtures("emi_helps")
def test_drafts_are_ones_own_to_throw_away(asked: CaseView, cast: Cast) -> None:
    made = actions.save_draft(cast.viewer("daiki"), asked.id, "x", language="ja", clock=CLOCK)
    with pytest.raises(NotFoundError):
        actions.drop_draft(cast.viewer("emi"), made.id)
    actions.drop_draft(cast.viewer("daiki"), made.id)
    assert not Draft.objects.exists()


# --- texts ------------------------------------------------------------------------------------------------------
def test_a_text_changes_by_versions(cast: Cast) -> None:
    daiki = cast.viewer("daiki")
    first, second = (
        Text("Until {day:date}.", "{day:date} まで。"),
        Text("By {day:date}.", "{day:date} までに。"),
    )
    made = actions.write_macro(daiki, "Term", first, clock=CLOCK)
    assert actions.write_macro(daiki, "Term", first, clock=CLOCK) == made
    assert actions.write_macro(daiki, "Term", second, clock=CLOCK) == made
    assert [(one.version, one.text) for one in desk.versions(daiki, made)] == [(2, second), (1, first)]
    assert set(desk.macro(daiki, made).placeholders) == {"day"}
    with pytest.raises(SekishoError, match="macro_pair"):
        actions.write_macro(daiki, "Term", Text("Until {day:date}.", "明日まで。"), clock=CLOCK)
    actions.retire_macro(daiki, made)
    assert desk.macros(daiki) == ()
    for outsider in ("aiko", "chie"):
        with pytest.raises(NotFoundError):
            actions.write_macro(cast.viewer(outsider), "x", first, clock=CLOCK)
        with pytest.raises(NotFoundError):
            desk.macros(cast.viewer(outsider))


# --- numbers ----------------------------------------------------------------------------------------------------
def test_the_desks_numbers_count_what_happened(asked: CaseView, asked_by_ben: CaseView, cast: Cast) -> None:
    daiki = cast.viewer("daiki")
    actions.answer(daiki, asked.id, "x", submission="1", then=State.SOLVED, clock=at(hours=1))
    late = AT + timedelta(days=30)
    found = desk.numbers(daiki, AT - timedelta(days=1), late, late)
    assert (found.opened, found.settled, found.by_kind, found.by_day) == (
        2,
        1,
        {"support": 2},
        {"2026-01-02": 2},
    )
    assert (found.first_reply.kept, found.first_reply.late) == (1, 1)
    assert found.first_reply.median == timedelta(hours=1)
    (backlog,) = found.backlog
    assert (backlog.to_do, backlog.late, backlog.late_by_law, backlog.oldest) == (1, 1, 0, AT)
    assert found.mail == {"created": 4}
    with pytest.raises(NotFoundError):
        desk.numbers(cast.viewer("emi"), AT, late, late)


def test_notes_name_no_content_in_the_log(asked: CaseView, cast: Cast) -> None:
    actions.note(cast.viewer("daiki"), asked.id, "内密", submission="n", clock=CLOCK)
    facts = [json.loads(one) for one in AuditEntry.objects.values_list("facts", flat=True)]
    assert {"staff"} <= {one.get("reach", "") for one in facts}
    assert not any("内密" in json.dumps(one, ensure_ascii=False) for one in facts)
    assert queries.messages(cast.viewer("daiki"), asked.id)[-1].reach is Reach.STAFF
