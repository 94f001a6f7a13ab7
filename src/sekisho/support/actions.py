"""Writes of who may ask whom: what the operator chooses, whom an organisation names, and the Enterprise form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from django.db import IntegrityError, transaction

from sekisho.accounts.queries import account_facts, as_of_now, not_found, person_to_tell
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Plan, Role, Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.text import Text
from sekisho.cases.actions import open_case
from sekisho.cases.types import CaseView, Contact, Enclosure, Kind, Opening, Queue
from sekisho.enforcement.appeals.rules.attachments import Unfit, accepted
from sekisho.enforcement.appeals.types import File
from sekisho.enforcement.appeals.words import REFUSALS
from sekisho.support.models import PolicyVersion, SupportContact
from sekisho.support.queries import entitlements_of, policy_in_force
from sekisho.support.rules.routing import first_line, snapshot
from sekisho.support.types import Channel, Escalation, SupportPolicy, Surface

REASON_CHARS = 300
"""The longest reason for a change of the policy."""
ESCALATION_CHARS = 20_000
"""The longest text of the Enterprise form."""
DETAIL_CHARS = 1_000
"""The longest answer to one of its other questions."""
NAMEABLE = (Role.ADMIN,)
"""Roles that can be named all together. Owners are answered anyway, and to name every member would be another plan."""


@transaction.atomic
def set_policy(
    actor: Viewer, policy: SupportPolicy, reason: str, *, clock: Clock = system_clock
) -> SupportPolicy:
    """Choose anew who may ask whom, from now on, and return it with its version.

    `policy.version` is that of the policy which was looked at: raises `SekishoError` `policy_moved` when somebody else
    chose in the meantime, `reason_missing`, and `NotAllowedError`.
    """
    now = as_of_now(actor)
    if not may(now, Permission.STAFF_SUPPORT_CHANGE):
        raise NotAllowedError("not_allowed", _STAFF, permission=Permission.STAFF_SUPPORT_CHANGE.value)
    reason = reason.strip()
    if not 1 <= len(reason) <= REASON_CHARS:
        raise SekishoError("reason_missing", _REASON)
    if policy.version != policy_in_force().version:
        raise SekishoError("policy_moved", _MOVED)
    options = {name: value for name, value in asdict(policy).items() if name != "version"}
    version = policy.version + 1
    try:
        with transaction.atomic():
            PolicyVersion.objects.create(
                version=version, reason=reason, set_by=now.id, set_at=clock(), **options
            )
    except IntegrityError:
        raise SekishoError("policy_moved", _MOVED) from None
    record(now.id, "support_policy.set", str(version), **options)
    return SupportPolicy(version, **options)


@transaction.atomic
def name_contact(
    actor: Viewer,
    organisation: str,
    *,
    person: str = "",
    role: Role | None = None,
    clock: Clock = system_clock,
) -> None:
    """Name a member of an Enterprise organisation, or all who hold a role, to be answered by people (R-SUP-058).

    Again changes nothing. Raises `NotFoundError` for who does not belong there, `NotAllowedError` for who may not name,
    and `SekishoError` `contacts_unavailable` or `contact_unknown`.
    """
    now = _naming(actor, organisation)
    facts = account_facts([organisation])
    if not policy_in_force().support_contacts or not facts or facts[0].plan is not Plan.ENTERPRISE:
        raise SekishoError("contacts_unavailable", _UNAVAILABLE)
    is_known = role in NAMEABLE if role else person in facts[0].people
    if not is_known or bool(role) == bool(person):
        raise SekishoError("contact_unknown", _UNKNOWN)
    named = {"organisation": organisation, "person": person, "role": role.value if role else ""}
    if not SupportContact.objects.filter(**named).exists():
        row = SupportContact(**named, named_at=clock())
        SupportContact.objects.bulk_create([row], ignore_conflicts=True)
        record(now.id, "support_contact.named", organisation, person=person, role=named["role"])


@transaction.atomic
def drop_contact(actor: Viewer, organisation: str, contact: str) -> None:
    """Take a name back; it holds from now on. Raises `NotFoundError`, `NotAllowedError`."""
    now = _naming(actor, organisation)
    row = SupportContact.objects.filter(organisation=organisation, id=contact).first()
    if row is None:
        raise not_found("contact_not_found")
    row.delete()
    record(now.id, "support_contact.dropped", organisation, person=row.person, role=row.role)


def escalate(
    actor: Viewer, organisation: str, said: Escalation, *, submission: str, clock: Clock = system_clock
) -> CaseView:
    """Open a case from the Enterprise form, and return it. The same `submission` opens it once.

    Who may is asked at this moment, whatever was so when the form was shown (R-SUP-059): raises `NotAllowedError` with
    the rule that closes the form. Raises `SekishoError` `escalation_empty`, `escalation_too_long`, and the codes of
    files that are not accepted.
    """
    now, at = as_of_now(actor), clock()
    asks, found = entitlements_of(now, organisation, Surface.CONSOLE, at=at)
    form = found.of(Channel.ENTERPRISE_FORM)
    if not form.is_open:
        raise NotAllowedError(form.rule, form.because)
    details = {"affected_users": said.affected_users, "began": said.began, "contacts": said.contacts}
    _check(said, details)
    (known,) = person_to_tell(now.id)
    opening = Opening(
        kind=Kind.SUPPORT,
        queue=Queue.SUPPORT,
        submission=f"enterprise {now.id} {submission}"[:80],
        subject=first_line(said.text),
        text=said.text,
        contact=Contact(known.email, True, known.language),
        surface=Surface.CONSOLE.value,
        requester=now.id,
        organisation=organisation,
        issue="enterprise_urgent",
        details={name: value for name, value in details.items() if value},
        plan=asks.plan,
        impact=said.impact,
        entitlements=snapshot(found, asks),
        enclosures=_enclosed(said.files),
    )
    return open_case(opening, clock=clock)


def _check(said: Escalation, details: Mapping[str, str]) -> None:
    if not said.text.strip():
        raise SekishoError("escalation_empty", _EMPTY)
    if len(said.text) > ESCALATION_CHARS or max(map(len, details.values())) > DETAIL_CHARS:
        raise SekishoError("escalation_too_long", _TOO_LONG)


def _enclosed(files: Sequence[File]) -> tuple[Enclosure, ...]:
    found = accepted(files)
    if isinstance(found, Unfit):
        raise SekishoError(found.code, REFUSALS[found.code].format(name=found.name))
    return tuple(Enclosure(one.name, one.media_type, one.content) for one in found)


def _naming(actor: Viewer, organisation: str) -> Viewer:
    now = as_of_now(actor)
    if organisation not in now.roles:
        raise not_found("organisation_not_found")
    if not may(now, Permission.ORG_SUPPORT_NAME, organisation):
        raise NotAllowedError("not_allowed", _OWNERS, permission=Permission.ORG_SUPPORT_NAME.value)
    return now


_STAFF = Text(
    "Who is answered by people is chosen by operators. Ask one of them.",
    "誰に担当者が回答するかは、運用担当者が決めます。担当者にご依頼ください。",
)
_REASON = Text(
    "Give the reason in 1 to 300 characters: it stands beside the version for whoever asks later.",
    "理由を 1〜300 文字で入力してください。あとから確認できるよう、版とともに残ります。",
)
_MOVED = Text(
    "Somebody else changed this in the meantime. Look at the page again, and choose from there.",
    "別の担当者が先に変更しました。ページを開き直して、もう一度お選びください。",
)
_OWNERS = Text(
    "Owners name who is answered by people. Ask an owner of the organisation.",
    "担当者が直接お答えする方は、オーナーが指定します。組織のオーナーにご相談ください。",
)
_UNAVAILABLE = Text(
    "Support contacts can be named by Enterprise organisations, where the operator allows it.",
    "サポート窓口を指定できるのは、運用者が認めている場合の Enterprise 組織です。",
)
_UNKNOWN = Text(
    "Name somebody who belongs to the organisation, or all of its administrators.",
    "組織に所属する方、または管理者全員を指定してください。",
)
_EMPTY = Text(
    "Say what is wrong. One sentence is enough to begin with.",
    "何が起きているかをお書きください。まずは一文でも構いません。",
)
_TOO_LONG = Text(
    "The text may have 20,000 characters, and each other answer 1,000. Shorten it, or attach a file.",
    "本文は 20,000 文字、そのほかの項目は 1,000 文字までです。短くするか、ファイルを添付してください。",
)
