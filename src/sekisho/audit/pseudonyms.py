"""Under which name the log speaks of a data subject (R-DATA-250, R-DATA-253).

Ids of people and organisations say nothing once their rows are gone. A subject below an organisation (`org_…/name`,
an end user or a consumer's own conversations) is written as a keyed pseudonym instead, whose key dies with the subject:
the log stays whole, and who it spoke of cannot be told any more. The keys are kept floors above, by the keystore, which
hands in how a name is made.
"""

from __future__ import annotations

from collections.abc import Callable

Maker = Callable[[str, bool], str]
"""Gives the pseudonym of a subject, always the same while its key lives. Asked not to make one, it gives none (empty)
for a subject that has none yet."""

_makers: list[Maker] = []


def provide(maker: Maker) -> None:
    """Let `maker` name subjects from now on. Called once, when the installation starts."""
    _makers[:] = [maker]


def pseudonym(subject: str) -> str:
    """Return the name under which the log speaks of `subject`: the id itself unless it is a data subject's
    (`organisation/name`)."""
    if not pseudonymised(subject):
        return subject
    return _makers[0](subject, True)


def known_pseudonym(subject: str) -> str:
    """Return the name under which the log has spoken of `subject`; empty where it never has. Makes no key."""
    return _makers[0](subject, False) if pseudonymised(subject) else subject


def pseudonymised(subject: str) -> bool:
    """Return whether the log speaks of it by a pseudonym: it is a data subject below an organisation."""
    return "/" in subject and not subject.endswith("/") and bool(_makers)
