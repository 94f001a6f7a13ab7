"""What other rooms may listen for. Sent after the transaction has been committed, never before."""

from __future__ import annotations

from django.dispatch import Signal

policy_changed = Signal()
"""A version was activated or rolled back, so that another one may be or come in force; or its shadow began or
ended.

Argument: `version`, its `name@version`. `link` answers by publishing a new snapshot.
"""

terms_changed = Signal()
"""What an organisation is held to has changed: its overlay, or an exception.

Argument: `organisation`, its id. `link` answers by publishing a new snapshot.
"""
