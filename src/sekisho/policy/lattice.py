"""What is done about a passage: the lattice on which verdicts are joined."""

from __future__ import annotations

from enum import IntEnum


class Action(IntEnum):
    """What is done, as a lattice: the join of two actions is the greater (P-041)."""

    ALLOW = 0
    ANNOTATE = 1
    """Let pass and record, so that it can be seen and counted."""
    MODIFY = 2
    """Let pass with the span masked or corrected, and say so."""
    HOLD = 3
    """Keep until a qualified person has looked; the client gets a ticket."""
    BLOCK = 4
    """Refuse, and explain."""

    @property
    def word(self) -> str:
        """Its name on every surface: `allow`, `annotate`, `modify`, `hold`, `block`."""
        return self.name.lower()
