"""A condition as a person writes it in a pack, and back. There are five sentences; what varies stands in them.

carries text of web, inbox                           text that those tools brought is in an argument
carries 12 characters read from "*.env", "*id_rsa*"  … of what a call with such an argument brought
no person has said yes
goes to more than 20 recipients
is outside the workspace
any argument matches "* --force *"
command, cmd matches "rm -rf *", "mkfs*"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sekisho.policy.agents.types import RUN, Carries, Condition, Matches, Outside, Recipients, Unagreed

SENTENCES = (
    "carries text of TOOLS",
    "carries N characters of text of TOOLS",
    'carries read from "PATTERN"',
    'carries N characters read from "PATTERN"',
    "no person has said yes",
    "goes to more than N recipients",
    "is outside the workspace",
    'any argument matches "PATTERN"',
    'ARGUMENT matches "PATTERN"',
)
"""As a page or a message lists them."""


def parsed(sentence: str) -> Condition | None:
    """Return the condition that the sentence says, None when it is none of the sentences."""
    said = " ".join(sentence.split())
    for shape, make in _SHAPES:
        if found := shape.fullmatch(said):
            return make(found)
    return None


def told(condition: Condition) -> str:
    """Return the sentence of a condition: `parsed` gives the condition again."""
    match condition:
        case Carries(tools, read_from, run):
            many = "" if run == RUN else f"{run} characters "
            if tools:
                return f"carries {many}{'of ' if many else ''}text of {', '.join(tools)}"
            return f"carries {many}read from {_quoted(read_from)}"
        case Unagreed():
            return "no person has said yes"
        case Recipients(more_than):
            return f"goes to more than {more_than} recipients"
        case Outside():
            return "is outside the workspace"
        case Matches(patterns, arguments):
            return f"{', '.join(arguments) or 'any argument'} matches {_quoted(patterns)}"


def _quoted(patterns: Sequence[str]) -> str:
    return ", ".join(f'"{pattern}"' for pattern in patterns)


def _words(listed: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in listed.split(","))


def _patterns(listed: str) -> tuple[str, ...]:
    return tuple(_PATTERN.findall(listed))


def _run(found: re.Match[str]) -> int:
    return int(found["run"]) if found["run"] else RUN


def _matching(found: re.Match[str]) -> Matches:
    names = found["names"]
    return Matches(_patterns(found["patterns"]), () if names == "any argument" else _words(names))


_PATTERN = re.compile(r'"([^"]{1,200})"')
_LIST = r'"[^"]{1,200}"(?:, ?"[^"]{1,200}")*'
_WORDS = r"[a-z_]+(?:, ?[a-z_]+)*"
_MANY = r"(?:(?P<run>[1-9][0-9]{0,3}) characters )?"

_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Condition]], ...] = (
    (
        re.compile(rf"carries {_MANY}(?:of )?text of (?P<words>{_WORDS})"),
        lambda found: Carries(_words(found["words"]), run=_run(found)),
    ),
    (
        re.compile(rf"carries {_MANY}(?:of what was )?read from (?P<patterns>{_LIST})"),
        lambda found: Carries(read_from=_patterns(found["patterns"]), run=_run(found)),
    ),
    (re.compile(r"no person has said yes"), lambda _: Unagreed()),
    (
        re.compile(r"goes to more than (?P<number>[0-9]{1,6}) recipients"),
        lambda found: Recipients(int(found["number"])),
    ),
    (re.compile(r"is outside the workspace"), lambda _: Outside()),
    (re.compile(rf"(?P<names>any argument|{_WORDS}) matches (?P<patterns>{_LIST})"), _matching),
)
