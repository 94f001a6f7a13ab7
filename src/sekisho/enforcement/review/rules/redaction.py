"""The least of a text that is needed, with personal data masked. Pure: what was found is handed in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sekisho.detection.types import Finding, Span
from sekisho.enforcement.review.types import Excerpt

AROUND = 400
"""Characters before and after what was found that are shown at first."""
WHOLE = 1200
"""A text no longer than this is shown whole."""

_CONTACT = re.compile(
    r"(?P<email>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"
    r"|(?P<address>https?://[^\s<>\"'、。]{1,500})"
    r"|(?P<number>(?<!\w)(?<!\d\.)\+?\d(?:[ -]?\d){6,18}(?!\w|\.\d))"
    r"|(?P<handle>(?<![\w@])@[A-Za-z0-9_]{3,40})"
)
"""What leads to a person and has no check digit. Masks may be too many: a reviewer can lift them, with a reason."""


def excerpt(part: str, text: str, findings: Iterable[Finding], seen: Span | None, revealed: bool) -> Excerpt:
    """Return what is shown of a text. `findings` are the personal data in it, `seen` where the detector saw something.

    Revealed, it is the whole text as it stands.
    """
    if revealed:
        return Excerpt(part, text, 0, False)
    start, end = _window(text, seen)
    spans = [span for span in merged(_spans(text, findings)) if span.start < end and span.end > start]
    return Excerpt(part, _masked(text, spans, start, end), len(spans), start > 0 or end < len(text))


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that touch made one."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, each.end)):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _spans(text: str, findings: Iterable[Finding]) -> Iterable[Span]:
    yield from (each.span for each in findings if each.span is not None and each.span.end > each.span.start)
    yield from (Span(found.start(), found.end()) for found in _CONTACT.finditer(text))


def _window(text: str, seen: Span | None) -> tuple[int, int]:
    if len(text) <= WHOLE:
        return 0, len(text)
    if seen is None or seen.start >= len(text):
        return 0, WHOLE
    return max(0, seen.start - AROUND), min(len(text), max(seen.end, seen.start) + AROUND)


def _masked(text: str, spans: Sequence[Span], start: int, end: int) -> str:
    pieces, at = [], start
    for span in spans:
        pieces.append(text[at : max(at, span.start)])
        pieces.append("■" * min(8, max(1, min(span.end, end) - max(span.start, start))))
        at = min(end, span.end)
    pieces.append(text[at:end])
    return ("… " if start > 0 else "") + "".join(pieces) + (" …" if end < len(text) else "")
