"""A vocabulary that fits loses only what no text read in training, and every such text reads as before."""

from __future__ import annotations

import numpy as np
import pytest

from sekisho.detection.detectors.reader import VOCABULARY, Reader
from sekisho.detection.tokens import SPEAKERS, read_vocabulary
from sekisho.detection.train.reader.slim import slim
from sekisho.detection.types import Role
from tests.detection.small_model import ENTRIES, written

TEXTS = ["harm talk", "爆弾の橋"]
NEEDED = 4 + len(SPEAKERS) + 2 + 3


@pytest.mark.parametrize(
    ("most", "further"), [(0, []), (NEEDED + 1, ["garden"]), (100, ["garden", "##ing", "about", "the"])]
)
def test_what_fits_is_kept_in_its_order_and_reads_as_before(tmp_path, most, further):
    folder = written(tmp_path / "small-1")
    before = [Reader(folder).log_odds(text, Role.PROMPT) for text in TEXTS]
    slim(folder, TEXTS, most)
    entries = read_vocabulary(folder / VOCABULARY).entries
    assert entries == [entry for entry in ENTRIES if entry in entries]
    assert len(entries) == NEEDED + len(further)
    assert set(further) <= set(entries)
    after = Reader(folder)
    assert np.array_equal(before, [after.log_odds(text, Role.PROMPT) for text in TEXTS])
    assert (after.log_odds("about", Role.PROMPT) is None) is ("about" not in entries)
