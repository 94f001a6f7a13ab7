"""One tool call against the catalogue: which prohibited actions it would be. Pure, linear, without a model.

    judge_call(catalogue, trace, call) ──▶ actions of the catalogue, in its order

A call is looked at *before it runs*, together with everything that the conversation shows: what tools brought, what was
called since, and what people said. Nothing that a tool brings can loosen a rule: only people's words can, and only the
calls, not their results, say what was done.

The table in `docs/rules/agents.md` is the one that the test of this file runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import re2

from sekisho.detection.normalise import normalise
from sekisho.detection.types import Outcome
from sekisho.policy.agents.content import Codes, coded, readings, shares_run
from sekisho.policy.agents.places import ARGUMENTS, outside
from sekisho.policy.agents.trace import Call, Result, Trace, Word, folded_name, leaves, names
from sekisho.policy.agents.types import (
    AgentAction,
    Carries,
    Catalogue,
    Condition,
    Matches,
    Outside,
    Recipients,
    Unagreed,
)
from sekisho.policy.rules import verdict_of
from sekisho.policy.types import Audience, Ground, Pack, Severity, Verdict

RECIPIENTS = frozenset(
    {
        "to", "cc", "bcc", "recipient", "recipients", "email", "emails", "email_address", "address", "addresses",
        "phone", "phones", "phone_number", "phone_numbers", "channel", "channels", "user", "users", "user_id",
        "user_ids", "attendees", "invitees", "members", } )  # fmt: skip
"""Names of arguments that say to whom something goes."""
AGENTS = "agents"
"""What grounds call these rules, as they call detectors by their names."""
CALLS_TOGETHER = 64
"""Calls of one kind whose values are read together: more than the shortest run of a text can be cut into with a letter
each, twice over. So an answer of a thousand calls is judged in linear time, too."""
COSTS = (Matches, Recipients, Outside, Unagreed, Carries)
"""Conditions from quick to slow: the first that does not hold spares the others."""


def judge_call(catalogue: Catalogue, trace: Trace, call: Call) -> tuple[AgentAction, ...]:
    """Return the actions of the catalogue that `call` would be after `trace`, in the catalogue's order.

    One trace is always asked with one catalogue: it remembers which tools its calls are.
    """
    known_as = words_for(catalogue, call)
    return tuple(
        action
        for action in catalogue.actions
        if not known_as.isdisjoint(action.tools)
        and all(_holds(condition, catalogue, trace, call, action) for condition in _quick_first(action.when))
    )


def words_for(catalogue: Catalogue, call: Call) -> frozenset[str]:
    """Return the words for tools that mean a call, by its tool's name or by what it takes."""
    name, taken = folded_name(call.name), frozenset(map(folded_name, names(call.arguments)))
    return frozenset(
        word
        for word, tools in catalogue.tools.items()
        if _is_named(tools.named, name) or any(taken.issuperset(one) for one in tools.takes)
    )


def _quick_first(conditions: Sequence[Condition]) -> list[Condition]:
    return sorted(conditions, key=lambda condition: COSTS.index(type(condition)))


def _holds(condition: Condition, catalogue: Catalogue, trace: Trace, call: Call, action: AgentAction) -> bool:
    match condition:
        case Matches(patterns, arguments):
            return any(_matches(patterns, _plain(value)) for value in _values(call, arguments))
        case Recipients(more_than):
            together = (call, *_alike(catalogue, trace, action))
            return len({one for each in together for one in _recipients(each)}) > more_than
        case Outside():
            said = (step.text for step in trace.steps if isinstance(step, Word))
            return outside(_values(call, tuple(ARGUMENTS)), said)
        case Unagreed():
            return not _is_agreed(catalogue, trace, action)
        case Carries():
            return _carries(condition, catalogue, trace, call, action)


# -- what a call says ----------------------------------------------------------------------------------------


def _values(call: Call, arguments: tuple[str, ...]) -> Iterator[str]:
    """The values of some arguments; of a call whose arguments are no JSON, all there is."""
    for name, value in leaves(call.arguments):
        if not arguments or not name or name in arguments:
            yield value


def _recipients(call: Call) -> Iterator[str]:
    """To whom a call goes: addresses where there are any, else names; of arguments that are no JSON, the addresses."""
    for name, value in leaves(call.arguments):
        if name in RECIPIENTS or not name:
            addresses = _ADDRESS.findall(value)
            others = _BETWEEN.split(value) if name else ()
            yield from (one.lower() for one in addresses or others if one)


def _alike(catalogue: Catalogue, trace: Trace, action: AgentAction) -> list[Call]:
    """The calls of the same tools since a person last spoke, oldest first."""
    calls = [one for at, one in trace.since_a_person_spoke() if _is_of(catalogue, trace, at, action.tools)]
    return calls[::-1]


def _is_of(catalogue: Catalogue, trace: Trace, at: int, words: tuple[str, ...]) -> bool:
    """Whether the call at that place, or behind the result there, is of tools that one of these words means."""
    return not trace.words(at, lambda call: words_for(catalogue, call)).isdisjoint(words)


def _plain(value: str) -> str:
    """A value as patterns are written: small letters, single spaces, without quotes, which shells drop."""
    return " ".join(_QUOTES.sub("", normalise(value).text).split())


def _matches(patterns: tuple[str, ...], value: str) -> bool:
    return bool(patterns) and _glob(patterns).search(value) is not None


@lru_cache(maxsize=16_384)
def _is_named(patterns: tuple[str, ...], name: str) -> bool:
    """As `_matches`: a conversation calls the same few tools again and again."""
    return _matches(patterns, name)


@lru_cache(maxsize=1_024)
def _glob(patterns: tuple[str, ...]) -> Any:
    """One expression for several patterns, in google-re2: its time is linear whatever a pack says."""
    options = re2.Options()
    options.dot_nl = True
    said = (".*".join(re2.escape(part) for part in pattern.lower().split("*")) for pattern in patterns)
    return re2.compile(f"^(?:{'|'.join(said)})$", options)


# -- what people said ----------------------------------------------------------------------------------------


def _is_agreed(catalogue: Catalogue, trace: Trace, action: AgentAction) -> bool:
    """Whether the last thing before the call is a person's yes. It is for one call, and for what they saw."""
    for at in range(len(trace.steps) - 1, -1, -1):
        match trace.steps[at]:
            case Word(text, True):
                said = " ".join(normalise(text).text.split())
                return bool(_YES.match(said)) and not _NO.search(said[:LONGEST_YES])
            case Result():
                return False
            case Call() if _is_of(catalogue, trace, at, action.tools):
                return False
    return False


LONGEST_YES = 200
"""Characters of a message that are read for a "but not"."""
_YES = re.compile(
    r"\W*(?:(?:yes|yep|yeah|ok|okay|sure|go ahead|please do|do it|confirm|confirmed|i confirm|approve|approved"
    r"|i approve|agreed|i agree|proceed|send it|pay it|run it|delete it)\b"
    r"|はい|ええ|うん|了解|承認|承知|確認しました|お願いします|進めて|実行して|送って|送信して|支払って|削除して|どうぞ"
    r"|それで(?:お願い|いい|大丈夫))"
)
_NO = re.compile(
    r"\b(?:no|not|don't|dont|do not|never|stop|wait|cancel)\b|いいえ|しないで|やめて|待って|中止|まだ|ではなく"
)
_ADDRESS = re.compile(r"[^\s<>,;\"'()]+@[^\s<>,;\"'()]+")
_BETWEEN = re.compile(r"\s*[,;\n]\s*")
_QUOTES = re.compile(r"[\"'`\\]")


# -- where its content came from -----------------------------------------------------------------------------


def _carries(condition: Carries, catalogue: Catalogue, trace: Trace, call: Call, action: AgentAction) -> bool:
    sources = list(_sources(condition, catalogue, trace))
    if not sources:
        return False
    own = [
        codes for at, step in enumerate(trace.steps) if isinstance(step, Word) for codes in trace.codes(at)
    ]
    return shares_run(_texts(catalogue, trace, call, action), sources, own, condition.run)


def _sources(condition: Carries, catalogue: Catalogue, trace: Trace) -> Iterator[Codes]:
    for at, step in enumerate(trace.steps):
        if not isinstance(step, Result):
            continue
        # where it is not known who brought it, it may have been they
        if condition.tools and (not step.call.name or _is_of(catalogue, trace, at, condition.tools)):
            yield from trace.codes(at)
        elif condition.read_from and _was_read_from(step, condition.read_from):
            yield from trace.codes(at, without_settings=True)


def _was_read_from(result: Result, patterns: tuple[str, ...]) -> bool:
    return any(_matches(patterns, _plain(value)) for _, value in leaves(result.call.arguments))


def _texts(catalogue: Catalogue, trace: Trace, call: Call, action: AgentAction) -> Iterator[Codes]:
    """What the call says: each value by itself, all together, and those of one name together with those of its like
    since a person last spoke. So nothing is gained by cutting a text into small arguments, or into small calls."""
    by_name: dict[str, list[str]] = {}
    for one in (*_alike(catalogue, trace, action)[-CALLS_TOGETHER:], call):
        for name, value in leaves(one.arguments):
            by_name.setdefault(name, []).append(value)
    values = [value for _, value in leaves(call.arguments)]
    together = ("".join(values), *("".join(said) for said in by_name.values()))
    for text in dict.fromkeys((*values, *together)):
        yield from (coded(said) for said in readings(text))
    yield coded("".join(names(call.arguments)))


# -- what follows --------------------------------------------------------------------------------------------


def verdict_on(pack: Pack, done: Iterable[AgentAction], audience: Audience) -> Verdict:
    """Return what `pack` says of a call that would be these actions; ALLOW for none."""
    return verdict_of(pack, {_ground(pack, action, audience) for action in done})


def _ground(pack: Pack, action: AgentAction, audience: Audience) -> Ground:
    """Why a call is stopped or recorded. Its clause says the most that is done to what a model says."""
    clause = pack.clause(action.clause)
    does = action.for_agents if audience is Audience.AGENT else action.does
    return Ground(
        clause=action.clause,
        action=min(does, clause.on_output) if clause else does,
        severity=clause.severity if clause else Severity.HIGH,
        detector=AGENTS,
        detector_version=pack.version,
        code=action.id,
        score=1.0,
        threshold=1.0,
        outcome=Outcome.MATCH.value,
    )
