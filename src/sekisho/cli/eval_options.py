"""The options of `sekisho eval`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from sekisho.base.text import LANGS
from sekisho.cli.judging import Asked
from sekisho.detection.detectors.assessing import Step
from sekisho.detection.evaluation.resampling import Plan
from sekisho.detection.evaluation.tasks import GROUPINGS

Command = TypeVar("Command", bound=Callable[..., Any])


def _file(**more: bool) -> click.Path:
    return click.Path(dir_okay=False, path_type=Path, **more)


_SEVERAL = "Can be repeated."
_OPTIONS = (
    click.option(
        "--detector",
        type=click.Choice([each.value for each in Asked]),
        default="cascade",
        show_default=True,
        help="What is measured.",
    ),
    click.option(
        "--model",
        type=click.Path(path_type=Path),
        help="Folder of a model. Default: the one that is shipped.",
    ),
    click.option(
        "--step",
        type=click.Choice([each.value for each in Step]),
        default="both",
        show_default=True,
        help="How far a model of two steps goes.",
    ),
    click.option("--pack", help="Pack that decides: a file, or an id or version. Default: the one in force."),
    click.option(
        "--map",
        "maps",
        multiple=True,
        metavar="THEIRS=OURS",
        help=f"Read a label of another scheme as a clause; THEIRS= leaves it out. {_SEVERAL}",
    ),
    click.option(
        "--look-alikes",
        multiple=True,
        metavar="SOURCE",
        help=f"A source whose harmless rows are all look-alikes. {_SEVERAL}",
    ),
    click.option("--by", type=click.Choice(GROUPINGS), help="Tell groups of texts apart, too."),
    click.option(
        "--robustness", is_flag=True, help="Also measure what is left of recall when texts come in disguise."
    ),
    click.option(
        "--compare",
        "other",
        type=click.Path(exists=True, path_type=Path),
        metavar="OTHER.json|MODEL",
        help="Compare with a stored evaluation, or with the model in a folder.",
    ),
    click.option(
        "--fail-on-regression",
        "regression",
        type=_file(exists=True),
        metavar="BASE.json",
        help="End with status 1 if anything is worse than in BASE.json, beyond noise.",
    ),
    click.option(
        "--resamples",
        type=click.IntRange(10, 10_000),
        default=Plan().resamples,
        show_default=True,
        help="For the intervals.",
    ),
    click.option(
        "--seed", type=int, default=Plan().seed, show_default=True, help="Of resamples and disguises."
    ),
    click.option("--out", type=_file(), metavar="REPORT.html", help="Draw a report in one file."),
    click.option("--lang", type=click.Choice(LANGS), help="Only this language in the report. Default: both."),
    click.option(
        "--base",
        type=_file(),
        metavar="BASE.json",
        help="Store the answers, for a later --compare or --fail-on-regression.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Everything that was measured, as JSON."),
)


def with_options(command: Command) -> Command:
    """Give a command all of them, in this order."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
