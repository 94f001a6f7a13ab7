"""What `sekisho eval --robustness` writes to a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from sekisho.cli import reader_language
from sekisho.cli.eval_tables import narrow, short
from sekisho.cli.output import say
from sekisho.detection.evaluation.disguises import of_measure
from sekisho.detection.evaluation.results import Kept
from sekisho.detection.evaluation.transforms import titled

_HEADS = ("disguise", "n, found", "caught", "disguised", "kept", "harmless", "caught", "disguised")


def show(found: Sequence[Kept]) -> None:
    """Write what is kept of what is caught; nothing where disguises were not asked for. The report and the JSON have
    the other measures, too."""
    lines = of_measure(found, "caught")
    if not lines:
        return
    narrow("", _HEADS, map(_line, lines))
    say(
        "Caught: modified, held or blocked, or a judge is asked. Kept: of what is caught as it is, the share that is "
        "caught in disguise.",
        "caught は変更・保留・遮断または判定モデルへの照会です。"
        "kept は、そのままで捕捉した文章のうち、偽装しても捕捉した割合です。",
    )


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
