"""What reviewers find about a decision, as labels: which findings make sense, and whose text may go with them.

A label says what the text *was*, not whether the decision was kind: it is what the next model learns from. The
table in `docs/rules/labels.md` is the one that the test of this file runs.
"""

from __future__ import annotations

from collections.abc import Collection

from sekisho.detection.labels import CLAUSES, STANDARDS
from sekisho.enforcement.types import Allowed, Found, Given, Refused, Withheld
from sekisho.records.types import Terms, TurnView


def may_label(found: Found) -> Allowed | Refused:
    """Return whether a finding makes sense: its clauses are known, and what is harmless violates none."""
    if not set(found.labels) <= set(CLAUSES):
        return Refused("clause_unknown")
    if found.harmful is not True and set(found.labels) & set(STANDARDS):
        return Refused("harmless_violates_nothing")
    return Allowed()


def text_of_turn(turn: TurnView | None, agreed: Collection[str]) -> Given | Withheld:
    """Return whether the text of a turn may go out with its labels.

    `agreed` are the organisations that have agreed to it. What is not known counts as no (spec R-DATA, P2): a
    turn made under consumer terms is withheld as long as no consent of the person is on record (R-DATA-012), one
    under commercial terms unless its organisation has agreed (R-DATA-040, 041).
    """
    if turn is None:
        return Withheld("turn_gone")
    if turn.zero_retention:
        return Withheld("zero_retention")
    if turn.terms != Terms.COMMERCIAL:
        return Withheld("no_consent")
    if turn.organisation not in agreed:
        return Withheld("not_agreed")
    return Given() if turn.has_content else Withheld("no_content")
