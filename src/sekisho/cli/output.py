"""How commands speak: tables for people, JSON for programs, colour only on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import click
import msgspec
from rich.console import Console
from rich.table import Table

from sekisho.base.text import Lang, Text
from sekisho.cli.language import reader_language, told
from sekisho.cli.terms import term

PIPED_WIDTH = 120
"""Columns of a table that goes to a file or a pipe."""

ACTION_STYLE = {"allow": "green", "annotate": "cyan", "modify": "yellow", "hold": "magenta", "block": "red"}


def console(stderr: bool = False) -> Console:
    """Return a console that writes colour to terminals only; `NO_COLOR` is heeded (no-color.org)."""
    is_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, highlight=False, width=None if is_terminal else PIPED_WIDTH)


def say(en: str, ja: str, *, err: bool = False) -> None:
    """Write a line in the reader's language."""
    click.echo(told(en, ja), err=err)


def emit_json(value: object) -> None:
    """Write one JSON value on one line."""
    click.echo(msgspec.json.encode(value).decode())


def table(columns: Sequence[Text], rows: Iterable[Sequence[str]]) -> None:
    """Write rows under their headings, in the reader's language."""
    drawn = Table(header_style="bold", expand=False)
    for column in columns:
        drawn.add_column(column.in_(reader_language()), overflow="fold")
    for row in rows:
        drawn.add_row(*row)
    console().print(drawn)


def styled(action: str, lang: Lang | None = None) -> str:
    """What a reader calls an action, in its colour (rich markup)."""
    style, word = ACTION_STYLE.get(action, ""), term(action, lang)
    return f"[{style}]{word}[/{style}]" if style else word
