"""The options of `sekisho eval`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from sekisho.base.text import LANGS, Text
from sekisho.cli import bilingual
from sekisho.cli.judging import HOW_FAR, Asked
from sekisho.detection.detectors.assessing import Step
from sekisho.detection.evaluation.resampling import Plan
from sekisho.detection.evaluation.tasks import GROUPINGS

Command = TypeVar("Command", bound=Callable[..., Any])


def _file(**more: bool) -> click.Path:
    return click.Path(dir_okay=False, path_type=Path, **more)


_OPTIONS = (
    bilingual.option(
        "--detector",
        type=click.Choice([each.value for each in Asked]),
        default="cascade",
        show_default=True,
        help=Text("What is measured.", "測定する検出器。"),
    ),
    bilingual.option(
        "--model",
        type=click.Path(path_type=Path),
        help=Text(
            "Folder of a model. Default: the one that is shipped.",
            "モデルのフォルダー。省略すると付属のモデルです。",
        ),
    ),
    bilingual.option(
        "--step",
        type=click.Choice([each.value for each in Step]),
        default="both",
        show_default=True,
        help=HOW_FAR,
    ),
    bilingual.option(
        "--pack",
        help=Text(
            "Pack that decides: a file, or an id or version. Default: the one in force.",
            "判定に使うパック。ファイル、ID、版のいずれかで指定します。省略すると現在有効な版です。",
        ),
    ),
    bilingual.option(
        "--map",
        "maps",
        multiple=True,
        metavar=Text("THEIRS=OURS", "相手のラベル=条項"),
        help=Text(
            "Read a label of another scheme as a clause; THEIRS= leaves it out. Can be repeated.",
            "別の体系のラベルを条項として読みます。右辺を空にすると、そのラベルを除外します。繰り返し指定できます。",
        ),
    ),
    bilingual.option(
        "--look-alikes",
        multiple=True,
        metavar=Text("SOURCE", "出典"),
        help=Text(
            "A source whose harmless rows are all look-alikes. Can be repeated.",
            "害のない行がすべて紛らわしい文章である出典。繰り返し指定できます。",
        ),
    ),
    bilingual.option(
        "--by",
        type=click.Choice(GROUPINGS),
        help=Text("Tell groups of texts apart, too.", "文章を分類し、グループ別の数値も出します。"),
    ),
    bilingual.option(
        "--robustness",
        is_flag=True,
        help=Text(
            "Also measure what is left of recall when texts come in disguise.",
            "文章が偽装されたときに再現率がどれだけ残るかも測定します。",
        ),
    ),
    bilingual.option(
        "--compare",
        "other",
        type=click.Path(exists=True, path_type=Path),
        metavar=Text("OTHER.json|MODEL", "OTHER.json|モデル"),
        help=Text(
            "Compare with a stored evaluation, or with the model in a folder.",
            "保存した評価、またはフォルダーにあるモデルと比較します。",
        ),
    ),
    bilingual.option(
        "--fail-on-regression",
        "regression",
        type=_file(exists=True),
        metavar="BASE.json",
        help=Text(
            "End with status 1 if anything is worse than in BASE.json, beyond noise.",
            "BASE.json より誤差を超えて悪化したものがあれば、終了コード 1 で終わります。",
        ),
    ),
    bilingual.option(
        "--resamples",
        type=click.IntRange(10, 10_000),
        default=Plan().resamples,
        show_default=True,
        help=Text("For the intervals.", "信頼区間を求めるための再標本化の回数。"),
    ),
    bilingual.option(
        "--seed",
        type=int,
        default=Plan().seed,
        show_default=True,
        help=Text("Of resamples and disguises.", "再標本化と偽装に使う乱数の種。"),
    ),
    bilingual.option(
        "--out",
        type=_file(),
        metavar="REPORT.html",
        help=Text("Draw a report in one file.", "報告書を 1 つのファイルに書き出します。"),
    ),
    bilingual.option(
        "--lang",
        type=click.Choice(LANGS),
        help=Text(
            "Only this language in the report. Default: both.",
            "報告書をこの言語だけで書きます。省略すると両方の言語です。",
        ),
    ),
    bilingual.option(
        "--base",
        type=_file(),
        metavar="BASE.json",
        help=Text(
            "Store the answers, for a later --compare or --fail-on-regression.",
            "後で --compare や --fail-on-regression に使えるように、回答を保存します。",
        ),
    ),
    bilingual.option(
        "--json",
        "as_json",
        is_flag=True,
        help=Text("Everything that was measured, as JSON.", "測定結果をすべて JSON で出力します。"),
    ),
)


def with_options(command: Command) -> Command:
    """Give a command all of them, in this order."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
