"""Show, send, take back. Nothing here runs without somebody who asks for it (R-DATA-060)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts.queries import not_found
from sekisho.audit.actions import record
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.records.feedback import vault
from sekisho.records.feedback.models import Report
from sekisho.records.feedback.queries.reports import may_send, view_of
from sekisho.records.feedback.rules import sending
from sekisho.records.feedback.types import Draft, IssueState, MayNot, Prepared, ReportView, Sender
from sekisho.records.keystore.actions import destroy_purpose_keys
from sekisho.records.queries import calendar_at
from sekisho.records.rules.calendar_time import years_after


def preview(sender: Sender, draft: Draft) -> Prepared:
    """Return what exactly would be sent. Nothing is kept of it. Raises `NotAllowedError` where feedback is off, and
    `SekishoError` for a draft that cannot be sent."""
    permit(sender, about=draft.about, provider=draft.provider)
    problem = sending.problem_with(draft)
    if problem is not None:
        raise SekishoError(problem.code, problem.message, status=422)
    return sending.prepared(draft)


def permit(sender: Sender, *, about: str = "", provider: str = "") -> None:
    """Raise `NotAllowedError` with the reason where the sender may not send feedback."""
    match may_send(sender, about=about, provider=provider):
        case MayNot(code, message):
            raise NotAllowedError(code, message)


def send(sender: Sender, draft: Draft, *, digest: str, submission: str, at: datetime) -> ReportView:
    """Keep a report, as it was shown, for years of the calendar from now, and return it.

    `digest` is that of the preview: what was not shown is not sent. `submission` is the sender's own word for this
    report; the same word again gives the same report back. Neither consent nor the clock of any turn is touched
    (R-DATA-071). Raises what `preview` raises, and `SekishoError` (`not_as_previewed`, `submission_reused`).
    """
    shown = preview(sender, draft)
    if shown.digest != digest:
        raise SekishoError("not_as_previewed", NOT_AS_PREVIEWED)
    row = _staged(sender, shown, submission, at)
    if row.digest != digest:
        raise SekishoError("submission_reused", SUBMISSION_REUSED)
    return view_of(_kept(row, sender, shown, at) if row.is_staged else row)


def delete(sender: Sender, report_id: str, at: datetime) -> None:
    """Destroy one of the sender's own reports: its key first, then the row. Raises `NotFoundError` for another's."""
    mine = {"via_key": sender.key} if sender.key else {"member": sender.member}
    row = Report.objects.filter(
        id=report_id, organisation=sender.organisation, is_staged=False, **mine
    ).first()
    if row is None:
        raise not_found("report_not_found")
    destroy_purpose_keys([row.key], at)
    with transaction.atomic():
        record(sender.name, "feedback.destroyed", row.id, organisation=row.organisation, key=row.key)
        row.delete()


def _staged(sender: Sender, shown: Prepared, submission: str, at: datetime) -> Report:
    """The row that claims the submission: of two that send at once, both get the same."""
    draft = shown.draft
    row, _ = Report.objects.get_or_create(
        organisation=sender.organisation,
        sender=sender.name,
        submission=submission,
        defaults={
            "id": new_id("fb"),
            "kind": draft.kind.value,
            "scope": draft.scope.value,
            "via_key": sender.key,
            "member": sender.member,
            "about": draft.about,
            "digest": shown.digest,
            "received_at": at,
            "expires_at": years_after(at, calendar_at(at).feedback_years),
            "bytes": shown.bytes,
            "messages": len(draft.transcript),
            "secrets": {kind.value: count for kind, count in shown.secrets.items()},
            "version": draft.version,
            "os": draft.os,
            "issue": (IssueState.WAITING if shown.issue else IssueState.NONE).value,
        },
    )
    return row


def _kept(row: Report, sender: Sender, shown: Prepared, at: datetime) -> Report:
    """Make the key, which is in another database, and then row and audit entry in one transaction."""
    key = vault.new_key(row.id, sender.subject, at)
    content = vault.shut(key, row.id, sending.packed(shown.draft))
    with transaction.atomic():
        staged = Report.objects.filter(id=row.id, is_staged=True)
        if staged.update(is_staged=False, key=key.id, content=content):
            facts = {"kind": row.kind, "scope": row.scope, "bytes": row.bytes, "until": row.expires_at}
            record(sender.name, "feedback.sent", row.id, organisation=row.organisation, **facts)
    return Report.objects.get(id=row.id)


NOT_AS_PREVIEWED = Text(
    "This is not what the preview showed. Look at the preview again, and send what it shows.",
    "プレビューの内容と一致しません。もう一度プレビューを確認し、表示された内容をそのまま送信してください。",
)
SUBMISSION_REUSED = Text(
    "This idempotency key was used for another report. Send it with a new one.",
    "この冪等キーは別の報告で使用されています。新しいキーを指定して送信してください。",
)
