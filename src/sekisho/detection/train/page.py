"""The model card as a page that people read."""

from __future__ import annotations

from collections.abc import Iterable

from sekisho.detection.card import Card, Interval

HOW = """The scorer gives each passage a probability per clause, from hashed n-grams alone. The policy pack
holds that against its thresholds. Two measurements, and they say different things:

- **unseen sources**: every source was judged by a model that had never seen any row of it. This is what to
  expect from traffic that looks like none of the training data; thresholds and calibration come from here.
- **dev**: other rows of the same sources. Kinder than life: templated sources share patterns with their
  training rows.
"""


def page(card: Card) -> str:
    """Return the card in Markdown; generated, so edit the training and not the page."""
    return "\n".join(
        (
            f"# Model card: {card.name} {card.version}",
            "",
            "*Written by `python -m sekisho.detection.train`; do not edit.*",
            "",
            HOW,
            *_facts(card),
            *_blocked(card),
            *_metrics(card),
            *_thresholds(card),
            *_sources(card),
            "## Limits",
            "",
            *(f"- {limit}" for limit in card.limits),
            "",
        )
    )


def _facts(card: Card) -> Iterable[str]:
    made = ", ".join(f"{name} {version}" for name, version in card.made_with.items())
    return (
        f"- Weights: SHA-256 `{card.digest}`",
        f"- Data: SHA-256 `{card.data_digest}`, seed {card.seed}, made with {made}",
        f"- Calibration: {card.calibrated_by}",
        f"- Languages measured: {', '.join(card.languages)}; elsewhere silence means nothing",
        f"- Canaries: {len(card.canaries)}, checked at every load",
        "",
    )


def _blocked(card: Card) -> Iterable[str]:
    yield "## All standards together, at the suggested thresholds"
    yield ""
    yield "| language | measured on | harmless texts | stopped | violating texts | caught |"
    yield "| --- | --- | ---: | ---: | ---: | ---: |"
    for line in card.blocked:
        yield (
            f"| {line.language} | {line.measured_on} | {line.texts:,} | {_percent(line.share)} "
            f"| {line.violating:,} | {_percent(line.caught)} |"
        )
    yield ""


def _metrics(card: Card) -> Iterable[str]:
    yield "## Clause by clause"
    yield ""
    yield "Precision and recall at `act`; recall at 1 % and at 0.1 % false positives with 95 % intervals."
    yield ""
    yield "| clause | language | measured on | concerned | others | precision | recall | at 1 % | at 0.1 % |"
    yield "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for line in card.metrics:
        yield (
            f"| `{line.clause}` | {line.language} | {line.measured_on} "
            f"| {line.concerned:,} | {line.others:,} | {line.precision:.2f} | {line.recall:.2f} "
            f"| {_percent(line.recall_at_1_percent)} | {_percent(line.recall_at_0_1_percent)} |"
        )
    yield ""


def _thresholds(card: Card) -> Iterable[str]:
    yield "## Suggested thresholds"
    yield ""
    yield "`act` / `ask`; 1 means: never on the score alone."
    yield ""
    languages = (*card.languages, "*")
    yield f"| clause | {' | '.join(languages)} |"
    yield "| --- |" + " ---: |" * len(languages)
    for clause, by_language in card.thresholds.items():
        cells = (f"{by_language[each].act:g} / {by_language[each].ask:g}" for each in languages)
        yield f"| `{clause}` | {' | '.join(cells)} |"
    yield ""


def _sources(card: Card) -> Iterable[str]:
    yield "## Sources"
    yield ""
    yield "| source | licence | rows used | languages |"
    yield "| --- | --- | ---: | --- |"
    for source in card.sources:
        yield f"| {source.name} | {source.license} | {source.rows:,} | {', '.join(source.languages)} |"
    yield ""


def _percent(share: Interval) -> str:
    return f"{share.value * 100:.1f} % ({share.low * 100:.1f}-{share.high * 100:.1f})"
