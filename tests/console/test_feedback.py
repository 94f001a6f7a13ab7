"""Feedback on pages: shown before it is sent, one's own to destroy, read at the desk with a reason; two read safety
records."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from sekisho.accounts.models import Organisation
from sekisho.accounts.types import system
from sekisho.audit.queries import EntryFilter, entries
from sekisho.console.appeals_desk import _revealed
from sekisho.enforcement.types import DecisionRecord
from sekisho.records.feedback import queries
from sekisho.records.feedback.models import Report, SurveyCount
from sekisho.records.feedback.types import Sender
from sekisho.records.safety import actions as safety
from sekisho.records.safety.models import AccessRequest, SafetyRecord
from tests.cast import Cast
from tests.console.conftest import client_of, turn_and_decision

SECRET = "AKIA" + "Q3EGRNVTZ5WJ2K7P"
WRITTEN = {"text": "The answer stopped.", "transcript": f"deploy with {SECRET}", "request_id": ""}


def hidden(client: Client, path: str, written: dict[str, str]) -> tuple[dict[str, str], str]:
    """Return what the preview's form holds, and the preview."""
    body = client.post(path, written).content.decode()
    held = re.findall(r'<input type="hidden" name="(digest|submission)" value="([^"]*)"', body)
    return dict(held), body


def test_what_is_sent_was_shown_first_with_secrets_redacted(cast: Cast) -> None:
    client, path = client_of(cast, "ben"), f"/o/{cast.atelier.id}/feedback"
    fields, shown = hidden(client, path, WRITTEN)
    assert "[redacted]" in shown.partition("<form class")[0]
    assert "Cloud keys: 1" in shown
    assert not Report.objects.exists()
    told = client.post(path, WRITTEN | fields, follow=True).content.decode()
    made = Report.objects.get()
    assert made.id in told
    assert (made.member, made.scope, made.version) == (cast.ben.id, "current_session", "web")
    client.post(path, WRITTEN | fields)
    assert Report.objects.count() == 1


def test_changing_it_after_the_preview_sends_nothing(cast: Cast) -> None:
    client, path = client_of(cast, "ben"), f"/o/{cast.atelier.id}/feedback"
    fields, _ = hidden(client, path, WRITTEN)
    answer = client.post(path, WRITTEN | fields | {"text": "Something else."})
    assert answer.status_code == 422
    assert not Report.objects.exists()


def test_one_destroys_ones_own_and_nobody_elses(cast: Cast, has_feedback: None) -> None:
    path = f"/o/{cast.atelier.id}/feedback/delete"
    assert client_of(cast, "ben").post(path, {"report": "fb_page"}).status_code == 404
    assert client_of(cast, "chie").post(path, {"report": "fb_page"}).status_code == 404
    client_of(cast, "aiko").post(path, {"report": "fb_page"})
    assert queries.own_reports(Sender(cast.atelier.id, member=cast.aiko.id)) == ()


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_under_zero_retention_there_is_no_form_but_a_reason(cast: Cast, lang: str) -> None:
    Organisation.objects.filter(id=cast.atelier.id).update(zero_retention=True)
    client, path = client_of(cast, "ben", lang), f"/o/{cast.atelier.id}/feedback"
    body = client.get(path).content.decode()
    assert 'name="text"' not in body
    assert ("zero data retention" if lang == "en" else "ゼロデータ保持") in body
    client.post(path, WRITTEN)
    assert not Report.objects.exists()


def test_an_owner_chooses_and_a_member_is_not_asked(cast: Cast) -> None:
    path = f"/o/{cast.atelier.id}/feedback"
    assert "For the whole organisation" not in client_of(cast, "ben").get(path).content.decode()
    assert client_of(cast, "ben").post(f"{path}/choices", {"survey": "off"}).status_code == 403
    client_of(cast, "aiko").post(f"{path}/choices", {"survey": "off"})
    found = queries.choices(cast.atelier.id)
    assert (found.product_feedback, found.survey) == (False, False)


def test_the_desk_sees_words_only_after_saying_why(cast: Cast, has_feedback: None) -> None:
    client = client_of(cast, "daiki")
    words = "回答が途中で止まりました。"
    assert words not in client.get("/staff/feedback/fb_page").content.decode()
    assert words not in client.post("/staff/feedback/fb_page", {"reason": " "}).content.decode()
    assert words in client.post("/staff/feedback/fb_page", {"reason": "timeouts"}).content.decode()
    for name in ("aiko", "chie", "emi"):
        assert client_of(cast, name).get("/staff/feedback/fb_page").status_code == 404


def test_the_survey_tells_no_small_group(cast: Cast) -> None:
    day = (datetime.now(UTC) - timedelta(days=62)).date()
    for rating, count in ((1, 40), (2, 30), (3, 20), (0, 7)):
        SurveyCount.objects.create(day=day, version=1, rating=rating, client=2001, count=count)
    body = client_of(cast, "daiki").get("/staff/survey").content.decode()
    assert ">97<" in body
    assert ">40<" in body
    assert ">7<" not in body
    assert client_of(cast, "chie").get("/staff/survey").status_code == 404


def test_emi_asks_fumi_approves_and_emi_reads(cast: Cast, has_feedback: None) -> None:
    AccessRequest.objects.all().delete()
    emi, fumi, record = client_of(cast, "emi"), client_of(cast, "fumi"), SafetyRecord.objects.get()
    emi.post("/staff/safety", {"deed": "ask", "record": record.id, "reason": "the same again"})
    request = AccessRequest.objects.get()
    assert emi.get(f"/staff/safety/{request.id}").status_code == 403
    emi.post("/staff/safety", {"deed": "approve", "request": request.id})
    assert AccessRequest.objects.get().approved_by == ""
    fumi.post("/staff/safety", {"deed": "approve", "request": request.id})
    assert "gift cards" in emi.get(f"/staff/safety/{request.id}").content.decode()
    assert fumi.get(f"/staff/safety/{request.id}").status_code == 404
    assert "gift cards" not in emi.get("/staff/safety").content.decode()


def test_an_appeal_is_heard_on_the_same_evidence_when_the_turn_is_gone(
    cast: Cast, decided: list[DecisionRecord]
) -> None:
    gone = next(one for one in decided if one.action == "block")
    fumi = cast.viewer("fumi")
    assert _revealed(fumi, gone, "apl_1: to decide").text == ""
    flagged = replace(turn_and_decision(cast, gone.at), decision=gone.id)
    safety.take_copies([flagged])
    assert _revealed(fumi, gone, "apl_1: to decide").text == flagged.text
    logged = entries(system("tests"), EntryFilter(subject=SafetyRecord.objects.get().id))
    assert [(leaf.action, leaf.actor) for leaf in logged] == [("safety.read", cast.fumi.id)]
