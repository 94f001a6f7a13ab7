"""Commands, options and arguments that explain themselves in English and in Japanese.

Each gives its help as a `Text`, and none is made without; which half is shown is decided when it is shown, by
`reader_language`. Words of click's own come from `click_words`, lines from `layout`. Elsewhere all is as in click:

    @bilingual.command("greet", help=Text("Greet somebody.", "挨拶します。"))
    @bilingual.option("--loud", is_flag=True, help=Text("In capitals.", "大文字で表示します。"))
    def command(loud: bool) -> None: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import click

from sekisho.base.text import Text
from sekisho.cli import click_words
from sekisho.cli.click_words import word
from sekisho.cli.language import reader_language
from sekisho.cli.layout import Formatter, summary

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

click_words.teach()


class Option(click.Option):
    """An option whose help and placeholder are in the reader's language."""

    def __init__(
        self, names: Sequence[str], *, help: Text, metavar: Text | str | None = None, **more: Any
    ) -> None:
        super().__init__(names, **more)
        self.told, self.called = help, metavar

    def make_metavar(self, ctx: click.Context) -> str:
        return _shown(self.called) if self.called else word(super().make_metavar(ctx))

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)  # knows no help, so it has only the default and the range
        return record and (record[0], "  ".join(filter(None, (_shown(self.told), record[1]))))


class Argument(click.Argument):
    """An argument whose placeholder is in the reader's language. What it is, the command's help says."""

    def __init__(self, names: Sequence[str], *, metavar: Text | str, **more: Any) -> None:
        super().__init__(names, **more)
        self.called = metavar

    def make_metavar(self, ctx: click.Context) -> str:
        """Return the placeholder, with click's brackets where it may be left out and dots where it may be repeated.

        A choice shows its words instead.
        """
        return super().make_metavar(ctx).replace(self.name.upper(), _shown(self.called))


class Context(click.Context):
    formatter_class = Formatter


class Command(click.Command):
    """A command whose help is in the reader's language."""

    context_class = Context

    def __init__(self, name: str | None, *, help: Text, **more: Any) -> None:
        super().__init__(name, **more)
        self.told = help

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the first sentence of the help, whole: lines are wrapped, so nothing need be cut off."""
        return summary(_shown(self.told))

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [word(piece) for piece in super().collect_usage_pieces(ctx)]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, f"{word('Usage:')} ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_shown(self.told))

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option:
            option.help = word("Show this message and exit.")  # click keeps the words it began with
        return option


class Group(Command, click.Group):
    """A group whose commands are listed with the first sentence of their help."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command and read its words, before the group itself runs: help and mistakes need no database."""
        name, command, rest = super().resolve_command(ctx, args)
        if command and not ctx.resilient_parsing:
            command.make_context(name, list(rest), parent=ctx)
        return name, command, rest

    def summaries(self, ctx: click.Context) -> Iterable[tuple[str, str]]:
        """Return each command's name and what it does."""
        return [(name, self.commands[name].get_short_help_str()) for name in self.list_commands(ctx)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(word("Commands")):
            formatter.write_dl(list(self.summaries(ctx)))


def command(name: str, *, help: Text, **more: Any) -> Callable[[Callable[..., Any]], Command]:
    return click.command(name, cls=Command, help=help, **more)


def group(name: str, *, help: Text, **more: Any) -> Callable[[Callable[..., Any]], Group]:
    return click.group(name, cls=Group, help=help, **more)


def option(*names: str, help: Text, **more: Any) -> Callable[[Decorated], Decorated]:
    return click.option(*names, cls=Option, help=help, **more)


def argument(name: str, metavar: Text | str, **more: Any) -> Callable[[Decorated], Decorated]:
    return click.argument(name, cls=Argument, metavar=metavar, **more)


def _shown(text: Text | str) -> str:
    return text if isinstance(text, str) else text.in_(reader_language())
