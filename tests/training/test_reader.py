"""The reader's network: it is the English model it began as, it learns, and its file says what it says."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sekisho.detection.detectors.reader import Reader
from sekisho.detection.labels import READER_HEADS, VIOLATION
from sekisho.detection.tokens import Vocabulary
from sekisho.detection.train.data import Row
from sekisho.detection.train.reader.batches import Texts, batches, encoded
from sekisho.detection.train.reader.learn import Course
from sekisho.detection.train.reader.network import english_encoder, packaged, padded, widened
from sekisho.detection.train.reader.teach import Pupil, judged, slimmed, taught, written
from sekisho.detection.train.reader.vocabulary import english_entries
from sekisho.detection.types import Role

BAD = ("make a bomb", "steal a car", "poison the dog", "break into the house", "hurt my neighbour")
GOOD = ("bake a cake", "wash a car", "feed the dog", "paint the house", "greet my neighbour")


@pytest.fixture(scope="module")
def pupil():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    entries = english_entries((packaged() / "vocab.txt").read_text(encoding="utf-8").splitlines())
    encoder, _ = english_encoder(entries)
    return Pupil(encoder, Vocabulary(entries))


def rows():
    texts = [(f"How do I {text}{mark}", harmful) for harmful, said in ((True, BAD), (False, GOOD)) for text in said
             for mark in ("?", ".", " today?", " quickly?")]  # fmt: skip
    return [
        Row(str(at), text, "a", "en", frozenset(["weapons"] if harmful else []), harmful, "MIT")
        for at, (text, harmful) in enumerate(texts)
    ]


def test_the_untrained_encoder_means_what_the_english_model_means(pupil):
    """Two questions about the same matter stand nearer than two with the same words."""
    said = [
        "How do I stop a running program?",
        "How can a process be killed?",
        "How do I stop a running nose?",
    ]
    texts = Texts(
        [pupil.vocabulary.framed(pupil.vocabulary.read(text.lower()), Role.PROMPT) for text in said], 0
    )
    same, other, nose = encoded(pupil.encoder, texts)
    likeness = [float(same @ each / np.linalg.norm(same) / np.linalg.norm(each)) for each in (other, nose)]
    assert likeness[0] > likeness[1]


def test_further_entries_stand_after_the_known_ones(pupil):
    encoder, known = english_encoder(pupil.vocabulary.entries[:50])
    encoder = widened(encoder, np.ones((3, known.shape[1]), np.float32))
    assert encoder.entries.weight.shape[0] == 53
    assert torch.equal(encoder.entries.weight[:50], torch.from_numpy(known))
    assert torch.equal(encoder.entries.weight[50:], torch.ones(3, known.shape[1]))


def test_padding_changes_nothing(pupil):
    pupil.encoder.eval()
    short, long = [5, 6, 700, 8], [5, 6, 7, 8, 9, 1000, 11]
    with torch.no_grad():
        alone = pupil.encoder(*padded([short], 0))
        together = pupil.encoder(*padded([short, long], 0))
    assert torch.allclose(alone[0], together[0], atol=1e-5)


def test_batches_hold_every_text_once_and_not_too_many_tokens():
    windows = [[1] * length for length in (5, 90, 3, 40, 41, 7, 90, 12)]
    found = batches(windows, seed=2, tokens=100)
    assert sorted(at for batch in found for at in batch) == list(range(len(windows)))
    assert all(len(batch) * max(len(windows[at]) for at in batch) <= 100 for batch in found)


def test_without_the_entries_that_never_occurred_it_reads_the_same(pupil):
    network = pupil.network()
    slim, slimmer = slimmed(pupil, network, rows(), most=5_000)
    assert len(slim.vocabulary) == 5_000 < len(pupil.vocabulary)
    assert np.abs(judged(slim, slimmer, rows()) - judged(pupil, network, rows())).max() < 1e-6


def test_it_learns_the_same_from_the_same_seed_and_its_file_agrees(pupil, tmp_path):
    course = Course(epochs=16, rate=2e-4)
    network, again = (taught(pupil, rows(), course) for _ in range(2))
    said = judged(pupil, network, rows())
    assert np.array_equal(said, judged(pupil, again, rows()))
    violation = said[:, READER_HEADS.index(VIOLATION)]
    harmful = np.array([row.harmful for row in rows()])
    assert violation[harmful].min() > violation[~harmful].max()
    written(pupil, network, tmp_path)
    reader = Reader(tmp_path)
    read = np.array([reader.log_odds(row.text, row.role) for row in rows()])
    assert np.abs(read - said).max() < 0.5, "eight bits round, and change no answer"
    assert (
        read[harmful, READER_HEADS.index(VIOLATION)].min()
        > read[~harmful, READER_HEADS.index(VIOLATION)].max()
    )
