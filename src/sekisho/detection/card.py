"""The model card: what a model is, what it learned from, how well it does, and where it must not be trusted.

The card is part of the model: scales, calibration and canaries are read from it, so a model cannot run
without saying what it is. It is written by `python -m sekisho.detection.train` and never by hand.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text


class ModelError(SekishoError):
    """A model folder that cannot be used: missing, damaged, or made for another version."""


@dataclass(frozen=True, slots=True)
class Source:
    """One source of training rows."""

    name: str
    license: str
    rows: int
    """How many of its rows were used, after sampling."""
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """A measured share with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Metric:
    """How well one clause does in one language on one set of texts (P-043)."""

    clause: str
    language: str
    """`*` stands for all languages that have no line of their own."""
    measured_on: str
    """`unseen sources` (each source judged by a model that never saw it) or `dev` (other rows of known
    sources)."""
    concerned: int
    """Texts that the clause concerns."""
    others: int
    """Texts that it does not concern and that are harmless."""
    precision: float
    """At the suggested `act` threshold, with as many texts of each kind as were measured. 0 when nothing
    fires."""
    recall: float
    """At the suggested `act` threshold."""
    recall_at_1_percent: Interval
    """Recall where 1 % of the other texts fire."""
    recall_at_0_1_percent: Interval


@dataclass(frozen=True, slots=True)
class Suggested:
    """From where a clause can act or be unsure in a language; packs decide, this is advice."""

    act: float
    """1 means that the score alone must never act: a score is at most 0.9999."""
    ask: float


@dataclass(frozen=True, slots=True)
class Canary:
    """A harmless short text whose score is known, to test that the model still reads as it did (P-042)."""

    text: str
    language: str
    clause: str
    score: float
    rises: bool
    """Whether it must score above the clause's canaries that do not rise: a canary pair separates or the
    model is ill."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """Share of harmless texts on which any standard acts at the suggested thresholds."""

    language: str
    measured_on: str
    texts: int
    share: Interval
    caught: Interval
    """Share of the violating texts on which any standard acts."""
    violating: int
    kind: str = "ordinary"
    """`look-alikes`: harmless texts of sources that hold violating ones too, or that were gathered for what they look
    like; `ordinary`: those of all other sources."""


@dataclass(frozen=True, slots=True)
class Headline:
    """How well it is told whether anything is violated, in one language on one set of texts."""

    language: str
    measured_on: str
    source: str
    """The source of the violating texts; `*` for all of them."""
    concerned: int
    others: int
    """Harmless texts: of the same source where it has enough of its own, else those of all sources that hold no
    violating one."""
    auroc: Interval
    recall_at_1_percent: Interval
    calibration_error: float
    """Expected calibration error over ten bins; 0 where it was not measured, for a single source."""


@dataclass(frozen=True, slots=True)
class SecondStep:
    """What reads again where the quick step is in doubt: a network, and how both are weighed together."""

    digests: dict[str, str]
    """SHA-256 of each file of the network, by name."""
    heads: tuple[str, ...]
    """What the network is asked, in the order of its answers."""
    clear: dict[str, dict[str, float]]
    """Language → head → log-odds of the quick step from which a prompt, or what a tool brought, is read again."""
    calibration: dict[str, dict[str, tuple[float, float, float, float]]]
    """Language → head → (a, b, c, d): the probability is sigmoid(a·own + b·violation + c·quick + d), with what the
    network says of the head and of a violation, and the quick step's log-odds."""
    calibrated_by: str
    read_again: dict[str, float]
    """Language → share of ordinary harmless texts that are read again, on unseen sources."""
    lost: dict[str, float]
    """Language → share of violating texts that the quick step clears, on unseen sources."""
    data_digest: str
    """SHA-256 over the rows that the network learned from."""
    clear_answers: dict[str, dict[str, float]] = field(default_factory=dict)
    """As `clear`, of what a model says; languages that are not here are cleared as prompts are."""
    quick_canaries: tuple[Canary, ...] = ()
    """The canaries, as the quick step alone scores them."""


@dataclass(frozen=True, slots=True)
class Card:
    """Everything about one model. All of it follows from data and seed, so training twice gives the same
    card."""

    name: str
    version: str
    features_version: int
    digest: str
    """SHA-256 of `weights.npy`, hexadecimal."""
    heads: tuple[str, ...]
    """What each column of the weights is for; the columns after these are padding."""
    scales: tuple[float, ...]
    intercepts: tuple[float, ...]
    calibration: dict[str, dict[str, tuple[float, float, float]]]
    """Language (or `*`) → head → (a, b, c): the quick step's probability is sigmoid(a·head + b·violation + c)."""
    calibrated_by: str
    languages: tuple[str, ...]
    """Those in which it was measured on enough violating and harmless texts (P-042)."""
    thresholds: dict[str, dict[str, Suggested]]
    """Clause → language (or `*`) → suggestion."""
    canaries: tuple[Canary, ...]
    seed: int
    data_digest: str
    """SHA-256 over the rows that were used."""
    sources: tuple[Source, ...]
    made_with: dict[str, str]
    metrics: tuple[Metric, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    limits: tuple[str, ...] = field(default=())
    headlines: tuple[Headline, ...] = ()
    second: SecondStep | None = None
    """None: the model has the quick step only."""


def read_card(folder: Path) -> Card:
    """Return the card of the model in `folder`. Raises `ModelError` when there is none or it cannot be
    read."""
    try:
        return msgspec.json.decode((folder / "card.json").read_bytes(), type=Card)
    except FileNotFoundError:
        raise missing(folder) from None
    except msgspec.DecodeError as error:
        raise damaged(folder / "card.json", str(error)) from None


def write_card(folder: Path, card: Card) -> None:
    """Write the card so that people can read it and `git diff` shows what changed."""
    text = msgspec.json.format(msgspec.json.encode(card), indent=1)
    (folder / "card.json").write_bytes(text + b"\n")


def sha256(path: Path) -> str:
    """Return the digest of a file, hexadecimal. Raises `FileNotFoundError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def missing(path: Path) -> ModelError:
    """Return the error of a model, or of one of its files, that is not there."""
    return ModelError(
        "model_missing",
        Text(
            en=f"There is no scorer model at {path}. Install Sekisho again, or make one with `make model`.",
            ja=f"{path} にローカル判定器のモデルがありません。Sekisho を再インストールするか、"
            "`make model` で作成してください。",
        ),
        path=str(path),
    )


def damaged(path: Path, why: str) -> ModelError:
    return ModelError(
        "model_damaged",
        Text(
            en=f"The scorer model file {path} is damaged: {why}. "
            "Install Sekisho again, or make the model anew with `make model`.",
            ja=f"ローカル判定器のモデルファイル {path} が壊れています({why})。"
            "Sekisho を再インストールするか、`make model` で作り直してください。",
        ),
        path=str(path),
    )
