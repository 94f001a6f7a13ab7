"""What a conversation has called, brought and said so far: all that the rules over tool calls may look at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

import msgspec

from sekisho.detection.normalise import normalise
from sekisho.policy.agents.content import Codes, coded, readings, without_names

NAME_CHARS = 200
"""Of a name; providers take 128 at most."""
MAX_DEPTH = 64
"""Nesting of arguments that is read; what lies deeper is read as one text."""


class Call(msgspec.Struct, frozen=True):
    """A tool call."""

    name: str
    """As the model wrote it; empty when it is not known which tool it was."""
    arguments: object = None
    """The JSON value of its arguments, or the text that they are where they are no JSON."""


class Result(msgspec.Struct, frozen=True):
    """What a tool brought."""

    call: Call
    """The call that it answers; one without a name when that is not in the conversation."""
    text: str


class Word(msgspec.Struct, frozen=True):
    """What people said: all texts of one message."""

    text: str
    is_person: bool = True
    """False for what the operator of the product told the model (the system prompt)."""


Step = Call | Result | Word


class Trace:
    """The steps of one conversation, oldest first. Grows while an answer is read; remembers what it has folded."""

    def __init__(self, steps: Iterable[Step] = ()) -> None:
        self.steps = list(steps)
        self._codes: dict[tuple[int, bool], tuple[Codes, ...]] = {}
        self._words: dict[int, frozenset[str]] = {}

    def add(self, step: Step) -> None:
        self.steps.append(step)

    def codes(self, at: int, *, without_settings: bool = False) -> tuple[Codes, ...]:
        """Return the text of the result or words at that place, as it stands and unwrapped, ready to be compared."""
        key = (at, without_settings)
        if key not in self._codes:
            step = self.steps[at]
            text = "" if isinstance(step, Call) else step.text
            said = map(without_names, readings(text)) if without_settings else readings(text)
            self._codes[key] = tuple(map(coded, said))
        return self._codes[key]

    def words(self, at: int, known_as: Callable[[Call], frozenset[str]]) -> frozenset[str]:
        """Return the words for tools that mean the call at that place, or behind the result there."""
        if at not in self._words:
            step = self.steps[at]
            call = step.call if isinstance(step, Result) else step
            self._words[at] = known_as(call) if isinstance(call, Call) else frozenset()
        return self._words[at]

    def since_a_person_spoke(self) -> Iterator[tuple[int, Call]]:
        """Yield the calls made after the last words of a person, each with its place, latest first."""
        for at in range(len(self.steps) - 1, -1, -1):
            step = self.steps[at]
            if isinstance(step, Word) and step.is_person:
                return
            if isinstance(step, Call):
                yield at, step


def leaves(arguments: object, name: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield every value in some arguments with the name that it stands under, in their order. Lists hand theirs on."""
    if depth > MAX_DEPTH:
        yield name, str(arguments)
    elif isinstance(arguments, dict):
        for key, value in arguments.items():
            yield from leaves(value, folded_name(str(key)), depth + 1)
    elif isinstance(arguments, list):
        for value in arguments:
            yield from leaves(value, name, depth + 1)
    elif arguments is not None and not isinstance(arguments, bool):
        yield name, str(arguments)


def names(arguments: object, depth: int = 0) -> Iterator[str]:
    """Yield the names of all arguments, at any depth, as they were written."""
    if depth > MAX_DEPTH:
        return
    if isinstance(arguments, dict):
        for key, value in arguments.items():
            yield str(key)
            yield from names(value, depth + 1)
    elif isinstance(arguments, list):
        for value in arguments:
            yield from names(value, depth + 1)


def folded_name(name: str) -> str:
    """Return the name of a tool or argument as patterns are written: `mcp__Gmail__sendEmail` is
    `mcp_gmail_send_email`. Of a name longer than any tool may have, the beginning."""
    return _folded(name[:NAME_CHARS])


@lru_cache(maxsize=4_096)
def _folded(name: str) -> str:
    spaced = _HUMP.sub(r"\1_\2", name)
    return _BETWEEN.sub("_", normalise(spaced).text).strip("_")


_HUMP = re.compile(r"([a-z0-9])([A-Z])")
_BETWEEN = re.compile(r"[\W_]+")
