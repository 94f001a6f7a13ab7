"""Timed work of the policy: telling account holders before a version takes effect (P-003)."""

from __future__ import annotations

from django.db import transaction

from sekisho.accounts.queries import account_holders
from sekisho.accounts.types import NOBODY
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.notices.actions import tell
from sekisho.notices.types import Person
from sekisho.policy.lifecycle import State
from sekisho.policy.models import PolicyVersion
from sekisho.policy.notices import change_notice
from sekisho.policy.queries import VersionView, changes, versions


def send_change_notices(clock: Clock = system_clock) -> tuple[str, ...]:
    """Tell every account holder, once and in their language, of each version to come; return their labels.

    May be called at any time and by several workers. One that dies half way leaves the version unmarked: the next
    call tells those who have not been told.
    """
    to_come = [view for view in versions(NOBODY, clock) if view.state is State.SCHEDULED]
    return tuple(view.label for view in to_come if _told(view, clock))


def _told(view: VersionView, clock: Clock) -> bool:
    untold = PolicyVersion.objects.filter(id=view.id, notice_sent_at=None)
    if not untold.exists():
        return False
    notice = change_notice(view.pack, changes(NOBODY, None, view.label, clock))
    holders = account_holders()
    for (
        holder
    ) in holders:  # each in a transaction of its own: a long one would keep every other writer waiting
        tell(
            Person(holder.id),
            "policy_change",
            view.label,
            notice.subject,
            notice.body,
            key=f"policy_change:{view.label}:{holder.id}",
            at=clock(),
            link=notice.link,
        )
    with transaction.atomic():
        if not untold.update(notice_sent_at=clock()):
            return False
        record("system:policy", "policy_version.announced", view.label, recipients=len(holders))
    return True
