"""Under which name the log speaks of a data subject (R-DATA-250, R-DATA-253).

Ids of people and organisations say nothing once their rows are gone. A subject below an organisation (`org_…/name`,
an end user or a consumer's own conversations) is written as a keyed pseudonym instead, whose key dies with the subject:
the log stays whole, and who it spoke of cannot be told any more. The keys are kept floors above, by the keystore, which
hands in how a name is made.
"""

from __future__ import annotations

from collections.abc import Callable

Maker = Callable[[str], str]
"""Gives the pseudonym of a subject, always the same while its key lives."""

_makers: list[Maker] = []


def provide(maker: Maker) -> None:
    """Let `maker` name subjects from now on. Called once, when the installation starts."""
    _makers[:] = [maker]


def pseudonym(subject: str) -> str:
    """Return the name under which the log speaks of `subject`: the id itself unless it is a data subject's
    (`organisation/name`)."""
    if "/" not in subject or subject.endswith("/") or not _makers:
        return subject
    return _makers[0](subject)
