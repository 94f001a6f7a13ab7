"""Teaching the network its questions: one pass after the other over all rows, every head at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from sekisho.detection.labels import READER_HEADS, VIOLATION
from sekisho.detection.train.data import LEFT_OUT
from sekisho.detection.train.reader.batches import TOKENS, Texts, batches
from sekisho.detection.train.reader.network import Network

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Course:
    """How the network is taught. Found by experiment: `docs/decisions/0009-the-scorer-reads-twice.md`."""

    epochs: float = 2.0
    rate: float = 1.2e-4
    """Greatest step for the encoder; the heads, which begin at nothing, take `HEADS_FASTER` times it."""
    warm_up: float = 0.06
    """Share of the steps over which the rate rises from nothing. Then it falls evenly to nothing."""
    seed: int = 1


HEADS_FASTER = 20
LEAST_RATE = 0.02
WEIGHT_DECAY = 0.01
LONGEST_STEP = 1.0
"""Longest gradient of one step."""
VIOLATION_WEIGHT = 4.0
"""The question whether anything is violated counts as four: it has the most answers and decides most."""
SMOOTHED = 0.02
"""Labels are believed to this much less than 1: some are wrong, and a network that is never sure of them keeps
its log-odds comparable."""


def learn(network: Network, texts: Texts, targets: NDArray[np.int8], weights: Floats, course: Course) -> None:
    """Train the network in place. `targets` has the shape (texts, heads), `weights` one for each text."""
    wanted = torch.from_numpy(targets.astype(np.float32))
    counts = torch.from_numpy(weights)[:, None] * (wanted != LEFT_OUT) * _head_weights()
    wanted = wanted.clamp(SMOOTHED, 1 - SMOOTHED)
    torch.manual_seed(course.seed)
    steps = int(len(batches(texts.windows, None)) * course.epochs)
    optimiser = _optimiser(network, course.rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps, course.warm_up))
    network.train()
    for step, batch in enumerate(_endless(texts, course.seed)):
        if step == steps:
            return
        loss = _loss(network, texts, batch, wanted[batch], counts[batch])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), LONGEST_STEP)
        optimiser.step()
        schedule.step()
        _tell(step + 1, steps)


def _loss(network: Network, texts: Texts, batch: Sequence[int], wanted: Tensor, counts: Tensor) -> Tensor:
    numbers, mask = texts.padded(batch)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        states = network.encoder(numbers, mask)
    said = network.heads(states.float())
    each = nn.functional.binary_cross_entropy_with_logits(said, wanted, reduction="none")
    return (each * counts).sum() / counts.sum()


def _head_weights() -> Tensor:
    return torch.tensor([VIOLATION_WEIGHT if head == VIOLATION else 1.0 for head in READER_HEADS])


def _optimiser(network: Network, rate: float) -> torch.optim.Optimizer:
    parts = (
        {"params": network.encoder.parameters(), "lr": rate},
        {"params": network.heads.parameters(), "lr": rate * HEADS_FASTER},
    )
    return torch.optim.AdamW(parts, weight_decay=WEIGHT_DECAY)


def _rate(step: int, steps: int, warm_up: float) -> float:
    return min(1.0, (step + 1) / (warm_up * steps)) * max(LEAST_RATE, 1 - step / steps)


def _endless(texts: Texts, seed: int) -> Iterator[list[int]]:
    epoch = 0
    while True:
        yield from batches(texts.windows, seed * 1000 + epoch, TOKENS)
        epoch += 1


def _tell(step: int, steps: int) -> None:
    if step % 20 == 0 and sys.stderr.isatty():
        print(f"\r  reader: step {step:,} of {steps:,}", end="", file=sys.stderr, flush=True)
