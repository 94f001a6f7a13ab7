"""Which language a text is mostly in: by script, then by small common words. Fast rather than fine.

Detectors were measured in some languages only (P-042), so what matters is to tell those apart. A wrong guess
among unmeasured languages costs nothing; `und` is said of what is too short, or is code rather than language.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import numpy as np

from sekisho.detection.lookalikes import LOOK_ALIKES, SHAPES

SAMPLE: Final = 200
"""Characters looked at from the beginning, the middle and the end of a long text."""

_SCRIPTS: Final = ("", "latin", "han", "kana", "ko", "ru", "th", "ar", "hi", "bn", "he", "el", "ta", "te")
_BLOCKS: Final = (
    # first code point, last, script; in steps of 128
    (0x0080, 0x02FF, "latin"), (0x1E00, 0x1EFF, "latin"), (0x0380, 0x03FF, "el"), (0x0400, 0x057F, "ru"),
    (0x0580, 0x05FF, "he"), (0x0600, 0x077F, "ar"), (0x0900, 0x097F, "hi"), (0x0980, 0x09FF, "bn"),
    (0x0B80, 0x0BFF, "ta"), (0x0C00, 0x0C7F, "te"), (0x0E00, 0x0E7F, "th"), (0x1100, 0x11FF, "ko"),
    (0x3080, 0x30FF, "kana"), (0x3400, 0x4DFF, "han"), (0x4E00, 0x9FFF, "han"), (0xAC00, 0xD7FF, "ko"),
    (0xFB80, 0xFDFF, "ar"),
)  # fmt: skip


def _table() -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    table = np.zeros(0x110000 >> 7, np.uint8)
    for first, last, script in _BLOCKS:
        table[first >> 7 : (last >> 7) + 1] = _SCRIPTS.index(script)
    return table


_TABLE: Final = _table()
_PROFILES: Final = {
    "en": "the a an of to and in is it you that how what do i can me my for with this are on be your was as at not "
    "have he she they we or from by who why where when which please make write tell give will would should could",
    "de": "der die das und ist ich nicht ein eine zu mit wie für auf den von sie wir was mir kann im dem es auch sich",
    "fr": "le la les des et est je un une pour que qui dans comment vous pas de du sur avec ce mon au en il nous",
    "es": "el la los las y es un una que de en por para cómo como con no se mi del al lo me puedo qué su",
    "it": "il lo la gli di che è un una per non come con sono mi del della in si da posso questo e le",
    "pt": "o os as um uma que de do da em para como com não eu é por no na meu se você posso dos ao",
    "nl": "de het een en van ik is dat niet op te voor met hoe zijn je kan mijn aan er maar naar",
    "vi": "là và của tôi một có không cho những được với các làm thế nào để này người trong bạn cách",
    "id": "yang dan di ini itu saya untuk dengan tidak adalah bagaimana cara dari apa ke akan bisa anda ada",
    "ms": "yang dan di ini itu saya untuk dengan tidak adalah bagaimana cara boleh awak kerana telah sebuah",
    "jv": "aku sing lan ing iki kuwi kanggo karo ora piye carane apa sampeyan saka bisa wong",
    "tl": "ang ng mga sa na ako ay paano ko ka hindi ito para at ng si mo kung",
    "sw": "ya wa na kwa ni katika jinsi gani mimi hii kama la za kutoka unaweza je watu",
    "tr": "bir ve bu için ne nasıl ben ile de da mi çok var değil daha gibi olarak",
    "pl": "i w na jest nie to się jak do co z że mi dla czy od",
}
_LANGUAGES: Final = tuple(_PROFILES)
_VOTES: Final = {
    word: sum(1 << 8 * at for at, known in enumerate(_PROFILES.values()) if word in known.split())
    for words in _PROFILES.values()
    for word in words.split()
}
"""Small word → its vote: a one in the byte of each language that has it. No language has 256 of them, so votes
are counted by adding them up."""
_SMALL: Final = frozenset(_VOTES)
_JAPANESE_ONLY: Final = frozenset(
    "気発弾込働畑峠円営応経済関覚楽検険児実収従処図続対帯単団伝徳読売悩払変弁黙訳薬様両緑霊齢恋労録殺製隠偽銃"
)
_CHINESE_ONLY: Final = frozenset(
    "们这说时个你吗么为她他谁给没对让请怎样进还过开发枪弹杀药制伪诈骗儿黑吧呢啊哪您"
)
_UKRAINIAN: Final = frozenset("іїєґ")
_PERSIAN: Final = frozenset("پچژگ")

_UNSEEN: Final = "\u00ad\u034f\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef"
_DRESSED: Final = re.compile(f"[{_UNSEEN}\u0300-\u036fＡ-Ｚａ-ｚｦ-ﾟ\U0001d400-\U0001d7ff]")
"""What cannot be seen, marks, and other forms of letters: full width, half-width kana, those of mathematics."""
_UNDRESSED: Final = re.compile(f"[{_UNSEEN}]")
_MARKS: Final = re.compile("[\u0300-\u036f]")
_MIXED: Final = re.compile("[a-zA-Z][\u0370-\u04ff]|[\u0370-\u04ff][a-zA-Z]")
"""A letter of another alphabet inside a word: a disguise, which must not choose the thresholds of a language."""
_WORD: Final = re.compile(r"\w+")
_TWINS: Final = {ord(theirs): ours for theirs, ours in LOOK_ALIKES.items()}


def language_of(text: str) -> str:
    """Return the BCP 47 primary language that a text is mostly in, `und` when it cannot be told.

    Deterministic; looks at no more than three samples of a long text.
    """
    sample = _sample(text)
    if sample.isascii():
        return _by_words(sample)
    if _DRESSED.search(sample):
        sample = _MARKS.sub("", unicodedata.normalize("NFKC", _UNDRESSED.sub("", sample)))
    counts = _counts(sample)
    if counts["latin"] and counts["ru"] + counts["el"] and _MIXED.search(sample):
        sample = _WORD.sub(_in_one_alphabet, sample)
        counts = _counts(sample)
    kana, han = counts["kana"], counts["han"]
    if kana + han and kana + han >= max(counts.values()) // 3:
        return _east_asian(sample, kana, han)
    script = max(counts, key=counts.__getitem__)
    if counts[script] < 2:
        return "und"
    if script == "latin":
        return _by_words(sample)
    if script == "ru":
        return "uk" if _UKRAINIAN & set(sample.lower()) else "ru"
    if script == "ar":
        return "fa" if len(_PERSIAN & set(sample)) > 1 else "ar"
    return script


def _sample(text: str) -> str:
    if len(text) <= 3 * SAMPLE:
        return text
    middle = len(text) // 2
    return f"{text[:SAMPLE]} {text[middle : middle + SAMPLE]} {text[-SAMPLE:]}"


def _in_one_alphabet(found: re.Match[str]) -> str:
    """A word of two alphabets in Latin letters alone. A word in one stays as it is, or Russian would be Latin."""
    word = found[0]
    return word.translate(SHAPES).casefold().translate(_TWINS) if _MIXED.search(word) else word


def _counts(sample: str) -> dict[str, int]:
    """How many letters of each script there are. ASCII letters count as Latin."""
    codes = np.frombuffer(sample.encode("utf-32-le", "surrogatepass"), np.uint32)
    counted = np.bincount(_TABLE[codes >> 7], minlength=len(_SCRIPTS))
    counts = dict(zip(_SCRIPTS[1:], counted[1:].tolist(), strict=True))
    counts["latin"] += (
        sum(map(str.isalpha, filter(str.isascii, sample))) if counted[0] > len(sample) // 2 else 0
    )
    return counts


def _east_asian(sample: str, kana: int, han: int) -> str:
    if kana * 20 >= han:
        return "ja"
    chars = set(sample)
    return "ja" if len(chars & _JAPANESE_ONLY) > len(chars & _CHINESE_ONLY) else "zh"


def _by_words(sample: str) -> str:
    words = sample.lower().replace("?", " ").replace(",", " ").replace(".", " ").split()
    votes = sum(map(_VOTES.__getitem__, _SMALL.intersection(words)))
    counted = votes.to_bytes(len(_LANGUAGES), "little")
    return _LANGUAGES[counted.index(max(counted))] if votes else "und"
