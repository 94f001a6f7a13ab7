"""Rows as the inventory finds them, one file a table: what no other section tells in its own words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from operator import attrgetter

from django.apps import apps
from django.db.models import Model, QuerySet

from sekisho.base.inventory import Category, Subject, TableData
from sekisho.records import registry
from sekisho.records.registry import Entry
from sekisho.records.rights.bundle.words import Owner, Step, lines
from sekisho.records.rights.rules.masking import SOMEBODY, masked

PAGE = 200
PAGE_READ = 4
"""Rows at once whose words are read: a file of an appeal may have megabytes."""
NO = ("Never", "Not exported", "Nothing")
"""How an entry begins that says that its rows do not reach the subject, and goes on to say why."""

TOLD_ELSEWHERE: Mapping[str, str] = {
    "accounts_person": "profile.json",
    "accounts_organisation": "profile.json",
    "records_content": "conversations/",
    "records_block": "conversations/",
    "records_conversation": "conversations/",
    "records_turn": "turns.jsonl",
    "records_dataevent": "consents.jsonl",
    "audit_auditreceipt": "receipts/",
}
"""Tables that a section of their own tells in better words."""

FILES: Mapping[str, str] = {
    "enforcement_decision": "safety_decisions.jsonl",
    "audit_auditentry": "audit_log.jsonl",
    "training_datasetitem": "dataset_membership.jsonl",
}
"""Tables whose file has a name of its own. All others are named after their room and table."""

FOLDERS: Mapping[str, str] = {
    "accounts": "account",
    "account": "account",
    "mfa": "account",
    "socialaccount": "account",
    "enforcement": "safety",
    "holds": "safety",
    "review": "safety",
    "appeals": "safety",
    "conduct": "safety",
    "transparency": "safety",
    "safety": "safety",
    "feedback": "feedback",
    "tickets": "tickets",
    "support": "tickets",
    "messenger": "tickets",
}


def says_exported(data: TableData) -> bool:
    """Return whether the inventory says that rows of the table reach their subject."""
    return not data.exported.startswith(NO)


def file_of(table: str) -> str:
    """Return the file, or the folder, in which the rows of a table are found."""
    if table in TOLD_ELSEWHERE:
        return TOLD_ELSEWHERE[table]
    room, _, name = table.partition("_")
    return FILES.get(table) or f"{FOLDERS.get(room, room)}/{name or room}.jsonl"


@cache
def exported() -> tuple[Entry, ...]:
    """Return the tables that this section writes, by file."""
    found = [each for each in registry.walk() if says_exported(each.data) and each.data.reach is not None]
    own = [each for each in found if each.table not in TOLD_ELSEWHERE]
    return tuple(sorted(own, key=lambda each: file_of(each.table)))


class Tables:
    """Every table of the inventory that says it is exported, page by page."""

    def step(self, owner: Owner, cursor: str) -> Step:
        place, _, after = cursor.partition(" ")
        number, every = int(place or 0), exported()
        while number < len(every):
            entry = every[number]
            size = PAGE_READ if entry.table in _readers() else PAGE
            page = list(_after(rows(entry, owner), after)[:size])
            if page:
                told = lines(file_of(entry.table), (plain(entry, row, owner) for row in _told(entry, page)))
                return Step(told, f"{number} {page[-1].pk}")
            number, after = number + 1, ""
        return Step(())

    def count(self, owner: Owner) -> int:
        return sum(rows(entry, owner).count() for entry in exported())


def rows(entry: Entry, owner: Owner) -> QuerySet[Model]:
    """Return the rows of all that the owner is, each once."""
    found = [registry.rows(entry, subject, owner.at) for subject in owner.subjects]
    every = found[0]
    for more in found[1:]:
        every = every | more
    every = every.distinct() if len(found) > 1 else every
    return every.filter(**_TOLD.get(entry.table, {})).exclude(**_UNTOLD.get(entry.table, _NOTHING))


def _after(every: QuerySet[Model], after: str) -> QuerySet[Model]:
    ordered = every.order_by("pk")
    return ordered.filter(pk__gt=after) if after else ordered


def _told(entry: Entry, page: Sequence[Model]) -> Iterator[tuple[Model, Mapping[str, object]]]:
    """Rows with what their own room can read of them: text that it keeps encrypted, in plain words."""
    reader = _readers().get(entry.table)
    read = reader([row.pk for row in page]) if reader else {}
    return ((row, read.get(row.pk, {})) for row in page)


def plain(entry: Entry, told: tuple[Model, Mapping[str, object]], owner: Owner) -> dict[str, object]:
    """Return a row as its subject is given it: no secrets, nobody else, with the table's own rule on how long it
    lives."""
    row, more = told
    values = {field.attname: _value(row, field.attname) for field in row._meta.concrete_fields}
    safe = masked(values, owner.own, _OPEN_COLUMNS.get(entry.table, ()))
    assert isinstance(safe, dict)
    if entry.data.category is Category.CREDENTIAL:
        safe = {name: value for name, value in safe.items() if name in _OF_CREDENTIALS}
    return {"table": entry.table, **safe, **_of_author(more, owner)}


def _of_author(more: Mapping[str, object], owner: Owner) -> Mapping[str, object]:
    """What a row says, to whoever wrote it; what a key sent, which is nobody's in person, to the account."""
    own = {"", *(subject.person for subject in owner.subjects)}
    words = {name: value for name, value in more.items() if name != "author"}
    if not more or more.get("author") in own:
        return words
    return dict.fromkeys(words, SOMEBODY)


_TOLD: Mapping[str, Mapping[str, object]] = {"retention_legalhold": {"tells_subject": True}}
"""Of which rows their subject may learn, where the law bars some (R-DATA-117)."""
_UNTOLD: Mapping[str, Mapping[str, object]] = {
    "audit_auditentry": {"action__in": ("data.hold_placed", "data.hold_released")}
}
"""Of which they may not: a hold that they may learn of stands among the legal holds and in `consents.jsonl`."""
_NOTHING: Mapping[str, object] = {"pk__in": ()}

_OPEN_COLUMNS: Mapping[str, tuple[str, ...]] = {"webhooks_message": ("data",), "mfa_authenticator": ()}
_OF_CREDENTIALS = frozenset(
    {"id", "name", "prefix", "type", "scopes", "use_case", "domain", "product", "provider", "client_id"}
    | {"created_at", "expires_at", "revoked_at", "last_used_at", "organisation_id", "user_id", "made_at"}
)
"""Of what opens something, its subject learns that it exists, since when, and for what; never what opens."""


def _value(row: Model, column: str) -> object:
    value = attrgetter(column)(row)
    return value.isoformat() if isinstance(value, datetime) else value


Reader = Callable[[Sequence[object]], Mapping[object, Mapping[str, object]]]
"""Gives, by primary key, what a room can read of its own rows and the row itself does not show."""


@cache
def _readers() -> Mapping[str, Reader]:
    """Return the rooms' own readers: `<room>/data.py` names them as `READERS`, table → `module:function`."""
    found: dict[str, Reader] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.data"
        if config.name.startswith("sekisho.") and find_spec(name) is not None:
            named: Mapping[str, str] = getattr(import_module(name), "READERS", {})
            found |= {table: _loaded(where) for table, where in named.items()}
    return found


def _loaded(where: str) -> Reader:
    module, _, name = where.partition(":")
    reader: Reader = getattr(import_module(module), name)
    return reader


def subject_rows(table: str, subject: Subject, at: datetime) -> QuerySet[Model]:
    """Return the subject's rows of one table, by its name."""
    entry = next(each for each in registry.walk() if each.table == table)
    return registry.rows(entry, subject, at)
