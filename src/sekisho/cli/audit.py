"""`sekisho audit`: the tamper-evident log, exported and verified."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import click

from sekisho.accounts.types import system
from sekisho.audit.chain import Broken, Head, parse_head, verify
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.output import emit_json

CLI = system("cli")
BROKEN = 1
"""Exit status when the log was altered."""


@click.group("audit")
def command() -> None:
    """Export the audit log and verify it offline."""


@command.command("export")
@data_dir_option
@click.option(
    "--output",
    type=click.File("w", encoding="utf-8", atomic=True),
    default="-",
    help="File to write. Default: standard output.",
)
def export(data_dir: Path | None, output: IO[str]) -> None:
    """Write the log as JSON Lines, its head last.

    Keep the head (SEQ:DIGEST) elsewhere, to prove later that nothing was cut off.
    """
    for line in _exported(data_dir):
        output.write(line + "\n")


@command.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@data_dir_option
@click.option("--head", metavar="SEQ:DIGEST", help="A head that was kept: the log must still contain it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def verify_log(file: Path | None, data_dir: Path | None, head: str | None, as_json: bool) -> None:
    """Verify an export (needs no server and no database), or the log in the database when no FILE is given.

    Status 1 when the log was altered, with the first line at which it shows.
    """
    kept = _kept(head)
    if file is None:
        found = verify(_exported(data_dir), kept)
    else:
        with file.open(encoding="utf-8") as lines:
            found = verify(lines, kept)
    if isinstance(found, Broken):
        _tell(
            as_json,
            {"whole": False, "line": found.at, "why": found.why},
            f"Altered: line {found.at}. {found.why}",
        )
        sys.exit(BROKEN)
    _tell(
        as_json,
        {"whole": True, "entries": found.head.seq, "head": str(found.head)},
        f"Whole: {found.head.seq} entries, head {found.head}",
    )


def _kept(head: str | None) -> Head | None:
    if head is None:
        return None
    try:
        return parse_head(head)
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="--head") from problem


def _exported(data_dir: Path | None) -> Iterator[str]:
    set_up(data_dir)
    require_migrated()
    from sekisho.audit.queries import export_lines

    return iter(export_lines(CLI))


def _tell(as_json: bool, plain: dict[str, object], words: str) -> None:
    if as_json:
        emit_json(plain)
    else:
        click.echo(words)
