"""Commands that need the control plane: Django set up over the data folder, databases migrated, policy installed."""

from __future__ import annotations

import os
from pathlib import Path

import click

from sekisho.base import settings
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.cli import bilingual

data_dir_option = bilingual.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help=Text(
        "Folder that holds everything Sekisho writes.  [default: .data, or SEKISHO_DATA_DIR]",
        "Sekisho が書き込むものをすべて置くフォルダー。  [デフォルト: .data、または SEKISHO_DATA_DIR]",
    ),
)


def private_by_default() -> None:
    """Let files that this process makes be readable by their owner alone: they hold keys and conversations."""
    os.umask(0o077)


def use_data_dir(folder: Path | None) -> Path:
    """Make `folder` the data folder of this process, create it (mode 0700), and return it."""
    if folder is not None:
        os.environ["SEKISHO_DATA_DIR"] = str(folder.absolute())
    chosen = settings.folder("data_dir")
    try:
        chosen.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as problem:
        raise SekishoError(
            "data_dir_unusable",
            Text(
                f"The data folder {chosen} cannot be made: {problem.strerror}. Name another with --data-dir.",
                f"データフォルダー {chosen} を作成できません。--data-dir で別の場所を指定してください。",
            ),
        ) from problem
    return chosen


def set_up(folder: Path | None = None) -> Path:
    """Set Django up over the data folder and return the folder. Raises `SekishoError` when it cannot be used."""
    private_by_default()
    chosen = use_data_dir(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sekisho.settings")
    import django

    django.setup()
    return chosen


def migrate() -> bool:
    """Bring both databases up to date; return whether there was anything to do."""
    from django.core.management import call_command
    from django.db import connections

    behind = [alias for alias in connections if _is_behind(alias)]
    for alias in behind:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    return bool(behind)


def require_migrated() -> None:
    """Raise `SekishoError`, which says what to do, when a database is missing or behind."""
    from django.db import connections

    folder = settings.folder("data_dir")
    if any(_is_behind(alias) for alias in connections):
        raise SekishoError(
            "not_set_up",
            Text(
                f"Nothing is set up in {folder} yet. Start `sekisho serve` there once, or use --data-dir.",
                f"{folder} はまだ準備されていません。一度 `sekisho serve` を起動するか、"
                "--data-dir で場所を指定してください。",
            ),
        )


def _is_behind(alias: str) -> bool:
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[alias])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def require_whole() -> None:
    """Destroy again what a restored database does not know of. Raises `SekishoError`, which says what to do, where that
    is not possible: nothing is served from it then (R-DATA-254)."""
    from sekisho.records.retention.gate import require_whole

    require_whole()
