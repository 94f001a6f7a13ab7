"""`docs/rules/content-keys.md`: its tables, run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sekisho.records.keystore import actions, queries
from sekisho.records.keystore.models import ConversationKey, PurposeKey, SubjectKey
from sekisho.records.keystore.timetree import second_of
from sekisho.records.keystore.types import OpenKey
from sekisho.records.keystore.wrapping import UnreadableError
from sekisho.records.types import ContentClass, Part, StoredBlock
from sekisho.records.vault import Place, Safe, seal_bytes, unseal_bytes
from tests.pages import table

PAGE = "docs/rules/content-keys.md"
AT = datetime(2026, 1, 1, tzinfo=UTC)
ONE, OTHER = "org_1/a", "org_1/b"
BODY = (StoredBlock("user", "text", "hello"),)
FALLS = table(
    PAGE, "destroyed", "the turn", "a later turn", "another conversation", "its report", "its name in the audit log",
    "another subject",
)  # fmt: skip
BOUND = table(PAGE, "moved to another", "opens")
HOLDERS = table(PAGE, "key", "wrapped by", "kept in", "opens")


def place(turn: str, conversation: str, subject: str, second: int) -> Place:
    return Place("org_1", subject, conversation, turn, ContentClass.STANDARD, AT + timedelta(seconds=second))


PLACES = (
    place("req_1", "cnv_1", ONE, 0),
    place("req_2", "cnv_1", ONE, 60),
    place("req_3", "cnv_2", ONE, 0),
    place("req_4", "cnv_3", OTHER, 0),
)


def destroy(what: str, key: str, report: str) -> None:
    match what:
        case "the turn's second":
            actions.destroy_spans({key: [(0, second_of(AT))]})
        case "the conversation's key":
            actions.destroy_conversation_keys(["cnv_1"], AT)
        case "the report's key":
            actions.destroy_purpose_keys([report], AT)
        case "the subject's key":
            actions.destroy_subject_keys(ONE, AT)
        case _:
            assert what == "nothing"


@pytest.mark.parametrize(
    ("what", "expected"), [(row[0], row[1:]) for row in FALLS], ids=[row[0] for row in FALLS]
)
def test_what_falls_with_what(db, what, expected):
    keys = actions.ensure_conversation_keys({one.conversation: one.subject for one in PLACES}, AT)
    said = [
        (one, keys[one.conversation].id, Safe(keys[one.conversation]).shut(one, Part.PROMPT, BODY))
        for one in PLACES
    ]
    report = actions.purpose_key("feedback", "fbk_1", ONE, AT)
    sealed, name = seal_bytes(report, "feedback fbk_1", b"words"), actions.subject_pseudonym_key(ONE, AT)
    destroy(what, keys["cnv_1"].id, report.id)

    def reads(where: Place, key: str, ciphertext: bytes) -> bool:
        opened = queries.conversation_keys([key]).get(key)
        return opened is not None and Safe(opened).open_(where, Part.PROMPT, ciphertext) == BODY

    living = queries.purpose_keys([report.id]).get(report.id)
    told = [
        *[reads(*each) for each in said[:3]],
        living is not None and unseal_bytes(living, "feedback fbk_1", sealed) == b"words",
        actions.subject_pseudonym_key(ONE, AT) == name,
        reads(*said[3]),
    ]
    assert ["reads" if one else "gone" for one in told] == expected


@pytest.mark.parametrize(("moved", "opens"), BOUND, ids=[row[0] for row in BOUND])
def test_what_is_bound_to_content(moved, opens):
    safe, here = Safe(OpenKey("ck_1", bytes(32))), PLACES[0]
    data = safe.shut(here, Part.PROMPT, BODY)
    there = {
        "tenant": replace(here, tenant="org_2"),
        "subject": replace(here, subject=OTHER),
        "conversation": replace(here, conversation="cnv_2"),
        "turn": replace(here, turn="req_2"),
        "class": replace(here, content_class=ContentClass.ALLOWED),
        "second": replace(here, received_at=AT + timedelta(seconds=1)),
    }.get(moved, here)
    part = Part.ANSWER if moved == "part" else Part.PROMPT
    try:
        opened = safe.open_(there, part, data) == BODY
    except UnreadableError:
        opened = False
    assert opened is (opens == "yes")


def test_every_key_hangs_below_the_one_that_the_page_names(db):
    actions.ensure_conversation_keys({"cnv_1": ONE}, AT)
    actions.purpose_key("export", "exp_1", ONE, AT)
    actions.subject_pseudonym_key(ONE, AT)
    parent = SubjectKey.objects.get()
    assert parent.root.startswith("local:")
    below = {
        ConversationKey.objects.get().subject_key_id,
        *PurposeKey.objects.values_list("subject_key", flat=True),
    }
    assert below == {parent.id}
    assert [(row[0], row[1]) for row in HOLDERS] == [
        ("root", "nothing"),
        ("subject", "root"),
        ("conversation", "subject"),
        ("purpose", "subject"),
        ("pseudonym", "subject"),
    ]
