"""The reader's first words: English pieces as they were, Japanese ones at what their glosses mean; and texts that
say the same find each other."""

from __future__ import annotations

import sqlite3
from collections import Counter

import numpy as np
import pytest

from sekisho.detection.tokens import BEGIN, END, PADDING, SPEAKERS, UNKNOWN, Vocabulary
from sekisho.detection.train.data import Row
from sekisho.detection.train.reader.dictionary import Dictionary, read_dictionary
from sekisho.detection.train.reader.pairs import NEIGHBOURS, mutual, pairs
from sekisho.detection.train.reader.vocabulary import LOUDNESS, english_entries, vectors, worth_keeping

TABLES = """
CREATE TABLE Sense (ID INTEGER, idseq INTEGER);
CREATE TABLE SenseGloss (sid INTEGER, lang TEXT, gend TEXT, text TEXT);
CREATE TABLE Kanji (ID INTEGER, idseq INTEGER, text TEXT);
CREATE TABLE Kana (ID INTEGER, idseq INTEGER, text TEXT, nokanji BOOLEAN);
CREATE TABLE KJP (kid INTEGER, text TEXT);
CREATE TABLE KNP (kid INTEGER, text TEXT);
CREATE TABLE character (ID INTEGER, literal TEXT);
CREATE TABLE rm_group (ID INTEGER, cid INTEGER);
CREATE TABLE meaning (gid INTEGER, value TEXT, m_lang TEXT);
INSERT INTO Sense VALUES (1, 10), (2, 10), (3, 10), (4, 20), (5, 30);
INSERT INTO SenseGloss VALUES
 (1, 'eng', '', 'to bake (bread)'), (1, 'ger', '', 'backen'), (2, 'eng', '', 'to roast'),
 (3, 'eng', '', 'to be jealous'), (4, 'eng', '', 'bridge'), (5, 'eng', '', 'chopsticks');
INSERT INTO Kanji VALUES (1, 10, '焼く'), (2, 20, '橋'), (3, 30, '箸');
INSERT INTO Kana VALUES (1, 10, 'やく', 0), (2, 20, 'はし', 0), (3, 30, 'はし', 0);
INSERT INTO KJP VALUES (1, 'news1'), (1, 'ichi1'), (2, 'news1');
INSERT INTO KNP VALUES (3, 'ichi1'), (3, 'news1'), (2, 'news1');
INSERT INTO character VALUES (1, '橋'), (2, '峠');
INSERT INTO rm_group VALUES (1, 1), (2, 2);
INSERT INTO meaning VALUES (1, 'bridge', ''), (2, 'mountain pass', 'en'), (2, 'col', 'fr'), (2, 'ridge', '');
"""


@pytest.fixture(scope="module")
def dictionary(tmp_path_factory):
    path = tmp_path_factory.mktemp("dictionary") / "small.db"
    with sqlite3.connect(path) as database:
        database.executescript(TABLES)
    database.close()
    return read_dictionary(path)


def test_a_word_means_its_first_senses_in_english_without_asides(dictionary):
    assert dictionary.meanings("焼く") == ("bake", "roast")


def test_a_reading_of_several_words_means_the_one_more_often_met(dictionary):
    assert dictionary.meanings("はし") == ("chopsticks",)


def test_a_kanji_that_is_no_word_has_its_own_meanings(dictionary):
    assert dictionary.meanings("峠") == ("mountain pass", "ridge")
    assert dictionary.meanings("鱗") == ()


def test_what_is_marked_often_is_common(dictionary):
    assert dictionary.common == ("焼く", "はし")


def test_english_entries_are_ascii_pieces_without_numbers_after_what_every_text_needs():
    pieces = ["[PAD]", "[unused7]", "[CLS]", "the", "##ing", "1987", "##123", "42", "é", "京", "!"]
    needed = [PADDING, UNKNOWN, BEGIN, END, *SPEAKERS.values()]
    assert english_entries(pieces) == [*needed, "the", "##ing", "42", "!"]


def test_a_japanese_word_begins_where_its_glosses_are():
    needed = [PADDING, UNKNOWN, BEGIN, END, *SPEAKERS.values()]
    english = Vocabulary([*needed, "bridge", "bake", "roast"])
    known = np.random.default_rng(1).normal(size=(len(english), 16)).astype(np.float32)
    middle = known.mean(axis=0)
    dictionary = Dictionary({"橋": ("bridge",), "焼く": ("bake", "roast")}, {}, ())
    found = vectors(english, known, {"橋": "橋", "焼い": "焼く", "は": "は"}, dictionary, seed=1)
    assert nearest(found[0] - middle, known - middle) == english.read("bridge")[0]
    assert nearest(found[1] - middle, known - middle) == english.read("bake")[0], (
        "the first gloss weighs most"
    )
    assert np.linalg.norm(found[2] - middle) < 0.1, "a word without a gloss begins in the middle"
    loudness = np.linalg.norm(known - middle, axis=1).mean() * LOUDNESS
    assert np.linalg.norm(found[0] - middle) == pytest.approx(loudness, rel=1e-3)


def nearest(vector, known):
    return int((known @ vector / np.linalg.norm(known, axis=1)).argmax())


def directions(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_texts_that_say_the_same_find_each_other_and_the_others_nobody():
    draw = np.random.default_rng(3)
    said = draw.normal(size=(40, 256))
    left = directions(said + draw.normal(size=said.shape) * 0.2)
    right = directions(
        np.concatenate([said[:30], draw.normal(size=(10, 256))]) + draw.normal(size=said.shape) * 0.2
    )
    assert mutual(left, right, margin=0.5) == [(at, at) for at in range(30)]


def test_only_sources_that_translate_each_other_are_looked_through():
    draw = np.random.default_rng(4)
    said = draw.normal(size=(2 * NEIGHBOURS, 32)).astype(np.float32)
    rows = [text(at, "xsafety", "en") for at in range(len(said))]
    rows += [text(at, "xsafety", "ja") for at in range(len(said))]
    rows += [text(at, "jsquad", "ja") for at in range(len(said))]
    found = pairs(rows, np.concatenate([said, said, said]))
    assert found == [(at, at + len(said)) for at in range(len(said))]


def text(number, source, language):
    return Row(f"{source}{number}", "", source, language, frozenset(), None, "MIT")


def test_the_rarest_english_pieces_that_never_occurred_are_dropped_first():
    entries = [PADDING, "the", "a", "##q", "bread", "##bread", "oven", "峠", "焼く", "##rye"]
    occurred = Counter({entries.index("oven"): 2})
    dropped = [
        set(entries) - {entries[at] for at in worth_keeping(entries, occurred, most)}
        for most in (10, 9, 8, 1)
    ]
    assert dropped == [set(), {"##rye"}, {"##rye", "##bread"}, {"##rye", "##bread", "bread", "the"}]


def test_what_is_kept_keeps_its_order():
    entries = [PADDING, "bread", "oven", "rye", "焼く"]
    kept = worth_keeping(entries, Counter({2: 1}), most=4)
    assert [entries[at] for at in kept] == [PADDING, "bread", "oven", "焼く"]
