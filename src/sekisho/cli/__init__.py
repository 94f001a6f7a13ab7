"""The `sekisho` command. Each subcommand is loaded when it is asked for, so that a gateway starts without Django."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

from sekisho import __version__
from sekisho.base.errors import SekishoError
from sekisho.base.text import Lang, as_lang

COMMANDS = {
    "serve": "Run everything on one port: the gate, the pages, the worker.",
    "gateway": "Run the data plane alone.",
    "console": "Run the control plane's pages alone.",
    "worker": "Take in journals and publish snapshots.",
    "check": "Judge texts without a server.",
    "policy": "List, show, compare, check and activate versions of the policy.",
    "people": "Create people and organisations, appoint staff.",
    "keys": "Create, list and revoke API keys.",
    "restrict": "Throttle, suspend or terminate a key, organisation or end user; lift it again.",
    "records": "List what passed the gate, without content.",
    "audit": "Export the audit log and verify it offline.",
    "doctor": "Tell what is healthy, what is missing, and what to do.",
}
"""Name of each subcommand → its one-line help. The module `cli/<name>.py` holds it under the name `command`."""


class LazyGroup(click.Group):
    """Knows its subcommands by name and imports only the one that runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"sekisho.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="sekisho")
def cli() -> None:
    """Sekisho (関所): a self-hosted trust plane for AI products.

    Settings come from the environment (SEKISHO_…); docs/operate/settings.md lists them.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line. Expected refusals print one clear message and end with status 2."""
    try:
        cli.main(args=list(arguments) if arguments is not None else None, prog_name="sekisho")
    except SekishoError as refusal:
        click.echo(f"sekisho: {refusal.told(reader_language())}", err=True)
        sys.exit(2)


def reader_language() -> Lang:
    """Return the language of the terminal, from `LC_ALL`, `LC_MESSAGES` or `LANG` (POSIX, in that order)."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return as_lang(named)
