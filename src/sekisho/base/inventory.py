"""The words of the data inventory: what each table holds, whose it is, how long it lives, how it leaves
(R-DATA-121).

They stand on the lowest floor because every room declares its own tables with them, in `<room>/data.py`. Sentences are
for people; `Reach`, `Erase` and `Expiry` are for the machine that exports, erases and sweeps, so that what is printed
and what is done cannot drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class Category(StrEnum):
    CONTENT = "content"
    """What people and models said. Encrypted at rest."""
    METADATA = "metadata"
    """Ids, times, counts, codes about single events; pseudonymous, no content (R-DATA-122)."""
    ACCOUNT = "account"
    """Who people are, and what they belong to."""
    CREDENTIAL = "credential"
    """What opens something: password hashes, key digests, sessions, wrapped keys."""
    SAFETY = "safety"
    """Decisions and measures, with their reasons, without content (P-070)."""
    AUDIT = "audit"
    OPERATION = "operation"
    """What the machinery keeps for itself: revisions, heads, migrations. About no person."""


class Whose(StrEnum):
    """The data subject, or the one who decides in their place."""

    PERSON = "person"
    ORGANISATION = "organisation"
    END_USER = "end_user"
    """An organisation's own customer, known by a pseudonym."""
    NOBODY = "nobody"


class Holder(StrEnum):
    """By what rows are found: whose they are, or what they hang on."""

    ORGANISATION = "organisation"
    END_USER = "end_user"
    MEMBER = "member"
    """What one person did in one organisation; the person and the organisation stay."""
    PERSON = "person"
    CONVERSATION = "conversation"
    TURN = "turn"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose rows are meant. Fields that the holder does not need are empty."""

    holder: Holder
    organisation: str = ""
    end_user: str = ""
    person: str = ""
    conversation: str = ""
    turn: str = ""
    email: str = field(default="", repr=False)
    """For rows that know a person by their address alone."""


Filler = Callable[[Subject, datetime], object]
Value = str | bool | None | tuple[str, ...] | Filler
"""What a column is compared with: a text with names of the subject's fields in braces, a value as it is, or what a
function makes of subject and moment (None: nothing to look for)."""
_FIELD = re.compile(r"{(\w+)}")
MOMENT = "{at}"
"""Stands for the moment of asking."""


@dataclass(frozen=True, slots=True)
class Where:
    """Rows for which one of these groups of Django lookups holds. `column__listed` looks into a list kept as JSON."""

    groups: tuple[Mapping[str, Value], ...]

    def __or__(self, other: Where) -> Where:
        return Where((*self.groups, *other.groups))

    def filled(self, subject: Subject, at: datetime) -> tuple[dict[str, object], ...]:
        """Return the groups with the subject's values in place.

        A group that needs what the subject does not have is left out: an empty name must never find everybody's rows.
        """
        found = (_filled(group, subject, at) for group in self.groups)
        return tuple(group for group in found if group is not None)


def where(**lookups: Value) -> Where:
    """Return one group of lookups, all of which hold: `where(organisation="{organisation}", end_user="{end_user}")`."""
    return Where((MappingProxyType(lookups),))


def _filled(group: Mapping[str, Value], subject: Subject, at: datetime) -> dict[str, object] | None:
    found: dict[str, object] = {}
    for name, value in group.items():
        made = value(subject, at) if callable(value) else value
        if callable(value) and made is None:
            return None
        if isinstance(made, str) and not callable(value):
            if not all(getattr(subject, one, at) for one in _FIELD.findall(made)):
                return None
            made = at if made == MOMENT else _FIELD.sub(lambda hit: str(getattr(subject, hit[1])), made)
        found[name] = made
    return found


@dataclass(frozen=True, slots=True)
class Reach:
    """How rows of a table are found, for each holder who has any there."""

    organisation: Where | None = None
    end_user: Where | None = None
    member: Where | None = None
    person: Where | None = None
    conversation: Where | None = None
    turn: Where | None = None

    def of(self, holder: Holder) -> Where | None:
        found: Where | None = getattr(self, holder.value)
        return found


class How(StrEnum):
    """What erasing does to a row."""

    DELETE = "delete"
    CLEAR = "clear"
    """What leads to the subject is taken out of it; the rest stays."""
    KEEP = "keep"
    """It stays, for a reason that is told."""
    BY_KEY = "by_key"
    """It holds ciphertext whose key is destroyed with the subject's; the tombstone stays."""


FRESH = "\x00fresh"
"""Clears a column to a mark of the row's own that leads nowhere (`erased_…`): for columns in which no two rows may say
the same."""
UNLISTED = "\x00unlisted"
"""Clears a list kept as JSON of the entries that name the subject."""


@dataclass(frozen=True, slots=True)
class Erase:
    """What erasing the subject does to its rows."""

    how: How
    values: Mapping[str, object] = field(default_factory=dict)
    """For `CLEAR` and `BY_KEY`: what the columns hold afterwards."""
    reason: str = ""
    """Why rows stay, in a sentence: for `KEEP`, and for what `unless` finds."""
    key: str = "key"
    """For `BY_KEY`: the column, as a Django lookup, with the id of the key."""
    unless: Where | None = None
    """Rows that stay for now, such as a restriction in force; they are looked at again every day."""

    def but(self, reason: str, **lookups: Value) -> Erase:
        """Return the same, except that rows for which the lookups hold stay as long as they do."""
        kept = where(**lookups)
        return replace(self, reason=reason, unless=self.unless | kept if self.unless else kept)


DELETE = Erase(How.DELETE)


def clear(**values: object) -> Erase:
    """Return the erasing that sets these columns to these values."""
    return Erase(How.CLEAR, MappingProxyType(values))


def keep(reason: str) -> Erase:
    """Return the erasing that leaves the row, for the reason given."""
    return Erase(How.KEEP, reason=reason)


def by_key(key: str = "key", **values: object) -> Erase:
    """Return the erasing of ciphertext: its key is destroyed, and these columns are set to these values."""
    return Erase(How.BY_KEY, MappingProxyType(values), key=key)


@dataclass(frozen=True, slots=True)
class Expiry:
    """When rows go by themselves."""

    column: str = ""
    """The moment from which the time counts, as a Django lookup; rows without one do not expire."""
    after: str = ""
    """The name of a duration in the calendar of data use, such as `metadata_months`; empty: `column` is the end
    itself."""
    tended_by: str = ""
    """The room's own duty that deletes them, such as `sekisho.webhooks.tasks.forget_old_messages`; empty: the sweeper
    does."""


@dataclass(frozen=True, slots=True)
class TableData:
    """One table's entry in the inventory. Sentences, in English, as `docs` print them."""

    category: Category
    whose: Whose
    retention: str
    exported: str
    """How it reaches the subject on request, or why it does not."""
    erased: str
    """What erasing the subject does to it."""
    reach: Reach | None = None
    """How its rows are found; None where they are about nobody."""
    erase: Erase | None = None
    """What erasing does to them; None where they are about nobody."""
    erase_for: Mapping[Holder, Erase] = field(default_factory=dict)
    """Where it differs by holder."""
    expires: Expiry | None = None
    """When they go by themselves; None where that hangs on something else, as `retention` says."""
    dies_with_turn: bool = False
    """Whether its rows were made out of a turn's content and go with it (R-DATA-033); `reach.turn` finds them. Copies
    for a purpose of their own, such as feedback, live by their own clock and are not meant."""

    @property
    def is_executable(self) -> bool:
        """Whether a machine can act on the entry: it is about nobody, or says how rows are found and erased."""
        return self.whose is Whose.NOBODY or (self.reach is not None and self.erase is not None)

    def erasing(self, holder: Holder) -> Erase | None:
        return self.erase_for.get(holder, self.erase)
