"""What other rooms may listen for."""

from __future__ import annotations

from django.dispatch import Signal

access_changed = Signal()
"""Somebody's way through the gate has changed: a key made, revoked or declared anew, an organisation changed. Sent
after the transaction has been committed, never before.

Argument: `organisation_id`. `link` answers by publishing a new snapshot, so that every gateway knows within a
second.
"""

membership_changed = Signal()
"""Somebody's place in an organisation has changed. Sent in the transaction of the deed: whom it concerns is told
exactly when it is done, whichever way it was done.

Argument: `change`, a `types.MemberChange`. `notices` answers with a notice and a mail.
"""
