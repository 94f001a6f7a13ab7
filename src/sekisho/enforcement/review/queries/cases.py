"""One case: what its reviewer needs, and no more of anybody's words than that."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import lru_cache

from sekisho.accounts.queries import not_found
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotFoundError
from sekisho.detection.detectors import entities
from sekisho.detection.detectors.rule_detector import RuleDetector
from sekisho.detection.types import Passage, Span
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.labelling import Parts, text_of
from sekisho.enforcement.review import sealed
from sekisho.enforcement.review.models import Case, ReviewOpinion, Sitting, TwoPerson
from sekisho.enforcement.review.queries.rows import proposal_of, row_of, see
from sekisho.enforcement.review.rules.redaction import excerpt
from sekisho.enforcement.review.types import (
    AboutKind,
    CaseView,
    Excerpt,
    Hidden,
    Note,
    Precedent,
    Source,
    State,
    Verdict,
)
from sekisho.records import queries as records
from sekisho.records.types import Part, Readable
from sekisho.records.types.purposes import Purpose

PRECEDENTS = 8
REASON = "case under review"
"""Why a conversation is read, as the audit log tells it beside the case."""


def case(viewer: Viewer, case_id: str, at: datetime) -> CaseView:
    """Return a case without any words. Raises `NotFoundError`.

    Earlier answers to it are not among what it returns: whoever looks second looks for themselves.
    """
    row = _row(viewer, case_id)
    proposal = TwoPerson.objects.filter(case=row, confirmed=None).first()
    sitting = Sitting.objects.filter(case=row, reviewer=viewer.id).first()
    return CaseView(
        row=row_of(row),
        pack=row.pack,
        event_at=row.event_at,
        agreed=row.agreed,
        weight=row.weight,
        proposal=proposal_of(proposal) if proposal else None,
        revealed=bool(sitting and sitting.revealed),
        is_mine=_is_mine(viewer, row, at),
        outcome=Verdict(row.outcome) if row.outcome else None,
        closed_at=row.closed_at,
        decision=row.about_id if row.about_kind == AboutKind.DECISION else "",
    )


def texts(viewer: Viewer, case_id: str, at: datetime) -> tuple[Excerpt, ...]:
    """Return the least of the words that a reviewer needs who holds the case; for anybody else none.

    Personal data are masked until they are revealed (`actions.reveal`). The conversation behind a report is among
    them only if who reported agreed (R-SUP-112). Reading a conversation is audited, each time.
    """
    row = _row(viewer, case_id)
    if not _is_mine(viewer, row, at):
        return ()
    revealed = Sitting.objects.filter(case=row, reviewer=viewer.id).exclude(revealed="").exists()
    return (*_reported(row, revealed), *_said(viewer, row, revealed))


def enclosure(viewer: Viewer, case_id: str, number: int, at: datetime) -> tuple[sealed.Kept, bytes]:
    """Return an attachment of a report to whoever holds the case and has revealed it. Raises `NotFoundError`."""
    row = _row(viewer, case_id)
    words = sealed.words_of(row.id)
    kept = [each for each in words.enclosures if not each.refused] if words else []
    revealed = Sitting.objects.filter(case=row, reviewer=viewer.id).exclude(revealed="").exists()
    data = sealed.opened(row.id, Hidden.ATTACHMENT, number) if number < len(kept) else None
    if data is None or not revealed or not _is_mine(viewer, row, at):
        raise not_found("enclosure_not_found")
    return kept[number], data


def enclosures(viewer: Viewer, case_id: str, at: datetime) -> tuple[sealed.Kept, ...]:
    """Return what came with a report, kept or not, to whoever holds the case."""
    row = _row(viewer, case_id)
    words = sealed.words_of(row.id) if _is_mine(viewer, row, at) else None
    return words.enclosures if words else ()


def memos(viewer: Viewer, case_id: str, at: datetime) -> tuple[str, ...]:
    """Return what the viewer noted for colleagues, and colleagues for them, once nobody has to answer unseen.

    To whoever holds the case; while it waits for a second or third person, nothing.
    """
    row = _row(viewer, case_id)
    if not _is_mine(viewer, row, at) or row.state in (State.SECOND, State.THIRD):
        return ()
    numbers = row.deposits.filter(kind=Hidden.MEMO.value).order_by("number").values_list("number", flat=True)
    kept = [sealed.opened(row.id, Hidden.MEMO, number) for number in numbers]
    return tuple(each.decode("utf-8", "replace") for each in kept if each is not None)


def precedents(viewer: Viewer, case_id: str, clause: str = "", words: str = "") -> tuple[Precedent, ...]:
    """Return earlier cases under the same clause, or under `clause`, the latest first; `words` narrows by reference.

    Cases about the same event are left out: whoever looks at it a second time looks for themselves.
    """
    row = _row(viewer, case_id)
    rows = (
        Case.objects.filter(clause=clause or row.clause, golden=None)
        .exclude(closed_at=None)
        .exclude(outcome="")
        .exclude(id=row.id)
    )
    rows = rows.exclude(about_kind=row.about_kind, about_id=row.about_id) if row.about_id else rows
    if words:
        rows = rows.filter(reference__contains=words.strip().upper())
    return tuple(
        Precedent(
            each.reference,
            Source(each.source),
            Verdict(each.outcome),
            Note(each.note) if each.note else None,
            each.closed_at,
        )
        for each in rows.order_by("-closed_at")[:PRECEDENTS]
        if each.closed_at is not None
    )


def open_about(decisions: Collection[str]) -> frozenset[str]:
    """Return those of the decisions about which a case is open. For what opens cases: no viewer."""
    rows = Case.objects.filter(
        about_kind=AboutKind.DECISION, about_id__in=list(decisions), closed_at=None, golden=None
    )
    return frozenset(rows.values_list("about_id", flat=True))


def took_part(viewer: Viewer, about_id: str) -> frozenset[str]:
    """Return the ids of everybody who answered a case with this id, or one about the decision with this id.

    For whoever has to find somebody who took no part, such as the appeals desk.
    """
    opinions = ReviewOpinion.objects.filter(case__golden=None)
    mine = opinions.filter(case__about_id=about_id) | opinions.filter(case_id=about_id)
    proposals = TwoPerson.objects.filter(case__about_id=about_id) | TwoPerson.objects.filter(case_id=about_id)
    named = {one for pair in proposals.values_list("by", "seconded_by") for one in pair if one}
    return frozenset(mine.values_list("reviewer", flat=True)) | named


def _row(viewer: Viewer, case_id: str) -> Case:
    see(viewer)
    row = Case.objects.filter(id=case_id).first()
    if row is None:
        raise not_found("case_not_found")
    return row


def _is_mine(viewer: Viewer, row: Case, at: datetime) -> bool:
    until = row.claimed_until
    return row.closed_at is None and row.claimed_by == viewer.id and until is not None and until > at


def _reported(row: Case, revealed: bool) -> Iterator[Excerpt]:
    words = sealed.words_of(row.id)
    if words is None:
        return
    for part, text in (("report", words.text), ("place", words.place)):
        if text:
            yield excerpt(part, text, _masks().find(Passage(text)), None, revealed)


def _said(viewer: Viewer, row: Case, revealed: bool) -> Iterator[Excerpt]:
    """What was said at the gate: of a decision the text that it was about, of a report the question and the answer."""
    if Source(row.source).is_report and not row.agreed:
        return
    if row.about_kind == AboutKind.DECISION:
        yield from _of_decision(viewer, row, revealed)
    elif row.about_kind == AboutKind.TURN:
        yield from _of_turn(viewer, row, revealed)


def _of_decision(viewer: Viewer, row: Case, revealed: bool) -> Iterator[Excerpt]:
    decision = enforcement.decision(viewer, row.about_id)
    text = text_of(decision, _parts(viewer, row, decision.turn, decision.organisation))
    if text:
        seen = next((each.span for each in decision.grounds if each.span), None)
        span = Span(*seen) if seen else None
        yield excerpt(decision.stage, text, _masks().find(Passage(text)), span, revealed)


def _of_turn(viewer: Viewer, row: Case, revealed: bool) -> Iterator[Excerpt]:
    """The end of the question, which is what was asked last, and the beginning of the answer."""
    parts = _parts(viewer, row, row.about_id, row.organisation)
    for part, name in ((Part.PROMPT, "prompt"), (Part.ANSWER, "output"), (Part.WITHHELD, "output")):
        if text := "\n".join(block.text for block in parts.get(part, ()) if block.text):
            last = Span(len(text) - 1, len(text)) if part is Part.PROMPT else None
            yield excerpt(name, text, _masks().find(Passage(text)), last, revealed)


def _parts(viewer: Viewer, row: Case, turn: str, organisation: str) -> Parts:
    """The content of a turn of this organisation; nothing of another's, whatever a report names."""
    try:
        if records.turn(viewer, turn).organisation != organisation:
            return {}
        content = records.content_of(viewer, turn, f"{REASON} {row.id}", purpose=Purpose.REVIEW)
    except NotFoundError:
        return {}
    return content.parts if isinstance(content, Readable) else {}


@lru_cache(maxsize=1)
def _masks() -> RuleDetector:
    """What finds personal data. Built when the first text is shown: lists need none of it."""
    return entities.detector()
