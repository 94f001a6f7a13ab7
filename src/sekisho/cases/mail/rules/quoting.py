"""What somebody wrote in a reply, without what their program quoted below, above or between. Pure.

The original is always kept (R-SUP-079), so a mistake here hides nothing for good; and where nothing would be left, all
is. Shapes: Gmail, Outlook and Apple Mail in English and Japanese, answers below the quotation, and our own delimiter.
"""

from __future__ import annotations

import re
from typing import Final

DELIMITER: Final = "=== Please reply above this line / この行より上に返信してください ==="
"""Stands at the top of our mails. Programs that mark quotations by nothing at all still quote it."""
_DATE = (
    r"(?:\d{4}\s*[年/.-]\s*\d{1,2}\s*[月/.-]\s*\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
    r"|(?:\d{1,2}\.?\s+)?[A-Z][a-z]{2,8}\.?,?\s+\d{1,2},?\s+\d{4}|\d{1,2}\.?\s+[A-Z][a-z]{2,8}\.?,?\s+\d{4})"
)
_ENGLISH = re.compile(rf"On\b.{{0,60}}?{_DATE}.{{0,250}}\bwrote:", re.DOTALL)
_JAPANESE = re.compile(
    rf"{_DATE}\s*日?.{{0,40}}?\d{{1,2}}[:：時]\d{{2}}.{{0,250}}?(?:<[^<>\s]+@[^<>\s]+>\s*(?:のメール|さんは書きました|:|：)"
    r"|のメール\s*[:：]|さんは書きました)\s*[:：]?",
    re.DOTALL,
)
_ATTRIBUTION_LINES = 4
_FIRST = re.compile(r"(?:On\b|\d{4}\s*[年/.-]|\d{1,2}[./])")
_FROM = re.compile(r"\*?(?:From|差出人|送信者|送信元)\*?\s*[:：]")
_OTHER = re.compile(r"\*?(?:Sent|Date|To|Cc|Subject|送信日時|日時|日付|宛先|件名)\*?\s*[:：]")
_SEPARATOR = re.compile(
    r"\s*(?:-{2,}\s*(?:Original Message|Forwarded message|元のメッセージ|転送メッセージ|Original Appointment)\s*-{2,}"
    r"|_{10,}|Begin forwarded message:|転送されたメッセージ[:：])\s*",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\s{0,3}[>＞]")
_SENT_FROM = re.compile(
    r"\s*(?:Sent from my \S.{0,60}|Get Outlook for \S.{0,40}|(?:私の)?\S{0,20}から送信|iPhoneから送信)\s*",
    re.IGNORECASE,
)


def said(text: str) -> str:
    """Return what was written anew; the whole text where nothing else would be left."""
    lines = _unmarked(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    new = _trimmed(_without_quotations(_before_block(lines)))
    return new or "\n".join(lines).strip() or text.strip()


def _unmarked(lines: list[str]) -> list[str]:
    """Return the lines before our delimiter, where it stands unquoted; quoted, it goes with its quotation."""
    for number, line in enumerate(lines):
        if DELIMITER in line and not _QUOTED.match(line):
            return lines[:number]
    return lines


def _before_block(lines: list[str]) -> list[str]:
    """Return the lines before the block of headers that Outlook puts above what it quotes, unmarked, to the end."""
    for number, line in enumerate(lines):
        if _SEPARATOR.fullmatch(line) and _is_header_block(lines[number + 1 : number + 4]):
            return lines[:number]
        if _is_header_block(lines[number : number + 1], lines[number + 1 : number + 7]):
            return lines[:number]
    return lines


def _is_header_block(first: list[str], rest: list[str] | None = None) -> bool:
    begins = any(_FROM.match(line) for line in first)
    return begins and (rest is None or sum(bool(_OTHER.match(line)) for line in rest) >= 2)


def _without_quotations(lines: list[str]) -> list[str]:
    """Return the lines without attributions and what they introduce. Answers between pieces of a quotation keep them:
    they would make no sense alone."""
    marked = _attributed(lines)
    runs = _runs(marked)
    said_between = sum(1 for kind, _ in runs if kind == "said")
    quotations = sum(1 for kind, _ in runs if kind == "quoted")
    if quotations > 1 and said_between > 1:
        return [line for kind, run in runs if kind != "attribution" for line in run]
    return [line for kind, run in runs if kind == "said" for line in run]


def _attributed(lines: list[str]) -> list[tuple[str, str]]:
    """Return each line with what it is: `said`, `quoted`, or `attribution`."""
    marked: list[tuple[str, str]] = []
    number = 0
    while number < len(lines):
        length = _attribution_at(lines, number)
        if length:
            marked += [("attribution", line) for line in lines[number : number + length]]
            number += length
            if not _is_quoted_next(lines, number):  # a program that marks nothing: all that follows is quoted
                return marked + [("attribution", line) for line in lines[number:]]
            continue
        line = lines[number]
        marked.append(("quoted" if _QUOTED.match(line) else "said", line))
        number += 1
    return marked


def _attribution_at(lines: list[str], number: int) -> int:
    """Return how many lines the attribution takes that begins here; 0 for none."""
    if not _FIRST.match(lines[number]):
        return 0
    for length in range(1, _ATTRIBUTION_LINES + 1):
        joined = " ".join(line.strip() for line in lines[number : number + length])
        for shape in (_ENGLISH, _JAPANESE):
            if shape.fullmatch(joined.strip()):
                sure = "@" in joined or _is_quoted_next(lines, number + length)
                return length if sure else 0
    return 0


def _is_quoted_next(lines: list[str], number: int) -> bool:
    following = next((line for line in lines[number:] if line.strip()), "")
    return bool(_QUOTED.match(following))


def _runs(marked: list[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Return neighbouring lines of one kind together. Blank lines go with what stands before them."""
    runs: list[tuple[str, list[str]]] = []
    for kind, line in marked:
        if runs and (runs[-1][0] == kind or not line.strip()):
            runs[-1][1].append(line)
        else:
            runs.append((kind, [line]))
    return [run for run in runs if any(line.strip() for line in run[1])]


def _trimmed(lines: list[str]) -> str:
    """Return the text without signature (RFC 3676, section 4.3) and what telephones add."""
    end = next((number for number, line in enumerate(lines) if line == "-- "), len(lines))
    kept = lines[:end]
    while kept and (not kept[-1].strip() or _SENT_FROM.fullmatch(kept[-1])):
        kept.pop()
    return "\n".join(kept).strip()
