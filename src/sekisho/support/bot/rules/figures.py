"""What a text states that can be wrong and costly: figures, dates, durations, and who is entitled to what. Pure.

A claim is a pair of its kind and its value, the same in Japanese and English: 14日間, "fourteen days" and １４ days
are all `("day", "14")`. Nothing is converted ("two weeks" is not "14 days"), and what looks like a quantity and cannot
be read is a claim of its own: a text that may say more than its sources is worth less than none (Moffatt v. Air Canada,
2024 BCCRT 149).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

Claim = tuple[str, str]
"""Kind and value, such as `("day", "14")`, `("dollar", "20")`, `("number", "3")`, `("refund", "+")`."""

UNITS = {
    "second": r"seconds?\b|secs?\b|秒",
    "minute": r"minutes?\b|mins?\b|分",
    "hour": r"hours?\b|hrs?\b|時間",
    "business_day": r"(?:business|working)\s+days?\b|営業日",
    "day": r"(?:calendar\s+)?days?\b|日",
    "week": r"weeks?\b|週",
    "month": r"months?\b|[かヶケカ箇]月",
    "month_of": r"月",
    "year": r"years?\b|年",
    "oclock": r"o'clock\b|[ap]\.?m\b|時",
    "percent": r"%|per\s?cent\b|パーセント",
    "tenth": r"割",
    "yen": r"yen\b|jpy\b|円",
    "dollar": r"(?:us\s+)?dollars?\b|usd\b|ドル",
    "euro": r"euros?\b|eur\b|ユーロ",
    "pound": r"pounds?\b|gbp\b|ポンド",
    "cent": r"cents?\b|セント",
    "times": r"times\b|倍",
}
SIGNS = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_WEEKDAY = re.compile(r"\b((?:mon|tues|wednes|thurs|fri|satur|sun)day)s?\b|([月火水木金土日])曜")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {
    **{word: value for value, word in enumerate(_SMALL)},
    **{word: value for value, word in zip(range(20, 100, 10), _TENS, strict=True)},
    "dozen": 12,
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
}
_KANJI = "〇零一二三四五六七八九十百千万億壱弐参拾"
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?P<digits>\d+(?:,\d{{3}})*(?:\.\d+)?)\s*(?P<times>[百千万億]|thousand\b|million\b|billion\b|[km]\b)?"
    rf"|\b(?P<words>(?:{_WORD})(?:[\s-]+(?:and\s+)?(?:{_WORD}))*)\b"
    rf"|(?P<kanji>[{_KANJI}]+)"
    r"|(?P<other>[^\W\d_a-z\u3040-\u30ff\u3400-\u9fff])"
)
_UNIT = re.compile("|".join(f"(?P<{kind}>{said})" for kind, said in UNITS.items()))
_LIST_MARK = re.compile(r"\s*(\d{1,2})[.)、]\s+")
_COUNTED = re.compile(r"[つ人名回件個通台本枚度種倍歳才]|週間|ヶ所|か所")
_IN_WORDS = r"seconds?|minutes?|hours?|days?|weeks?|months?|years?|percent|dollars?|euros?|pounds?|yen|cents?"
_BARE = re.compile(rf"(?:\b([^\W\d_][\w'-]*)[\s-]+)?\b({_IN_WORDS})\b")
_ONE = frozenset({"a", "an", "one", "per", "each", "every", "single"})
_NOTHING = frozenset(
    {"the", "this", "that", "these", "those", "same", "any", "which", "what", "whole", "your", "their", "its", "our",
     "business", "working", "calendar", "in", "of", "by", "to", "and", "or", "us"}
)  # fmt: skip
_LY = {
    "hourly": "hour",
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "yearly": "year",
    "annually": "year",
}
_VAGUE = re.compile(
    r"\b(?:half|twice|double|triple|overnight|today|tonight|tomorrow|forever|next\s+(?:day|week|month|year))\b"
    r"|[数半](?:秒|分|時間|日|週間|[かヶケカ箇]月|年|額|百|千|万)|翌(?:営業)?[日週月年]|(?:明|本)日|今日中|来[週月年]|即日"
)
_ENTITLED = {
    "refund": r"refund|reimburs|money\s+back|返金|払い?戻",
    "free": r"free\s+of\s+charge|for\s+free|at\s+no\s+(?:extra\s+)?(?:cost|charge)|complimentary|無料|無償",
    "guarantee": r"guarant|promis|warrant(?:y|ies)|保証|約束",
    "eligible": r"eligib|entitl|qualif|対象|資格",
    "unlimited": r"unlimit|no\s+limit|無制限|無限",
    "compensation": r"compensat|damages|補償|賠償|弁償",
    "discount": r"discount|割引|値引",
    "waive": r"waive|免除",
    "credit": r"\bcredit(?:ed|s)?\b|クレジット",
    "always": r"\balways\b|in\s+any\s+case|必ず|絶対|いつでも",
    "full": r"in\s+full|\bfull\s+amount|全額",
    "approved": r"approv|(?:is|are|was|be|been)\s+granted|承認|認めら",
}
_ENTITLEMENTS = {kind: re.compile(said) for kind, said in _ENTITLED.items()}
_NOT = re.compile(
    r"\b(?:not|no|never|cannot|neither|nor|none|without)\b|n't\b|ない|ません|なく|ず[、。に]|不可|対象外|できかね"
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|(?<=[。!?])|\n+")


def folded(text: str) -> str:
    """Return the text as claims are looked for in it: one width, one case, ASCII digits, nothing invisible."""
    kept = (c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return "".join(_digit(c) for c in kept).casefold().replace("\u2019", "'").replace("\u2044", "/")


def claims(text: str) -> frozenset[Claim]:
    """Return everything that the text claims. What counts the lines of a list claims nothing."""
    said = _without_marks(folded(text))
    return frozenset((*_numbers(said), *_bare(said), *_named(said), *_entitled(said)))


def supported(claim: Claim, by: frozenset[Claim]) -> bool:
    """Return whether what the sources claim holds this. A bare number may stand there with any unit; a number with a
    unit only with that one."""
    kind, value = claim
    return claim in by or (kind == "number" and any(value == other for _, other in by))


def sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE.split(text) if part.strip()]


def _without_marks(said: str) -> str:
    """Return the text without marks that count 1, 2, 3 at the beginning of lines; any other number there is one."""
    lines, expected = [], 1
    for line in said.split("\n"):
        mark = _LIST_MARK.match(line)
        if mark and int(mark[1]) in (1, expected):
            line, expected = line[mark.end() :], int(mark[1]) + 1
        lines.append(line)
    return "\n".join(lines)


def _digit(char: str) -> str:
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


def _numbers(said: str) -> Iterator[Claim]:
    for found in _NUMBER.finditer(said):
        value = _value(found)
        unit = _UNIT.match(said, _past_blanks(said, found.end()))
        sign = SIGNS.get(said[: found.start()].rstrip()[-1:])
        if value is None or (found["kanji"] and not unit and not _is_counted(said, found)):
            continue
        if found["words"] == "one" and not unit and not sign:
            continue  # "the one that", "no one"
        if sign:
            yield sign, value
        elif unit and unit.lastgroup:
            yield unit.lastgroup, value
        else:
            yield "number", value


def _past_blanks(said: str, at: int) -> int:
    while at < len(said) and said[at] in " \t-":
        at += 1
    return at


def _is_counted(said: str, found: re.Match[str]) -> bool:
    return found["kanji"] not in ("一", "万", "千") and bool(_COUNTED.match(said, found.end()))


def _value(found: re.Match[str]) -> str | None:
    if digits := found["digits"]:
        whole, _, part = digits.replace(",", "").partition(".")
        if scale := _SCALES.get(found["times"] or "", 0):
            return (
                f"{_plain(whole)}{'.' + part if part else ''}×{scale}"
                if part
                else str(int(whole[:40]) * scale)
            )
        part = part.rstrip("0")
        return f"{_plain(whole)}.{part}" if part else _plain(whole)
    if words := found["words"]:
        return str(_worded(re.findall(_WORD, words)))
    if kanji := found["kanji"]:
        return str(_of_kanji(kanji))
    number = unicodedata.numeric(found["other"], None) if found["other"] else None
    return None if number is None else f"{number:g}"


def _plain(whole: str) -> str:
    return whole.lstrip("0") or "0"


_SCALES = {
    "百": 100, "千": 1_000, "万": 10_000, "億": 100_000_000, "k": 1_000, "m": 1_000_000, "thousand": 1_000,
    "million": 1_000_000, "billion": 1_000_000_000,
}  # fmt: skip


def _worded(words: list[str]) -> int:
    total = current = 0
    for word in words:
        value = _WORDS[word]
        if value < 100 and word != "dozen":
            current += value
        elif value < 1_000:
            current = max(current, 1) * value
        else:
            total, current = total + max(current, 1) * value, 0
    return total + current


def _of_kanji(text: str) -> int:
    """Return the value; 二五 reads as 25, as figures in a row do."""
    values = [int(unicodedata.numeric(char)) for char in text]
    if all(value < 10 for value in values):
        return int("".join(map(str, values)))
    total = section = current = 0
    for value in values:
        if value < 10:
            current = current * 10 + value
        elif value < 10_000:
            section, current = section + max(current, 1) * value, 0
        else:
            total, section, current = total + max(section + current, 1) * value, 0, 0
    return total + section + current


def _bare(said: str) -> Iterator[Claim]:
    """Units whose number is a word that nobody can count with: "a day" is one, "XIV days" is whatever it says."""
    for found in _BARE.finditer(said):
        before, unit = found[1] or "", found[2].removesuffix("s") or found[2]
        if (
            before.rsplit("-", 1)[-1] in _WORDS
            or before in _NOTHING
            or (not before and _follows_number(said, found.start()))
        ):
            continue
        if before in _ONE:
            yield unit, "1"
        elif before:
            yield "vague", f"{before} {unit}"


def _follows_number(said: str, at: int) -> bool:
    return said[:at].rstrip(" \t-")[-1:].isdigit()


def _named(said: str) -> Iterator[Claim]:
    for found in _VAGUE.finditer(said):
        yield "vague", " ".join(found[0].split())
    for word, unit in _LY.items():
        if re.search(rf"\b{word}\b", said):
            yield unit, "1"
    for found in _WEEKDAY.finditer(said):
        yield "weekday", found[1] or _WEEKDAYS["月火水木金土日".index(found[2])]
    for at, month in enumerate(MONTHS, 1):
        near = (
            rf"\d\s*(?:st|nd|rd|th)?\s+(?:of\s+)?{month}\b|\b{month}\s+\d"
            if month in ("may", "march")
            else rf"\b{month}\b"
        )
        if re.search(near, said):
            yield "month_of", str(at)


def _entitled(said: str) -> Iterator[Claim]:
    for sentence in sentences(said):
        holds = "-" if _NOT.search(sentence) else "+"
        for kind, pattern in _ENTITLEMENTS.items():
            if pattern.search(sentence):
                yield kind, holds
