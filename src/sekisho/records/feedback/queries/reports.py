"""Reports: one's own to whoever sent them, all of them to the desk. Every reading of content by the desk is logged."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from sekisho.accounts import queries as accounts
from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Plan, Viewer, system
from sekisho.audit.actions import record
from sekisho.base import settings
from sekisho.base.errors import NotAllowedError
from sekisho.base.lengths import whole
from sekisho.base.text import Text
from sekisho.records.feedback import vault
from sekisho.records.feedback.models import OrganisationChoice, Report
from sekisho.records.feedback.rules import sending
from sekisho.records.feedback.types import (
    Choices,
    Circumstances,
    Contents,
    IssueState,
    Kind,
    May,
    MayNot,
    ReportView,
    Scope,
    Sender,
)
from sekisho.records.models import Turn
from sekisho.records.types import Destroyed, Upstream

PAGE = 50
REASON_CHARS = 200
"""Longest reason for reading a report: a sentence, which the log keeps."""
READER = system("feedback")
THIRD_PARTIES = frozenset({Upstream.BEDROCK.value, Upstream.VERTEX.value})


def may_send(sender: Sender, *, about: str = "", provider: str = "") -> May | MayNot:
    """Return whether the sender may send feedback now. Needs nothing of what they would send (R-DATA-070)."""
    organisation = accounts.organisation(READER, sender.organisation)
    turn = Turn.objects.filter(id=about, organisation=sender.organisation).first() if about else None
    served_by = {provider, turn.upstream if turn else ""}
    return sending.may_send(
        Circumstances(
            is_switched_on=not settings.flag("disable_bug_command"),
            zero_retention=organisation.zero_retention
            or sender.zero_retention
            or (turn is not None and turn.zero_retention),
            product_feedback=choices(sender.organisation).product_feedback,
            is_first_party=organisation.plan is not Plan.THIRD_PARTY and not served_by & THIRD_PARTIES,
        )
    )


def choices(organisation: str) -> Choices:
    """Return what an organisation chose. For its pages and for the intake: no viewer."""
    row = OrganisationChoice.objects.filter(organisation=organisation).first()
    return Choices(row.product_feedback, row.survey) if row else Choices()


# --- the sender's own -------------------------------------------------------------------------------------------
def own_reports(sender: Sender) -> tuple[ReportView, ...]:
    """Return the reports that the person sent in this organisation, or that came with the key; newest first."""
    return tuple(map(view_of, _own(sender).order_by("-received_at", "-id")))


def own_contents(sender: Sender, report_id: str, at: datetime) -> Contents | Destroyed:
    """Return what one of them says, nothing once its time is over. Raises `NotFoundError` for another's."""
    row = _own(sender).filter(id=report_id).first()
    if row is None:
        raise not_found("report_not_found")
    return _opened(row, at)


def own_about(sender: Sender, conversation: str) -> tuple[ReportView, ...]:
    """Return the sender's reports about turns of a conversation: who deletes it is offered to destroy these too,
    as they are kept apart (R-DATA-072)."""
    turns = Turn.objects.filter(organisation=sender.organisation, conversation=conversation)
    return tuple(map(view_of, _own(sender).filter(about__in=turns.values("id")).order_by("id")))


def _own(sender: Sender) -> QuerySet[Report]:
    mine = Q(via_key=sender.key) if sender.key else Q(member=sender.member)
    return Report.objects.filter(mine, organisation=sender.organisation, is_staged=False)


# --- the desk's -------------------------------------------------------------------------------------------------
def reports(viewer: Viewer, *, before: str = "", limit: int = PAGE) -> tuple[ReportView, ...]:
    """Return the reports of everybody, newest first, without content. `before` is the last id of the page before."""
    _see(viewer)
    rows = Report.objects.filter(is_staged=False).order_by("-id")
    rows = rows.filter(id__lt=before) if before else rows
    return tuple(map(view_of, rows[:limit]))


def report(viewer: Viewer, report_id: str) -> ReportView:
    _see(viewer)
    return view_of(_row(report_id))


def contents(viewer: Viewer, report_id: str, reason: str, at: datetime) -> Contents | Destroyed:
    """Return what a report says. Raises `NotAllowedError` without a reason; the reading is logged with it."""
    _see(viewer)
    row = _row(report_id)
    if not reason.strip():
        raise NotAllowedError(
            "reason_missing", REASON_MISSING, permission=Permission.STAFF_FEEDBACK_READ.value
        )
    said = whole(reason.strip(), REASON_CHARS)
    with transaction.atomic():
        record(viewer.id, "feedback.read", row.id, organisation=row.organisation, reason=said)
        return _opened(row, at)


def view_of(row: Report) -> ReportView:
    return ReportView(
        id=row.id,
        organisation=row.organisation,
        kind=Kind(row.kind),
        scope=Scope(row.scope),
        about=row.about,
        received_at=row.received_at,
        expires_at=row.expires_at,
        bytes=row.bytes,
        messages=row.messages,
        secrets=row.secrets,
        version=row.version,
        os=row.os,
        issue=IssueState(row.issue),
        issue_url=row.issue_url,
    )


def _see(viewer: Viewer) -> None:
    if not may(viewer, Permission.STAFF_FEEDBACK_READ):
        raise not_found("page_not_found")


def _row(report_id: str) -> Report:
    row = Report.objects.filter(id=report_id, is_staged=False).first()
    if row is None:
        raise not_found("report_not_found")
    return row


def _opened(row: Report, at: datetime) -> Contents | Destroyed:
    plain = vault.open_(row.key, row.id, bytes(row.content)) if at < row.expires_at else None
    return Contents(*sending.unpacked(plain)) if plain is not None else Destroyed()


REASON_MISSING = Text(
    "Say why you read it. The reason is logged, and the person who sent it can be told.",
    "閲覧の理由を入力してください。理由は記録され、送信した方に開示されることがあります。",
)
