"""Rules that look for one thing each, and the matcher that runs them over any amount of text in linear time.

    anchor        window                         context
    ──────        ──────────────────────         ────────────────────────────────────────
    "how to " ──▶ at most `width` characters ──▶ `unless` and `needs`, also over the BEFORE
                  from there, cut short at a     characters in front of the anchor
                  `stops` character

Every match begins at an anchor, and everything about it is decided by a bounded neighbourhood of that anchor.
That is what makes streaming exact: the whole text and any split of it see the same neighbourhoods (P-051).
One Aho–Corasick pass finds the anchors; google-re2 reads the windows. Neither ever backtracks.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from re import _parser  # type: ignore[attr-defined]  # the width of a pattern is asked of the standard parser
from typing import Final, NamedTuple

import ahocorasick
import re2

from sekisho.detection.normalise import Folded, Normalised, normalise
from sekisho.detection.types import Finding, Outcome, Role, Span

BEFORE: Final = 60
"""How many characters of a reading in front of an anchor a rule may look at."""
WIDEST: Final = 200
"""The widest window a rule may have. It bounds how much a stream can ever hold back."""

LONGEST_PATTERN: Final = 1_000
"""The most that a pattern may span by itself. Its window bounds it further; this refuses `*` and `+`."""

MOST_MEMORY: Final = 64 << 20
"""Bytes that google-re2 may use for the automaton of one group. It takes them as texts need them."""

_IN_WORDS: Final = frozenset(string.ascii_letters + string.digits)
"""Characters of words that are written with spaces between them."""
EVERYONE: Final = frozenset(Role)
SENTENCE: Final = "[\\n.!?。;]"
"""What ends a sentence; the usual `stops` of a phrase."""


@dataclass(frozen=True)
class Rule:
    """One thing to look for. Texts are in folded form: lower case, half-width, no accents."""

    code: str
    """Stable reason code."""
    clause: str
    anchors: tuple[str, ...]
    """Literals, one of which begins every match."""
    pattern: str
    """Google-re2 expression, searched in the window; must have a greatest width."""
    width: int = 110
    stops: str = SENTENCE
    """Character class at which the window ends before its width; empty when nothing does."""
    unless: str = ""
    """Context in which it does not count: reporting, fiction, defence."""
    needs: str = ""
    """Context without which it does not count."""
    roles: frozenset[Role] = EVERYONE
    raw: bool = False
    """Read the window from the original text, where case and digits are as they were typed."""
    begins: bool = False
    """The pattern begins at the anchor itself instead of anywhere in the window."""
    not_after: str = ""
    """Characters that may not stand right before the anchor."""
    check: Callable[[str], bool] | None = None
    """Last word on what matched, such as a check digit."""

    @cached_property
    def regex(self) -> re2._Regexp:
        return re2.compile(self.pattern)

    @cached_property
    def unless_regex(self) -> re2._Regexp | None:
        return re2.compile(self.unless) if self.unless else None

    @cached_property
    def needs_regex(self) -> re2._Regexp | None:
        return re2.compile(self.needs) if self.needs else None


class RuleError(ValueError):
    """A rule that cannot be run safely, with what to change."""


def check(rule: Rule) -> None:
    """Raise `RuleError` for a rule that is not bounded or could never match. Source: P-051."""
    if not 0 < rule.width <= WIDEST:
        raise RuleError(f"{rule.code}: width is {rule.width}; take one between 1 and {WIDEST}")
    for name, pattern in (("pattern", rule.pattern), ("unless", rule.unless), ("needs", rule.needs)):
        widest = _parser.parse(pattern).getwidth()[1]
        if widest > LONGEST_PATTERN:
            raise RuleError(f"{rule.code}: {name} has no bounded width; write {{0,20}} instead of * or +")
    for anchor in rule.anchors:
        if not anchor or anchor != normalise(anchor).view.text:
            raise RuleError(f"{rule.code}: write the anchor {anchor!r} as {normalise(anchor).view.text!r}")
        if len(anchor) > rule.width or (rule.stops and re.search(rule.stops, anchor)):
            raise RuleError(f"{rule.code}: the anchor {anchor!r} does not fit into its own window")


class Seen(NamedTuple):
    """An anchor that was seen at a place of the reading. A tuple, as a text of a few lines has dozens."""

    at: int
    last: int
    """Position of the anchor's last character."""
    group: Group


def position(seen: Seen) -> int:
    return seen.at


class Group:
    """Rules that share anchors and windows, so that one pass over a window serves them all."""

    def __init__(self, rules: tuple[Rule, ...], detector: str, version: str) -> None:
        first = rules[0]
        self.detector, self.version = detector, version
        self.rules = rules
        self.width, self.raw, self.not_after = first.width, first.raw, first.not_after
        self.stops = re.compile(first.stops) if first.stops else None
        options = re2.Options()
        options.max_mem = MOST_MEMORY
        self._any = re2.Set.SearchSet(options)
        for rule in rules:
            self._any.Add(f"^(?:{rule.pattern})" if rule.begins else rule.pattern)
        self._any.Compile()

    def window_end(self, text: str, at: int, known: int, is_whole: bool) -> int | None:
        """Return where the window that begins at `at` ends, None while more text is needed to tell.

        Only the first `known` characters of `text` are final. One character beyond the window must be known,
        so that the last one in it is complete with its marks.
        """
        widest = at + self.width
        if self.stops is not None and (stop := self.stops.search(text, at, min(widest, known))):
            return stop.start()
        if known > widest:
            return widest
        return min(widest, known) if is_whole else None

    def findings(self, reading: Normalised, at: int, end: int) -> Iterable[tuple[Rule, int, int]]:
        """Return each rule that matches in the window, with where in the window.

        A pattern with a group says by it what is meant; without one, everything from the
        anchor to the match's end is.
        """
        if end <= at:
            return ()
        window = self._original(reading, at, end) if self.raw else reading.view.text[at:end]
        matched = self._any.Match(window)
        return self._matches(sorted(matched), window, reading.view, at, end) if matched else ()

    def _matches(
        self, matched: Iterable[int], window: str, view: Folded, at: int, end: int
    ) -> Iterator[tuple[Rule, int, int]]:
        for index in matched:
            rule = self.rules[index]
            found = rule.regex.match(window) if rule.begins else rule.regex.search(window)
            if found is None:
                continue
            group = 1 if rule.regex.groups else 0
            if rule.check and not rule.check(found[group]):
                continue
            if self._excused(rule, view.text[max(0, at - BEFORE) : end]):
                continue
            yield rule, found.start(1) if group else 0, found.end(group)

    def _original(self, reading: Normalised, at: int, end: int) -> str:
        """The window as it was typed, character by character: full-width as ASCII, the rest as blanks."""
        original = reading.original[reading.view.starts[at] : reading.view.ends[end - 1]]
        return original if original.isascii() else "".join(map(_as_ascii, original))

    @staticmethod
    def _excused(rule: Rule, context: str) -> bool:
        if rule.unless_regex is not None and rule.unless_regex.search(context):
            return True
        return rule.needs_regex is not None and not rule.needs_regex.search(context)


def _as_ascii(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 and plain.isascii() else " "


class Matcher:
    """A set of rules, ready to run. Built once; safe to share."""

    def __init__(self, rules: Iterable[Rule], detector: str, version: str = "1") -> None:
        self.rules = tuple(rules)
        for rule in self.rules:
            check(rule)
        self.groups = {role: _groups(self.rules, role, detector, version) for role in Role}
        self._anchors = {role: Anchors(groups) for role, groups in self.groups.items()}

    def find(self, reading: Normalised, role: Role) -> tuple[Finding, ...]:
        """Return what the rules for `role` see in the whole text, in order of position."""
        view = reading.view
        known = len(view.text)
        ends: dict[int, int] = {}
        findings: list[Finding] = []
        for seen in sorted(self._anchors[role].seen(view, 0, known), key=position):
            end = seen.group.window_end(view.text, seen.at, known, True)
            if end is not None and (found := seen.group.findings(reading, seen.at, end)):
                findings += decided(reading, seen, found, ends)
        return in_order(findings)


@lru_cache(maxsize=64)
def joined(matchers: tuple[Matcher, ...], role: Role) -> Anchors:
    """Return the anchors of several matchers as one, so that a stream is read once for all of them."""
    return Anchors(tuple(group for matcher in matchers for group in matcher.groups[role]))


def decided(
    reading: Normalised,
    seen: Seen,
    matches: Iterable[tuple[Rule, int, int]],
    ends: dict[int, int],
    shift: int = 0,
) -> Iterator[Finding]:
    """Yield the findings of one anchor, in whose window rules match.

    `ends` keeps how far each rule has matched, so that matches of one rule never overlap; positions in it
    and in the findings are moved by `shift`.
    """
    for rule, *found in matches:
        span = _span(reading, seen, found, shift)
        if span.start >= ends.get(id(rule), 0):
            ends[id(rule)] = span.end
            group = seen.group
            yield Finding(rule.clause, group.detector, Outcome.MATCH, 1.0, rule.code, span, group.version)


def _span(reading: Normalised, seen: Seen, found: list[int], shift: int) -> Span:
    view, (start, end) = reading.view, found
    if seen.group.raw:
        first = view.starts[seen.at] + shift
        return Span(first + start, first + end)
    return Span(view.starts[seen.at + start] + shift, view.ends[seen.at + max(end, 1) - 1] + shift)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings by position; those that mean the whole passage come first."""
    return tuple(sorted(findings, key=_place))


def _place(finding: Finding) -> tuple[int, int, str, str]:
    span = finding.span
    return (span.start if span else -1, span.end if span else -1, finding.clause, finding.code)


def _groups(rules: Iterable[Rule], role: Role, detector: str, version: str) -> tuple[Group, ...]:
    shared: dict[object, list[Rule]] = {}
    for rule in rules:
        if role in rule.roles:
            shared.setdefault((rule.anchors, rule.width, rule.stops, rule.raw, rule.not_after), []).append(
                rule
            )
    return tuple(Group(tuple(together), detector, version) for together in shared.values())


class Anchors:
    """All anchors of the rules for one role."""

    def __init__(self, groups: tuple[Group, ...]) -> None:
        by_anchor: dict[str, list[Group]] = {}
        for group in groups:
            for anchor in _shortest(group.rules[0].anchors):
                by_anchor.setdefault(anchor, []).append(group)
        # An automaton looks through all first letters at each character that begins no anchor, and there are two
        # hundred kanji and kana among them: ASCII text, which cannot hold these, is spared them.
        self._of_ascii = _automata(by_anchor, lambda anchor: anchor[0].isascii())
        self._of_any = self._of_ascii + _automata(by_anchor, lambda anchor: not anchor[0].isascii())
        self.beginnings = frozenset(anchor[:end] for anchor in by_anchor for end in range(1, len(anchor)))
        self.longest = max(map(len, by_anchor), default=0)
        self.widest = max((group.width for group in groups), default=0)

    def seen(self, view: Folded, start: int, known: int) -> Iterator[Seen]:
        """Yield the anchors that stand whole in `view.text[start:known]`. Those that begin at one place come by
        their length."""
        text = view.text
        for automaton in self._of_ascii if text.isascii() else self._of_any:
            for last, (length, groups) in automaton.iter(text, start, known):
                at = last - length + 1
                before = text[at - 1] if at else ""
                if before in _IN_WORDS and text[at] in _IN_WORDS:
                    continue  # as for most of the digits in a text
                if _may_begin(view, at):
                    for group in groups:
                        if not before or before not in group.not_after:
                            yield Seen(at, last, group)

    def begun(self, view: Folded, known: int) -> int:
        """Return where an anchor has begun at the end of the known text that more text could complete."""
        text, beginnings = view.text, self.beginnings
        for at in range(max(0, known - self.longest + 1), known):
            if text[at:known] in beginnings and _may_begin(view, at):
                return at
        return known


def _automata(
    by_anchor: Mapping[str, Sequence[Group]], is_wanted: Callable[[str], bool]
) -> tuple[ahocorasick.Automaton, ...]:
    """Return one automaton over the wanted anchors, or none when there are none."""
    automaton = ahocorasick.Automaton()
    for anchor, sharing in by_anchor.items():
        if is_wanted(anchor):
            automaton.add_word(anchor, (len(anchor), tuple(sharing)))
    automaton.make_automaton()
    return (automaton,) if len(automaton) else ()


def _may_begin(view: Folded, at: int) -> bool:
    """An anchor begins at the beginning of a word, and of a character of the original."""
    if not at:
        return True
    text, starts = view.text, view.starts
    return starts[at] != starts[at - 1] and not (text[at - 1] in _IN_WORDS and text[at] in _IN_WORDS)


def _shortest(anchors: Iterable[str]) -> Iterator[str]:
    """The anchors without those that begin with another one, which is seen first."""
    kept: list[str] = []
    for anchor in sorted(set(anchors)):
        if not kept or not anchor.startswith(kept[-1]):
            kept.append(anchor)
    return iter(kept)
