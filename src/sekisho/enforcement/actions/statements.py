"""Statements of reasons: refused when incomplete, written with the restriction, and told in the same transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sekisho.accounts.queries import key_name
from sekisho.base.errors import SekishoError
from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.enforcement.letters import lifted_letter, restriction_letter
from sekisho.enforcement.links import statement_path
from sekisho.enforcement.models import StatementOfReasons
from sekisho.enforcement.rules.statements import explained, missing
from sekisho.enforcement.types import NO_WORDS, RestrictionView, Statement, Unit, UnitKind
from sekisho.notices.actions import tell
from sekisho.notices.types import EndUser, Organisation, Recipient
from sekisho.policy.queries import version_at
from sekisho.webhooks.actions import announce
from sekisho.webhooks.types import Kind


def complete(statement: Statement, clause: str, at: datetime) -> Statement:
    """Return the statement with the policy it rests on, and with an explanation out of the clause if it brings none.

    Raises `SekishoError` `statement_incomplete`, whose data names the fields that are missing (DSA art. 17(3)).
    """
    pack = version_at(at)
    policy = pack.label if pack else ""
    if statement.explanation == NO_WORDS:
        because = explained(clause, pack.clause(clause) if pack else None, policy)
        statement = replace(statement, explanation=because)
    _insist(statement, clause)
    return replace(statement, policy=policy)


def write(statement: Statement, clause: str, *, is_automatic: bool, at: datetime) -> StatementOfReasons:
    """Store a complete statement. Only a restriction's own transaction calls it; whatever way led there, it raises
    `statement_incomplete` for one that lacks something."""
    _insist(statement, clause)
    return StatementOfReasons.objects.create(
        id=new_id("sor"),
        facts_en=statement.facts.en,
        facts_ja=statement.facts.ja,
        redress_en=statement.redress.en,
        redress_ja=statement.redress.ja,
        is_own_initiative=statement.is_own_initiative,
        was_detected_automatically=statement.was_detected_automatically,
        was_decided_automatically=is_automatic,
        explanation_en=statement.explanation.en,
        explanation_ja=statement.explanation.ja,
        law=statement.law,
        territory=" ".join(statement.territory),
        policy=statement.policy,
        written_at=at,
    )


def _insist(statement: Statement, clause: str) -> None:
    if lacking := missing(statement, clause):
        raise SekishoError(
            "statement_incomplete", _INCOMPLETE.format(fields=", ".join(lacking)), missing=lacking
        )


def tell_restricted(view: RestrictionView, at: datetime) -> None:
    """Tell whom a restriction concerns, with the link to its statement. In the transaction that imposes it."""
    _tell("restriction", view, restriction_letter(view, _name(view.unit)), at)


def tell_lifted(view: RestrictionView, at: datetime) -> None:
    """Tell them that it was lifted. In the transaction that lifts it."""
    _tell("restriction_lifted", view, lifted_letter(view, _name(view.unit)), at)


def _tell(kind: str, view: RestrictionView, letter: tuple[Text, Text], at: datetime) -> None:
    subject, body = letter
    to, link = _reader(view.unit), statement_path(view, at)
    tell(to, kind, view.statement_id, subject, body, key=f"{kind}:{view.id}", at=at, link=link)
    _announce(KINDS[kind], view, link, at)


def _announce(kind: Kind, view: RestrictionView, link: str, at: datetime) -> None:
    """Let the organisation's programs know, whomever of it the restriction concerns."""
    data = {
        "id": view.id,
        "unit": view.unit.id,
        "unit_kind": view.unit.kind,
        "measure": view.measure,
        "clause": view.clause,
        "until": view.until,
        "statement": view.statement_id,
        "url": link,
    }
    announce(view.unit.organisation, kind, data, key=f"{view.id} {kind}", at=at)


KINDS = {"restriction": Kind.RESTRICTION_IMPOSED, "restriction_lifted": Kind.RESTRICTION_LIFTED}


def _reader(unit: Unit) -> Recipient:
    """An end user's own restriction is told to them; that on a key or an organisation, to who answers for it."""
    if unit.kind is UnitKind.END_USER:
        return EndUser(unit.organisation, unit.id)
    return Organisation(unit.organisation)


def _name(unit: Unit) -> str:
    return key_name(unit.id) if unit.kind is UnitKind.KEY else ""


_INCOMPLETE = Text(
    "Nobody is restricted without a complete statement of reasons. Fill in: {fields}.",
    "理由の記載がそろっていない措置はとれません。次の項目を記入してください：{fields}",
)
