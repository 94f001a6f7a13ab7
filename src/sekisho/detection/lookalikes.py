"""Letters that look like Latin ones, and words written with a hidden character, as compact tables.

Look-alikes: a small own selection of Cyrillic, Greek and Latin-extended letters whose shape is that of an
ASCII letter in common fonts (the idea is that of Unicode Technical Standard 39; the choice is ours and leaves
out letters that resemble only from afar). They are looked up after NFKC and case folding, but for the `SHAPES` that
those would change.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_PAIRS: Final = (
    # Cyrillic
    "аa еe оo рp сc уy хx ѕs іi јj ԁd ԛq ԝw һh ӏl кk мm тt вb ьb нh гr пn зz ҽe үy ѵv "
    # Greek
    "αa εe οo ρp υu νv ιi κk τt χx γy ηn μm ωw βb "
    # Latin and phonetic letters that NFKC leaves alone
    "ıi łl øo ɑa ɡg ɩi ɪi ʀr ʏy ᴀa ʙb ᴄc ᴅd ᴇe ɢg ʜh ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ꜱs ᴛt ᴜu ᴠv ᴡw ᴢz ɛe ɔo đd ħh ƅb"
)
LOOK_ALIKES: Final[dict[str, str]] = {pair[0]: pair[1] for pair in _PAIRS.split()}

SHAPES: Final = str.maketrans("ΗΝΥΖϹϲ", "hnyzcc")
"""Letters that look like another one than their small or usual form does: Η like H, but η like n."""

LEET: Final[dict[str, str]] = dict(zip("013457@$!", "oieastasi", strict=True))
"""Digits and signs that stand for a letter between letters: h4ck, b0mb, l33t."""

MASKS: Final = "○〇●◯◎×*■□"
"""Characters that hide one character of a word (伏せ字). NFKC turns ＊ into *."""

_HIDDEN_WORDS: Final = (
    "爆弾 爆発物 殺す 殺し 殺せ 殺害 自殺 麻薬 大麻 覚醒剤 覚せい剤 拳銃 強姦 詐欺 毒薬 児童ポルノ "
    "bomb kill murder cocaine heroin suicide weapon rape fuck shit bitch porn explosive"
)
_HIDDEN_HEADS: Final = {"死ね": 0, "殺す": 0}
"""Words that are written with their first character hidden, too."""


def _hidden() -> Iterator[tuple[str, str]]:
    """Each word with one of its characters but the first hidden, and the word."""
    for word in (*_HIDDEN_WORDS.split(), *_HIDDEN_HEADS):
        for at in range(_HIDDEN_HEADS.get(word, 1), len(word)):
            if len(word) > 2 or not word.isascii():
                for mask in MASKS:
                    yield word[:at] + mask + word[at + 1 :], word


HIDDEN_WORDS: Final[dict[str, str]] = dict(_hidden())
"""Word with a hidden character → the word, always of the same length."""

HIDDEN_BEGINNINGS: Final = frozenset(
    hidden[:end]
    for hidden in HIDDEN_WORDS
    for end in range(1, len(hidden))
    if any(mask in hidden[:end] for mask in MASKS)
)
"""Every beginning of such a word that shows its hidden character: more text may still unmask it."""
