"""Whether a message hints that a minor writes, or somebody for them (R-SUP-145). Pure.

A hint only proposes the age issue. It decides nothing, is not stored as a fact about anybody, and costs one button that
can be ignored; so it is generous where somebody speaks of themselves or of their child, and silent on other people.
"""

from __future__ import annotations

import re
import unicodedata

_AGE = r"(?:[6-9]|1[0-7])"
_WORD_AGE = r"(?:six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)"
_CHILD = r"(?:son|daughter|child|kid|grandson|granddaughter|boy|girl)"
_EN = re.compile(
    rf"\b(?:i\s+am|i'm|im|i\s+just\s+turned|i\s+turned)\s+(?:only\s+|just\s+)?(?:{_AGE}|{_WORD_AGE})\b(?!\s*(?:%|percent|minutes?|hours?|days?|weeks?|months?|tokens?|requests?|messages?|people|members?|seats?|times|am\b|pm\b|[-/.:,]?\d|th\b|st\b|nd\b|rd\b))"
    rf"|\b(?:i\s+am|i'm)\s+(?:a\s+minor|under\s*age|underage|under\s+(?:18|eighteen)|not\s+(?:yet\s+)?(?:18|eighteen))\b"
    rf"|\bi(?:'m|\s+am)\s+(?:still\s+)?(?:in|at)\s+(?:(?:{_AGE}|{_WORD_AGE})(?:th)?\s+grade|(?:elementary|primary|middle|junior\s+high|high|secondary)\s+school)\b"
    rf"|\bmy\s+(?:{_AGE}[- ]year[- ]old|(?:little|young|teenage|minor)\s+{_CHILD})\b"
    rf"|\bmy\s+{_CHILD}\s+(?:\(?(?:is|,|who\s+is|aged?)?\s*\(?{_AGE}\b|(?:uses?|used|has|signed\s+up|opened|created|is\s+using)\b)"
    rf"|\b(?:parent|guardian)\s+of\s+(?:a|an|my|the)\s+(?:\d+|child|minor|user|teen)"
)
_JA = re.compile(
    rf"(?:私|わたし|僕|ぼく|俺|自分|うち)(?:は|も)?(?:まだ)?{_AGE}(?:歳|才)|^(?:まだ)?{_AGE}(?:歳|才)(?:です|だけど|なので|の)"
    r"|(?:小学|中学|高校)(?:校)?(?:生|[1-6一二三四五六]年生?)(?:です|なので|だけど|だから|なんです|ですが)"
    r"|(?:私|わたし|僕|ぼく|俺|自分)(?:は|も|が)(?:まだ)?(?:未成年|小学生|中学生|高校生)|未成年(?:です|なので|ですが|だけど)"
    rf"|(?:うちの|私の|我が|わが|小学生の|中学生の|高校生の|未成年の|{_AGE}(?:歳|才)の)(?:子|子ども|子供|息子|娘|孫)"
    r"|(?:息子|娘|子ども|子供)(?:が|の).{0,12}(?:使|アカウント|登録|利用)|保護者(?:です|ですが|として|なので)"
)
_SCHOOL = re.compile(
    r"@(?:[\w-]+\.)*(?:ed\.jp|k12\.[a-z]{2}\.us|sch\.uk|(?:[\w-]+\.)?(?:vic|nsw|qld|wa|sa|tas|act|nt)\.edu\.au)$"
)
"""Domains of schools for minors. Source: JPRS (ED.JP is for schools and their pupils up to 18), RFC 1480 section 2.3
(K12), Nominet (.sch.uk), auDA (edu.au by state)."""


def hints_at_minor(text: str, email: str = "") -> bool:
    """Return whether the message, or the domain of the address, hints at a minor."""
    said = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    return bool(
        _EN.search(" ".join(said.split()))
        or _JA.search(re.sub(r"\s+", "", said))
        or _SCHOOL.search(email.strip().lower())
    )
