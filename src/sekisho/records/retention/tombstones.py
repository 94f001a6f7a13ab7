"""What was destroyed stays destroyed, also when a backup is restored (R-DATA-254).

    second place (a file)  ⊇  keystore  ⊇  main database          after each deed all three hold its tombstone

A tombstone is written before the deed: to a file in a second place, then to the keystore; the main database notes it in
the deed's own transaction. Whatever lacks one that another holds is older than the deed. It was cut off in between, or
restored from before it; either way the deed is done again, which changes nothing where it was done (`replaying`).
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import Manager
from django.utils.crypto import salted_hmac

from sekisho.base import settings
from sekisho.base.ids import new_id
from sekisho.records.retention.models import Replayed

NAME = "tombstones.jsonl"
TAIL_BYTES = 1 << 20
"""Longer than the longest line: the last one stands whole in it."""


class Kind(StrEnum):
    KEYS = "keys"
    """Keys that were destroyed, or cut."""
    ERASURE = "erasure"
    """Somebody or something that was erased."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One deed that must not be undone."""

    id: str
    at: datetime
    kind: Kind
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Behind:
    """Tombstones that a database does not know. Empty where all is well."""

    keystore: tuple[Tombstone, ...] = ()
    main: tuple[Tombstone, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.keystore or self.main)

    def __len__(self) -> int:
        return len({one.id for one in (*self.keystore, *self.main)})


def place() -> Path:
    """Return the file in the second place."""
    return Path(settings.text("tombstone_path") or settings.folder("data_dir") / NAME)


def bury(kind: Kind, data: Mapping[str, object], at: datetime) -> str:
    """Write down that something is about to be destroyed, durably and in both places, and return the tombstone's id.

    Call `known` with it in the transaction of the deed. Raises `OSError` when the second place cannot be written: then
    nothing may be destroyed, for a backup would bring it back unnoticed.
    """
    made = Tombstone(new_id("tmb"), at, kind, data)
    _append(made)
    _rows().create(id=made.id, at=at, kind=kind.value, data=dict(data))
    return made.id


def known(tombstone: str, at: datetime) -> None:
    """Note in the main database that it has seen the deed. Call it in the deed's transaction."""
    Replayed.objects.bulk_create([Replayed(tombstone=tombstone, at=at)], ignore_conflicts=True)


def behind() -> Behind:
    """Return what the databases do not know of all that was ever destroyed and could come back with a backup."""
    written = {one.id: one for one in _written()}
    kept = {row.id: Tombstone(row.id, row.at, Kind(row.kind), row.data) for row in _rows().all()}
    every = kept | written
    seen = set(Replayed.objects.values_list("tombstone", flat=True))
    return Behind(
        keystore=tuple(one for id, one in sorted(written.items()) if id not in kept),
        main=tuple(one for id, one in sorted(every.items()) if id not in seen),
    )


def is_current() -> bool:
    """Return whether both databases know the last tombstone: a quick look, for every few minutes."""
    last = _last()
    if last is None:
        return True
    return _rows().filter(id=last).exists() and Replayed.objects.filter(tombstone=last).exists()


def bury_again(one: Tombstone) -> None:
    """Put into the keystore what only the second place knew."""
    if not _rows().filter(id=one.id).exists():
        _rows().create(id=one.id, at=one.at, kind=one.kind.value, data=dict(one.data))


def forget(before: datetime) -> int:
    """Leave out of the file what is older than any backup, and return how much that was. The file is replaced whole."""
    path = place()
    if not path.exists():
        return 0
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        lines = file.readlines()
        left = [line for line in lines if (one := _read(line)) is None or one.at >= before]
        if len(left) < len(lines):
            file.seek(0)
            file.writelines(left)
            file.truncate()
            file.flush()
            os.fsync(file.fileno())
    return len(lines) - len(left)


def mark_of(organisation: str, end_user: str) -> str:
    """Return by what a tombstone names an end user: a digest that leads nowhere without the installation's secret."""
    words = f"{organisation}/{end_user}"
    return salted_hmac("sekisho.retention.tombstone", words, algorithm="sha256").hexdigest()[:40]


def _rows() -> Manager[Any]:
    """Rows of the keystore's database."""
    found: Manager[Any] = apps.get_model("keystore", "Tombstone")._default_manager
    return found


def _append(one: Tombstone) -> None:
    path = place()
    path.parent.mkdir(parents=True, exist_ok=True)
    words = {"id": one.id, "at": one.at.astimezone(UTC).isoformat(), "kind": one.kind.value, "data": one.data}
    line = json.dumps(words, separators=(",", ":"), default=str).encode() + b"\n"
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if not _ends_well(descriptor):
            line = b"\n" + line  # a line that a power cut tore must not swallow the next
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _ends_well(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"


def _written() -> Iterator[Tombstone]:
    path = place()
    if path.exists():
        with path.open("rb") as file:
            yield from (one for line in file if (one := _read(line)) is not None)


def _last() -> str | None:
    path = place()
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(-min(TAIL_BYTES, path.stat().st_size), os.SEEK_END)
        found = [one.id for line in file if (one := _read(line)) is not None]
    return found[-1] if found else None


def _read(line: bytes) -> Tombstone | None:
    """A line that was torn is none: its deed had not begun."""
    try:
        words = json.loads(line)
        return Tombstone(words["id"], datetime.fromisoformat(words["at"]), Kind(words["kind"]), words["data"])
    except (ValueError, KeyError, TypeError):
        return None
