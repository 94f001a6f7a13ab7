"""Texts in batches of like length: little padding, and the same order for the same seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sekisho.detection.train.reader.network import Encoder, padded

Floats = NDArray[np.float32]

TOKENS = 2_400
"""Tokens of one step, with padding: some sixty short requests."""
JITTER = 6
"""Texts whose lengths differ by less change places from epoch to epoch."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts as windows of numbers, ready for the network."""

    windows: list[list[int]]
    padding: int

    def padded(self, at: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Return these texts as one tensor with its mask."""
        return padded([self.windows[number] for number in at], self.padding)


def batches(windows: Sequence[Sequence[int]], seed: int | None, tokens: int = TOKENS) -> list[list[int]]:
    """Return the positions of the windows in batches; in another order for each seed, by length for None."""
    draw = random.Random(seed)  # noqa: S311 (an order, not a secret)
    jitter = [0.0 if seed is None else draw.random() * JITTER for _ in windows]
    found: list[list[int]] = [[]]
    for at in sorted(range(len(windows)), key=lambda at: (len(windows[at]) + jitter[at], at)):
        longest = max(len(windows[member]) for member in (*found[-1], at))
        if found[-1] and (len(found[-1]) + 1) * longest > tokens:
            found.append([])
        found[-1].append(at)
    if seed is not None:
        draw.shuffle(found)
    return found


def encoded(encoder: Encoder, texts: Texts) -> Floats:
    """Return the encoder's vector of each text."""
    vectors = np.zeros((len(texts.windows), encoder.places.weight.shape[1]), np.float32)
    encoder.eval()
    with torch.no_grad():
        for batch in batches(texts.windows, None, TOKENS * 3):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                states = encoder(*texts.padded(batch))
            vectors[batch] = states.float().numpy()
    return vectors
