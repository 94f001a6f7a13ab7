"""Behaviour: what no single prompt shows, and many do (P-011). Platform abuse has no words of its own.

One rule in this first form: many prompts that are the same but for their numbers, from one key and end user,
within minutes. So questions are put that harvest a model's answers, or probe for one that slips through. It is a
reason to look, not proof: batches of honest work look alike too, so the shipped policy only records it.

Pure: `observed(conduct, shape, at)` gives the conduct after a prompt, and a finding where there is one. Shapes
are keyed digests; no text is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from sekisho.detection.types import Finding

NAME = "behaviour"
VERSION = "1"
CLAUSE = "platform_abuse"
CODE = "near_identical_prompts"
WINDOW_S = 600.0
"""Seconds for which a prompt is remembered."""
ENOUGH = 20
"""Near-identical prompts within the window from which on it is noted. Our decision: P-011 names no number."""
REMEMBERED = 32
"""Prompts remembered of one key and end user, the latest."""
SHORTEST = 40
"""Letters of a prompt that counts, as bytes of UTF-8: people and agents say "go on" all day."""
LONGEST = 400
"""Characters of a prompt that are compared."""

_VARYING = bytes(sign for sign in range(128) if not chr(sign).isalpha())
"""Digits, space, punctuation and controls of ASCII: what changes from one of a kind to the next. Bytes are
sifted, not characters, which takes a tenth of the time in Japanese."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """What is remembered of one key and end user: shapes and moments, oldest first."""

    recent: tuple[tuple[bytes, float], ...] = ()


def shape_of(text: str, key: bytes) -> bytes:
    """Return the digest that near-identical prompts share; empty for one that is too short to tell."""
    letters = text[:LONGEST].encode("utf-8", "surrogatepass").translate(None, _VARYING).lower()
    return blake2b(letters, key=key, digest_size=8).digest() if len(letters) >= SHORTEST else b""


def observed(conduct: Conduct, shape: bytes, at: float) -> tuple[Conduct, Finding | None]:
    """Return the conduct after a prompt of this shape at the moment `at` (seconds), and what it shows."""
    if not shape:
        return conduct, None
    living = tuple(one for one in conduct.recent if one[1] > at - WINDOW_S)
    after = Conduct((*living, (shape, at))[-REMEMBERED:])
    count = sum(one[0] == shape for one in after.recent)
    return after, Finding(CLAUSE, NAME, code=CODE, version=VERSION) if count >= ENOUGH else None
