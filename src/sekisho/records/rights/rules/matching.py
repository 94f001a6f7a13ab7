"""Whether what somebody says of an account is so, without its being seen: keyed digests are compared (R-DATA-231)."""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Mapping

NEEDED = 2
"""Facts that have to be right. Source: our policy; one alone, such as a name, is known to too many."""


def proof_of(key: bytes, facts: Mapping[str, str]) -> dict[str, bytes]:
    """Return the keyed digest of each fact that is not empty, written the same way whoever types it."""
    plain = {name: _plain(words) for name, words in facts.items()}
    return {
        name: hmac.digest(key, f"{name}\0{words}".encode(), "sha256")
        for name, words in plain.items()
        if words
    }


def proves(said: Mapping[str, bytes], kept: Mapping[str, bytes]) -> bool:
    """Return whether enough of what was said is so, and nothing of it is wrong. All are compared, whatever the first
    says, and each in constant time."""
    matches = [hmac.compare_digest(one, kept.get(name, b"")) for name, one in sorted(said.items())]
    return sum(matches) >= NEEDED and all(matches)


def _plain(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())[:200]
