"""`sekisho enforcement`: what follows from violations. Each subcommand is loaded when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Iterable

import click

from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.language import reader_language

COMMANDS = {
    "simulate": (
        "sekisho.cli.ladder_simulate",
        Text(
            "Try a ladder over recorded decisions: who would be hit.",
            "記録済みの決定で段階的な措置を試し、影響を受ける対象を示します。",
        ),
    ),
    "standing": (
        "sekisho.cli.ladder_standing",
        Text(
            "How a key, an organisation or an end user stands, and why.",
            "キー・組織・エンドユーザーの状態とその理由を示します。",
        ),
    ),
    "statements": (
        "sekisho.cli.statements",
        Text(
            "Statements of reasons, for whom they are handed in to.",
            "理由の説明を、提出先の形式で書き出します。",
        ),
    ),
    "attestation": (
        "sekisho.cli.attestations",
        Text(
            "What professionals attested to, verified offline.", "専門家の確認書を、オフラインで検証します。"
        ),
    ),
    "report": (
        "sekisho.cli.transparency",
        Text(
            "The transparency report of any period.",
            "任意の期間の透明性報告書を書き出します。",
        ),
    ),
}
"""Name of each subcommand → the module that holds it as `command`, and its one-line help."""


class LazyGroup(bilingual.Group):
    """Knows its subcommands by name and imports only the one that runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name][0]).command
        return command

    def summaries(self, ctx: click.Context) -> Iterable[tuple[str, str]]:
        return [(name, told.in_(reader_language())) for name, (_, told) in COMMANDS.items()]


@click.group(
    "enforcement",
    cls=LazyGroup,
    help=Text(
        "What follows from violations: statements of reasons, the ladder.",
        "違反への対応（理由の説明、段階的な措置）を扱います。",
    ),
)
def command() -> None:
    """Leave everything to the subcommands: each sets Django up for itself, once its own words have been read."""
