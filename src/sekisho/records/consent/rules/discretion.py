"""What those who read for a whole organisation are not told of its members: who objects, and who was told (R-DATA-047).

One turn's reason names its member as surely as a list would. So whatever hangs on one member reads the same for all of
them: whether they object, have not been told, or are given. Pure.
"""

from __future__ import annotations

from dataclasses import replace

from sekisho.base.text import Text
from sekisho.records.types import Explanation, Ineligible, Kind

MEMBERS_OWN = frozenset({"R-DATA-041", "R-DATA-046", "R-DATA-047"})
"""Rules whose outcome hangs on the member for whom a turn's key speaks."""
UNTOLD_KINDS = frozenset({Kind.MEMBER_OBJECTED, Kind.OBJECTION_WITHDRAWN})
"""Events of members that their organisation does not read."""
UNTOLD = Ineligible("told_to_the_member", "R-DATA-047")
"""Stands in the place of the answer. It says neither yes nor no."""
_LINE = Text(
    "Whether it may be used for training hangs on its member, who alone is told.",
    "学習に使われることがあるかどうかはそのメンバーによって決まり、ご本人だけに知らされます。",
)


def discreet(found: Explanation) -> Explanation:
    """Return the explanation as somebody reads it who reads for the organisation, not the member whose turn it is."""
    if found.training.rule not in MEMBERS_OWN:
        return found
    others = tuple(line for line in found.lines if line[0] != found.training.rule)
    return replace(found, training=UNTOLD, lines=(*others, (UNTOLD.rule, _LINE)))
