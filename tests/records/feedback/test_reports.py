"""What people send on purpose: shown, redacted, encrypted, kept for five years, theirs to take back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from sekisho.accounts.models import Organisation
from sekisho.accounts.types import Plan, system
from sekisho.audit.queries import EntryFilter, entries
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.inventory import Holder, Subject
from sekisho.records.feedback import actions, queries, tasks
from sekisho.records.feedback.models import Report
from sekisho.records.feedback.rules import sending
from sekisho.records.feedback.types import Choices, Circumstances, Contents, Kind, May, Scope, Sender
from sekisho.records.keystore.actions import destroy_subject_keys
from sekisho.records.keystore.queries import purpose_keys
from sekisho.records.models import Conversation, DataEvent, Turn
from sekisho.records.redaction import MARK
from sekisho.records.retention.actions import erasing
from sekisho.records.retention.actions.expiring import expire
from sekisho.records.retention.types import ErasureState
from sekisho.records.types import Destroyed
from tests.cast import Cast
from tests.pages import table
from tests.records.feedback.makers import AT, SECRET, draft, sent

pytestmark = pytest.mark.database
PAGE = "docs/rules/feedback.md"


@pytest.fixture
def sender(cast: Cast) -> Sender:
    return Sender(cast.atelier.id, key="key_1", member=cast.ben.id)


# --- whether ----------------------------------------------------------------------------------------------------
def circumstances(words: str) -> Circumstances:
    return Circumstances(
        is_switched_on="switched off" not in words,
        zero_retention="zero retention" in words,
        product_feedback="organisation says no" not in words,
        is_first_party="third-party provider" not in words,
    )


@pytest.mark.parametrize(
    ("given", "answer"), [pytest.param(*row, id=row[0]) for row in table(PAGE, "circumstances", "answer")]
)
def test_whether_feedback_may_be_sent(given: str, answer: str) -> None:
    found = sending.may_send(circumstances(given))
    assert ("taken" if isinstance(found, May) else found.code) == answer.strip("`")


def refused(sender: Sender, **changed: Any) -> str:
    with pytest.raises(NotAllowedError) as refusal:
        sent(sender, **changed)
    assert not Report.objects.exists()
    return refusal.value.code


def test_zero_retention_of_the_organisation_keeps_nothing(cast: Cast, sender: Sender) -> None:
    Organisation.objects.filter(id=cast.atelier.id).update(zero_retention=True)
    assert refused(sender) == "feature_disabled_by_zdr"


def test_zero_retention_of_the_key_or_the_request_keeps_nothing(sender: Sender) -> None:
    assert refused(replace(sender, zero_retention=True)) == "feature_disabled_by_zdr"


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("zero_retention", True, "feature_disabled_by_zdr"),
        ("upstream", "bedrock", "feature_disabled_for_provider"),
        ("upstream", "vertex", "feature_disabled_for_provider"),
    ],
)
def test_the_turn_that_it_is_about_decides_too(
    cast: Cast, sender: Sender, column: str, value: object, code: str
) -> None:
    row = {
        "id": "req_1",
        "organisation": cast.atelier.id,
        "received_at": AT,
        "finished_at": AT,
        "status": 200,
    }
    Turn.objects.create(**row, **{column: value})
    assert refused(sender, about="req_1") == code


def test_a_third_party_platform_has_no_feedback(cast: Cast, sender: Sender) -> None:
    Organisation.objects.filter(id=cast.atelier.id).update(plan=Plan.THIRD_PARTY)
    assert refused(sender) == "feature_disabled_for_provider"


def test_the_organisation_turns_it_off_and_on(cast: Cast, sender: Sender) -> None:
    actions.choose(cast.viewer("aiko"), cast.atelier.id, Choices(product_feedback=False))
    assert refused(sender) == "feature_disabled_by_organisation"
    actions.choose(cast.viewer("aiko"), cast.atelier.id, Choices())
    assert sent(sender).kind is Kind.BUG


def test_a_member_turns_nothing_off(cast: Cast) -> None:
    with pytest.raises(NotAllowedError):
        actions.choose(cast.viewer("ben"), cast.atelier.id, Choices(product_feedback=False))


@pytest.mark.parametrize(
    "name", ["SEKISHO_DISABLE_BUG_COMMAND", "DISABLE_BUG_COMMAND", "DISABLE_FEEDBACK_COMMAND"]
)
def test_the_server_has_a_switch_under_each_of_its_names(
    sender: Sender, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "1")
    assert refused(sender) == "feature_disabled_here"


# --- what -------------------------------------------------------------------------------------------------------
def test_what_is_kept_is_what_was_shown_with_its_secrets_redacted(sender: Sender) -> None:
    shown = actions.preview(sender, draft())
    assert shown.secrets == {"cloud_key": 1}
    assert not Report.objects.exists()
    kept = sent(sender)
    said = queries.own_contents(sender, kept.id, AT)
    assert isinstance(said, Contents)
    assert (said.text, said.transcript) == (shown.draft.text, shown.draft.transcript)
    assert MARK in said.transcript[0].text
    assert SECRET not in said.transcript[0].text
    assert (kept.bytes, kept.messages, kept.secrets) == (shown.bytes, 2, {"cloud_key": 1})


def test_what_was_not_shown_is_not_sent(sender: Sender) -> None:
    shown = actions.preview(sender, draft(text="Short."))
    with pytest.raises(SekishoError) as refusal:
        actions.send(sender, draft(text="Long."), digest=shown.digest, submission="one", at=AT)
    assert refusal.value.code == "not_as_previewed"
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"text": " "}, "text_missing"),
        ({"scope": Scope.TEXT}, "scope_exceeded"),
        ({"kind": Kind.THUMBS_UP, "text": "", "tracker": True}, "text_missing"),
    ],
)
def test_a_draft_that_says_too_little_or_shows_too_much(
    sender: Sender, changed: dict[str, object], code: str
) -> None:
    with pytest.raises(SekishoError) as refusal:
        actions.preview(sender, draft(**changed))
    assert refusal.value.code == code


def test_thumbs_need_no_words_and_are_of_the_same_class(sender: Sender) -> None:
    bug, thumb = sent(sender), sent(sender, submission="two", kind=Kind.THUMBS_DOWN, text="")
    assert bug.expires_at == thumb.expires_at
    assert {row.key != "" for row in Report.objects.all()} == {True}


def test_an_issue_holds_the_typed_text_version_and_system_alone(sender: Sender) -> None:
    shown = actions.preview(sender, draft(tracker=True, about="req_1"))
    assert shown.issue is not None
    assert shown.issue.title == "The answer stopped in the middle."
    assert shown.issue.body == "```text\nThe answer stopped in the middle.\n```\n\nVersion: 2.1.0\nOS: linux"
    assert actions.preview(sender, draft()).issue is None


@pytest.mark.parametrize("text", ["```\n@everyone fixes #1", "`````", "~~~ ```` ~~~"])
def test_no_text_leaves_its_block_in_the_tracker(sender: Sender, text: str) -> None:
    issue = actions.preview(sender, draft(tracker=True, text=text)).issue
    assert issue is not None
    fence = issue.body.partition("text\n")[0]
    assert set(fence) == {"`"}
    assert fence not in text


def test_a_key_acts_for_itself_and_a_person_for_all_of_theirs(cast: Cast, sender: Sender) -> None:
    with_key = sent(sender)
    signed_in = Sender(cast.atelier.id, member=cast.ben.id)
    on_page = sent(signed_in)
    assert with_key.id != on_page.id
    assert [one.id for one in queries.own_reports(sender)] == [with_key.id]
    assert {one.id for one in queries.own_reports(signed_in)} == {with_key.id, on_page.id}
    with pytest.raises(NotFoundError):
        actions.delete(sender, on_page.id, AT)


def test_what_is_stored_cannot_be_read_without_its_key(sender: Sender) -> None:
    kept = sent(sender)
    row = Report.objects.get(id=kept.id)
    assert b"stopped" not in bytes(row.content)
    assert purpose_keys([row.key])


# --- how long ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("received", "expires"), [pytest.param(*row, id=row[0]) for row in table(PAGE, "received", "expires")]
)
def test_five_years_of_the_calendar(sender: Sender, received: str, expires: str) -> None:
    kept = sent(sender, datetime.fromisoformat(f"{received}T09:00:00+00:00"))
    assert kept.expires_at == datetime.fromisoformat(f"{expires}T09:00:00+00:00")


def test_what_is_over_is_unreadable_at_once_and_swept_with_its_key(sender: Sender) -> None:
    kept = sent(sender)
    key, last = Report.objects.get(id=kept.id).key, kept.expires_at - timedelta(seconds=1)
    assert isinstance(queries.own_contents(sender, kept.id, last), Contents)
    assert queries.own_contents(sender, kept.id, kept.expires_at) == Destroyed()
    expire(last, 100)
    assert purpose_keys([key])
    expire(kept.expires_at, 100)
    assert not Report.objects.exists()
    assert not purpose_keys([key])


def test_a_sending_that_breaks_off_leaves_nothing_after_an_hour(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr("sekisho.records.feedback.vault.new_key", gone)
    with pytest.raises(ConnectionError):
        sent(sender)
    assert [bytes(row.content) for row in Report.objects.all()] == [b""]
    assert queries.own_reports(sender) == ()
    assert tasks.tend(lambda: AT + timedelta(minutes=59)) == 0
    assert tasks.tend(lambda: AT + timedelta(hours=1)) == 1
    assert not Report.objects.exists()


def test_a_broken_sending_is_taken_up_again(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr("sekisho.records.feedback.vault.shut", gone)
        with pytest.raises(ConnectionError):
            sent(sender)
    assert sent(sender, AT + timedelta(minutes=5)).id == Report.objects.get().id


def test_the_same_report_sent_twice_is_one(sender: Sender) -> None:
    assert sent(sender).id == sent(sender, AT + timedelta(seconds=9)).id
    with pytest.raises(SekishoError) as refusal:
        sent(sender, text="Something else.")
    assert refusal.value.code == "submission_reused"
    assert Report.objects.count() == 1


# --- whose ------------------------------------------------------------------------------------------------------
def test_the_sender_lists_and_deletes_it_and_nobody_else_does(cast: Cast, sender: Sender) -> None:
    kept = sent(sender)
    other = Sender(cast.atelier.id, member=cast.aiko.id)
    outsider = Sender(cast.elsewhere.id, member=cast.chie.id)
    for stranger in (other, outsider, Sender(cast.atelier.id, key="key_2", member=cast.ben.id)):
        assert queries.own_reports(stranger) == ()
        with pytest.raises(NotFoundError):
            queries.own_contents(stranger, kept.id, AT)
        with pytest.raises(NotFoundError):
            actions.delete(stranger, kept.id, AT)
    key = Report.objects.get().key
    assert [one.id for one in queries.own_reports(sender)] == [kept.id]
    actions.delete(sender, kept.id, AT)
    assert queries.own_reports(sender) == ()
    assert not purpose_keys([key])


def test_who_deletes_a_conversation_is_offered_its_copies(cast: Cast, sender: Sender) -> None:
    spoken = Conversation.objects.create(id="cnv_1", organisation=cast.atelier.id, subject="s", started_at=AT)
    row = {"organisation": cast.atelier.id, "received_at": AT, "finished_at": AT, "status": 200}
    Turn.objects.create(id="req_1", conversation=spoken, **row)
    kept = sent(sender, about="req_1")
    sent(sender, about="req_2", submission="two")
    assert [one.id for one in queries.own_about(sender, "cnv_1")] == [kept.id]
    assert queries.own_about(Sender(cast.atelier.id, member=cast.aiko.id), "cnv_1") == ()


def test_erasing_a_person_makes_what_they_sent_unreadable(cast: Cast, sender: Sender) -> None:
    kept = sent(sender)
    key = Report.objects.get().key
    subject = Subject(Holder.MEMBER, cast.atelier.id, person=cast.ben.id)
    erasure = erasing.erase(cast.ben.id, subject, at=AT)
    assert erasing.proceed(erasure, fixed_clock(AT + timedelta(hours=1))) is ErasureState.DONE
    assert not purpose_keys([key])
    assert [bytes(row.content) for row in Report.objects.filter(id=kept.id)] in ([], [b""])


def test_a_destroyed_key_is_told_as_such(cast: Cast, sender: Sender) -> None:
    kept = sent(sender)
    destroy_subject_keys(sender.subject, AT)
    assert queries.own_contents(sender, kept.id, AT) == Destroyed()


def test_the_desk_reads_with_a_reason_that_is_logged(cast: Cast, sender: Sender) -> None:
    kept, daiki = sent(sender), cast.viewer("daiki")
    assert [one.id for one in queries.reports(daiki)] == [kept.id]
    with pytest.raises(NotAllowedError):
        queries.contents(daiki, kept.id, " ", AT)
    assert isinstance(queries.contents(daiki, kept.id, "timeouts", AT), Contents)
    assert [leaf.action for leaf in entries(system("tests"), EntryFilter(subject=kept.id))] == [
        "feedback.read",
        "feedback.sent",
    ]
    for name in ("chie", "ben", "emi"):
        with pytest.raises(NotFoundError):
            queries.reports(cast.viewer(name))


def test_neither_consent_nor_any_clock_is_touched(cast: Cast, sender: Sender) -> None:
    row = {
        "id": "req_1",
        "organisation": cast.atelier.id,
        "received_at": AT,
        "finished_at": AT,
        "status": 200,
    }
    Turn.objects.create(**row, deadline_at=AT + timedelta(days=30))
    before = (list(DataEvent.objects.values()), list(Turn.objects.values()))
    kept = sent(sender, about="req_1")
    actions.delete(sender, kept.id, AT)
    assert (list(DataEvent.objects.values()), list(Turn.objects.values())) == before
