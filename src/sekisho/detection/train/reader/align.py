"""Teaching the English model Japanese: texts that say the same are drawn together (`pairs`).

The Japanese one, and the English one, are drawn to where the untrained model put the English one.

Source: N. Reimers and I. Gurevych, Making Monolingual Sentence Embeddings Multilingual (2020).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from sekisho.detection.train.reader.batches import Texts, batches
from sekisho.detection.train.reader.network import Encoder
from sekisho.detection.train.reader.pairs import Pair

EPOCHS, RATE = 2, 5e-5


def draw_together(
    encoder: Encoder, texts: Texts, found: Sequence[Pair], wanted: NDArray[np.float32], seed: int
) -> None:
    """Train the encoder so that both texts of each pair get the vector `wanted` of the English one.

    `wanted` has a vector for each text. English texts are drawn too, so that the English model stays what it is.
    """
    at = [other for _, other in found] + [one for one, _ in found]
    goals = torch.from_numpy(wanted[[one for one, _ in found] * 2])
    optimiser = torch.optim.AdamW(encoder.parameters(), RATE)
    encoder.train()
    for epoch in range(EPOCHS):
        for batch in batches([texts.windows[number] for number in at], seed + epoch):
            numbers, mask = texts.padded([at[member] for member in batch])
            with torch.autocast("cpu", dtype=torch.bfloat16):
                states = encoder(numbers, mask)
            loss = (1 - torch.cosine_similarity(states.float(), goals[batch])).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
