"""What Japanese words mean in English, from JMdict and KANJIDIC, through the package `jamdict-data`.

The reader begins as an English model. A Japanese word enters it with the mean of what its English glosses
mean to it: already before any training 爆弾 stands near "bomb".

Source: J. W. Breen and the Electronic Dictionary Research and Development Group, JMdict and KANJIDIC2, used
under CC BY-SA 4.0 (https://www.edrdg.org/edrdg/licence.html).
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

GLOSSES_A_SENSE, SENSES = 3, 2
"""The first senses are the usual ones; further glosses and senses blur what a word mostly means."""
COMMON = 2
"""Marks of frequency (news, textbooks, word lists) that make a word common."""

_ASIDE = re.compile(r"\(.*?\)")


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Words and kanji with their English meanings, the usual ones first."""

    words: dict[str, tuple[str, ...]]
    kanji: dict[str, tuple[str, ...]]
    common: tuple[str, ...]
    """Words that carry at least `COMMON` marks of frequency, in the dictionary's order."""

    def meanings(self, word: str) -> tuple[str, ...]:
        """Return the glosses of a word; those of a kanji when the word is one and no entry of its own."""
        return self.words.get(word) or self.kanji.get(word, ())


def read_dictionary(path: Path | None = None) -> Dictionary:
    """Return the dictionary in a jamdict database, that of the package `jamdict-data` when None."""
    with sqlite3.connect(f"file:{path or _packaged()}?mode=ro", uri=True) as database:
        glosses = _glosses(database)
        best = _best_entries(database)
        words = {word: glosses[entry] for word, (_, entry) in best.items() if glosses[entry]}
        common = tuple(word for word, (marks, _) in best.items() if marks >= COMMON)
        return Dictionary(words, _kanji(database), common)


def _packaged() -> Path:
    from jamdict_data import JAMDICT_DB_PATH

    return Path(JAMDICT_DB_PATH)


def _glosses(database: sqlite3.Connection) -> defaultdict[int, tuple[str, ...]]:
    """For each entry its first glosses, without asides in brackets and without the "to" of verbs."""
    senses: dict[int, list[int]] = defaultdict(list)
    for entry, sense in database.execute("SELECT idseq, ID FROM Sense ORDER BY ID"):
        senses[entry].append(sense)
    texts: dict[int, list[str]] = defaultdict(list)
    for sense, text in database.execute(
        "SELECT sid, text FROM SenseGloss WHERE lang IN ('eng', '') OR lang IS NULL"
    ):
        texts[sense].append(text)
    found: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    for entry, of_entry in senses.items():
        first = [text for sense in of_entry[:SENSES] for text in texts[sense][:GLOSSES_A_SENSE]]
        plain = (_ASIDE.sub("", text).strip().removeprefix("to ") for text in first)
        found[entry] = tuple(text for text in plain if text)
    return found


def _best_entries(database: sqlite3.Connection) -> dict[str, tuple[int, int]]:
    """For each spelling how many marks of frequency it has and the entry that is meant: the most marked one,
    an entry written so before one only read so."""
    best: dict[str, tuple[int, int, int]] = {}
    for rank, (spellings, marks) in enumerate((("Kanji", "KJP"), ("Kana", "KNP"))):
        counted = dict(database.execute(f"SELECT kid, count(*) FROM {marks} GROUP BY kid"))  # noqa: S608 (our names)
        rows = database.execute(f"SELECT ID, idseq, text FROM {spellings} ORDER BY ID")  # noqa: S608 (our names)
        for number, entry, text in rows:
            found = (counted.get(number, 0), -rank, entry)
            if text not in best or found[:2] > best[text][:2]:
                best[text] = found
    return {text: (marks, entry) for text, (marks, _, entry) in best.items()}


def _kanji(database: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    rows = database.execute(
        "SELECT c.literal, m.value FROM character c JOIN rm_group g ON g.cid = c.ID JOIN meaning m ON m.gid = g.ID "
        "WHERE m.m_lang IN ('', 'en') OR m.m_lang IS NULL ORDER BY m.rowid"
    )
    for literal, meaning in rows:
        found[literal].append(meaning)
    return {literal: tuple(meanings[:SENSES]) for literal, meanings in found.items()}
