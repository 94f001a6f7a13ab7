"""Contract exceptions: whom a soft clause spares, by agreement, for a while (P-006). Pure.

A government customer may have a contract with tailored use restrictions, where its safeguards answer the harms
that the clause is about. An exception names the clauses, the scope (keys, declared uses), the safeguards, two
people who approved it, and its end. It changes one thing: what an excepted clause would have acted on is
recorded as `excepted`, so that it can be counted, and passes.

A hard clause knows no exception. That is decided twice: when the exception is proposed, and again at every
verdict, so that one that came into the table some other way still has no effect.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from sekisho.base.text import Text
from sekisho.policy.types import Action, Audience, Ground, Pack, Verdict

EXCEPTED = "excepted"
"""Outcome of a ground that an exception has lowered."""
LONGEST = timedelta(days=366)
"""The longest that an exception lasts before people look again. Our decision: contracts are reviewed yearly."""


@dataclass(frozen=True, slots=True)
class ContractException:
    """An approved exception as gateways know it. Plain data that travels in the snapshot."""

    id: str
    organisation: str
    clauses: tuple[str, ...]
    expires_at: datetime
    """From this moment on (inclusive) it has no effect."""
    keys: tuple[str, ...] = ()
    """Ids of the keys that it is for; empty for all of the organisation's."""
    uses: tuple[Audience, ...] = ()
    """Declared uses that it is for; empty for all."""

    def covers(self, organisation: str, key: str, use: Audience, at: datetime) -> bool:
        """Return whether it is in effect for a request of this key at the moment `at`."""
        return (
            self.organisation == organisation
            and at < self.expires_at
            and (not self.keys or key in self.keys)
            and (not self.uses or use in self.uses)
        )


@dataclass(frozen=True, slots=True)
class Acceptable:
    pass


@dataclass(frozen=True, slots=True)
class Unacceptable:
    """Why an exception cannot be made so."""

    code: str
    message: Text


def acceptable(
    pack: Pack, clauses: Iterable[str], safeguards: str, at: datetime, expires_at: datetime
) -> Acceptable | Unacceptable:
    """Return whether an exception from these clauses of the version in force may be made at the moment `at`."""
    found = {name: pack.clause(name) for name in clauses}
    if not found:
        return Unacceptable("no_clauses", _NO_CLAUSES)
    for name, clause in found.items():
        if clause is None:
            return Unacceptable("unknown_clause", _UNKNOWN_CLAUSE.format(clause=name, label=pack.label))
        if clause.hard:
            return Unacceptable("hard_clause", _HARD_CLAUSE.format(clause=name))
    if not safeguards.strip():
        return Unacceptable("no_safeguards", _NO_SAFEGUARDS)
    if not at < expires_at <= at + LONGEST:
        return Unacceptable("bad_expiry", _BAD_EXPIRY.format(days=LONGEST.days))
    return Acceptable()


def excepted_clauses(
    exceptions: Iterable[ContractException], organisation: str, key: str, use: Audience, at: datetime
) -> frozenset[str]:
    """Return the ids of the clauses from which a request is excepted at the moment `at`."""
    covering = (one for one in exceptions if one.covers(organisation, key, use, at))
    return frozenset(clause for one in covering for clause in one.clauses)


def lowered(verdict: Verdict, pack: Pack, excepted: frozenset[str]) -> Verdict:
    """Return the verdict with what excepted soft clauses act on merely recorded, as `excepted`."""
    if not excepted or not verdict.grounds:
        return verdict
    spared = {name for name in excepted if (clause := pack.clause(name)) and not clause.hard}
    if not any(ground.clause in spared for ground in verdict.grounds):
        return verdict
    grounds = tuple(_excepted(one) if one.clause in spared else one for one in verdict.grounds)
    grounds = tuple(sorted(grounds, key=lambda ground: -ground.action))
    questions = tuple(clause for clause in verdict.asks_judge if clause not in spared)
    return replace(verdict, action=grounds[0].action, grounds=grounds, asks_judge=questions)


def _excepted(ground: Ground) -> Ground:
    if ground.action <= Action.ANNOTATE:
        return ground
    return replace(ground, action=Action.ANNOTATE, outcome=EXCEPTED)


_NO_CLAUSES = Text(
    "An exception names the clauses that it is from. Name at least one.",
    "例外の対象となる条項がありません。一つ以上指定してください。",
)
_UNKNOWN_CLAUSE = Text(
    "{label} has no clause `{clause}`. Look at its list of clauses.",
    "{label} に条項 `{clause}` はありません。条項の一覧を確認してください。",
)
_HARD_CLAUSE = Text(
    "`{clause}` is a hard clause, from which no contract excepts. Leave it out.",
    "`{clause}` は厳格な条項であり、契約による例外は認められません。対象から外してください。",
)
_NO_SAFEGUARDS = Text(
    "Write down the safeguards that take the clause's place: without them there is no exception.",
    "条項に代わる安全措置を記載してください。安全措置のない例外は認められません。",
)
_BAD_EXPIRY = Text(
    "An exception ends within {days} days, and not in the past. Choose another end.",
    "例外の期限は、これから {days} 日以内の日時にしてください。",
)
