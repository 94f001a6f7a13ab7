"""What consent decides: pure, no database, no clock."""

from __future__ import annotations

from sekisho.records.consent.rules.choosing import current_holder, may_allow, must_choose

__all__ = ["current_holder", "may_allow", "must_choose"]
