"""What a reader is told changed, and whether the two languages of a version still agree."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.base.text import LANGS, Text
from sekisho.policy.diff import Change, DriftKind, canonical_digest, diff, drift, word_diff
from sekisho.policy.notices import change_notice
from sekisho.policy.packs import reference_packs
from sekisho.policy.types import Pack, Severity

OLD, NEW = reference_packs()


def changed(pack: Pack, clause_id: str, **fields: object) -> Pack:
    clauses = (replace(one, **fields) if one.id == clause_id else one for one in pack.clauses)
    return replace(pack, clauses=tuple(clauses))


def test_the_difference_is_told_clause_by_clause() -> None:
    told = diff(OLD, NEW)
    assert {one.id for one in told.of(Change.ADDED)} == {"cyber", "agent_use", "connector_directory"}
    assert {"elections", "justice_surveillance", "chatbot_disclosure"} <= {
        one.id for one in told.of(Change.CHANGED)
    }
    assert "weapons" not in {one.id for one in told.clauses}


def test_going_back_turns_additions_into_removals() -> None:
    there, back = diff(OLD, NEW), diff(NEW, OLD)
    assert {one.id for one in there.of(Change.ADDED)} == {one.id for one in back.of(Change.REMOVED)}
    assert {one.id for one in there.of(Change.CHANGED)} == {one.id for one in back.of(Change.CHANGED)}


def test_a_version_differs_from_itself_in_nothing() -> None:
    told = diff(NEW, NEW)
    assert (told.fields, told.clauses) == ((), ())


def test_without_a_version_before_everything_is_new() -> None:
    assert [one.id for one in diff(None, NEW).of(Change.ADDED)] == [clause.id for clause in NEW.clauses]


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"title": Text("Other", "別の題")}, id="title"),
        pytest.param({"severity": Severity.LOW}, id="severity"),
        pytest.param({"hard": False}, id="hard"),
        pytest.param({"thresholds": {}}, id="thresholds"),
        pytest.param({"must_fire": ()}, id="must_fire"),
        pytest.param({"spares": ()}, id="spares"),
    ],
)
def test_every_field_that_means_something_is_compared(fields) -> None:
    (told,) = diff(NEW, changed(NEW, "weapons", **fields)).clauses
    assert [field.field for field in told.fields] == list(fields)


def test_resources_and_the_treatment_of_media_are_compared() -> None:
    other = replace(NEW, unscreened_for={}, resources=NEW.resources | {"crisis": Text("Call.", "電話を。")})
    assert [field.field for field in diff(NEW, other).fields] == ["resources.crisis", "unscreened_for.minors"]


def test_words_of_japanese_are_not_whole_lines() -> None:
    pieces = word_diff("選挙の妨害を禁止します。", "選挙の妨害と買収を禁止します。")
    assert [(piece.change, piece.text) for piece in pieces] == [
        (None, "選挙の妨害"),
        (Change.ADDED, "と買収"),
        (None, "を禁止します。"),
    ]


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_texts_can_be_read_off_the_difference(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.change is not Change.ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.change is not Change.REMOVED) == after


# --- drift ---


@pytest.mark.parametrize("pack", reference_packs(), ids=lambda pack: pack.version)
def test_the_languages_of_the_shipped_versions_agree(pack: Pack) -> None:
    assert drift(pack) == ()


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        pytest.param(
            {"text": Text("Rewritten.", NEW.clauses[3].text.ja)}, DriftKind.CANONICAL_CHANGED, id="canonical"
        ),
        pytest.param(
            {"text": Text(NEW.clauses[3].text.en, "Do not.")}, DriftKind.UNTRANSLATED, id="not in Japanese"
        ),
        pytest.param({"translated_from": ""}, DriftKind.UNRECORDED, id="nothing recorded"),
        pytest.param(
            {"advice": Text(NEW.clauses[3].advice.en, "0120-000-000 に電話してください。")},
            DriftKind.ADDRESSES_DIFFER,
            id="a telephone number in one language only",
        ),
    ],
)
def test_drift_is_seen(fields, kind) -> None:
    (found,) = drift(changed(NEW, "weapons", **fields))
    assert (found.clause, found.kind) == ("weapons", kind)
    assert found.where in found.message.en
    assert found.where in found.message.ja


def test_a_better_translation_of_the_same_text_is_no_drift() -> None:
    clause = NEW.clause("weapons")
    better = changed(NEW, "weapons", text=Text(clause.text.en, "武器の開発に使わないでください。"))
    assert drift(better) == ()
    assert canonical_digest(better.clause("weapons"), "en") == clause.translated_from


# --- notices ---


@pytest.mark.parametrize("lang", LANGS)
def test_a_notice_names_every_clause_that_changes_and_the_moment(lang) -> None:
    told = diff(OLD, NEW)
    notice = change_notice(NEW, told)
    body = notice.body.in_(lang)
    assert "2025-09-15" in notice.subject.in_(lang)
    assert "2025-09-15 00:00 UTC+09:00" in body
    assert notice.link == "/policy/diff/2024-06-06..2025-09-15"
    for clause in told.clauses:
        assert f"{clause.title.in_(lang)} ({clause.id})" in body
