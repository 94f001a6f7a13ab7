"""A process for `test_rotation.py`: makes keys as fast as it can, says which are durable, and rotates the root without
end meanwhile. Killed at any moment."""

from __future__ import annotations

import hashlib
import os
import sys
from datetime import UTC, datetime
from threading import Thread

AT = datetime(2026, 1, 1, tzinfo=UTC)


def set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "sekisho.settings"
    import django
    from django.core.management import call_command

    from sekisho.base import settings

    django.setup()
    if not (settings.folder("data_dir") / "migrated").exists():
        for alias in ("default", "keystore"):
            call_command("migrate", database=alias, verbosity=0)
        (settings.folder("data_dir") / "migrated").touch()


def main(kind: str) -> None:
    set_up()
    from sekisho.records.keystore.actions import ensure_conversation_keys
    from sekisho.records.keystore.rotation import rotate

    def write() -> None:
        for number in range(1_000_000):
            name = f"cnv_{kind}_{number}"
            key = ensure_conversation_keys({name: f"org_1/{kind}_{number % 50}"}, AT)[name]
            sys.stdout.write(f"{name} {hashlib.sha256(key.secret).hexdigest()}\n")
            sys.stdout.flush()

    Thread(target=write, daemon=True).start()
    while True:
        rotate(AT, at_once=5)


if __name__ == "__main__":
    main(sys.argv[1])
