"""Secrets out of text before it is kept or shown: best effort, in linear time (R-DATA-064). Pure, no Django.

Three looks, the surest first:

1. *shapes*: keys that providers mark by a public prefix, private key blocks, JSON Web Tokens (RFC 7519), passwords in
   addresses (RFC 3986, section 3.2.1);
2. *what stands before*: `SOMETHING_SECRET=…`, `"password": "…"`, `Authorization: Bearer …` (RFC 6750);
3. *randomness*: long words of capitals, small letters and digits that change class as often as drawn ones do.

What only looks like a secret because it is long is left alone: digests, commit ids, UUIDs, our own ids. So a secret of
hexadecimal digits is found by what stands before it, or not at all. Whoever shows the count says "best effort" with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from math import log2

import re2

MARK = "[redacted]"
"""What stands in a secret's place. No look finds anything in it, so redacting again changes nothing."""


class Secret(StrEnum):
    """What kind of secret was found."""

    API_KEY = "api_key"
    CLOUD_KEY = "cloud_key"
    PRIVATE_KEY = "private_key"
    TOKEN = "token"  # noqa: S105  (the word, not one)
    """A JSON Web Token, or what follows `Bearer`."""
    PASSWORD = "password"  # noqa: S105
    """In an address, such as that of a database."""
    ASSIGNED = "assigned"
    """The value of something that is called a secret."""
    RANDOM = "random"
    """A long word that looks drawn by lot."""


@dataclass(frozen=True, slots=True)
class Redacted:
    text: str = field(repr=False)
    counts: Mapping[Secret, int]
    """How many of each kind; kinds that were not found are absent."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())


Places = Iterator[tuple[int, int]]


def redact(text: str) -> Redacted:
    """Return the text with every secret that was recognised replaced by `MARK`, and how many of each kind.

    Everything else stays character for character. Redacting the result again finds nothing. The result is longer than
    the text by at most `len(MARK)` a secret. Linear in the length of the text, whoever wrote it.
    """
    counts: Counter[Secret] = Counter()
    for kind, look in _LOOKS:
        pieces, at = (
            [],
            0,
        )  # one look after the other: what an earlier one took is no part of a later one's word
        for start, end in look(text):
            pieces += [text[at:start], MARK]
            at = end
            counts[kind] += 1
        text = "".join([*pieces, text[at:]]) if pieces else text
    return Redacted(text, dict(counts))


def together(counts: Iterable[Mapping[Secret, int]]) -> dict[Secret, int]:
    """Return the sums over several texts."""
    return dict(sum((Counter(one) for one in counts), Counter[Secret]()))


# --- shapes ---------------------------------------------------------------------------------------------------------
_W = "[A-Za-z0-9_-]"
_SHAPES: tuple[tuple[Secret, tuple[str, ...]], ...] = (
    (
        # a body cannot run past `--`, so that a block that never ends costs no more than its own length
        Secret.PRIVATE_KEY,
        (
            r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"  # noqa: ISC004
            r"(?:(?:[\w+/=\s\\:,;.()]|-[\w+/=\s\\:,;.()])*-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
            r"|(?:(?:\s|\\[rn])*[A-Za-z0-9+/=]{16,})*)",
            r"\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b",
        ),
    ),
    (
        Secret.API_KEY,
        (
            rf"\bsk-(?:ant|proj|svcacct|admin|or|sekisho)-{_W}{{16,}}",
            r"\bsk-[A-Za-z0-9]{32,}",
            r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}",
            rf"\b(?:gsk_|xai-|pplx-|r8_|hf_|npm_|lin_api_|whsec_|dckr_pat_|glpat-|GOCSPX-){_W}{{20,}}",
            r"\bgh[pousr]_[A-Za-z0-9]{36,}",
            r"\bgithub_pat_[A-Za-z0-9_]{22,}",
            rf"\bpypi-{_W}{{50,}}",
            r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
            r"\bhooks\.slack\.com/services/[A-Za-z0-9/]{20,}",
            rf"\bSG\.{_W}{{16,}}\.{_W}{{30,}}",
            r"\bSK[0-9a-f]{32}\b",
            r"\bdapi[0-9a-f]{32}\b",
            r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b",
            rf"\b[0-9]{{8,10}}:AA{_W}{{33}}",
        ),
    ),
    (
        Secret.CLOUD_KEY,
        (
            r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b",
            rf"\bAIza{_W}{{35,}}",
            r"\bya29\.[A-Za-z0-9_.-]{20,}",
            r"\bdo[opr]_v1_[0-9a-f]{64}\b",
            rf"\bhv[sb]\.{_W}{{24,}}",
        ),
    ),
    (
        Secret.TOKEN,
        (
            rf"\beyJ{_W}{{8,}}\.{_W}{{8,}}(?:\.{_W}*)*",
            r"(?i:\bbearer)[ \t]+([A-Za-z0-9._~+/-]{16,}=*)",
            r"(?i:\bauthorization)[\"']?[ \t]*:[ \t]*[\"']?(?i:basic|token)[ \t]+([A-Za-z0-9._~+/-]{8,}=*)",
        ),
    ),
    (Secret.PASSWORD, (r"\b[A-Za-z][A-Za-z0-9+.-]*://[^\s:@/\"'<>]*:([^\s/\"'<>]+)@",)),
)
"""By the prefixes and forms that providers publish for their keys. Of a form with a group, the group is the secret."""


def _shaped(kind: Secret, forms: Iterable[str]) -> Callable[[str], Places]:
    """Return the look for these forms."""
    pattern = re2.compile("|".join(forms))

    def look(text: str) -> Places:
        for match in pattern.finditer(text):
            part = next((number for number, one in enumerate(match.groups(), 1) if one is not None), 0)
            if match[part] != MARK and (kind is not Secret.TOKEN or _has_digit(match[part])):
                yield match.span(part)

    return look


# --- what stands before ---------------------------------------------------------------------------------------------
_CALLED = re2.compile(
    r"(?i:passwords?|passwd|pwd|passphrase|secrets?|tokens?|api[_-]?keys?|access[_-]?keys?|account[_-]?keys?"
    r"|private[_-]?keys?|signing[_-]?keys?|encryption[_-]?keys?|client[_-]?secret|credentials?)"
    r"[A-Za-z0-9_]*[\"'`]?[ \t]*(?::=|=>|=|:)[ \t]*"
)
_QUOTED = re.compile(r"\"([^\"\n]+)\"|'([^'\n]+)'|`([^`\n]+)`")
_BARE = re.compile(r"[^\s\"'`,;<>(){}\[\]|&]+")
_SETTING = re.compile(r"[A-Z][A-Z0-9_]*=")
"""As in a file of settings for the environment, and in a shell."""
_LEAST = 8
"""Characters of the shortest value that is taken for a secret: shorter ones are `true`, `None`, `string`, …"""
_NOT_ONE = re.compile(r"(?i:[$<{%]|(?:your|my|the|example|changeme|placeholder|test)[_-]|[x*.]+$)")
"""How what stands for a secret begins in examples and templates."""


def _assigned(text: str) -> Places:
    """A value is looked at once: a name inside it would begin no other."""
    looked_at = 0
    for called in _CALLED.finditer(text):
        start, is_setting = called.end(), _SETTING.fullmatch(called[0]) is not None
        if called.start() < looked_at:
            continue
        if quoted := _QUOTED.match(text, start):
            looked_at = quoted.end()
            if _is_value(quoted[quoted.lastindex or 0], is_setting):
                yield quoted.span(quoted.lastindex or 0)
        elif bare := _BARE.match(text, start):
            looked_at = bare.end()
            if _is_value(bare[0], is_setting) and _stands_alone(text, bare.end()):
                yield bare.span()


def _is_value(word: str, is_setting: bool) -> bool:
    """Whether a value is a secret rather than a type, a sentence or a name: it has a digit and no blank, or it is that
    of a setting, such as `APP_SECRET=…`."""
    kept = word.replace(MARK, "")
    if len(kept) < _LEAST or _NOT_ONE.match(kept):
        return False
    return is_setting or (_has_digit(kept) and " " not in kept)


def _stands_alone(text: str, end: int) -> bool:
    """Whether nothing follows that makes it a call or an index, as in `token = read(1)`."""
    return text[end : end + 1] not in ("(", "[", "{", "<")


# --- randomness -----------------------------------------------------------------------------------------------------
_WORD = re.compile(r"[A-Za-z0-9+/_=-]{24,}")
_DIGEST = re.compile(r"sha(?:1|256|384|512)-")
"""How browsers and package managers write digests, which are public (W3C Subresource Integrity)."""
_LEAST_BITS = 3.8
"""Bits a character, by how often each occurs in the word. Words of 24 drawn from 62 have 4.3 on average."""
_LEAST_CHANGES = 0.45
"""Share of neighbours of different class. Drawn by lot it is 0.62; in names such as `HttpServer2Test` at most 0.4."""


def _random(text: str) -> Places:
    for match in _WORD.finditer(text):
        if _looks_drawn(match[0]):
            yield match.span()


def _looks_drawn(word: str) -> bool:
    if _DIGEST.match(word):
        return False
    classes = [_class_of(letter) for letter in word]
    if not {"A", "a", "0"} <= set(classes):
        return False
    changes = sum(one != other for one, other in pairwise(classes))
    return changes >= _LEAST_CHANGES * (len(word) - 1) and _bits(word) >= _LEAST_BITS


def _class_of(letter: str) -> str:
    if letter.isdigit():
        return "0"
    return ("A" if letter.isupper() else "a") if letter.isalpha() else "-"


def _bits(word: str) -> float:
    """Return Shannon's entropy of the word's own letters, in bits a letter."""
    size = len(word)
    return -sum(count / size * log2(count / size) for count in Counter(word).values())


def _has_digit(word: str) -> bool:
    return any("0" <= letter <= "9" for letter in word)


_LOOKS: tuple[tuple[Secret, Callable[[str], Places]], ...] = (
    *((kind, _shaped(kind, forms)) for kind, forms in _SHAPES),
    (Secret.ASSIGNED, _assigned),
    (Secret.RANDOM, _random),
)
