"""Checkpoints: what the log was at one moment, signed, kept in a second place, and compared with the ones before
(R-DATA-251).

Nothing is signed that does not have the last checkpoint as its beginning: neither the last one in the database nor the
last one in the second place (`audit_witness_path`), which whoever alters the database may not reach.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.db import transaction

from sekisho.audit import merkle, notes, signing, tree
from sekisho.audit.chain import canonical
from sekisho.audit.models import AuditCheckpoint, AuditEntry, AuditReceipt
from sekisho.audit.notes import Checkpoint, NoteError, VerifierKey
from sekisho.base import settings
from sekisho.base.errors import SekishoError
from sekisho.base.files import write_whole
from sekisho.base.text import Text

EVERY = timedelta(hours=1)
"""Source: R-DATA-251."""
REWRITTEN = Text(
    "Checkpoint {size} does not fit the log as it is now: entries up to {size} were changed. Nothing was signed. Keep "
    "the database as it is, and compare it with the last backup before the change.",
    "チェックポイント {size} が現在のログと一致しません。記録 {size} までの内容が変更されています。"
    "署名は行っていません。データベースを現状のまま保全し、変更前の最後のバックアップと比較してください。",
)
REWOUND = Text(
    "The log has {now} entries, but checkpoint {size} was signed before: its tail is gone, or a backup was restored. "
    "Nothing was signed. If a backup was restored, keep the witness folder as evidence and name a new one.",
    "ログの記録は {now} 件ですが、以前にチェックポイント {size} へ署名しています。最後の部分が失われたか、"
    "バックアップから復元されています。署名は行っていません。復元した場合は、控えのフォルダーを証拠として保管し、"
    "新しいフォルダーを指定してください。",
)
FOREIGN = Text(
    "The witness folder holds a checkpoint that this installation did not sign, or that was altered: {name}. Nothing "
    "was signed. Find out how it came there, or name another folder.",
    "控えのフォルダーに、この環境が署名していないか、改ざんされたチェックポイントがあります（{name}）。"
    "署名は行っていません。原因を確認するか、別のフォルダーを指定してください。",
)


def checkpoint(at: datetime) -> str:
    """Sign what the log is now, keep it in both places, and return the signed note.

    Raises `SekishoError` (`audit_altered`, `audit_rewound`, `witness_foreign`), with nothing signed, where the log is
    not what it was at the last checkpoint.
    """
    size = tree.grow()
    with transaction.atomic():
        for earlier in (*_last_here(), *_last_witnessed()):
            _require_beginning(earlier, size)
        note = _signed(Checkpoint(origin(), size, tree.root(size), at))
        AuditCheckpoint.objects.update_or_create(
            size=size, defaults={"root": tree.root(size).hex(), "at": at, "note": note}
        )
    _copy(note, size)
    return note


def is_due(at: datetime) -> bool:
    """Return whether the last checkpoint is an hour old, or a receipt waits for its proof."""
    last = latest()
    if last is None or last.at + EVERY <= at:
        return True
    return AuditReceipt.objects.filter(seq__gt=last.size).exists()


def compared() -> datetime | None:
    """Return when the last checkpoint was signed, once the tree has it and the last one in the second place as its
    beginning; None before the first. Raises `SekishoError` as `checkpoint` does; signs and writes nothing."""
    row = latest()
    for earlier in (*_last_here(), *_last_witnessed()):
        _require_beginning(earlier, row.size if row else 0)
    return row.at if row else None


def latest() -> AuditCheckpoint | None:
    return AuditCheckpoint.objects.order_by("-size").first()


def recount(kept: Iterable[Checkpoint] = ()) -> int:
    """Hash every entry again, compare the log with each checkpoint in both places and with those that were `kept`
    elsewhere, and return how many there were.

    Raises `SekishoError` as `checkpoint` does. Takes constant memory, and some seconds a million entries.
    """
    seen = [read(row.note, str(row.size)) for row in AuditCheckpoint.objects.order_by("size").iterator()]
    expected = sorted([*seen, *_witnessed(), *kept], key=lambda one: one.size)
    _count(expected, _entries())
    return len(expected)


def _count(expected: Iterable[Checkpoint], entries: Iterator[AuditEntry]) -> None:
    """Compare the log with each checkpoint, the smallest first."""
    growing = merkle.Growing()
    for one in expected:
        while growing.size < one.size:
            row = next(entries, None)
            if row is None:
                raise SekishoError("audit_rewound", REWOUND.format(now=growing.size, size=one.size))
            growing.add(merkle.leaf_hash(canonical(row.leaf)))
        if growing.root() != one.root:
            raise SekishoError("audit_altered", REWRITTEN.format(size=one.size))


def _entries() -> Iterator[AuditEntry]:
    """Yield every entry, in constant memory and without a cursor that somebody would have to close."""
    reached = 0
    while rows := list(AuditEntry.objects.filter(seq__gt=reached).order_by("seq")[: tree.BATCH]):
        yield from rows
        reached = rows[-1].seq


def origin() -> str:
    """Return the name under which this installation signs its checkpoints: the host of its pages."""
    return f"{urlsplit(settings.text('public_url')).netloc.rpartition('@')[2]}/audit"


def keys(name: str) -> tuple[VerifierKey, ...]:
    """Return every key with which this installation has signed, as keys of that name."""
    return tuple(VerifierKey(name, raw) for raw in signing.public_keys())


def read(note: str, name: str) -> Checkpoint:
    """Return the checkpoint that one of our keys has signed. `name` says where it was found. Raises `SekishoError`."""
    try:
        return notes.opened(note, keys(note.partition("\n")[0]))
    except NoteError as problem:
        raise SekishoError("witness_foreign", FOREIGN.format(name=name)) from problem


def _signed(stated: Checkpoint) -> str:
    signer = signing.signer()
    return notes.signed(stated, signer.public, signer.sign)


def _require_beginning(earlier: Checkpoint, size: int) -> None:
    """Ask for the proof that anybody would ask for."""
    if earlier.size > size:
        raise SekishoError("audit_rewound", REWOUND.format(now=size, size=earlier.size))
    proof = tree.consistency(earlier.size, size)
    if not merkle.is_consistent(earlier.size, size, earlier.root, tree.root(size), proof):
        raise SekishoError("audit_altered", REWRITTEN.format(size=earlier.size))


def _last_here() -> list[Checkpoint]:
    row = latest()
    return [read(row.note, str(row.size))] if row else []


def _last_witnessed() -> list[Checkpoint]:
    return [read(path.read_text(encoding="utf-8"), path.name) for path in _witness_files()[-1:]]


def _witnessed() -> list[Checkpoint]:
    return [read(path.read_text(encoding="utf-8"), path.name) for path in _witness_files()]


def _witness_files() -> list[Path]:
    folder = _witness()
    return sorted(folder.glob("*.checkpoint")) if folder else []


def _witness() -> Path | None:
    words = settings.text("audit_witness_path")
    return Path(words).expanduser().absolute() if words else None


def _copy(note: str, size: int) -> None:
    """Copy after the commit: a copy that fails is made up for by the next checkpoint."""
    if folder := _witness():
        write_whole(folder / f"{size:020}.checkpoint", note.encode())
