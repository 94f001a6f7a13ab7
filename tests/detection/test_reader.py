"""The reader under attack: it reads every text, hears a word wherever it stands, and takes time and memory in
proportion."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.detection.detectors.reader import ASKED, PLACES, STRIDE, Reader, asked_of, windows_read
from sekisho.detection.detectors.scorer import READ_AGAIN, Scorer, Step, load
from sekisho.detection.labels import READER_HEADS
from sekisho.detection.normalise import normalise
from sekisho.detection.tokens import (
    BEGIN,
    END,
    LONGEST_WORD,
    PADDING,
    SPEAKERS,
    UNKNOWN,
    WORDS_REMEMBERED,
    Vocabulary,
)
from sekisho.detection.types import Passage, Role
from sekisho.detection.windows import WHOLE
from tests.detection.small_model import DOUBT, ENTRIES, HEARD, QUIET, Told, small_scorer, written

VOCABULARY = Vocabulary(list(ENTRIES))
MEBIBYTE = 2**20
MILLION = 1_000_000
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=400)

HOSTILE = {
    "nothing": "",
    "a million letters": "a" * MILLION,
    "a million words": "talk " * (MILLION // 5),
    "kanji without a space": "橋" * 100_000,
    "kana and kanji that nobody knows": "ゑ鱗" * 50_000,
    "words that nobody knows": " ".join(f"xq{number}" for number in range(20_000)),
    "forty-letter words": " ".join(f"{number:x}".rjust(LONGEST_WORD, "z") for number in range(5_000)),
    "words that are longer": ("z" * (LONGEST_WORD + 1) + " ") * 5_000,
    "pieces of pieces": "talk" + "ing" * 30_000,
    "digits": "0123456789" * 20_000,
    "every digit by itself": "7 " * 50_000,
    "controls": "".join(map(chr, range(32))) * 2_000,
    "zero-width flood": "h\u200ba\u200br\u200bm" + "\u200b\u2060\ufeff" * 50_000,
    "lone surrogates": "\ud800\udfff harm \udc00" * 5_000,
    "marks upon marks": "a" + "\u0301" * 100_000,
    "right to left": "\u202eharm\u202c" * 10_000,
    "one that unfolds into eighteen": "\ufdfa" * 5_000,
    "pictures": "👩‍👩‍👧‍👦" * 10_000,
    "line feeds": "\r\n\v\f\u2028\u2029\x85" * 10_000,
    "the vocabulary's own signs": " ".join([*SPEAKERS.values(), BEGIN, END, PADDING, UNKNOWN, "##ing"])
    * 2_000,
    "beyond the basic plane": "𠮟る𩸽" * 20_000,
}
hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("models") / "small-1")


@pytest.fixture(scope="module")
def reader(folder: Path) -> Reader:
    return Reader(folder)


@pytest.fixture(scope="module")
def scorers(folder: Path) -> list[Scorer]:
    return [load(folder, step) for step in Step]


# --- nothing raises, and time is linear: windows are counted, for each takes the same time ---


@hostile
def test_windows_are_few_and_none_is_too_long(text: str) -> None:
    folded = normalise(text).text
    for prompt, stride in (("", STRIDE), ("what is asked " * 40, STRIDE - ASKED - 1)):
        windows = list(windows_read(VOCABULARY, folded, Role.OUTPUT, prompt))
        assert 1 <= len(windows) <= len(folded) // stride + 1
        assert max(map(len, windows)) <= PLACES
        assert all(0 <= number < len(VOCABULARY) for window in windows for number in window)


@hostile
def test_a_scorer_answers_whatever_it_is_given(text: str, scorers: list[Scorer]) -> None:
    for scorer in scorers:
        for language in ("en", "ja", "und"):
            found = scorer.find(Passage(text, Role.OUTPUT, language, prompt=text))
            assert all(0 < finding.score < 1 for finding in found)


@hostile
def test_of_any_text_the_reader_gets_a_bounded_part(text: str) -> None:
    told = Told()
    small_scorer(told, Step.BOTH).find(Passage(f"{text} {DOUBT}", language="en"))
    assert 1 <= len(told.asked) <= READ_AGAIN
    assert max(len(part) for part, _, _ in told.asked) <= WHOLE


@given(ANY_TEXT, st.sampled_from(Role), ANY_TEXT, st.sampled_from(Step), st.sampled_from(["en", "ja", "xx"]))
def test_every_text_with_every_prompt_has_probabilities(
    scorers: list[Scorer], text: str, role: Role, prompt: str, step: Step, language: str
) -> None:
    scorer = scorers[list(Step).index(step)]
    said = scorer.scores(normalise(f"{DOUBT} {text}").text, role, language, prompt)
    assert tuple(said) == READER_HEADS
    assert all(0 < each < 1 for each in said.values())


@given(ANY_TEXT, ANY_TEXT)
def test_nobody_can_write_what_frames_a_window(text: str, prompt: str) -> None:
    """Else a text could end itself, or speak as somebody else."""
    framing = {ENTRIES.index(entry) for entry in (PADDING, BEGIN, END, *SPEAKERS.values())}
    signs = " ".join((*SPEAKERS.values(), BEGIN, END, PADDING))
    assert not framing & set(VOCABULARY.read(normalise(f"{text}{signs}{text}").view.text))
    assert not framing & set(asked_of(VOCABULARY, f"{signs}{prompt}"))


# --- a word is heard wherever it stands ---


@settings(max_examples=40)
@given(st.integers(0, 900), st.sampled_from(["harm", "爆弾"]), st.sampled_from(["", "about the garden"]))
def test_a_word_is_heard_wherever_it_stands(reader: Reader, at: int, word: str, prompt: str) -> None:
    text = "talk " * at + f" {word} " + "garden " * (900 - at)
    said = reader.log_odds(text, Role.OUTPUT, prompt)
    assert said is not None
    assert said == pytest.approx(HEARD)
    assert said.shape == (len(READER_HEADS),)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("h\u200ba\u200br\u200bm", id="invisible characters"),
        pytest.param("ｈａｒｍ", id="wide letters"),
        pytest.param("h a r m", id="spaced letters"),
        pytest.param("hárm", id="an accent"),
        pytest.param("HARM", id="capitals"),
        pytest.param("hаrm", id="a Cyrillic letter"),
        pytest.param("橋の爆弾の橋", id="within a run of Japanese"),
    ],
)
def test_a_disguised_word_is_heard(reader: Reader, text: str) -> None:
    assert heard(reader, normalise(text).text) == pytest.approx(HEARD)


def heard(reader: Reader, text: str, role: Role = Role.PROMPT, prompt: str = "") -> float:
    """Return the greatest of what the reader says."""
    said = reader.log_odds(text, role, prompt)
    assert said is not None
    return float(said.max())


def test_only_the_beginning_of_a_prompt_is_read_along(reader: Reader) -> None:
    text = "talk about the garden"
    said = [heard(reader, text, Role.OUTPUT, prompt) for prompt in ("harm", "garden " * 60 + "harm", "\n")]
    assert said == pytest.approx([HEARD, QUIET, QUIET])
    assert len(asked_of(VOCABULARY, "garden " * 60)) == ASKED


def test_a_window_says_the_same_beside_any_other(reader: Reader) -> None:
    alone = [heard(reader, text) for text in ("harm", "the garden")]
    assert alone == pytest.approx([HEARD, QUIET])
    assert heard(reader, "harm " * 90 + "garden " * 300) == max(alone)


# --- what cannot be read is not harmless ---


@pytest.mark.parametrize(
    ("text", "share"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param(" ", 0, id="spaces"),
        pytest.param("talk about the garden", 0, id="known words"),
        pytest.param("howdoi talk", 0.6, id="letters run together"),
        pytest.param("harm" * 11, 1, id="too many letters for a word"),
        pytest.param("橋の鱗", 1 / 3, id="a strange character"),
        pytest.param("✂ ✂ talk", 1 / 3, id="signs"),
    ],
)
def test_how_much_of_a_text_is_unknown(text: str, share: float) -> None:
    assert VOCABULARY.unread(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["harm" * 11, "xq " * 30 + "harm", "鱗" * 9 + "爆弾"])
def test_of_what_is_mostly_unknown_the_reader_says_nothing(reader: Reader, text: str) -> None:
    assert reader.log_odds(text, Role.PROMPT, prompt="talk about the garden " * 20) is None


@pytest.mark.parametrize("step", [Step.DOUBT, Step.BOTH])
def test_where_the_reader_cannot_read_the_quick_step_has_the_word(folder: Path, step: Step) -> None:
    """`DOUBT` is no entry of the small vocabulary: alone it is doubtful and cannot be read."""
    both, cheap = load(folder, step), load(folder, Step.CHEAP)
    passage = Passage(DOUBT, language="en")
    assert both.find(passage) == cheap.find(passage) != ()
    assert both.scores(DOUBT, language="en") == cheap.scores(DOUBT, language="en")
    readable = f"{DOUBT} {'talk about the garden ' * 4}"
    assert both.scores(readable, language="en") != cheap.scores(readable, language="en")


# --- memory ---


def kept_by(vocabulary: Vocabulary, text: str) -> int:
    """Return how many bytes a vocabulary keeps after reading a text."""
    tracemalloc.start()
    try:
        vocabulary.read("talk")
        before, _ = tracemalloc.get_traced_memory()
        vocabulary.read(text)
        return tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()


def test_words_that_are_too_long_are_not_remembered() -> None:
    text = " ".join(f"{number:x}".replace("0", "g") + "q" * 50_000 for number in range(100))
    assert kept_by(Vocabulary(list(ENTRIES)), text) < MEBIBYTE / 4


def strange_words(count: int) -> str:
    """Return words of forty letters, each of which takes four bytes."""
    return " ".join(
        "".join(LETTERS[number >> 4 * place & 15] for place in range(6)).ljust(LONGEST_WORD, LETTERS[0])
        for number in range(count)
    )


LETTERS = [chr(0x20000 + number) for number in range(16)]


def test_however_many_words_are_read_few_are_remembered() -> None:
    few, many = (
        kept_by(Vocabulary(list(ENTRIES)), strange_words(count))
        for count in (WORDS_REMEMBERED, 3 * WORDS_REMEMBERED)
    )
    # three times as much would be kept if nothing were forgotten; how large tables grow in between is Python's affair
    assert many < 2 * few < 32 * MEBIBYTE


def test_the_costliest_words_take_some_ten_megabytes() -> None:
    """Those that are read in as many pieces as they have letters."""
    vocabulary = Vocabulary([*ENTRIES, *LETTERS, *(f"##{letter}" for letter in LETTERS)])
    assert len(vocabulary.read(strange_words(1))) == LONGEST_WORD
    assert kept_by(vocabulary, strange_words(1000)) * WORDS_REMEMBERED / 1000 < 16 * MEBIBYTE
