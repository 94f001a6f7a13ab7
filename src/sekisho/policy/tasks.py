"""Timed work of the policy: telling account holders before a version takes effect (P-003)."""

from __future__ import annotations

from functools import partial

from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from sekisho.accounts.queries import account_holders
from sekisho.accounts.types import NOBODY
from sekisho.audit.actions import record
from sekisho.base import settings
from sekisho.base.clock import Clock, system_clock
from sekisho.policy.lifecycle import State
from sekisho.policy.models import PolicyVersion
from sekisho.policy.notices import change_notice
from sekisho.policy.queries import VersionView, changes, versions


def send_change_notices(clock: Clock = system_clock) -> tuple[str, ...]:
    """Tell every account holder, once and in their language, of each version to come; return their labels.

    May be called at any time and by several workers: each version is claimed before its notices go out. When
    the mail server refuses, the claim is given back and the error raised, so that the next call tries again:
    better to be told twice than not at all.
    """
    to_come = [view for view in versions(NOBODY, clock) if view.state is State.SCHEDULED]
    return tuple(view.label for view in to_come if _told(view, clock))


@transaction.atomic
def _told(view: VersionView, clock: Clock) -> bool:
    if not PolicyVersion.objects.filter(id=view.id, notice_sent_at=None).update(notice_sent_at=clock()):
        return False
    told = changes(NOBODY, None, view.label, clock)
    letters = []
    for holder in account_holders():
        notice = change_notice(view.pack, told, settings.text("public_url"), holder.language)
        letters.append(EmailMessage(notice.subject, notice.body, to=[holder.email]))
    record("system:policy", "policy_version.announced", view.label, recipients=len(letters))
    transaction.on_commit(partial(_post, view.id, letters))
    return True


def _post(version_id: str, letters: list[EmailMessage]) -> None:
    """Send them over one connection."""
    try:
        get_connection().send_messages(letters)
    except Exception:
        PolicyVersion.objects.filter(id=version_id).update(notice_sent_at=None)
        raise
