"""Step two: is there room, is the pace kept, and which provider takes it?"""

from __future__ import annotations

import math
from collections import OrderedDict
from datetime import date, datetime
from fnmatch import fnmatchcase
from types import TracebackType

from sekisho.base.text import Text
from sekisho.gateway.errors import GateError, Kind
from sekisho.gateway.measures import END_USER, KEY, ORGANISATION, rate, too_many
from sekisho.gateway.types import Principal
from sekisho.link.snapshot import Dialect, Restriction, Route, Snapshot
from sekisho.policy.types import Audience

MANY = 100_000
"""Buckets kept; the longest untouched are forgotten first, which can only be generous."""


class Capacity:
    """Requests in flight. One too many is answered at once instead of slowing all the others."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken = 0
        self.draining = False
        """Set when the process is asked to stop: what runs may finish, nothing new begins."""

    def __enter__(self) -> None:
        """Take a place for as long as the context lasts. Raises `GateError` when there is none."""
        if self.draining or self.taken >= self.most:
            raise GateError(Kind.OVERLOADED, "gate_full", _FULL, retry_after_s=1)
        self.taken += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.taken -= 1


class Paces:
    """Token buckets by name: a minute's worth may come at once, then they refill evenly. Limits hold per
    process."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str, per_minute: int, now: float) -> float:
        """Take one request at monotonic second `now`; return 0.0, or the seconds to wait when there is none
        left."""
        left, seen = self._buckets.get(name, (float(per_minute), now))
        left = min(float(per_minute), left + (now - seen) * per_minute / 60)
        taken = left >= 1
        self._buckets[name] = (left - 1 if taken else left, now)
        self._buckets.move_to_end(name)
        if len(self._buckets) > MANY:
            self._buckets.popitem(last=False)
        return 0.0 if taken else (1 - left) * 60 / max(per_minute, 1)


class Spending:
    """Tokens used by each organisation on the present day (UTC), as far as this process has seen."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._used: dict[str, int] = {}

    def add(self, organisation: str, tokens: int, at: datetime) -> None:
        self._used[organisation] = self.used(organisation, at) + tokens

    def used(self, organisation: str, at: datetime) -> int:
        if self._day != at.date():
            self._day, self._used = at.date(), {}
        return self._used.get(organisation, 0)


def keep_pace(paces: Paces, principal: Principal, snapshot: Snapshot, at: datetime, now: float) -> None:
    """Raise `GateError` (429, with when to come back) when the key or its organisation is over its rate."""
    key, organisation = principal.key, principal.organisation
    for name, who, ordinary, restriction in (
        (key.id, KEY, key.requests_per_minute, key.restriction),
        (organisation.id, ORGANISATION, organisation.requests_per_minute, organisation.restriction),
    ):
        _take(paces, name, ordinary, (who, restriction), snapshot, at, now)


def keep_end_user_pace(
    paces: Paces, principal: Principal, snapshot: Snapshot, at: datetime, now: float
) -> None:
    """The same for an end user who has been throttled."""
    name = f"{principal.organisation.id}:{principal.end_user}"
    _take(paces, name, None, (END_USER, snapshot.end_users.get(name)), snapshot, at, now)


def keep_declaration(principal: Principal) -> None:
    """Raise `GateError` (403) for a key for minors whose organisation has not stated how it protects them (P-031)."""
    if principal.key.audience is Audience.MINORS and not principal.organisation.minors_statement:
        raise GateError(Kind.PERMISSION, "compliance_unstated", _UNSTATED)


def keep_budget(spending: Spending, principal: Principal, at: datetime) -> None:
    """Raise `GateError` when the organisation has used the tokens of its day."""
    limit = principal.organisation.tokens_per_day
    if limit is not None and spending.used(principal.organisation.id, at) >= limit:
        seconds = 86_400 - (at.hour * 3600 + at.minute * 60 + at.second)
        raise GateError(Kind.RATE_LIMIT, "tokens_spent", _SPENT.format(limit=limit), retry_after_s=seconds)


def choose_route(snapshot: Snapshot, dialect: Dialect, model: str, principal: Principal) -> Route:
    """Return the first route of the dialect that takes the model and keeps the principal's data-use flags.

    Raises `GateError`: 404 for a model that no route takes, 403 when only routes without zero retention do.
    """
    takers = [route for route in snapshot.routes if route.dialect is dialect and _takes(route, model)]
    if not takers:
        raise GateError(Kind.NOT_FOUND, "model_unknown", _NO_MODEL.format(model=model[:100]))
    if principal.zero_retention:
        takers = [route for route in takers if may_serve(route, model)]
    if not takers:
        raise GateError(Kind.PERMISSION, "no_zero_retention_route", _NO_ZERO_RETENTION)
    return takers[0]


def may_serve(route: Route, model: str) -> bool:
    """Return whether the route takes the model and its provider is on record as keeping nothing of what is sent to it
    (R-DATA-135)."""
    is_retained = any(fnmatchcase(model, one) for one in route.retaining_models)
    return route.zero_retention and _takes(route, model) and not is_retained


def _takes(route: Route, model: str) -> bool:
    return not model or any(fnmatchcase(model, pattern) for pattern in route.models)


def _take(
    paces: Paces,
    name: str,
    ordinary: int | None,
    laid: tuple[Text, Restriction | None],
    snapshot: Snapshot,
    at: datetime,
    now: float,
) -> None:
    who, restriction = laid
    per_minute = rate(ordinary, restriction, at)
    if per_minute is None or (wait := paces.take(name, per_minute, now)) <= 0:
        return
    if restriction is not None and per_minute != ordinary:
        raise too_many(per_minute, math.ceil(wait), (who, restriction), snapshot, at)
    message = _PACE.format(limit=per_minute)
    raise GateError(Kind.RATE_LIMIT, "rate_exceeded", message, retry_after_s=math.ceil(wait))


_FULL = Text(
    "The gate is at its capacity. Try again in a moment.",
    "ただいま混み合っています。少し待ってからもう一度お試しください。",
)
_PACE = Text(
    "More than {limit} requests in a minute. Wait for the time in retry-after, then go on.",
    "1 分あたり {limit} 件の上限を超えました。retry-after の時間だけ待ってから再開してください。",
)
_SPENT = Text(
    "The organisation has used its {limit} tokens for today. The count begins anew at midnight UTC.",
    "組織の本日分の上限 {limit} トークンに達しました。協定世界時の午前 0 時に更新されます。",
)
_NO_MODEL = Text(
    "model: {model}. No provider of this gate takes it; GET /v1/models lists those that are there.",
    "model: {model}。このモデルを扱う提供元がありません。利用できるモデルは GET /v1/models で確認できます。",
)
_NO_ZERO_RETENTION = Text(
    "This key demands zero data retention, and no provider that "
    "grants it takes this model. Choose another model.",
    "このキーにはゼロデータ保持の条件がありますが、"
    "条件を満たす提供元ではこのモデルを利用できません。別のモデルをお選びください。",
)
_UNSTATED = Text(
    "This key is declared for minors, and the organisation's yearly statement of how it protects them is missing. An "
    "owner can make it under Use cases.",
    "このキーは未成年者向けに申告されていますが、未成年者の保護についての組織の表明（年 1 回）がありません。"
    "オーナーが「用途の申告」のページで表明できます。",
)
