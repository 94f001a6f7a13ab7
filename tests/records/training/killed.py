"""An installation whose builds are killed: `killed.py FOLDER seed|build|check`, run in a process of its own."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

FOLDER, TASK = Path(sys.argv[1]), sys.argv[2]
os.environ["SEKISHO_DATA_DIR"] = str(FOLDER / "data")
os.environ["DJANGO_SETTINGS_MODULE"] = "sekisho.settings"
OUT = FOLDER / "out"


def main() -> None:
    from sekisho.cli.control_plane import migrate, set_up

    set_up()
    if TASK == "seed":
        migrate()
        seed()
    elif TASK == "build":
        build_for_ever()
    else:
        check()


def seed() -> None:
    from tests.records.training.makers import allow, keep, turn, user

    allow()
    for batch in range(4):
        keep(
            *[
                turn(f"req_{batch}_{n}", user(f"{n}" * 300, f"d{n}"), conversation=f"c{batch}-{n}")
                for n in range(100)
            ]
        )


def build_for_ever() -> None:
    """Build one version after the other until somebody kills it, each in small steps."""
    from sekisho.accounts.types import system
    from sekisho.records.training import actions, selecting
    from sekisho.records.training.actions import building
    from sekisho.records.training.types import Format

    selecting.CONVERSATIONS, building.ITEMS_A_STATEMENT = 20, 25
    print("ready", flush=True)
    while True:
        for format in Format:
            actions.build(system("test"), OUT, format=format)


def check() -> None:
    """What stands in the database is on the disk, whole; the rest is cleared away and nobody may use it."""
    from sekisho.records.training import actions, queries
    from sekisho.records.training.models import DatasetItem, DatasetVersion

    now = datetime.now(UTC)
    for row in DatasetVersion.objects.all():
        fit = queries.verdict(row.id, now).is_fit
        assert fit == (row.state == "ready"), (row.id, row.state)
        if fit:
            assert row.items.count() == row.sums["items"] == 400, row.id
    actions.clear_abandoned(now + timedelta(days=1))
    ready = set(DatasetVersion.objects.filter(state="ready").values_list("id", flat=True))
    assert {path.name for path in OUT.iterdir()} == ready, "what broke off is gone, what is whole is not"
    assert not DatasetItem.objects.exclude(version__in=ready).exists()
    print(len(ready), DatasetVersion.objects.filter(state="abandoned").count())


if __name__ == "__main__":
    main()
