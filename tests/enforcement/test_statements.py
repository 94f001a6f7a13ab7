"""Statements of reasons: none is incomplete, no restriction is without one, and whom it concerns is told with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from hypothesis import given
from hypothesis import strategies as st

from sekisho.accounts.types import NOBODY, system
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.text import LANGS, Text
from sekisho.enforcement import letters, queries
from sekisho.enforcement.actions import impose, lift
from sekisho.enforcement.actions.imposing import imposed
from sekisho.enforcement.appeals.rules.window import closing
from sekisho.enforcement.links import statement_path
from sekisho.enforcement.models import Restriction, StatementOfReasons
from sekisho.enforcement.rules.statements import informed_at, link_expires, missing
from sekisho.enforcement.types import (
    COURT,
    NO_WORDS,
    OUT_OF_COURT,
    Measure,
    RestrictionView,
    Statement,
    Throttle,
    Unit,
    UnitKind,
)
from sekisho.notices import queries as notices
from sekisho.notices.models import Notice
from sekisho.policy.actions import install_reference

AT = datetime(2026, 1, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
FACTS = Text(
    "Gift cards were asked for in a relative's name.", "親族を装ってギフトカードを求める内容でした。"
)
WHY = Text("This is fraud.", "これは詐欺にあたります。")
WHOLE = Statement(FACTS, explanation=WHY)


def suspend(cast, statement=WHOLE, kind=UnitKind.KEY, clause="fraud_predation", until=AT + DAY):
    unit = Unit(kind, {UnitKind.ORGANISATION: cast.atelier.id}.get(kind, "unit_1"), cast.atelier.id)
    emi = cast.viewer("emi")
    return impose(emi, unit, Measure.SUSPENDED, clause, until, statement, clock=fixed_clock(AT))


@pytest.mark.parametrize(
    ("statement", "clause", "lacking"),
    [
        pytest.param(WHOLE, "fraud_predation", (), id="complete, on a clause"),
        pytest.param(replace(WHOLE, law="StGB § 263"), "", (), id="complete, on a law"),
        pytest.param(WHOLE, "", ("ground",), id="neither clause nor law"),
        pytest.param(
            replace(WHOLE, facts=Text("Facts.", " ")), "x", ("facts_ja",), id="facts in one language"
        ),
        pytest.param(
            replace(WHOLE, explanation=NO_WORDS),
            "x",
            ("explanation_en", "explanation_ja"),
            id="no explanation",
        ),
        pytest.param(
            replace(WHOLE, redress=Text("", "方法")), "x", ("redress_en",), id="no redress in English"
        ),
    ],
)
def test_missing(statement, clause, lacking):
    assert missing(statement, clause) == lacking


def test_redress_names_all_three_ways():
    for lang in LANGS:
        assert "6" in WHOLE.redress.ja
        assert "six months" in WHOLE.redress.en
        assert OUT_OF_COURT.in_(lang) in WHOLE.redress.in_(lang)
        assert COURT.in_(lang) in WHOLE.redress.in_(lang)


@pytest.mark.parametrize(
    ("statement", "clause"),
    [
        pytest.param(replace(WHOLE, facts=Text("Facts.", "")), "fraud_predation", id="no facts in Japanese"),
        pytest.param(WHOLE, "", id="no ground"),
        pytest.param(Statement(FACTS, law="StGB § 263"), "", id="a law without an explanation"),
    ],
)
def test_nobody_is_restricted_without_a_complete_statement(cast, statement, clause):
    with pytest.raises(SekishoError, match="statement_incomplete"):
        suspend(cast, statement, clause=clause)
    assert [table.objects.count() for table in (Restriction, StatementOfReasons, Notice)] == [0, 0, 0]


def test_whatever_way_leads_there_an_incomplete_statement_is_not_written(cast):
    unit = Unit(UnitKind.KEY, "unit_1", cast.atelier.id)
    with pytest.raises(SekishoError, match="statement_incomplete"):
        imposed(
            [system("ladder")], unit, Measure.SUSPENDED, "cyber", AT + DAY, Statement(FACTS), Throttle(), AT
        )
    assert [table.objects.count() for table in (Restriction, StatementOfReasons, Notice)] == [0, 0, 0]


def test_the_database_itself_takes_no_restriction_without_a_statement(cast):
    made = Restriction.objects.get(id=suspend(cast))
    with pytest.raises(ProtectedError):
        made.statement.delete()
    made.pk, made.statement_id = "rst_other", None
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)


def test_two_restrictions_never_share_a_statement(cast):
    made = Restriction.objects.get(id=suspend(cast))
    made.pk = "rst_other"
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)


def test_what_is_left_open_is_written_from_the_clause_in_force(cast):
    install_reference()
    suspend(cast, Statement(FACTS))
    (told,) = (one.statement for one in queries.restrictions(cast.viewer("aiko"), cast.atelier.id, AT))
    assert told.policy == "reference@2025-09-15"
    assert "No fraud, abuse or predatory practice" in told.explanation.en
    assert "詐欺や搾取をしない" in told.explanation.ja


def test_what_is_said_is_kept_as_it_was_said(cast):
    said = replace(WHOLE, is_own_initiative=False, was_detected_automatically=False, territory=("DE", "FR"))
    suspend(cast, said)
    (view,) = queries.restrictions(cast.viewer("aiko"), cast.atelier.id, AT)
    assert view.statement == said


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        pytest.param(UnitKind.END_USER, False, id="an end user is told, not their organisation"),
        pytest.param(UnitKind.KEY, True, id="of a key, the organisation"),
        pytest.param(UnitKind.ORGANISATION, True, id="of an organisation, the organisation"),
    ],
)
def test_whom_it_concerns_is_told_in_the_same_breath(cast, kind, told):
    suspend(cast, kind=kind)
    seen = notices.notices(cast.viewer("ben"), cast.atelier.id)
    assert [one.kind for one in seen] == ["restriction"] * told
    row = Notice.objects.get()
    assert (row.end_user, row.organisation) == ("" if told else "unit_1", cast.atelier.id)
    assert queries.statement_by_link(row.link.removeprefix("/statements/"), AT).statement_id == row.about


def test_lifting_is_told_too(cast):
    lift(cast.viewer("fumi"), suspend(cast), fixed_clock(AT + DAY / 2))
    newest, _ = notices.notices(cast.viewer("aiko"), cast.atelier.id)
    assert (newest.kind, newest.subject) == ("restriction_lifted", letters.LIFTED_SUBJECT)


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("aiko", True),
        ("ben", True),
        ("chie", False),
        ("daiki", False),
        ("emi", True),
        ("fumi", True),
        ("", False),
    ],
)
def test_who_reads_a_statement_without_its_link(cast, name, sees):
    suspend(cast)
    viewer, statement = (cast.viewer(name) if name else NOBODY), StatementOfReasons.objects.get().id
    if sees:
        assert queries.statement(viewer, statement).statement_id == statement
    else:
        with pytest.raises(NotFoundError):
            queries.statement(viewer, statement)


def view_of(kind=UnitKind.KEY, measure=Measure.SUSPENDED, until=None, lifted_at=None, rate=None, told=WHOLE):
    unit = Unit(kind, "unit_1", "org_1")
    return RestrictionView("rst_1", unit, measure, "x", AT, until, rate, "sor_1", told, (), lifted_at)


@pytest.mark.parametrize(
    ("view", "at", "expected"),
    [
        pytest.param(view_of(), AT + 40 * DAY, AT, id="an organisation is written to at once"),
        pytest.param(view_of(UnitKind.END_USER), AT + 40 * DAY, AT + 40 * DAY, id="an end user, each time"),
        pytest.param(
            view_of(UnitKind.END_USER, until=AT + 7 * DAY), AT + 40 * DAY, AT + 7 * DAY, id="until it ended"
        ),
        pytest.param(
            view_of(UnitKind.END_USER, lifted_at=AT + 3 * DAY), AT + 40 * DAY, AT + 3 * DAY, id="until lifted"
        ),
        pytest.param(view_of(UnitKind.END_USER), AT - DAY, AT, id="never before it began"),
    ],
)
def test_informed_at(view, at, expected):
    assert informed_at(view, at) == expected


def test_a_link_opens_for_more_than_six_months_and_is_the_same_all_day(cast):
    suspend(cast)
    (view,) = queries.restrictions(cast.viewer("aiko"), cast.atelier.id, AT)
    path = statement_path(view, AT)
    assert path == statement_path(view, AT + timedelta(hours=14, minutes=59))
    token = path.removeprefix("/statements/")
    assert queries.statement_by_link(token, AT + 186 * DAY) == view
    with pytest.raises(SekishoError, match="link_expired"):
        queries.statement_by_link(token, link_expires(view, AT))


@given(
    since=st.timedeltas(timedelta(0), 1500 * DAY).map(lambda after: AT + after),
    kind=st.sampled_from(UnitKind),
    lasts=st.none() | st.timedeltas(timedelta(0), 400 * DAY),
    later=st.timedeltas(timedelta(0), 800 * DAY),
)
def test_a_link_opens_for_as_long_as_an_appeal_may_be_made(since, kind, lasts, later):
    view = replace(view_of(kind, until=since + lasts if lasts else None), since=since)
    assert link_expires(view, since + later) >= closing(informed_at(view, since + later))


@pytest.mark.parametrize(
    ("kind", "measure", "is_own", "detected", "decided"),
    list(product(UnitKind, Measure, (True, False), (True, False), (True, False))),
)
def test_every_statement_reads_whole_in_both_languages(kind, measure, is_own, detected, decided):
    told = replace(
        WHOLE,
        is_own_initiative=is_own,
        was_detected_automatically=detected,
        was_decided_automatically=decided,
        law="StGB § 263",
        territory=("DE",),
    )
    subject, body = letters.restriction_letter(view_of(kind, measure, rate=10, told=told), "{Web} shop")
    said = letters.points(view_of(kind, measure, rate=10, told=told))
    assert [one.name for one in said] == [
        *("restriction", "duration", "territory", "facts", "ground", "source", "automation", "redress")
    ]
    for lang in LANGS:
        assert subject.in_(lang)
        assert "{key}" not in body.in_(lang)
        assert all(one.text.in_(lang).strip() for one in said)
        assert len(body.in_(lang).split("\n\n")) == len(said) + 3
