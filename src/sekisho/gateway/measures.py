"""What a measure in force lets through, and what its bearer is told: which, why, until when, and where to appeal.

A measure is laid on the smallest unit that explains the behaviour (P-001): an end user before a key, a key before an
organisation. So whoever stands beside that unit goes on. Every measure is looked at with the moment at hand: it ends
by itself at `until`, also in a gateway that has heard of nothing since.

    suspended, terminated   nothing passes: 403
    throttled               fewer requests: 429 with retry-after; other models, and tools, where they are off: 403

A throttle never takes anything out of a request: the wire is not rewritten (R-DATA-260), so a request that offers
tools is refused with what to do, and not answered as if it had offered none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from sekisho.base.text import Text
from sekisho.gateway.errors import GateError, Headers, Kind
from sekisho.gateway.types import Principal, Request
from sekisho.link.snapshot import Restriction, Snapshot, Stop
from sekisho.policy.rules import pack_in_force

END_USER = Text("This user's access", "このユーザーのご利用")
KEY = Text("The access of this API key", "この API キーのご利用")
ORGANISATION = Text("The access of this organisation", "この組織のご利用")
"""Whom a measure is laid on, from small to large."""

Laid = tuple[Text, Restriction]
"""A measure, and whom it is laid on."""


def in_force(restriction: Restriction | None, at: datetime) -> bool:
    """Return whether there is a restriction at the moment `at`. It has ended at `until`."""
    return restriction is not None and (restriction.until is None or at < restriction.until)


def laid_on(principal: Principal, snapshot: Snapshot, at: datetime) -> Iterator[Laid]:
    """Yield the measures in force against a principal, on the smallest unit first."""
    end_user = snapshot.end_users.get(f"{principal.organisation.id}:{principal.end_user}")
    for who, restriction in (
        (END_USER, end_user if principal.end_user else None),
        (KEY, principal.key.restriction),
        (ORGANISATION, principal.organisation.restriction),
    ):
        if restriction is not None and in_force(restriction, at):
            yield who, restriction


def refuse_if_stopped(who: Text, restriction: Restriction | None, snapshot: Snapshot, at: datetime) -> None:
    """Raise `GateError` for whom nothing passes: 401 for a revoked key, 403 with the reasons for the others."""
    if restriction is None or not in_force(restriction, at) or restriction.kind is Stop.THROTTLED:
        return
    if restriction.kind is Stop.REVOKED:
        raise GateError(Kind.AUTHENTICATION, "key_revoked", _REVOKED)
    raise _refusal(
        Kind.PERMISSION,
        f"account_{restriction.kind.value}",
        _said(_STOPPED[restriction.kind], who, restriction),
        restriction,
        snapshot,
        at,
    )


def rate(ordinary: int | None, restriction: Restriction | None, at: datetime) -> int | None:
    """Return the requests a minute that remain: the smaller of the ordinary limit and what a throttle leaves.

    A throttle that names no rate, no models and no tools leaves nothing: what it was meant to leave is not known.
    """
    if restriction is None or restriction.kind is not Stop.THROTTLED or not in_force(restriction, at):
        return ordinary
    left = restriction.requests_per_minute
    if left is None:
        left = ordinary if restriction.models or restriction.tools_off else 0
    return left if ordinary is None or left is None else min(left, ordinary)


def too_many(limit: int, wait_s: int, laid: Laid, snapshot: Snapshot, at: datetime) -> GateError:
    """Return the refusal of a request over the rate that a throttle leaves."""
    message = _said(_FEWER, *laid).format(limit=limit)
    return _refusal(Kind.RATE_LIMIT, "account_throttled", message, laid[1], snapshot, at, wait_s)


def keep_throttles(principal: Principal, snapshot: Snapshot, request: Request, at: datetime) -> None:
    """Raise `GateError` (403) for a model or for tools that a throttle takes away, saying what remains."""
    for who, restriction in laid_on(principal, snapshot, at):
        if restriction.models and not any(fnmatchcase(request.model, one) for one in restriction.models):
            message = _said(_MODELS, who, restriction).format(models=", ".join(restriction.models))
            raise _refusal(Kind.PERMISSION, "model_restricted", message, restriction, snapshot, at)
        if restriction.tools_off and request.tools:
            message = _said(_TOOLS, who, restriction)
            raise _refusal(Kind.PERMISSION, "tools_restricted", message, restriction, snapshot, at)


def headers_of(restriction: Restriction | None) -> Headers:
    """Return what a program reads about the measure that refused its request; empty for any other refusal."""
    if restriction is None:
        return []
    until = restriction.until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if restriction.until else ""
    told = {
        b"x-sekisho-restriction": restriction.kind.value,
        b"x-sekisho-clause": restriction.clause,
        b"x-sekisho-until": until,
        b"x-sekisho-statement": restriction.statement,
    }
    return [(name, value.encode("ascii", "replace")) for name, value in told.items() if value]


# -- what is said --------------------------------------------------------------------------------------------


def _refusal(
    kind: Kind,
    code: str,
    what: Text,
    restriction: Restriction,
    snapshot: Snapshot,
    at: datetime,
    wait_s: int | None = None,
) -> GateError:
    """What was done, why, and where its reasons stand: each a sentence of its own."""
    parts = (what, _why(restriction, snapshot, at), _where(restriction, snapshot.public_url))
    message = Text(
        " ".join(part.en for part in parts if part.en), "".join(part.ja for part in parts if part.ja)
    )
    return GateError(kind, code, message, retry_after_s=wait_s, restriction=restriction)


def _said(sentences: tuple[Text, Text], who: Text, restriction: Restriction) -> Text:
    """The sentence with an end, or the one without."""
    timed, open_ended = sentences
    until = restriction.until
    sentence = open_ended if until is None else timed
    day = f"{until.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if until else ""
    return Text(
        sentence.en.replace("{who}", who.en).replace("{until}", day),
        sentence.ja.replace("{who}", who.ja).replace("{until}", day),
    )


def _why(restriction: Restriction, snapshot: Snapshot, at: datetime) -> Text:
    if not restriction.clause:
        return Text("", "")
    pack = pack_in_force(snapshot.packs, at)
    clause = pack.clause(restriction.clause) if pack else None
    if clause is None:
        return _CLAUSE.format(id=restriction.clause)
    return Text(
        _TITLED.en.format(title=clause.title.en, id=clause.id),
        _TITLED.ja.format(title=clause.title.ja, id=clause.id),
    )


def _where(restriction: Restriction, public_url: str) -> Text:
    if restriction.link:
        return _REASONS.format(link=f"{public_url}{restriction.link}")
    if restriction.statement:
        return _REASONS.format(link=f"{public_url}/statements/{restriction.statement}")
    return _REASONS.format(link=public_url)


_STOPPED = {
    Stop.SUSPENDED: (
        Text("{who} is suspended until {until}.", "{who}は {until} まで停止されています。"),
        Text("{who} is suspended.", "{who}は停止されています。"),
    ),
    Stop.TERMINATED: (
        Text("{who} is terminated until {until}.", "{who}は {until} まで終了しています。"),
        Text("{who} was terminated.", "{who}は終了しています。"),
    ),
}
_FEWER = (
    Text(
        "{who} is limited to {limit} requests a minute until {until}. Wait for the time in retry-after, then go on.",
        "{who}は {until} まで 1 分あたり {limit} 件に制限されています。"
        "retry-after の時間だけ待ってから再開してください。",
    ),
    Text(
        "{who} is limited to {limit} requests a minute. Wait for the time in retry-after, then go on.",
        "{who}は 1 分あたり {limit} 件に制限されています。retry-after の時間だけ待ってから再開してください。",
    ),
)
_MODELS = (
    Text(
        "{who} is limited to these models until {until}: {models}. Choose one of them.",
        "{who}は {until} まで次のモデルに制限されています: {models}。この中からお選びください。",
    ),
    Text(
        "{who} is limited to these models: {models}. Choose one of them.",
        "{who}は次のモデルに制限されています: {models}。この中からお選びください。",
    ),
)
_TOOLS = (
    Text(
        "{who} is without tools until {until}. Send the request again without tools; nothing else about it has to "
        "change.",
        "{who}では {until} までツールを使えません。"
        "ツールを外してもう一度お送りください。ほかの部分はそのままで構いません。",
    ),
    Text(
        "{who} is without tools. Send the request again without tools; nothing else about it has to change.",
        "{who}ではツールを使えません。"
        "ツールを外してもう一度お送りください。ほかの部分はそのままで構いません。",
    ),
)
_CLAUSE = Text("It rests on the clause {id} of the usage policy.", "根拠は利用ポリシーの条項 {id} です。")
_TITLED = Text(
    "It rests on the clause “{title}” ({id}) of the usage policy.",
    "根拠は利用ポリシーの条項「{title}」({id}) です。",
)
_REASONS = Text(
    "Read the reasons, and appeal free of charge, here: {link}",
    "理由の確認と異議申立て（無料）はこちらからできます: {link}",
)
_REVOKED = Text(
    "This API key was revoked. Create a new one under Keys.",
    "この API キーは失効しています。「キー」のページで新しく作成してください。",
)
