"""The arguments of a tool call, as text to screen and as JSON to hand on.

Screening the raw JSON would miss what its escapes hide (`\\u7206`, `\\n` before a word). So every key, string
and number is read as a line of plain text, and a mask goes back into the very string that it concerns.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sekisho.gateway.dialects.json import MAX_DEPTH, decode, encode

Edit = tuple[int, int, str]
"""What stands from one position to another, and what comes in its place."""


@dataclass(slots=True)
class _Leaf:
    start: int
    end: int
    holder: Any
    key: Any


@dataclass(slots=True)
class Call:
    """One call, read. `text` is what detectors see: the tool's name, then a line for each thing in the
    arguments."""

    text: str
    _value: Any = None
    _leaves: list[_Leaf] = field(default_factory=list)

    def masked(self, edits: Iterable[Edit]) -> str | None:
        """Return the arguments as JSON with each edit made in the value that it touches.

        None when an edit touches something that is no value (a key, the tool's name, arguments that are no
        JSON): then nothing can be masked without changing what the call means.
        """
        for start, end, words in sorted(edits, reverse=True):
            touched = [leaf for leaf in self._leaves if leaf.start < end and start < leaf.end]
            if not touched or start < touched[0].start or end > touched[-1].end:
                return None
            for leaf in touched:
                _mask(leaf, start, end, words)
        return encode(self._value[0]).decode()


def _mask(leaf: _Leaf, start: int, end: int, words: str) -> None:
    said = str(leaf.holder[leaf.key])
    leaf.holder[leaf.key] = said[: max(0, start - leaf.start)] + words + said[end - leaf.start :]


def read_call(name: str, arguments: str) -> Call:
    """Return a call whose arguments are JSON; whatever else they are is read as the text it is."""
    try:
        holder: list[Any] = [decode(arguments.encode())] if arguments else [{}]
    except ValueError:
        return Call(f"{name}\n{arguments}")
    lines = _Lines(name)
    lines.read("", holder, 0, 0)
    return (
        Call(f"{name}\n{arguments}")
        if lines.is_too_deep
        else Call("".join(lines.parts), holder, lines.leaves)
    )


class _Lines:
    def __init__(self, name: str) -> None:
        self.parts = [name]
        self.length = len(name)
        self.leaves: list[_Leaf] = []
        self.is_too_deep = False

    def read(self, label: str, holder: Any, key: Any, depth: int) -> None:
        value = holder[key]
        if depth > MAX_DEPTH:
            self.is_too_deep = True
        elif isinstance(value, dict):
            self._say(label)
            for inner in value:
                self.read(str(inner), value, inner, depth + 1)
        elif isinstance(value, list):
            self._say(label)
            for at in range(len(value)):
                self.read("", value, at, depth + 1)
        else:
            self._leaf(label, holder, key)

    def _say(self, line: str) -> None:
        self.parts.append(f"\n{line}")
        self.length += len(line) + 1

    def _leaf(self, label: str, holder: Any, key: Any) -> None:
        self._say(f"{label}: " if label else "")
        value = holder[key]
        if value is None or isinstance(value, bool):
            return
        said = str(value)
        self.leaves.append(_Leaf(self.length, self.length + len(said), holder, key))
        self.parts.append(said)
        self.length += len(said)
