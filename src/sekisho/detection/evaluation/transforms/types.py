"""What a disguise is: a named, pure, seeded way to write a text anew."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from inspect import cleandoc
from random import Random

from sekisho.base.text import LANGS, Lang, Text

Turns = tuple[str, ...]
"""The messages in which a person sends it; nearly always one."""
Writes = Callable[[str, Lang, Random], str | Turns]
"""Writes a text anew, given the language it is in."""


@dataclass(frozen=True, slots=True)
class Transform:
    """One disguise. Equal text, language and seed give equal turns, in any process."""

    name: str
    title: Text
    languages: tuple[Lang, ...]
    """Languages in which people write so."""
    writes: Writes = field(repr=False)

    @property
    def why(self) -> str:
        """What attackers do with it."""
        return cleandoc(self.writes.__doc__ or "")

    def __call__(self, text: str, language: Lang, seed: int) -> Turns:
        """Return the turns that say `text` in disguise. Each text draws for itself: its neighbours do not
        matter."""
        key = f"{seed}\0{self.name}\0{text}".encode("utf-8", "surrogatepass")
        drawn = Random(key)  # noqa: S311 (to be repeated, not to keep a secret)
        made = self.writes(text, language, drawn)
        return (made,) if isinstance(made, str) else made


def transform(en: str, ja: str, *languages: Lang) -> Callable[[Writes], Transform]:
    """Make a disguise of a function; its name is the function's, its docstring says what attackers do with it.
    Without languages it is for all."""
    return lambda writes: Transform(writes.__name__, Text(en, ja), languages or LANGS, writes)


def words_of(text: str) -> list[str]:
    """Return the words of a text with what stands after each; Japanese is cut where its scripts change."""
    return _WORDS.findall(text)


_WORDS = re.compile(r"[ァ-ヴー]+\s*|[一-鿿々]+\s*|[ぁ-ゖ]+\s*|[^\sぁ-ゖァ-ヴー一-鿿々]+\s*|\s+")


def sprinkled(text: str, random: Random, share: float, change: Callable[[str], str]) -> str:
    """Return the text with this share of its characters changed, at least one of any that can be."""
    able = [at for at, char in enumerate(text) if change(char) != char]
    chosen = set(random.sample(able, max(1, round(share * len(able))))) if able else set()
    return "".join(change(char) if at in chosen else char for at, char in enumerate(text))


__all__ = ["Transform", "Turns", "Writes", "sprinkled", "transform", "words_of"]
