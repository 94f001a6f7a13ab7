"""A case as the pages of the desk find it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts.types import Plan
from sekisho.base.text import Text
from sekisho.cases import actions as cases
from sekisho.cases.desk import actions as desk
from sekisho.cases.desk.models import Macro
from sekisho.cases.types import CaseView, Contact, Enclosure, Impact, Kind, Opening, Queue
from sekisho.records.models import Conversation, Turn
from sekisho.records.rights import actions as rights
from sekisho.support.queries import snapshot_of
from sekisho.support.types import Surface
from tests.cast import Cast
from tests.support.help.makers import publish

CASE = "tkt_page"


def plant(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a case that Ben asked and Aiko passed on, with an answer, a note, a draft, a clock of law, and a conversation
    that he showed; and a text that agents use."""
    at, daiki = datetime.now(UTC), cast.viewer("daiki")
    publish("lost-key", "ja")
    with monkeypatch.context() as fixed:
        fixed.setattr("sekisho.cases.actions.opening.new_id", lambda kind: f"{kind}_page")
        opened(cast, at)
    desk.note(daiki, CASE, "上限の表を確認すること。", submission="n", clock=lambda: at)
    desk.answer(
        daiki, CASE, "確認いたします。", submission="r", translated_from="en", then=None, clock=lambda: at
    )
    cases.start_clock(CASE, "notice_outcome", at, at + timedelta(days=7), regime="dsa")
    desk.save_draft(daiki, CASE, "下書きです。", language="ja", clock=lambda: at)
    Macro.objects.create(id="mac_page", name="Limits")
    desk.write_macro(
        daiki, "Limits", Text("Raised on {day:date}.", "{day:date} に引き上げます。"), clock=lambda: at
    )
    conversation = Conversation.objects.create(
        id="con_page", organisation=cast.atelier.id, subject=f"{cast.atelier.id}/", started_at=at
    )
    Turn.objects.create(
        id="req_desk", organisation=cast.atelier.id, key="key", conversation=conversation, received_at=at,
        finished_at=at, status=200, plan="api", terms="1", member=cast.ben.id,
    )  # fmt: skip
    rights.grant(cast.viewer("ben"), CASE, cast.atelier.id, [conversation.id], clock=lambda: at)


def opened(cast: Cast, at: datetime) -> CaseView:
    """Open Ben's case, which Aiko passed on."""
    return cases.open_case(
        Opening(
            kind=Kind.SUPPORT,
            queue=Queue.SUPPORT,
            submission="page",
            subject="上限の引き上げについて",
            text="月曜までに上限を上げられますか。電話は 03-1234-5678 です。",
            contact=Contact("ben@example.test", True, "ja"),
            surface="console",
            requester=cast.ben.id,
            organisation=cast.atelier.id,
            sponsor=cast.aiko.id,
            issue="plan_and_roles",
            details={"deadline": "月曜"},
            plan=Plan.API,
            impact=Impact.HIGH,
            entitlements=snapshot_of(cast.ben.id, cast.atelier.id, Surface.CONSOLE, at=at),
            transcript="AI: 該当する記事が見つかりませんでした。",
            cited=(publish("lost-key", "en"), "hav_gone"),
            enclosures=(Enclosure("見積.pdf", "application/pdf", b"%PDF-1.7"),),
        ),
        clock=lambda: at,
    )
