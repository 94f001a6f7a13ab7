"""Restrictions, and the statements that come with them. No Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sekisho.base.text import Text
from sekisho.enforcement.types.units import Unit


class Measure(StrEnum):
    """A restriction that a gateway enforces."""

    THROTTLED = "throttled"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"


APPEAL = Text(
    "You can appeal against this decision free of charge within six months. A person who had no part in it "
    "will look at it again.",
    "この決定に対しては、6か月以内に無料で異議を申し立てることができます。"
    "決定に関わっていない担当者があらためて確認します。",
)
"""What everybody under a restriction is told they can do (P-062)."""
OUT_OF_COURT = Text(
    "In the European Union you can also turn to a certified body for out-of-court dispute settlement "
    "(Regulation (EU) 2022/2065, Article 21). The European Commission publishes a list of them.",
    "欧州連合にお住まいの方は、認定を受けた裁判外紛争解決機関に申し立てることもできます"
    "（規則 (EU) 2022/2065 第21条）。機関の一覧は欧州委員会が公表しています。",
)
COURT = Text(
    "Whatever you choose, you can bring the matter before a court at any time.",
    "いずれの場合も、裁判所に訴える権利は失われません。",
)
REDRESS = Text(
    "\n\n".join(way.en for way in (APPEAL, OUT_OF_COURT, COURT)),
    "\n\n".join(way.ja for way in (APPEAL, OUT_OF_COURT, COURT)),
)
"""The three ways of DSA art. 17(3)(f): internal complaint, out-of-court settlement, court."""
NO_WORDS = Text("", "")


@dataclass(frozen=True, slots=True)
class Statement:
    """Why a restriction was laid on somebody, in terms that they are told (P-061, DSA art. 17(3))."""

    facts: Text
    """What happened: facts and circumstances, never anybody's own words."""
    is_own_initiative: bool = True
    """False when somebody reported it."""
    was_detected_automatically: bool = True
    was_decided_automatically: bool = False
    redress: Text = REDRESS
    explanation: Text = NO_WORDS
    """Why that is not compatible with the clause or the law; left empty, it is written from the clause."""
    law: str = ""
    """The law that it violates, where it rests on one, such as `StGB § 263`; else it rests on the policy's clause."""
    territory: tuple[str, ...] = ()
    """Countries where it applies (ISO 3166-1, two letters); empty: everywhere the service is offered."""
    policy: str = ""
    """Label of the policy by which it was judged; written when the restriction is."""


@dataclass(frozen=True, slots=True)
class Throttle:
    """What is left to who is throttled."""

    requests_per_minute: int | None = None
    models: tuple[str, ...] = ()
    """Shell patterns of model ids; empty: all."""
    tools_off: bool = False


@dataclass(frozen=True, slots=True)
class RestrictionView:
    """A restriction with its statement of reasons."""

    id: str
    unit: Unit
    measure: Measure
    clause: str
    since: datetime
    until: datetime | None
    """None: until a person lifts it."""
    requests_per_minute: int | None
    statement_id: str
    statement: Statement
    imposed_by: tuple[str, ...]
    lifted_at: datetime | None = None
    models: tuple[str, ...] = ()
    """Shell patterns of the models that are left to who is throttled; empty: all."""
    tools_off: bool = False
    """Whether who is throttled may offer no tools to the model."""
    strikes: tuple[str, ...] = ()
    """What it rests on: ids of strikes, and `unit:…` for end users and keys that counted against an organisation."""
    reversed_at: datetime | None = None
    """When it was found that it should never have been."""

    @property
    def imposed_by_people(self) -> bool:
        return not all(one.startswith("system:") for one in self.imposed_by)

    def is_in_force(self, at: datetime) -> bool:
        return self.lifted_at is None and self.since <= at and (self.until is None or at < self.until)
