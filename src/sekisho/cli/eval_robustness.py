"""What `sekisho eval --robustness` writes to a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sekisho.base.text import Text
from sekisho.cli import reader_language
from sekisho.cli.eval_tables import narrow, short
from sekisho.cli.output import say
from sekisho.detection.evaluation.disguises import mean_kept, of_measure
from sekisho.detection.evaluation.results import Kept
from sekisho.detection.evaluation.transforms import titled

_HEADS: Final = (
    Text("disguise", "偽装"), Text("n, found", "件数・捕捉"), Text("caught", "捕捉率"), Text("disguised", "偽装後"),
    Text("kept", "維持率"), Text("harmless", "無害"), Text("caught", "捕捉率"), Text("disguised", "偽装後"),
)  # fmt: skip


def show(found: Sequence[Kept]) -> None:
    """Write what is kept of what is caught; nothing where disguises were not asked for. The report and the JSON have
    the other measures, too."""
    lines = of_measure(found, "caught")
    if not lines:
        return
    lang = reader_language()
    narrow("", [head.in_(lang) for head in _HEADS], map(_line, lines))
    say(
        "Caught: modified, held or blocked, or a judge is asked. Kept: of the harmful texts that are caught as they "
        "are, the share that is caught in disguise.",
        "捕捉は、変更・保留・遮断または判定モデルへの照会です。"
        "維持率は、そのままで捕捉した有害な文章のうち、偽装しても捕捉した割合です。",
    )
    means = " · ".join(f"{language} {value:.3f}" for language, value in mean_kept(found).items())
    if means:
        say(f"Kept on average over the disguises: {means}.", f"維持率の平均：{means}。")


def _line(one: Kept) -> list[str]:
    return [
        f"{titled(one.transform).in_(reader_language())}\n{one.language}",
        f"{one.harmful:,}\n{one.caught:,}",
        short(one.before),
        short(one.after),
        short(one.kept),
        f"{one.harmless:,}",
        short(one.harmless_before),
        short(one.harmless_after),
    ]
