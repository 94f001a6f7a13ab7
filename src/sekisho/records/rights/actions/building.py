"""Write a bundle, step by step; a step is one transaction, so that whoever falls leaves whole steps behind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import Viewer, system
from sekisho.audit import receipts, signing
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.inventory import Holder, Subject
from sekisho.base.text import as_lang
from sekisho.records.keystore.actions import purpose_key
from sekisho.records.keystore.queries import purpose_keys
from sekisho.records.keystore.types import Purpose
from sekisho.records.keystore.wrapping import fresh_key
from sekisho.records.queries import calendar_at, log_reading
from sekisho.records.rights.actions import telling
from sekisho.records.rights.actions.ending import close, discard, move
from sekisho.records.rights.bundle import manifest, sealing
from sekisho.records.rights.bundle.about import names_of
from sekisho.records.rights.bundle.plan import SECTIONS, estimate
from sekisho.records.rights.bundle.words import Owner, Piece
from sekisho.records.rights.models import Bundle, Chunk, Request
from sekisho.records.rights.queries.requests import subject_of
from sekisho.records.rights.types import BundleState, RequestState
from sekisho.records.types.purposes import Purpose as Reading

AT_ONCE = 50
"""Chunks that are read at once."""


def build(request_id: str, clock: Clock = system_clock) -> bool:
    """Write one more step of the bundle; return whether there is more to do. Any number of workers may call it."""
    with transaction.atomic():
        row = _locked(request_id)
        if row is None:
            return False
        bundle = Bundle.objects.select_for_update().filter(request=row).first()
        if bundle is None:
            _begin(row, clock())
            return True
        key = _key_of(bundle)
        if key is None:
            _cancelled(row, clock())
            return False
        own = sealing.unwrapped(bytes(bundle.wrapped), key, row.id)
        if bundle.section < len(SECTIONS):
            _step(row, bundle, own)
            return True
        _finish(row, bundle, own, clock())
        return False


def _locked(request_id: str) -> Request | None:
    found = Request.objects.select_for_update().filter(id=request_id, waits_for_owner=False)
    row = found.filter(state__in=[RequestState.RECEIVED, RequestState.VERIFYING, RequestState.IN_PROGRESS])
    return row.first()


def _begin(row: Request, at: datetime) -> None:
    owner = owner_of(row, at)
    key = purpose_key(Purpose.EXPORT, row.id, key_subject(row), at)
    wrapped = sealing.wrapped(fresh_key(), key.secret, row.id)
    Bundle.objects.create(request=row, as_of=at, key=key.id, wrapped=wrapped)
    row.total = estimate(owner)
    row.save(update_fields=["total"])
    move(row, RequestState.IN_PROGRESS, at)
    record("system:rights", "rights.begun", row.id, organisation=row.organisation)


def _step(row: Request, bundle: Bundle, own: bytes) -> None:
    found = SECTIONS[bundle.section].step(owner_of(row, bundle.as_of), bundle.cursor)
    _write(bundle, own, found.pieces)
    _log(row, found.read)
    bundle.cursor = found.next or ""
    bundle.section += found.next is None
    bundle.save(update_fields=["cursor", "section", "chunks"])
    row.done += sum(piece.records for piece in found.pieces)
    row.save(update_fields=["done"])


def _log(row: Request, turns: Sequence[str]) -> None:
    """Let those whose content somebody else takes along see it: in an organisation's copy its members and end users, in
    one that the organisation asked for on their behalf the end user."""
    role = {Holder.ORGANISATION: "owner", Holder.END_USER: "controller"}.get(Holder(row.holder), "")
    if role:
        asker = Viewer(row.asked_by or "system:rights")
        log_reading(asker, row.organisation, turns, Reading.EXPORT, f"request {row.id}", role=role)


def _write(bundle: Bundle, own: bytes, pieces: tuple[Piece, ...]) -> None:
    rows = [
        Chunk(
            bundle=bundle,
            number=number,
            file=piece.file,
            records=piece.records,
            ciphertext=sealing.shut(own, bundle.request_id, number, piece.file, piece.data),
        )
        for number, piece in enumerate(pieces, bundle.chunks)
    ]
    Chunk.objects.bulk_create(rows)
    bundle.chunks += len(rows)


def _finish(row: Request, bundle: Bundle, own: bytes, at: datetime) -> None:
    signer, calendar = signing.signer(), calendar_at(bundle.as_of)
    files = manifest.entries(chunks_of(bundle, own))
    about = {
        "request": row.id,
        "kind": row.kind,
        "as_of": bundle.as_of.isoformat(),
        "policy": calendar.version,
    }
    told = manifest.signed(about, files, signer.public, signer.sign)
    _write(bundle, own, (Piece(manifest.NAME, told),))
    bundle.state, bundle.ready_at = BundleState.READY.value, at
    bundle.expires_at = at + calendar.export_link
    bundle.save(update_fields=["chunks", "state", "ready_at", "expires_at"])
    facts = {"request": row.id, "files": len(files), "records": row.done}
    facts["manifest_sha256"] = hashlib.sha256(told).hexdigest()
    name = next(iter(names_of(subject_of(row))))
    row.receipt = receipts.issue(f"rights.{row.kind}", name, facts, at=at, actor="system:rights")
    row.save(update_fields=["receipt"])
    close(row, RequestState.COMPLETED, at)
    telling.ready(row, bundle.expires_at, at)
    record("system:rights", "rights.completed", row.id, organisation=row.organisation, kind=row.kind)


def chunks_of(bundle: Bundle, own: bytes) -> Iterator[tuple[str, bytes, int]]:
    """Yield the bundle's chunks in order, decrypted: file, bytes, records. Memory holds a few."""
    for first in range(0, bundle.chunks, AT_ONCE):
        rows = Chunk.objects.filter(bundle=bundle, number__gte=first, number__lt=first + AT_ONCE)
        for each in rows.order_by("number"):
            data = sealing.open_(own, bundle.request_id, each.number, each.file, bytes(each.ciphertext))
            yield each.file, data, each.records


def _key_of(bundle: Bundle) -> bytes | None:
    found = purpose_keys([bundle.key]).get(bundle.key)
    return found.secret if found else None


def _cancelled(row: Request, at: datetime) -> None:
    """The subject was erased meanwhile, and the bundle's key with theirs."""
    close(row, RequestState.CANCELLED, at)
    discard(row, at)
    record("system:rights", "rights.cancelled", row.id, organisation=row.organisation, because="erased")


def key_subject(row: Request) -> str:
    """Return below whose key the bundle's hangs: erasing the subject makes their bundle unreadable too."""
    return f"{row.organisation}/{row.end_user}"


def owner_of(row: Request, at: datetime) -> Owner:
    """Return whose bundle it is, with all that may stand in it."""
    subject, own = subject_of(row), set[str]()
    also: tuple[Subject, ...] = ()
    if row.person:
        also = tuple(_person(one.id, one.email) for one in accounts.person_to_tell(row.person))
        own |= {row.person, *(one.email for one in also)}
    if subject.holder is Holder.ORGANISATION:
        for member in accounts.members(system("rights"), row.organisation):
            own |= {member.person_id, member.email}
    return Owner(row.id, subject, also, frozenset(own), as_lang(row.language), at)


def _person(person: str, email: str) -> Subject:
    return Subject(Holder.PERSON, person=person, email=email)
