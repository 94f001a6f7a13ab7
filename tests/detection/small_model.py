"""A whole model in miniature, a test twin: a quick step that knows two words, and a network of one layer.

The quick step is in doubt about a window that holds `DOUBT`, and more so with `DEEPER`. The network says of a window
the greatest of what it knows of each entry, so that one word is heard wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from sekisho.detection.card import Canary, Card, SecondStep, sha256, write_card
from sekisho.detection.detectors.quick import COLUMNS
from sekisho.detection.detectors.reader import NETWORK, VOCABULARY
from sekisho.detection.detectors.scorer import Scorer, Step, load
from sekisho.detection.features import BUCKETS, FEATURES_VERSION, features
from sekisho.detection.labels import HEADS, READER_HEADS, VIOLATION
from sekisho.detection.tokens import BEGIN, END, PADDING, SPEAKERS, UNKNOWN
from sekisho.detection.types import Role

DOUBT, DEEPER = "qqdoubtqq", "zzdeeperzz"
CLAUSE = "cyber"
"""What the quick step's doubt is about."""
SHIFT = -10.0
"""The quick step's log-odds of a text with neither word."""
ENTRIES = (
    *(PADDING, UNKNOWN, BEGIN, END, *SPEAKERS.values()),
    *("harm", "garden", "talk", "##ing", "about", "the", "爆弾", "の", "橋"),
)
HEARD, QUIET = 6.0, -4.0
"""The network's log-odds where it heard `harm` or 爆弾, and everywhere else."""
WEIGHING = (0.8, 0.3, 0.25, -0.5)
OF_ADVICE = (0.8, 0.0, 0.0, -0.5)


class Told:
    """A second step that says the same of every text, or raises; it remembers what it was asked."""

    def __init__(self, said: float | Mapping[str, float] = 0.0) -> None:
        told = said if isinstance(said, Mapping) else dict.fromkeys(READER_HEADS, said)
        self.said = np.array([told.get(head, 0.0) for head in READER_HEADS], np.float32)
        self.asked: list[tuple[str, Role, str]] = []

    def log_odds(self, text: str, role: Role, prompt: str = "") -> np.ndarray:
        self.asked.append((text, role, prompt))
        return self.said


def weights() -> np.ndarray:
    """The quick step's weights: two words that speak for `CLAUSE` and for a violation."""
    found = np.zeros((BUCKETS, COLUMNS), np.int8)
    for word in (DOUBT, DEEPER):
        for head in (CLAUSE, VIOLATION):
            found[features(word).all(), HEADS.index(head)] = 100
    return found


def second(
    languages: Iterable[str] = ("en",), clear: float = -1.5, digests: dict[str, str] | None = None
) -> SecondStep:
    weighing = {head: WEIGHING if head in HEADS else OF_ADVICE for head in READER_HEADS}
    return SecondStep(
        digests=digests or {},
        heads=READER_HEADS,
        clear={language: dict.fromkeys(HEADS, clear) for language in languages},
        calibration=dict.fromkeys(languages, weighing),
        calibrated_by="hand",
        read_again={},
        lost={},
        data_digest="",
    )


def card(step: SecondStep | None = None) -> Card:
    return Card(
        name="small",
        version="1",
        features_version=FEATURES_VERSION,
        digest="",
        heads=HEADS,
        scales=(0.06,) * len(HEADS),
        intercepts=(SHIFT,) * len(HEADS),
        calibration={"*": dict.fromkeys(HEADS, (1.0, 0.0, 0.0)), "en": {}, "ja": {}},
        calibrated_by="hand",
        languages=("en", "ja"),
        thresholds={},
        canaries=(),
        seed=1,
        data_digest="",
        sources=(),
        made_with={},
        second=step,
    )


def with_canaries(known: Card, scorer: Scorer, cheap: Scorer) -> Card:
    """Return the card with its canaries, as these two read them."""
    found, quick = (
        tuple(
            Canary(text, "en", CLAUSE, one.scores(text, language="en")[CLAUSE], rises)
            for text, rises in ((f"{DOUBT} talk about the garden", True), ("a garden", False))
        )
        for one in (scorer, cheap)
    )
    step = known.second and replace(known.second, quick_canaries=quick)
    return replace(known, canaries=found, second=step)


def small_scorer(reader: Told | None, step: Step = Step.DOUBT, how: SecondStep | None = None) -> Scorer:
    """Return a healthy scorer with this second step."""
    known, made = card(how or second()), weights()
    known = with_canaries(known, Scorer(known, made, reader), Scorer(known, made))
    scorer = Scorer(known, made, reader, step)
    if reader:
        reader.asked.clear()
    return scorer


def written(folder: Path, languages: Iterable[str] = ("en", "ja")) -> Path:
    """Write the model with its network to a folder, and return it."""
    folder.mkdir(parents=True)
    np.save(folder / "weights.npy", weights())
    (folder / NETWORK).write_bytes(network(_known()))
    (folder / VOCABULARY).write_text("\n".join(ENTRIES) + "\n", encoding="utf-8")
    digests = {name: sha256(folder / name) for name in (NETWORK, VOCABULARY)}
    known = replace(card(second(languages, digests=digests)), digest=sha256(folder / "weights.npy"))
    write_card(folder, known)
    write_card(folder, with_canaries(known, load(folder), load(folder, Step.CHEAP)))
    return folder


def _known() -> np.ndarray:
    known = np.full((len(ENTRIES), len(READER_HEADS)), QUIET, np.float32)
    for word in ("harm", "爆弾"):
        known[ENTRIES.index(word)] = HEARD
    return known


# --- the file of a network, in the few bytes that it needs (github.com/onnx/onnx, onnx/onnx.proto) ---


def network(known: np.ndarray) -> bytes:
    """Return a network that looks each number up in `known` and answers with the greatest, head by head."""
    taken = _number(1, known.shape[0]) + _number(1, known.shape[1]) + _number(2, 1)
    table = taken + _text(8, "known") + _part(9, known.astype("<f4").tobytes())
    looked_up = _text(1, "known") + _text(1, "numbers") + _text(2, "each") + _text(4, "Gather")
    over_words = _text(1, "axes") + _number(8, 1) + _number(20, 7)
    without_them = _text(1, "keepdims") + _number(3, 0) + _number(20, 2)
    greatest = _text(1, "each") + _text(2, "log_odds") + _text(4, "ReduceMax")
    graph = (
        _part(1, looked_up)
        + _part(1, greatest + _part(5, over_words) + _part(5, without_them))
        + _text(2, "small")
        + _part(5, table)
        + _part(11, _shaped("numbers", 7, _text(2, "length")))
        + _part(12, _shaped("log_odds", 1, _number(1, known.shape[1])))
    )
    return _number(1, 8) + _part(8, _number(2, 13)) + _part(7, graph)


def _shaped(name: str, kind: int, last: bytes) -> bytes:
    shape = _part(1, _number(1, 1)) + _part(1, last)
    return _text(1, name) + _part(2, _part(1, _number(1, kind) + _part(2, shape)))


def _number(field: int, value: int) -> bytes:
    return _variable(field << 3) + _variable(value)


def _text(field: int, value: str) -> bytes:
    return _part(field, value.encode())


def _part(field: int, value: bytes) -> bytes:
    return _variable(field << 3 | 2) + _variable(len(value)) + value


def _variable(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])
