"""Watching a text that arrives in pieces: the same findings as on the whole, and nothing held without need.

    released                     held                                  to come
    ────────────────────────────┬─────────────────────────────────────┬────────▶
                             settled                               received

`settled` is how much may go out: no future text can make any of it part of a match that was not yet
reported. Held back is only what could still matter: from an anchor in progress ("how t"), from an anchor
whose window is not complete, or from characters whose reading can still change (か before a voicing mark).

Every match is decided by a bounded neighbourhood of its anchor (`matching`), and every character is read by
its neighbours (`normalise`). So a tail of bounded length stands for all that went before: each `feed` reads
that tail and the new text again, and a cut text reads like the whole one but for `REACH` characters.

Source: P-051. The four properties are tested on generated splits in `tests/detection/test_stream.py`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from sekisho.detection.matching import BEFORE, Matcher, Seen, decided, joined
from sekisho.detection.normalise import MARKS_KEPT, REACH, Normalised, normalise, open_from
from sekisho.detection.types import Finding, Role


@dataclass(slots=True)
class _Pending:
    """An anchor whose window is not complete; `start` is absolute in the original."""

    start: int
    seen: Seen


def _start(pending: _Pending) -> int:
    return pending.start


class StreamWatch:
    """Watches one stream with the deterministic rules of some matchers. Not to be shared between streams."""

    def __init__(self, matchers: Sequence[Matcher] | None = None, role: Role = Role.OUTPUT) -> None:
        if matchers is None:
            from sekisho.detection.detectors.deterministic import stream_matchers

            matchers = stream_matchers()
        self._anchors = joined(tuple(matchers), role)
        self._pending: list[_Pending] = []
        self._ends: dict[int, int] = {}
        self._begun = 0
        self._tail = ""
        self._tail_at = 0
        self._final = 0
        self._received = 0
        self._settled = 0
        self._findings: list[Finding] = []

    @property
    def settled(self) -> int:
        """How many characters of the original may be released. Never shrinks; everything after `finish`."""
        return self._settled

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What has been found so far, in that order; spans count from the beginning of the stream."""
        return tuple(self._findings)

    @property
    def bound(self) -> int:
        """The most characters that can ever be held back."""
        return (self._anchors.longest + self._anchors.widest + REACH) * (MARKS_KEPT + 1) * 2

    def feed(self, text: str) -> tuple[Finding, ...]:
        """Take the next piece of the text, of any length. Returns what is newly found."""
        return self._advance(text, False)

    def finish(self, text: str = "") -> tuple[Finding, ...]:
        """Take the last piece, and say that the text is complete. Returns what is newly found; everything is
        settled now."""
        return self._advance(text, True)

    def _advance(self, text: str, is_whole: bool) -> tuple[Finding, ...]:
        self._tail += text
        self._received += len(text)
        reading = normalise(self._tail)
        view = reading.view
        final = len(self._tail) if is_whole else open_from(reading)
        known = len(view.text) if final >= len(self._tail) else bisect_left(view.starts, final)
        self._watch(reading, known, is_whole)
        new = self._decide(reading, known, is_whole)
        held = bisect_left(view.starts, self._undecided() - self._tail_at)
        self._final = self._tail_at + final
        settled = self._tail_at + (view.starts[held] if held < len(view.text) else len(self._tail))
        self._settled = self._received if is_whole else max(self._settled, settled)
        self._findings += new
        self._forget(reading, held)
        return tuple(new)

    def _watch(self, reading: Normalised, known: int, is_whole: bool) -> None:
        """Note the anchors that have become whole, and where one has begun that is not."""
        view, shift = reading.view, self._tail_at
        for seen in self._anchors.seen(view, bisect_left(view.starts, self._begun - shift), known):
            if view.starts[seen.last] + shift >= self._final:  # else it was seen before
                self._pending.append(_Pending(view.starts[seen.at] + shift, seen))
        begun = known if is_whole else self._anchors.begun(view, known)
        self._begun = shift + (view.starts[begun] if begun < len(view.text) else len(reading.original))

    def _decide(self, reading: Normalised, known: int, is_whole: bool) -> list[Finding]:
        """Return the findings of all anchors whose windows are complete; the others go on waiting."""
        if not self._pending:
            return []
        view, shift = reading.view, self._tail_at
        found: list[Finding] = []
        waiting: list[_Pending] = []
        for pending in sorted(self._pending, key=_start):
            at = bisect_left(view.starts, pending.start - shift)
            seen = Seen(at, at, pending.seen.group)
            end = seen.group.window_end(view.text, at, known, is_whole)
            if end is None:
                waiting.append(pending)
            elif matches := seen.group.findings(reading, at, end):
                found += decided(reading, seen, matches, self._ends, shift)
        self._pending = waiting
        return found

    def _undecided(self) -> int:
        """From which character of the original on more text could still make a match."""
        return min([self._begun, *(pending.start for pending in self._pending)])

    def _forget(self, reading: Normalised, held: int) -> None:
        """Drop what no rule can look at any more."""
        cut = held - BEFORE - REACH
        if cut > BEFORE:
            at = reading.view.starts[cut]
            self._tail = self._tail[at:]
            self._tail_at += at
