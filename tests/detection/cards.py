"""A whole card, made up: for what is written about models, whichever one is shipped."""

from __future__ import annotations

from dataclasses import replace

from sekisho.detection.card import Blocked, Card, Headline, Interval, Metric, SecondStep, Source, Suggested
from sekisho.detection.features import FEATURES_VERSION
from sekisho.detection.labels import CLAUSES, HEADS, READER_HEADS
from sekisho.detection.train.canaries import LIMITS
from sekisho.detection.train.headlines import UNSEEN
from sekisho.detection.train.held_back import AUTHOR, DEV
from sekisho.detection.train.make import CALIBRATED_BY, WEIGHED_BY

RECALL = Interval(0.4321, 0.4, 0.4567)


def headline(
    auroc: float, language: str = "en", source: str = "*", measured_on: str = UNSEEN, others: int = 2500
) -> Headline:
    told = Interval(auroc, auroc - 0.02, auroc + 0.01)
    return Headline(language, measured_on, source, 1234, others, told, RECALL, 0.045)


HEADLINES = (
    headline(0.91),
    headline(0.82, "ja"),
    headline(0.87, measured_on=AUTHOR),
    headline(0.95, measured_on=DEV),
    *(headline(0.6 + at / 100, source=f"source_{at}") for at in (7, 3, 1, 5, 9, 2, 8)),
    headline(0.7, "ja", "source_ja"),
)
METRICS = tuple(
    Metric("weapons", "en", name, 300, 2500, 0.91, 0.62, RECALL, RECALL) for name in (DEV, AUTHOR, UNSEEN)
)
SECOND = SecondStep(
    digests={"reader.onnx": "aa" * 32, "vocabulary.txt": "bb" * 32},
    heads=READER_HEADS,
    clear={},
    calibration={},
    calibrated_by=WEIGHED_BY,
    read_again={"en": 0.123, "ja": 0.045},
    lost={"en": 0.067, "ja": 0.089},
    data_digest="cc" * 32,
)
TWO_STEPS = Card(
    name="made-up",
    version="7",
    features_version=FEATURES_VERSION,
    digest="dd" * 32,
    heads=HEADS,
    scales=(1.0,) * len(HEADS),
    intercepts=(0.0,) * len(HEADS),
    calibration={},
    calibrated_by=CALIBRATED_BY,
    languages=("en", "ja"),
    thresholds={clause: dict.fromkeys(("en", "ja", "*"), Suggested(0.9, 0.6)) for clause in CLAUSES},
    canaries=(),
    seed=1,
    data_digest="ee" * 32,
    sources=(Source("source_1", "MIT", 1200, ("en",)), Source("source_ja", "CC-BY-4.0", 800, ("ja",))),
    made_with={"numpy": "2.4"},
    metrics=METRICS,
    blocked=(Blocked("en", UNSEEN, 2500, Interval(0.003, 0.002, 0.004), RECALL, 1234),),
    limits=LIMITS,
    headlines=HEADLINES,
    second=SECOND,
)
ONE_STEP = replace(TWO_STEPS, second=None)
