"""The model card as a page that people read: how well it does first, what it is made of last."""

from __future__ import annotations

from collections.abc import Iterable

from sekisho.detection.card import Card, Headline, Interval, SecondStep
from sekisho.detection.train.data import LOOK_ALIKES
from sekisho.detection.train.headlines import FEWEST_OWN, UNSEEN
from sekisho.detection.train.held_back import AUTHOR, DEV

ONE_STEP = "The scorer gives each passage a probability per clause, from hashed n-grams alone."
TWO_STEPS = """The scorer gives each passage a probability per clause, in two steps. A quick one adds up hashed
n-grams and sees every text. A small transformer reads again what the quick one leaves in doubt, in the languages
that it can read, and what both say is weighed together."""
HELD = "The policy pack holds the probabilities against its thresholds."

SETS = {
    UNSEEN: """every source was judged by a model that had not seen any row of it. This is what to expect from
traffic that looks like none of the training data. Calibration and thresholds were fitted on these same texts, so
there the calibration error is kinder than life.""",
    AUTHOR: """texts that one author of the policy set wrote without seeing the others; nothing was learned or
fitted from them, though models were compared on them. The others wrote from the same policy in the same form, and
nearly every harmless text of this author was written to look like a violation.""",
    DEV: """other rows of the same public sources. Kinder than life: templated sources share patterns with their
training rows.""",
}
"""What each set of texts is, and what a figure measured on it is worth."""


def page(card: Card) -> str:
    """Return the card in Markdown; generated, so edit the training and not the page."""
    return "\n".join(
        (
            f"# Model card: {card.name} {card.version}",
            "",
            "*Written by `python -m sekisho.detection.train`; do not edit.*",
            "",
            TWO_STEPS if card.second else ONE_STEP,
            HELD,
            "",
            *_sets(card),
            *_headlines(card),
            *_by_source(card),
            *_second(card.second),
            *_blocked(card),
            *_metrics(card),
            *_thresholds(card),
            *_facts(card),
            *_sources(card),
            "## Limits",
            "",
            *(f"- {limit}" for limit in card.limits),
            "",
        )
    )


def _sets(card: Card) -> Iterable[str]:
    measured = {line.measured_on for line in card.headlines} | {line.measured_on for line in card.metrics}
    yield "Figures are measured on different texts, and say different things:"
    yield ""
    yield from (
        f"- **{name}**: {' '.join(meaning.split())}" for name, meaning in SETS.items() if name in measured
    )
    yield ""


def _headlines(card: Card) -> Iterable[str]:
    lines = [line for line in card.headlines if line.source == "*"]
    if not lines:
        return
    yield "## Is anything violated?"
    yield ""
    yield from _both_steps(card.second)
    yield "| language | measured on | violating | harmless | AUROC | recall at 1 % | calibration error |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    for line in lines:
        yield (
            f"| {line.language} | {line.measured_on} | {line.concerned:,} | {line.others:,} | {_auroc(line.auroc)} "
            f"| {_percent(line.recall_at_1_percent)} | {line.calibration_error:.3f} |"
        )
    yield ""


def _both_steps(second: SecondStep | None) -> Iterable[str]:
    yield "95 % bootstrap intervals in brackets. AUROC: .5 is chance, 1 is perfect. Recall at 1 %: what is found where"
    yield "one harmless text in a hundred fires. Calibration error (ECE): 0 is best."
    if second:
        yield "Both steps read every text here. A gate that reads again only in doubt also lets pass what the quick"
        yield "step clears: see the second step, below."
    yield ""


def _by_source(card: Card) -> Iterable[str]:
    lines = sorted((line for line in card.headlines if line.source != "*"), key=_worst_first)
    if not lines:
        return
    yield "### By unseen source, the worst first"
    yield ""
    yield f"Violating texts of one source, against its own harmless ones where it has {FEWEST_OWN} or more, and else"
    yield "against those of all sources in the language that hold no violating one. The former is the harder question."
    yield ""
    yield "| source | language | violating | harmless | AUROC | recall at 1 % |"
    yield "| --- | --- | ---: | ---: | ---: | ---: |"
    for line in lines:
        yield (
            f"| {line.source} | {line.language} | {line.concerned:,} | {line.others:,} | {_auroc(line.auroc)} "
            f"| {_percent(line.recall_at_1_percent)} |"
        )
    yield ""


def _worst_first(line: Headline) -> tuple[float, str, str]:
    return line.auroc.value, line.source, line.language


def _second(second: SecondStep | None) -> Iterable[str]:
    if not second:
        return
    yield "## The second step"
    yield ""
    yield f"- Weighed together by: {second.calibrated_by}"
    yield f"- Learned from: SHA-256 `{second.data_digest}`"
    yield from (f"- `{name}`: SHA-256 `{digest}`" for name, digest in second.digests.items())
    yield ""
    yield "What is read again, and what is lost because it is not, on unseen sources:"
    yield ""
    yield "| language | ordinary harmless texts read again | violating texts cleared by the quick step |"
    yield "| --- | ---: | ---: |"
    for language, again in second.read_again.items():
        yield f"| {language} | {again * 100:.1f} % | {second.lost[language] * 100:.1f} % |"
    yield ""


def _facts(card: Card) -> Iterable[str]:
    made = ", ".join(f"{name} {version}" for name, version in card.made_with.items())
    return (
        "## What it was made from",
        "",
        f"- Weights of the quick step: SHA-256 `{card.digest}`",
        f"- Data: SHA-256 `{card.data_digest}`, seed {card.seed}, made with {made}",
        f"- Calibration of the quick step: {card.calibrated_by}",
        f"- Languages measured: {', '.join(card.languages)}; elsewhere silence means nothing",
        f"- Canaries: {len(card.canaries)}, checked at every load",
        "",
    )


def _blocked(card: Card) -> Iterable[str]:
    yield "## All standards together, at the suggested thresholds"
    yield ""
    yield "Look-alikes come from sources that hold violating texts too, or that were gathered for what they look like"
    yield f"({', '.join(sorted(LOOK_ALIKES))}); ordinary texts from all others."
    yield ""
    yield "| language | measured on | harmless texts | | stopped | violating texts | caught |"
    yield "| --- | --- | --- | ---: | ---: | ---: | ---: |"
    for line in card.blocked:
        yield (
            f"| {line.language} | {line.measured_on} | {line.kind} | {line.texts:,} | {_percent(line.share)} "
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
    yield "### Sources"
    yield ""
    yield "| source | licence | rows used | languages |"
    yield "| --- | --- | ---: | --- |"
    for source in card.sources:
        yield f"| {source.name} | {source.license} | {source.rows:,} | {', '.join(source.languages)} |"
    yield ""


def _auroc(told: Interval) -> str:
    return f"{told.value:.3f} ({told.low:.3f}-{told.high:.3f})"


def _percent(share: Interval) -> str:
    return f"{share.value * 100:.1f} % ({share.low * 100:.1f}-{share.high * 100:.1f})"
