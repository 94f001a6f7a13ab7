"""What was said, conversation by conversation, and what becomes of each turn (`explain.jsonl`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from django.db.models import Q, QuerySet

from sekisho.base.inventory import Holder
from sekisho.records import rules
from sekisho.records.consent.rules.discretion import UNTOLD, discreet
from sekisho.records.models import Conversation, Turn
from sekisho.records.queries import calendar_at, events_of
from sekisho.records.queries.clocks import facts
from sekisho.records.reading import contents
from sekisho.records.rights.bundle.tables import subject_rows
from sekisho.records.rights.bundle.words import Owner, Piece, Step, line, lines
from sekisho.records.rights.queries.stored import untold
from sekisho.records.types import Destroyed, Explanation, Part, Readable, StoredBlock

PAGE = 50
"""Turns whose content is in memory at once."""
CONVERSATIONS = 50
METADATA_PAGE = 500
FILES_EACH = 1_000
"""Up to so many conversations have a file each; more of them share one with those whose ids begin alike."""
PREFIX = len("cnv_") + 2

SHOWN = (Part.PROMPT, Part.ANSWER, Part.RELEASED, Part.REVIEW)
"""Parts that are given. What the gate withheld is not: an export must be no way around it; the decision and its reasons
are in `safety_decisions.jsonl`."""
OF_REVIEW = frozenset({"question", "facts", "reason"})
"""Of the dialogue about a held answer, what was said to the client: neither the draft's changes nor the salt."""


class Conversations:
    """One file a conversation, one line a turn, in its order. Very many share files."""

    def step(self, owner: Owner, cursor: str) -> Step:
        conversation, _, turn = cursor.partition(" ")
        batch = _conversations(owner, conversation, inclusive=bool(turn))
        if not batch:
            return Step(())
        page = _turns(owner, batch, conversation, turn)
        if not page:
            return Step((), batch[-1] + " ")
        said = contents([row.id for row in page], at=owner.at, subject=True)
        many = _are_many(owner)
        groups = groupby(page, key=lambda row: row.conversation_id or "")
        pieces = tuple(_piece(name, list(rows), said, many) for name, rows in groups)
        return Step(pieces, f"{page[-1].conversation_id} {page[-1].id}", tuple(said))

    def count(self, owner: Owner) -> int:
        return of_turns(owner).filter(conversation__isnull=False).count()


def of_turns(owner: Owner) -> QuerySet[Turn]:
    found: QuerySet[Turn] = subject_rows("records_turn", owner.subject, owner.at)  # type: ignore[assignment]
    return found.filter(received_at__lte=owner.at)


def _conversations(owner: Owner, after: str, *, inclusive: bool) -> list[str]:
    """The next ids, from the one on that is half told. By the index of its organisation or subject: the table of turns
    is never sorted."""
    subject = owner.subject
    mine = {"subject": f"{subject.organisation}/{subject.end_user}"} if subject.end_user else {}
    rows = Conversation.objects.filter(organisation=subject.organisation, **mine).order_by("id")
    rows = rows.filter(id__gte=after) if inclusive else rows.filter(id__gt=after.strip())
    return list(rows.values_list("id", flat=True)[:CONVERSATIONS])


def _turns(owner: Owner, batch: Sequence[str], conversation: str, turn: str) -> list[Turn]:
    later = Q(conversation__gt=conversation) | Q(conversation=conversation, id__gt=turn)
    found = of_turns(owner).filter(conversation__in=batch)
    return list((found.filter(later) if turn else found).order_by("conversation_id", "id")[:PAGE])


def _are_many(owner: Owner) -> bool:
    """Whether there are more conversations than anybody opens one by one. Programs without sessions begin a new one
    with each request, and a zip of 100,000 files opens nowhere."""
    mine = Conversation.objects.filter(organisation=owner.subject.organisation)
    return mine[: FILES_EACH + 1].count() > FILES_EACH


def _piece(name: str, rows: Sequence[Turn], said: Mapping[str, Readable | Destroyed], many: bool) -> Piece:
    told: dict[tuple[str, str, str], str] = {}
    written = [line(_turn(row, said[row.id], told)) for row in rows]
    # ids are in order, so that conversations with one beginning follow one another
    file = name[:PREFIX] if many else name
    return Piece(f"conversations/{file}.jsonl", b"".join(written), len(written))


def _turn(row: Turn, said: Readable | Destroyed, told: dict[tuple[str, str, str], str]) -> dict[str, object]:
    head = {
        "conversation": row.conversation_id,
        "turn": row.id,
        "received_at": row.received_at.isoformat(),
        "model": row.model,
    }
    if isinstance(said, Destroyed):
        return {**head, "content": "destroyed"}
    parts = {part.value: list(_blocks(row, part, said, told)) for part in SHOWN if part in said.parts}
    if Part.WITHHELD in said.parts:
        parts[Part.WITHHELD.value] = [{"kind": "withheld", "see": "safety_decisions.jsonl"}]
    return {**head, "content": parts}


def _blocks(
    row: Turn, part: Part, said: Readable, told: dict[tuple[str, str, str], str]
) -> Iterator[dict[str, object]]:
    """The blocks of a part. A text that an earlier line of the same step holds is not written again: a resent history
    would make a file grow with its square."""
    if part is Part.ANSWER and row.review:
        yield {"kind": "held", "see": "released"}  # a draft that no client was given
        return
    for block in said.parts[part]:
        if part is Part.REVIEW and block.kind not in OF_REVIEW:
            continue
        mark = (block.role, block.kind, block.digest)
        if block.digest and mark in told:
            yield {"role": block.role, "kind": block.kind, "said_in": told[mark]}
        else:
            told.setdefault(mark, row.id)
            yield _block(block)


def _block(block: StoredBlock) -> dict[str, object]:
    return {"role": block.role, "kind": block.kind, "text": block.text}


class Turns:
    """One row a turn: when, which model, how many tokens, what came of it. Those without content too."""

    def step(self, owner: Owner, cursor: str) -> Step:
        page = _page(owner, cursor)
        told = lines("turns.jsonl", map(_metadata, page))
        return Step(told, _cursor(page[-1]) if len(page) == METADATA_PAGE else None)

    def count(self, owner: Owner) -> int:
        return of_turns(owner).count()


class Explanations:
    """By which rule each turn ends and when, who reads it until then, and whether it may be used for training."""

    def step(self, owner: Owner, cursor: str) -> Step:
        page = _page(owner, cursor)
        events, calendar = events_of(owner.subject.organisation), calendar_at(owner.at)
        known, silent = facts([row.id for row in page]), untold(owner.at)
        told = (
            _explained(row.id, rules.explain(known[row.id], events, calendar, owner.at, untold=silent), owner)
            for row in page
            if row.id in known
        )
        return Step(lines("explain.jsonl", told), _cursor(page[-1]) if len(page) == METADATA_PAGE else None)

    def count(self, owner: Owner) -> int:
        return of_turns(owner).count()


def _page(owner: Owner, cursor: str) -> list[Turn]:
    """The next turns by the time they came, along the index of their organisation."""
    moment, _, turn = cursor.partition(" ")
    rows = of_turns(owner).order_by("received_at", "id")
    if turn:
        # the first condition follows from the second, and is what the index is searched by
        rows = rows.filter(received_at__gte=moment)
        rows = rows.filter(Q(received_at__gt=moment) | Q(id__gt=turn))
    return list(rows[:METADATA_PAGE])


def _cursor(row: Turn) -> str:
    return f"{row.received_at.isoformat()} {row.id}"


_INNER = frozenset({"gateway", "stages_us", "key", "subject"})
"""What is about the machine, not about the subject."""


def _metadata(row: Turn) -> dict[str, object]:
    columns = [field.attname for field in row._meta.concrete_fields if field.attname not in _INNER]
    return {name: getattr(row, name) for name in columns}


def _explained(turn: str, found: Explanation, owner: Owner) -> dict[str, object]:
    if owner.subject.holder is Holder.ORGANISATION:
        found = discreet(found)
    end, training = found.deadline, found.training
    return {
        "turn": turn,
        "deadline": end.at.isoformat(),
        "rule": end.rule,
        "sealed_at": end.sealed_at.isoformat() if end.sealed_at else None,
        "destroyed_at": found.destroyed.at.isoformat() if found.destroyed.at else None,
        "training": {
            "eligible": None if training == UNTOLD else not hasattr(training, "reason"),
            "rule": training.rule,
        },
        "because": [{"rule": rule, "text": words.in_(owner.language)} for rule, words in found.lines],
    }
