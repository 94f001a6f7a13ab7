"""Who the subject is, what they chose, who read what is theirs, and what they were given for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict

from django.db.models import Max, Min, Model, QuerySet

from sekisho.audit import queries as audit
from sekisho.audit.receipts import document as receipt_document
from sekisho.base.inventory import Holder, Subject
from sekisho.records import registry
from sekisho.records.consent.rules.discretion import UNTOLD_KINDS
from sekisho.records.models import DataEvent
from sekisho.records.queries import calendar_at
from sekisho.records.rights.bundle.readme import README
from sekisho.records.rights.bundle.tables import plain, rows, subject_rows
from sekisho.records.rights.bundle.turns import of_turns
from sekisho.records.rights.bundle.words import Owner, Piece, Step, document, lines
from sekisho.records.rights.queries.accesses import readings_of
from sekisho.records.rights.queries.stored import untold
from sekisho.records.rights.rules.masking import masked

SCHEMA = "ISO/IEC TS 27560:2023"
PAGE = 500


class ReadMe:
    """What the files are, in the person's language."""

    def step(self, owner: Owner, cursor: str) -> Step:
        return Step((Piece("README.txt", README.in_(owner.language).encode()),))

    def count(self, owner: Owner) -> int:
        return 1


class Profile:
    """The person and the account."""

    def step(self, owner: Owner, cursor: str) -> Step:
        told = {table: list(_rows(table, owner)) for table in ("accounts_person", "accounts_organisation")}
        known = {"subject": {**_named(owner.subject), "as_of": owner.at.isoformat()}}
        return Step((document("profile.json", {**known, **told}),))

    def count(self, owner: Owner) -> int:
        return 1


def _rows(table: str, owner: Owner) -> Iterator[dict[str, object]]:
    entry = next(each for each in registry.walk() if each.table == table)
    for row in rows(entry, owner):
        yield plain(entry, (row, {}), owner)


def _named(subject: Subject) -> dict[str, str]:
    known = {name: str(value) for name, value in asdict(subject).items() if value and name != "email"}
    return {**known, "holder": subject.holder.value}


class Plans:
    """Under which plans turns were received, first and last: what decides by which rules each lives (R-DATA-003)."""

    def step(self, owner: Owner, cursor: str) -> Step:
        found = of_turns(owner).values("plan", "terms").order_by("plan", "terms")
        dated = found.annotate(first=Min("received_at"), last=Max("received_at"))
        return Step(lines("plans.jsonl", dated))

    def count(self, owner: Owner) -> int:
        return 1


class Consents:
    """What was chosen about the data and when: each a consent record in the fields of ISO/IEC TS 27560."""

    def step(self, owner: Owner, cursor: str) -> Step:
        page = list(_events(owner).filter(seq__gt=int(cursor or 0)).order_by("seq")[:PAGE])
        told = lines("consents.jsonl", (_record(row, owner) for row in page))
        return Step(told, str(page[-1].pk) if len(page) == PAGE else None)

    def count(self, owner: Owner) -> int:
        return _events(owner).count()


def _events(owner: Owner) -> QuerySet[Model]:
    """Without legal holds of which the subject must not learn (R-DATA-117), and, for an organisation, without its
    members' objections (R-DATA-047)."""
    found = subject_rows("records_dataevent", owner.subject, owner.at)
    if owner.subject.holder is Holder.ORGANISATION:
        found = found.exclude(kind__in=[kind.value for kind in UNTOLD_KINDS])
    return found.exclude(hold__in=untold(owner.at))


def _record(row: Model, owner: Owner) -> dict[str, object]:
    assert isinstance(row, DataEvent)
    told: dict[str, object] = {
        "schema": SCHEMA,
        "record_id": f"evt_{row.seq}",
        "pii_principal": row.member or row.end_user or row.organisation,
        "account": row.organisation,
        "event": row.kind,
        "event_time": row.at.isoformat(),
        "previous": row.previous,
        "collection_method": row.surface,
        "by": row.actor,
        "notice_version": row.notice,
        "notice_language": row.language,
        "conversation": row.conversation,
        "days": row.days,
        "policy_version": calendar_at(row.at).version,
    }
    safe = masked(told, owner.own)
    assert isinstance(safe, dict)
    return {**safe, "notice_sha256": row.notice_digest}


class AccessLog:
    """Every reading of the content by somebody else: role, purpose, reason, ticket."""

    def step(self, owner: Owner, cursor: str) -> Step:
        page = readings_of(owner.subject, before=int(cursor) if cursor else None, limit=PAGE)
        told = lines("access_log.jsonl", (asdict(one) for one in page.readings))
        return Step(told, str(page.next) if page.next is not None else None)

    def count(self, owner: Owner) -> int:
        return 0


class Receipts:
    """What was attested to them: each as a document that can be checked without us."""

    def step(self, owner: Owner, cursor: str) -> Step:
        known = sorted({one.id for subject in owner.subjects for one in _receipts(subject)})
        page = [one for one in known if one > cursor][:PAGE]
        pieces = tuple(document(f"receipts/{one}.json", receipt_document(one)) for one in page)
        return Step(pieces, page[-1] if len(page) == PAGE else None)

    def count(self, owner: Owner) -> int:
        return sum(len(_receipts(subject)) for subject in owner.subjects)


def _receipts(subject: Subject) -> tuple[audit.Receipt, ...]:
    return tuple(one for name in names_of(subject) for one in audit.receipts_of(name))


def names_of(subject: Subject) -> Mapping[str, None]:
    """Return under which names receipts may know the subject, each once."""
    org, who = subject.organisation, subject.end_user or subject.person
    names = {
        Holder.ORGANISATION: (org, f"{org}/"),
        Holder.END_USER: (f"{org}/{who}",),
        Holder.MEMBER: (f"{org}/{who}",),
        Holder.PERSON: (who,),
    }
    return dict.fromkeys(name for name in names.get(subject.holder, ()) if name.strip("/"))
