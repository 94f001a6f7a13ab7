"""Who is qualified for what: registered by staff, never by oneself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.db import transaction

from sekisho.accounts.queries import as_of_now, not_found, viewer
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.enforcement.holds.content import fresh_salt
from sekisho.enforcement.holds.models import Professional
from sekisho.enforcement.holds.types import DOMAINS

PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
"""ISO 3166-1 alpha-2, or with a subdivision of ISO 3166-2."""


@transaction.atomic
def register(
    actor: Viewer,
    person: str,
    *,
    name: str,
    domains: Iterable[str],
    jurisdictions: Iterable[str],
    licence: str,
    valid_until: date,
    evidence: str,
    organisation: str = "",
    clock: Clock = system_clock,
) -> str:
    """Register the person (`usr_…`) as qualified, and return the registration's id.

    `evidence` says how the licence was checked. With an `organisation`, they decide on its answers alone, and have to
    be a member of it; without one, they have to be on the staff as a professional. Raises `NotAllowedError` without
    the permission, `SekishoError`: `own_registration`, `not_professional`, `not_member`, `domain_unknown`,
    `jurisdiction_unknown`, `licence_missing`, `licence_expired`, `evidence_missing`, `name_missing`.
    """
    now, at = _registrar(actor, person), clock()
    _stands(person, organisation)
    made = Professional.objects.create(
        id=new_id("pro"),
        person=person,
        name=_given("name_missing", name, 120),
        domains=_domains(domains),
        jurisdictions=sorted({place(one) for one in jurisdictions}) or _none(),
        licence=_given("licence_missing", licence, 120),
        salt=fresh_salt(),
        valid_until=_future(valid_until, at.date()),
        evidence=_given("evidence_missing", evidence, 500),
        organisation=organisation,
        registered_by=now.id,
        registered_at=at,
    )
    facts = {"person": person, "domains": made.domains, "jurisdictions": made.jurisdictions}
    scope = {"organisation": organisation, "valid_until": valid_until.isoformat()}
    record(now.id, "professional.registered", made.id, **facts, **scope)
    return made.id


@transaction.atomic
def renew(
    actor: Viewer, professional: str, valid_until: date, evidence: str, clock: Clock = system_clock
) -> None:
    """Let the registration hold until another day, on new evidence. Raises as `register`; ended ones are not found."""
    row = _living(professional)
    now = _registrar(actor, row.person)
    row.valid_until = _future(valid_until, clock().date())
    row.evidence = _given("evidence_missing", evidence, 500)
    row.save(update_fields=["valid_until", "evidence"])
    record(now.id, "professional.renewed", row.id, person=row.person, valid_until=valid_until.isoformat())


@transaction.atomic
def end_registration(actor: Viewer, professional: str, reason: str, clock: Clock = system_clock) -> None:
    """End the registration now: nothing more is decided by it, also of what is claimed. Raises as `renew`."""
    row = _living(professional)
    now = _registrar(actor, row.person)
    row.ended_at = clock()
    row.save(update_fields=["ended_at"])
    words = _given("reason_missing", reason, 500)
    record(now.id, "professional.ended", row.id, person=row.person, reason=words)


def place(code: str) -> str:
    """Return the code of a place in capitals. Raises `SekishoError` (`jurisdiction_unknown`)."""
    code = code.strip().upper()
    if not PLACE.fullmatch(code):
        raise SekishoError("jurisdiction_unknown", PROBLEMS["jurisdiction_unknown"].format(code=code[:20]))
    return code


def _registrar(actor: Viewer, person: str) -> Viewer:
    now = as_of_now(actor)
    if not may(now, Permission.STAFF_PROFESSIONAL_REGISTER):
        raise NotAllowedError("not_allowed", _NOT_ALLOWED, permission=Permission.STAFF_PROFESSIONAL_REGISTER)
    if now.id == person:
        raise SekishoError("own_registration", PROBLEMS["own_registration"])
    return now


def _stands(person: str, organisation: str) -> None:
    """Check that the person has the standing in which they are to be registered."""
    them = viewer(person)
    if not them.id:
        raise not_found("person_not_found")
    if organisation and organisation not in them.roles:
        raise SekishoError("not_member", PROBLEMS["not_member"])
    if not organisation and not may(them, Permission.STAFF_HOLD_DECIDE):
        raise SekishoError("not_professional", PROBLEMS["not_professional"])


def _living(professional: str) -> Professional:
    row = Professional.objects.select_for_update().filter(id=professional, ended_at=None).first()
    if row is None:
        raise not_found("professional_not_found")
    return row


def _domains(domains: Iterable[str]) -> list[str]:
    wanted = set(domains)
    if not wanted or wanted - DOMAINS.keys():
        raise SekishoError("domain_unknown", PROBLEMS["domain_unknown"])
    return [domain for domain in DOMAINS if domain in wanted]


def _none() -> list[str]:
    raise SekishoError("jurisdiction_unknown", PROBLEMS["jurisdiction_unknown"].format(code=""))


def _given(code: str, words: str, most: int) -> str:
    words = words.strip()
    if not 1 <= len(words) <= most:
        raise SekishoError(code, PROBLEMS[code].format(most=most))
    return words


def _future(valid_until: date, today: date) -> date:
    if valid_until < today:
        raise SekishoError("licence_expired", PROBLEMS["licence_expired"])
    return valid_until


_NOT_ALLOWED = Text(
    "Professionals are registered by the policy team. Ask somebody there.",
    "専門家の登録はポリシー担当が行います。担当者にご依頼ください。",
)
PROBLEMS = {
    "own_registration": Text(
        "Nobody registers themselves. Ask a colleague to check your licence and register you.",
        "ご自身の登録はできません。ほかの担当者に資格を確認してもらい、登録を依頼してください。",
    ),
    "not_professional": Text(
        "This person is not on the staff as a professional. Ask an operator to appoint them first, or register them "
        "for one organisation.",
        "この方は専門家として任命されていません。先に運用担当者に任命を依頼するか、特定の組織について登録してください。",
    ),
    "not_member": Text(
        "This person does not belong to that organisation. An owner can add them under Members.",
        "この方はその組織に所属していません。オーナーが「メンバー」のページから追加できます。",
    ),
    "domain_unknown": Text(
        "Choose at least one of the seven high-risk domains.",
        "7 つの高リスク分野から 1 つ以上選んでください。",
    ),
    "jurisdiction_unknown": Text(
        "“{code}” is no place. Give ISO 3166 codes, such as JP, US or US-CA.",
        "「{code}」は地域コードではありません。JP、US、US-CA のような ISO 3166 のコードを入力してください。",
    ),
    "licence_missing": Text(
        "Give the number of the licence as it stands on it, in {most} characters at most.",
        "資格証に記載された番号を {most} 文字以内で入力してください。",
    ),
    "licence_expired": Text(
        "The licence has expired already. Give the day until which the renewed one holds.",
        "資格の有効期限がすでに過ぎています。更新後の期限を入力してください。",
    ),
    "evidence_missing": Text(
        "Write down how you checked the licence: in which register, and when. {most} characters at most.",
        "資格をどの名簿でいつ確認したかを {most} 文字以内で記入してください。",
    ),
    "name_missing": Text(
        "Give the name as it stands on the licence, in {most} characters at most.",
        "資格証に記載された氏名を {most} 文字以内で入力してください。",
    ),
    "reason_missing": Text(
        "Say why the registration ends, in {most} characters at most.",
        "登録を終了する理由を {most} 文字以内で記入してください。",
    ),
}
