"""Make and destroy keys. Each works in the keystore's own transaction, which ends before content is
written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from json import dumps

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections, models, transaction

from sekisho.base.databases import KEYSTORE
from sekisho.base.errors import SekishoError
from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.records.bulk import adapters, among, insert
from sekisho.records.keystore.models import (
    ConversationKey,
    PseudonymKey,
    PurposeKey,
    RootVersion,
    SealingKey,
    SigningKey,
    SubjectKey,
)
from sekisho.records.keystore.queries import (
    OpenKey,
    conversation_purpose,
    living_conversation_keys,
    living_subject_keys,
    open_for_update,
    purpose_keys,
    purpose_of,
)
from sekisho.records.keystore.rings import ring_of
from sekisho.records.keystore.root import root, unwrap_one
from sekisho.records.keystore.timetree import Span
from sekisho.records.keystore.types import Purpose, Secret, Wrapped
from sekisho.records.keystore.wrapping import encrypt, fresh_key

ROWS_A_STATEMENT = 2_000


def ensure_conversation_keys(subjects: Mapping[str, str], at: datetime) -> dict[str, OpenKey]:
    """Return the living key of every conversation in `subjects` (conversation → subject), making those that
    lack one.

    Several processes may ask at once: each conversation ends up with one living key, whoever was first.
    """
    have = living_conversation_keys(subjects)
    missing = {
        conversation: subject for conversation, subject in subjects.items() if conversation not in have
    }
    if not missing:
        return have
    with transaction.atomic(using=KEYSTORE):
        parents = _ensure_subject_keys(set(missing.values()), at)
        _bury_orphans(ConversationKey.objects.filter(conversation__in=among(ConversationKey, missing)), at)
        moment, _ = adapters(ConversationKey)
        rows = [_new_key(name, parents[subject], moment(at)) for name, subject in missing.items()]
        insert(ConversationKey, _COLUMNS, rows, conflict="DO NOTHING")
        return have | living_conversation_keys(missing)


def new_conversation_key(conversation: str, subject: str, at: datetime) -> OpenKey:
    """Make the key of a conversation that is new itself, below the key of a subject that is too, and return it. A key
    that stands in either's place already is an `IntegrityError`."""
    key, parent = OpenKey(new_id("ck"), fresh_key()), OpenKey(new_id("sk"), fresh_key())
    with transaction.atomic(using=KEYSTORE):
        above = SubjectKey(id=parent.id, subject=subject, created_at=at)
        kept = _wrap([Secret(parent.secret, purpose_of(above))], at)[0]
        above.wrapped, above.root = kept.data, kept.root
        above.save(force_insert=True)
        row = ConversationKey(
            id=key.id, conversation=conversation, subject_key=above, format=FORMAT, created_at=at
        )
        row.wrapped = encrypt(parent.secret, key.secret, purpose_of(row))
        row.save(force_insert=True)
    return key


def purpose_key(purpose: str, owner: str, subject: str, at: datetime) -> OpenKey:
    """Return the living key for this purpose and owner, made on first use below the subject's: destroying that one
    makes what this one opens unreadable too. `purpose` is one of `Purpose`, `owner` the id of the row."""
    mine = PurposeKey.objects.filter(purpose=Purpose(purpose).value, owner=owner)
    if key := _living_purpose_key(mine):
        return key
    with transaction.atomic(using=KEYSTORE):
        parent = _ensure_subject_keys({subject}, at)[subject]
        _bury_orphans(mine, at)
        row = PurposeKey(id=new_id("pk"), purpose=purpose, owner=owner, created_at=at)
        row.subject_key_id, row.wrapped = parent.id, encrypt(parent.secret, fresh_key(), purpose_of(row))
        PurposeKey.objects.bulk_create([row], ignore_conflicts=True)
        key = _living_purpose_key(mine)
    assert key is not None  # ours, or that of whoever was quicker
    return key


def new_purpose_keys(purpose: str, owners: Mapping[str, str], at: datetime) -> dict[str, OpenKey]:
    """Make a key for each owner of `owners` (owner → subject), in a few statements, and return them by owner. For rows
    that are new themselves: an owner that has a key already is an `IntegrityError`."""
    with transaction.atomic(using=KEYSTORE):
        parents = _ensure_subject_keys(set(owners.values()), at)
        made = {owner: OpenKey(new_id("pk"), fresh_key()) for owner in owners}
        rows = [
            PurposeKey(id=made[owner].id, purpose=Purpose(purpose).value, owner=owner, created_at=at)
            for owner in owners
        ]
        for row in rows:
            parent = parents[owners[row.owner]]
            row.subject_key_id = parent.id
            row.wrapped = encrypt(parent.secret, made[row.owner].secret, purpose_of(row))
        PurposeKey.objects.bulk_create(rows, batch_size=ROWS_A_STATEMENT)
    return made


def subject_pseudonym_key(subject: str, at: datetime) -> bytes:
    """Return the key that makes the names under which the subject stands in the audit log (R-DATA-253).

    It falls with the subject's key: the log stays whole, and nobody can say any more whom it speaks of.
    """
    with transaction.atomic(using=KEYSTORE):
        parent = _ensure_subject_keys({subject}, at)[subject]
        return purpose_key(Purpose.PSEUDONYM, parent.id, subject, at).secret


def destroy_conversation_key(conversation: str, at: datetime) -> int:
    """Destroy the living key of the conversation: its content cannot be read again, by anyone. Return how
    many fell."""
    return len(destroy_conversation_keys([conversation], at))


def destroy_conversation_keys(conversations: Collection[str], at: datetime) -> list[str]:
    """Destroy the living keys of these conversations, in one statement, and return their ids. Content that they
    opened cannot be read again, by anyone, wherever copies of it lie."""
    return _overwritten(lambda: _destroy(ConversationKey, "conversation", conversations, at))


def destroy_purpose_keys(ids: Collection[str], at: datetime) -> list[str]:
    """Destroy those of these keys that live, in one statement, and return their ids."""
    return _overwritten(lambda: _destroy(PurposeKey, "id", ids, at))


def destroy_keys(ids: Collection[str], at: datetime) -> list[str]:
    """Destroy those of the keys with these ids that live, whether of a conversation or of a purpose, and return their
    ids."""
    kinds = (ConversationKey, PurposeKey)
    return _overwritten(lambda: [key for kind in kinds for key in _destroy(kind, "id", ids, at)])


def destroy_subject_keys(subject: str, at: datetime) -> list[str]:
    """Destroy the subject's key and all below it, and return their ids: conversations', those for a purpose, last
    the subject's own."""

    def destroy() -> list[str]:
        own = list(
            SubjectKey.objects.select_for_update().filter(subject=subject).values_list("id", flat=True)
        )
        return [
            *_destroy(ConversationKey, "subject_key_id", own, at),
            *_destroy(PurposeKey, "subject_key_id", own, at),
            *_destroy(SubjectKey, "id", own, at),
        ]

    return _overwritten(destroy)


def destroy_spans(spans: Mapping[str, Sequence[Span]]) -> list[str]:
    """Destroy, in these living conversation keys (id → spans), what opens content that was received in the spans, and
    return the ids of those that were cut. The rest of each conversation stays readable (`timetree`).

    The rows are locked while they are cut: of two that cut one key at once the second works on what the first left.
    """
    return _overwritten(lambda: _cut(spans))


def make_sealing_key(private: bytes, public: bytes, at: datetime) -> None:
    """Keep a new key pair for the journal; from now on it is the one that is published."""
    with transaction.atomic(using=KEYSTORE):
        kept = wrap_one(private, "sealing key", at)
        SealingKey.objects.create(public=public, wrapped=kept.data, root=kept.root, created_at=at)


def ensure_signing_key(at: datetime) -> bytes:
    """Return the private key (Ed25519, raw) that signs attestations, made on first use.

    Two that ask at once may each make one: the newest signs from then on, and both stay published.
    """
    if not SigningKey.objects.exists():
        made = Ed25519PrivateKey.generate()
        with transaction.atomic(using=KEYSTORE):
            kept = wrap_one(made.private_bytes_raw(), "signing key", at)
            public = made.public_key().public_bytes_raw()
            SigningKey.objects.create(public=public, wrapped=kept.data, root=kept.root, created_at=at)
    newest = SigningKey.objects.latest("created_at", "id")
    return unwrap_one(bytes(newest.wrapped), newest.root, "signing key")


def make_pseudonym_key(at: datetime) -> None:
    with transaction.atomic(using=KEYSTORE):
        kept = wrap_one(fresh_key(), "pseudonym key", at)
        fields = {"wrapped": kept.data, "root": kept.root, "created_at": at}
        PseudonymKey.objects.get_or_create(id=1, defaults=fields)


def wrap_one(plain: bytes, purpose: str, at: datetime) -> Wrapped:
    return _wrap([Secret(plain, purpose)], at)[0]


def _wrap(secrets: Sequence[Secret], at: datetime) -> list[Wrapped]:
    """Return the secrets wrapped by the current root. Call it in the transaction that stores them."""
    wrapped = root().wrap(secrets)
    try:
        claim({one.root for one in wrapped}, at)
    except SekishoError:
        wrapped = root().wrap(
            secrets
        )  # another has taken over since: told apart from a process that never hears of it
        claim({one.root for one in wrapped}, at)
    return wrapped


def claim(roots: Collection[str], at: datetime) -> None:
    """Make sure that these roots may wrap, until the transaction ends that is about to store what they wrapped.

    Their rows stay locked until then. So none is retired while something is on its way to be stored under it, and none
    that was retired wraps again, be it in a process that has not heard of the new one. Raises `SekishoError`
    (`root_retired`).
    """
    for name in sorted(roots):
        mine = RootVersion.objects.select_for_update().filter(name=name)
        if (row := mine.first()) is None:
            RootVersion.objects.bulk_create([RootVersion(name=name, since=at)], ignore_conflicts=True)
            row = mine.get()
        if row.retired_at is not None:
            raise SekishoError("root_retired", _RETIRED.format(root=name))


def _ensure_subject_keys(subjects: Iterable[str], at: datetime) -> dict[str, OpenKey]:
    """Return the subjects' living keys. Each is locked until the transaction ends, so that what is made below it is
    there for whoever destroys it."""
    wanted = set(subjects)
    list(
        SubjectKey.objects.select_for_update()
        .filter(subject__in=among(SubjectKey, wanted), destroyed_at=None)
        .values_list("id")
    )
    have = living_subject_keys(wanted)
    if missing := sorted(wanted - have.keys()):
        rows = [SubjectKey(id=new_id("sk"), subject=subject, created_at=at) for subject in missing]
        wrapped = _wrap([Secret(fresh_key(), purpose_of(row)) for row in rows], at)
        for row, kept in zip(rows, wrapped, strict=True):
            row.wrapped, row.root = kept.data, kept.root
        SubjectKey.objects.bulk_create(rows, batch_size=ROWS_A_STATEMENT, ignore_conflicts=True)
        have |= living_subject_keys(missing)
    return have


def _new_key(conversation: str, parent: OpenKey, at: object) -> tuple[object, ...]:
    """The values of `_COLUMNS`."""
    key_id = new_id("ck")
    wrapped = encrypt(parent.secret, fresh_key(), conversation_purpose(key_id, conversation))
    return (key_id, conversation, parent.id, wrapped, FORMAT, at)


_COLUMNS = ("id", "conversation", "subject_key_id", "wrapped", "format", "created_at")
FORMAT = 2
"""Of keys that are made now (`ConversationKey.format`)."""


def _living_purpose_key(mine: models.QuerySet[PurposeKey]) -> OpenKey | None:
    return next(
        iter(purpose_keys(mine.filter(destroyed_at=None).values_list("id", flat=True)).values()), None
    )


def _bury_orphans(rows: models.QuerySet[ConversationKey] | models.QuerySet[PurposeKey], at: datetime) -> None:
    """Destroy keys whose subject's key is gone: they open nothing, and stand where a living one belongs."""
    orphans = rows.filter(destroyed_at=None, subject_key__destroyed_at__isnull=False)
    orphans.update(wrapped=b"", destroyed_at=at)


def _cut(spans: Mapping[str, Sequence[Span]]) -> list[str]:
    found = open_for_update(spans)
    table = ConversationKey._meta.db_table
    rows = [
        (encrypt(parent.secret, ring_of(key.secret).cut(spans[key.id]), purpose_of(row)), key.id)
        for row, parent, key in found
    ]
    with connections[KEYSTORE].cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET wrapped = %s WHERE id = %s", rows)  # noqa: S608 (a name of our own)
    return [key.id for _, _, key in found]


def _destroy(model: type[models.Model], column: str, values: Collection[str], at: datetime) -> list[str]:
    """Empty the living rows of these values in one statement, and return their ids."""
    connection = connections[KEYSTORE]
    named = "= ANY(%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
    table = model._meta.db_table
    sql = (
        f"UPDATE {table} SET wrapped = %s, destroyed_at = %s "  # noqa: S608 (names of our own)
        f"WHERE {column} {named} AND destroyed_at IS NULL RETURNING id"
    )
    which = list(values) if connection.vendor == "postgresql" else dumps(list(values))
    with connection.cursor() as cursor:
        cursor.execute(sql, [b"", connection.ops.adapt_datetimefield_value(at), which])
        return [row[0] for row in cursor.fetchall()]


def _overwritten(destroy: Callable[[], list[str]]) -> list[str]:
    """Run `destroy`, then empty SQLite's write-ahead log, in which the page with the key would live on for a
    while."""
    with transaction.atomic(using=KEYSTORE):
        fell = destroy()
    connection = connections[KEYSTORE]
    if fell and connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return fell


_RETIRED = Text(
    "The root key {root} was retired, and nothing may be wrapped by it any more. Give this process the current one.",
    "ルートキー {root} は廃止されており、新しい鍵の保護には使えません。現在のルートキーを設定してください。",
)
