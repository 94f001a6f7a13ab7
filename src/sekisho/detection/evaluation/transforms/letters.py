"""Disguises of single characters: people read on, lists of words do not."""

from __future__ import annotations

import unicodedata
from random import Random
from typing import Final

from sekisho.base.text import Lang
from sekisho.detection.evaluation.transforms.types import sprinkled, transform, words_of

_FULL_WIDTH: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_KATAKANA: Final = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_HIRAGANA: Final = {there: here for here, there in _KATAKANA.items()}
_HALF_WIDTH: Final = {
    unicodedata.normalize("NFKC", chr(code)): chr(code) for code in (*range(0xFF61, 0xFF9E), 0xFF70)
}
_VOICED: Final = {"\u3099": "\uff9e", "\u309a": "\uff9f"}
_BOLD: Final = {
    ord(first) + at: base + at for first, base in (("A", 0x1D5D4), ("a", 0x1D5EE)) for at in range(26)
}
_TWINS: Final = {
    "a": "аα", "b": "ЬƄ", "c": "сϲ", "d": "ԁ", "e": "еҽ", "g": "ɡ", "h": "һ", "i": "іι", "j": "ј", "k": "кκ",
    "m": "м", "n": "пη", "o": "оο", "p": "рρ", "q": "ԛ", "r": "г", "s": "ѕ", "t": "тτ", "u": "υ", "v": "νѵ",
    "w": "ԝω", "x": "хχ", "y": "уγ", "z": "ᴢ", "A": "АΑ", "B": "ВΒ", "C": "СϹ", "E": "ЕΕ", "H": "НΗ", "I": "ІΙ",
    "J": "Ј", "K": "КΚ", "M": "МΜ", "N": "Ν", "O": "ОΟ", "P": "РΡ", "S": "Ѕ", "T": "ТΤ", "X": "ХΧ", "Y": "ҮΥ",
}  # fmt: skip
_LEET: Final = {
    "a": "4@", "b": "8", "e": "3", "g": "9", "i": "1!", "l": "1", "o": "0", "s": "5$", "t": "7", "z": "2",
}  # fmt: skip
_MASKS: Final = {"ja": "○●*＊〇", "en": "*"}
_UNSEEN: Final = "\u200b\u200c\u200d\u2060\ufeff"
_SOFT: Final = "\u00ad\ufe0e\ufe0f\U000e0100"
_MARKS: Final = "\u0301\u0308\u0323\u0332\u0336\u0338"
_FACES: Final = "🔥💥✨🙏🚀👀🎉💡"
_FLOOD: Final = "!?.,…~・！？、。"


@transform("Full-width letters", "全角の英数字", "en")
def full_width(text: str, language: Lang, random: Random) -> str:
    """Writes ASCII in the full-width forms of East Asian fonts, which a list of plain words does not hold."""
    return text.translate(_FULL_WIDTH)


@transform("Half-width katakana", "半角カタカナ", "ja")
def half_width_kana(text: str, language: Lang, random: Random) -> str:
    """Writes katakana in the half-width forms of old terminals, where が is two characters."""
    return "".join(map(_narrow, text))


def _narrow(char: str) -> str:
    parts = unicodedata.normalize("NFD", char) if "ァ" <= char <= "ヴ" else char
    narrow = _HALF_WIDTH.get(parts[0])
    return char if narrow is None else narrow + "".join(map(_VOICED.__getitem__, parts[1:]))


@transform("Hiragana as katakana", "ひらがなをカタカナに", "ja")
def katakana(text: str, language: Lang, random: Random) -> str:
    """Writes everything in katakana, as telegrams and robots in comics speak."""
    return text.translate(_KATAKANA)


@transform("Katakana as hiragana", "カタカナをひらがなに", "ja")
def hiragana(text: str, language: Lang, random: Random) -> str:
    """Writes loan words, the names of most drugs and tools among them, in hiragana."""
    return text.translate(_HIRAGANA)


@transform("Styled letters", "装飾文字", "en")
def styled_letters(text: str, language: Lang, random: Random) -> str:
    """Writes in the bold letters of mathematics, as “font generators” for social networks do."""
    return text.translate(_BOLD)


@transform("Zero-width characters", "ゼロ幅文字", "en", "ja")
def zero_width(text: str, language: Lang, random: Random) -> str:
    """Puts characters without width into words: nothing to see, and no word matches."""
    return sprinkled(text, random, 0.4, lambda char: char + random.choice(_UNSEEN))


@transform("Soft hyphens and variation selectors", "ソフトハイフンと異体字セレクター", "en", "ja")
def soft_hyphens(text: str, language: Lang, random: Random) -> str:
    """Puts into words what shows only at the end of a line, or chooses a glyph and shows nothing by itself."""
    return sprinkled(text, random, 0.4, lambda char: char + random.choice(_SOFT))


@transform("Combining marks", "結合文字", "en", "ja")
def combining_marks(text: str, language: Lang, random: Random) -> str:
    """Strikes letters through or sets accents on them, as “zalgo” does in small doses."""
    return sprinkled(text, random, 0.4, lambda char: char + random.choice(_MARKS) if char.isalpha() else char)


@transform("Look-alike letters", "似た形の文字", "en")
def homoglyphs(text: str, language: Lang, random: Random) -> str:
    """Takes Cyrillic and Greek letters that look like Latin ones, as false addresses of banks do."""
    return sprinkled(text, random, 0.6, lambda char: random.choice(_TWINS.get(char, char)))


@transform("Leet", "リート表記", "en")
def leet(text: str, language: Lang, random: Random) -> str:
    """Writes digits and signs for letters (h4ck), the oldest way around a list of words."""
    return sprinkled(text, random, 0.6, lambda char: random.choice(_LEET.get(char.lower(), char)))


@transform("Alternating case", "大文字と小文字の交互", "en")
def alternating_case(text: str, language: Lang, random: Random) -> str:
    """wRiTeS lIkE tHiS, which turns words into pieces that a model's vocabulary seldom saw."""
    return "".join(char.upper() if at % 2 else char.lower() for at, char in enumerate(text))


@transform("Hidden characters", "伏せ字", "en", "ja")
def hidden_characters(text: str, language: Lang, random: Random) -> str:
    """Hides a character of most words (爆○, b*mb), as Japanese boards write what they may not."""
    mask = random.choice(_MASKS[language])
    return "".join(_hidden(word, mask, random) for word in words_of(text))


def _hidden(word: str, mask: str, random: Random) -> str:
    """Hides one character of a word of content: not of grammar, which nobody hides, and not its first."""
    length = len(word.rstrip())
    is_content = length > 3 if word.isascii() else length > 1 and not "ぁ" <= word[0] <= "ゖ"
    if not is_content or not word[:length].isalpha() or random.random() < 0.3:
        return word
    at = random.randrange(1, length)
    return word[:at] + mask + word[at + 1 :]


@transform("Spaced letters", "文字間の空白", "en", "ja")
def spaced_letters(text: str, language: Lang, random: Random) -> str:
    """Sets a space after every letter: easy to read, and no word is left."""
    return " ".join(text)


@transform("Letters joined by dots or hyphens", "点やハイフンで区切った文字", "en", "ja")
def joined_letters(text: str, language: Lang, random: Random) -> str:
    """Sets dots, hyphens or the like between the letters of each word, as spammers do with trade names."""
    joint = random.choice("・-." if language == "ja" else ".-_")
    if language == "ja":
        return joint.join(text)
    return " ".join(joint.join(word) for word in text.split(" "))


@transform("Typing mistakes", "打ち間違い", "en", "ja")
def typos(text: str, language: Lang, random: Random) -> str:
    """Swaps, drops and doubles letters, in one word of four: what haste does, and who would look hasty."""
    words = words_of(text)
    able = [at for at, word in enumerate(words) if len(word.rstrip()) > 1]
    for at in random.sample(able, -(-len(able) // 4)):
        words[at] = _mistyped(words[at], random)
    return "".join(words)


def _mistyped(word: str, random: Random) -> str:
    at = random.randrange(len(word.rstrip()) - 1)
    pair = random.choice((word[at + 1] + word[at], word[at], word[at] + word[at : at + 2]))
    return word[:at] + pair + word[at + 2 :]


@transform("Emoji between words", "語間の絵文字", "en", "ja")
def emoji_between(text: str, language: Lang, random: Random) -> str:
    """Sets a small picture after every word, which parts phrases that a rule would know."""
    return "".join(f"{word.rstrip()}{random.choice(_FACES)} " for word in words_of(text))


@transform("Flood of punctuation", "記号の氾濫", "en", "ja")
def punctuation_flood(text: str, language: Lang, random: Random) -> str:
    """Sets runs of punctuation after every word: an angry person, or one who drowns words in noise."""
    return "".join(
        word.rstrip() + random.choice(_FLOOD) * random.randint(2, 4) + " " for word in words_of(text)
    )


@transform("Wide gaps between words", "語間の広い空白", "en", "ja")
def wide_gaps(text: str, language: Lang, random: Random) -> str:
    """Sets several spaces or a tab where one space was, or none: nobody notices, and no phrase is left."""
    gap = "\u3000" if language == "ja" else random.choice(("  ", "   ", "\t"))
    return gap.join(word.rstrip() for word in words_of(text) if word.strip())


@transform("Line breaks between words", "語間の改行", "en", "ja")
def broken_lines(text: str, language: Lang, random: Random) -> str:
    """Breaks lines in the midst of a sentence, as a narrow window would."""
    words = [word.rstrip() for word in words_of(text) if word.strip()]
    joint = "" if language == "ja" else " "
    return "".join(
        word + (random.choice(("\n", joint)) if at else "\n") for at, word in enumerate(words[:-1])
    ) + "".join(words[-1:])


LETTERS: Final = (
    full_width, half_width_kana, katakana, hiragana, styled_letters, zero_width, soft_hyphens, combining_marks,
    homoglyphs, leet, alternating_case, hidden_characters, spaced_letters, joined_letters, typos, emoji_between,
    punctuation_flood, wide_gaps, broken_lines,
)  # fmt: skip
