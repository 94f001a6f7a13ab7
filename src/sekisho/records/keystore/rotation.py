"""A new root takes over while everything runs.

    a new root wraps from now on ──▶ what the old ones wrapped is wrapped anew, some rows at a time
                                 ──▶ nothing is left under them: they are retired, in the same breath as that is seen

Readers open each row by the root that it names, so they notice nothing. Writers wrap by the current root and lock its
row in `RootVersion`: whoever is about to store something under an old root either comes before its retirement, and is
found, or wraps it anew. A row is written only if it still is as it was read, so nothing that was destroyed meanwhile
comes back. Killed at any moment, `rotate` goes on where it was.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.db import connections, models, transaction

from sekisho.audit.actions import record
from sekisho.base import settings
from sekisho.base.databases import KEYSTORE
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.records.keystore.actions import claim
from sekisho.records.keystore.models import PseudonymKey, RootVersion, SealingKey, SigningKey, SubjectKey
from sekisho.records.keystore.queries import subject_purpose
from sekisho.records.keystore.root import local_keys, local_name, new_local_key, rewrap, root, root_file
from sekisho.records.keystore.transit import vault_root
from sekisho.records.keystore.types import Wrapped

ROWS_AT_ONCE = 200
"""Rows a transaction: milliseconds, so that a writer hardly waits."""

_PURPOSES: Mapping[type[models.Model], Callable[[models.Model], str]] = {
    SubjectKey: lambda row: subject_purpose(row.pk, getattr(row, "subject")),  # noqa: B009 (any of four models)
    SealingKey: lambda _: "sealing key",
    SigningKey: lambda _: "signing key",
    PseudonymKey: lambda _: "pseudonym key",
}


@dataclass(frozen=True, slots=True)
class Status:
    """Under which roots what is kept is wrapped."""

    current: str
    rows: Mapping[str, int]
    """How many keys each root wraps; the empty name is that of rows from before roots had names."""
    given: tuple[str, ...]
    """Local roots that this process was given; the first wraps, unless Vault does."""
    retired: tuple[str, ...]

    @property
    def pending(self) -> int:
        """How many keys another root than the current one wraps."""
        return sum(count for name, count in self.rows.items() if name != self.current)


@dataclass(frozen=True, slots=True)
class Rotated:
    root: str
    """What wraps everything now."""
    rows: int
    """How many keys were wrapped anew by this call."""
    retired: tuple[str, ...]
    """Roots that the keystore no longer needs, which it did before."""
    moved_to: Path | None
    """Where the old local key lies now, for as long as backups need it; None where a setting gives it."""


def status() -> Status:
    """Return under which roots the keys are."""
    rows: Counter[str] = Counter()
    for model in _PURPOSES:
        wrapped = model._default_manager.exclude(wrapped=b"").values_list("root")
        rows.update(dict(wrapped.annotate(count=models.Count("pk")).order_by()))
    retired = (
        RootVersion.objects.exclude(retired_at=None).order_by("retired_at").values_list("name", flat=True)
    )
    given = () if _by_vault() and not root_file().exists() else tuple(map(local_name, local_keys()))
    return Status(root().current(), dict(rows), given, tuple(retired))


def rotate(at: datetime, *, at_once: int = ROWS_AT_ONCE, actor: str = "cli") -> Rotated:
    """Put a new root in force, wrap everything by it, and retire those before it. Return what is so now.

    Where a rotation was begun, by a call that was interrupted or by a new key put before the old one, it is that one
    that is brought to its end. Raises `SekishoError` (`root_key_is_given`) where the key comes from a setting and there
    is no new one.
    """
    if not _is_under_way():
        _begin()
    rows = 0
    while True:
        while done := _rewrap_some(at, at_once):
            rows += done
        if (retired := _retire(at)) is not None:
            break
    _overwrite_log()
    moved = _put_away()
    now = root().current()
    record(actor, "root.rotated", now, keys=rows, retired=list(retired))
    return Rotated(now, rows, retired, moved)


def _by_vault() -> bool:
    return bool(settings.text("vault_addr"))


def _is_under_way() -> bool:
    now = root().current()
    others = any(
        model._default_manager.exclude(wrapped=b"").exclude(root=now).exists() for model in _PURPOSES
    )
    return others or (not _by_vault() and len(local_keys()) > 1)


def _begin() -> None:
    if _by_vault():
        vault_root().rotate()
    elif settings.text("root_key"):
        raise SekishoError("root_key_is_given", _GIVEN)
    else:
        keys = root_file().read_text(encoding="ascii").split()
        _write(root_file(), f"{new_local_key()} {' '.join(keys)}")


def _rewrap_some(at: datetime, at_once: int) -> int:
    """Wrap some rows anew and return how many those were; 0 when none is left."""
    now, done = root().current(), 0
    for model, purpose_of in _PURPOSES.items():
        rows = list(model._default_manager.exclude(wrapped=b"").exclude(root=now)[:at_once])
        held = [Wrapped(_bytes(row), getattr(row, "root"), purpose_of(row)) for row in rows]  # noqa: B009
        fresh = rewrap(held) if held else []
        with transaction.atomic(using=KEYSTORE):
            claim({one.root for one in fresh}, at)
            for row, was, one in zip(rows, held, fresh, strict=True):
                same = model._default_manager.filter(pk=row.pk, wrapped=was.data)
                done += same.update(wrapped=one.data, root=one.root)
        if rows and not fresh:
            break
    return done


def _bytes(row: models.Model) -> bytes:
    return bytes(getattr(row, "wrapped"))  # noqa: B009


def _retire(at: datetime) -> tuple[str, ...] | None:
    """Retire every root but the current one; None when something was stored under one of them meanwhile.

    The rows of the old roots are locked first: what is on its way under them is stored by then, and seen.
    """
    now = root().current()
    with transaction.atomic(using=KEYSTORE):
        old = RootVersion.objects.select_for_update().filter(retired_at=None).exclude(name=now)
        names = tuple(old.values_list("name", flat=True))
        if any(model._default_manager.exclude(wrapped=b"").exclude(root=now).exists() for model in _PURPOSES):
            return None
        RootVersion.objects.filter(name__in=names).update(retired_at=at)
    return names


def _put_away() -> Path | None:
    """Move local keys that wrap nothing any more out of the file that is read, and return where they lie."""
    if not root_file().exists() or settings.text("root_key"):
        return None
    first, *old = root_file().read_text(encoding="ascii").split()
    keep, away = ([], [first, *old]) if _by_vault() else ([first], old)
    if not away:
        return None
    kept_at = root_file().with_name("root_key.old")
    known = kept_at.read_text(encoding="ascii").split() if kept_at.exists() else []
    _write(kept_at, "\n".join(dict.fromkeys([*away, *known])))
    if keep:
        _write(root_file(), keep[0])
    else:
        root_file().unlink()
    return kept_at


def _write(path: Path, words: str) -> None:
    """Replace a secret's file at once and durably: whoever reads it sees the old one or the new one, whole."""
    with NamedTemporaryFile(
        "w", dir=path.parent, prefix=f".{path.name}.", encoding="ascii", delete=False
    ) as file:
        file.write(words)  # mode 0600, by `tempfile`
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _overwrite_log() -> None:
    """Empty SQLite's write-ahead log, in which keys wrapped by the old root would live on for a while."""
    connection = connections[KEYSTORE]
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


_GIVEN = Text(
    "The root key comes from a setting, so only you can change it. Put a new key before the old one, separated by a "
    "space, in SEKISHO_ROOT_KEY or its file, for every process; then run this again.",
    "ルートキーは設定で与えられているため、ここでは変更できません。SEKISHO_ROOT_KEY またはそのファイルで、古い鍵の前に"
    "新しい鍵を空白区切りで置き、すべてのプロセスに反映してから、もう一度実行してください。",
)
