"""The reader: the scorer's second step, a small transformer that knows what words mean together.

    text ─▶ tokens ─▶ windows of 126 ─▶ MiniLM, 8 bits, one core ─▶ log-odds of every question

It costs about a millisecond for a sentence, a hundred times what adding up n-grams costs, so it is asked where
those leave a doubt. Windows go through one at a time: numbers are rounded to eight bits by the largest
beside them, so in a batch the answer to a text would depend on its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from sekisho.detection.normalise import normalise
from sekisho.detection.tokens import Vocabulary, read_vocabulary, windows_of
from sekisho.detection.types import Role

PLACES: Final = 128
"""Tokens of a window, with begin, speaker and end."""
WINDOW: Final = PLACES - 3
STRIDE: Final = 93
"""Neighbouring windows share a quarter: a request of some twenty words is whole in one of them (P-044)."""

ASKED: Final = 31
"""Tokens of what was asked that are read with each window of an answer: a quarter of it."""
ASKED_CHARACTERS: Final = 300

ILLEGIBLE: Final = 0.5
"""A text is not judged of whose characters more than this share are unknown. Else letters run together, which n-grams
still see through, would be cleared by who reads nothing there."""

NETWORK, VOCABULARY = "reader.onnx", "vocabulary.txt"

Floats = NDArray[np.float32]


class Reader:
    """The network and its vocabulary. Any number of threads may ask it."""

    def __init__(self, folder: Path) -> None:
        """Raises `OSError` when a file of the model is missing, `ValueError` when it is damaged."""
        self._vocabulary = read_vocabulary(folder / VOCABULARY)
        self._session = _session(folder / NETWORK)

    def log_odds(self, text: str, role: Role, prompt: str = "") -> Floats | None:
        """Return the log-odds of each head, the greatest over the windows of the text. Not calibrated. An answer is
        read with its `prompt`. None where most of the text is unknown: what cannot be read is not harmless."""
        if self._vocabulary.unread(normalise(text).view.text) > ILLEGIBLE:
            return None
        each = [self._window(window) for window in windows_read(self._vocabulary, text, role, prompt)]
        return each[0] if len(each) == 1 else np.asarray(np.max(each, axis=0))

    def _window(self, numbers: Sequence[int]) -> Floats:
        (found,) = self._session.run(None, {"numbers": np.array([numbers], np.int64)})
        return np.asarray(found[0], np.float32)


def asked_of(vocabulary: Vocabulary, prompt: str) -> list[int]:
    """Return the numbers of what was asked, as far as they are read with an answer."""
    return vocabulary.read(normalise(prompt[:ASKED_CHARACTERS]).view.text)[:ASKED] if prompt else []


def windows_read(vocabulary: Vocabulary, text: str, role: Role, prompt: str = "") -> Iterator[list[int]]:
    """Yield the windows of a text as the network takes them, each with what was asked."""
    numbers, asked = vocabulary.read(normalise(text).view.text), asked_of(vocabulary, prompt)
    taken = len(asked) + 1 if asked else 0
    for start, end in windows_of(numbers, WINDOW - taken, STRIDE - taken):
        yield vocabulary.framed(numbers[start:end], role, asked)


def _session(path: Path) -> onnxruntime.InferenceSession:
    """Return the network on one core: a gateway process has one, and threads of its own make others wait."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it would keep what the longest window ever took
    options.log_severity_level = 3
    path.open("rb").close()  # so that a missing file is an OSError as everywhere
    try:
        # By its path: given the bytes, the runtime keeps a copy of them all.
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's own errors share no class of their own
        raise ValueError(f"{path} is no network: {type(error).__name__}") from None
