"""A delivery made into a mail, with everything that keeps it from being answered by machines for ever (R-SUP-073)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import formataddr

from django.core.mail import EmailMessage

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import system
from sekisho.base import settings
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.text import Lang, as_lang
from sekisho.cases import queries as cases
from sekisho.cases.mail import house, templates
from sekisho.cases.mail.rules.loops import LOOP_HEADER, is_machine
from sekisho.cases.models import Clock, Delivery
from sekisho.cases.queries.rows import requester_footing
from sekisho.cases.rules.reading import Footing
from sekisho.cases.rules.states import REOPENS
from sekisho.cases.rules.targets import TARGETS
from sekisho.cases.types import DeliveryKind, MessageView, Reach, Voice

EARLIER = 10
"""Mails before it that `References` names."""
_BY_PEOPLE = frozenset({Voice.STAFF, Voice.SPONSOR, Voice.REQUESTER})
_WHO = {
    "en": {Voice.STAFF: "Support", Voice.BOT: "Assistant (AI)", Voice.SYSTEM: "Automatic message"},
    "ja": {Voice.STAFF: "サポート", Voice.BOT: "アシスタント（AI）", Voice.SYSTEM: "自動メッセージ"},
}
_YOU = {"en": {True: "You", False: "Your organisation"}, "ja": {True: "お客様", False: "組織の担当者"}}


class UnsendableError(Exception):
    """This mail is not to go out. `args[0]` says why, in a word."""


@dataclass(frozen=True, slots=True)
class _Words:
    subject: str
    body: str
    message: MessageView | None = None


def compose(delivery: Delivery) -> EmailMessage:
    """Return the mail of a delivery. Made again, it is the same mail, with the same Message-ID. Raises
    `UnsendableError`: `not_entitled`, `unproven`, `destroyed`, `reopened`, `machine` or `template`."""
    try:
        words = _words(delivery, as_lang(delivery.language))
    except NotFoundError as problem:
        raise UnsendableError("not_entitled") from problem
    except SekishoError as problem:
        raise UnsendableError("template") from problem
    keeper = house.keeper()
    mail = EmailMessage(
        subject=words.subject,
        body=words.body,
        from_email=keeper.return_path(delivery.id),  # the envelope's: bounces come to it
        to=[delivery.email],
        headers={
            **_headers(delivery, is_automatic=is_automatic(delivery)),
            "From": formataddr((house.display_name(), keeper.mailbox)),
            "Reply-To": keeper.reply_to(delivery.case_id, delivery.email),
        },
    )
    for file in words.message.enclosures if words.message else ():
        view, content = cases.enclosure(system("mail"), file.id)
        mail.attach(view.name, content, view.media_type)
    return mail


def is_automatic(delivery: Delivery) -> bool:
    """Return whether no person wrote it: such mails are capped (R-SUP-077)."""
    if delivery.kind != DeliveryKind.REPLY.value or delivery.message is None:
        return True
    return Voice(delivery.message.voice) not in _BY_PEOPLE


def message_id(delivery: str) -> str:
    """Return the Message-ID of a delivery: however often it is sent, mail systems know it as one."""
    return f"<{delivery}@{house.own_domain()}>"


def _headers(delivery: Delivery, *, is_automatic: bool) -> dict[str, str]:
    earlier = Delivery.objects.filter(case=delivery.case_id, email=delivery.email, id__lt=delivery.id)
    sent = earlier.exclude(mail_id="").order_by("-id").values_list("mail_id", flat=True)[:EARLIER]
    thread = [f"<{delivery.case_id}@{house.own_domain()}>", *reversed(sent)]
    return {
        "Message-ID": delivery.mail_id or message_id(delivery.id),
        "References": " ".join(thread),
        "In-Reply-To": thread[-1],
        "Auto-Submitted": "auto-generated" if is_automatic else "no",  # RFC 3834, section 5
        "X-Auto-Response-Suppress": "All",
        LOOP_HEADER: house.own_domain(),
        "Content-Language": delivery.language,
    }


def _words(delivery: Delivery, lang: Lang) -> _Words:
    case = delivery.case
    _must_be_proven(delivery)
    match DeliveryKind(delivery.kind):
        case DeliveryKind.CONFIRMATION:
            return _confirmation(delivery, lang)
        case DeliveryKind.CONFIRM_CONTACT:
            link = settings.text("public_url").rstrip("/") + cases.contact_path(case.id)
            return _Words(*templates.render("confirm_contact", lang, link=link))
        case DeliveryKind.CLOSING:
            return _closing(delivery, lang)
        case DeliveryKind.REPLY:
            return _reply(delivery, lang)
        case DeliveryKind.TRANSCRIPT:
            text = _transcript(delivery, lang)
            return _Words(*templates.render("transcript", lang, reference=case.reference, text=text))


def _must_be_proven(delivery: Delivery) -> None:
    """Nothing but the fixed text goes to an address that nobody has proven (R-SUP-078): asked here once more."""
    fixed = delivery.kind == DeliveryKind.CONFIRM_CONTACT.value
    if not fixed and delivery.email == delivery.case.email and not delivery.case.is_proven:
        raise UnsendableError("unproven")


def _confirmation(delivery: Delivery, lang: Lang) -> _Words:
    case = delivery.case
    due = Clock.objects.filter(case=case, duty__in=TARGETS, met_at=None).order_by("due").first()
    if due is None:
        return _Words(*templates.render("received", lang, reference=case.reference))
    name = "hand_over" if len(bytes(case.transcript)) else "confirmation"
    promised = _local(due.due)
    return _Words(*templates.render(name, lang, reference=case.reference, promised=promised))


def _closing(delivery: Delivery, lang: Lang) -> _Words:
    """Tell of the settlement that this mail was made with, unless the case is open again or was settled anew since."""
    case = delivery.case
    if case.settled_at is None or case.settled_at != delivery.created_at:
        raise UnsendableError("reopened")
    if not _stands(delivery):
        raise UnsendableError("not_entitled")
    if is_machine(delivery.email):
        raise UnsendableError("machine")
    until = _local(case.settled_at + REOPENS)
    return _Words(*templates.render("closing", lang, reference=case.reference, reopens_until=until))


def _local(at: datetime) -> datetime:
    """Return the moment in the office's own time: promises are made in it."""
    return at.astimezone(cases.office().zone)


def _reply(delivery: Delivery, lang: Lang) -> _Words:
    said = next((one for one in _readable(delivery) if one.id == delivery.message_id), None)
    if said is None:
        raise UnsendableError("not_entitled")
    if not said.text.strip() and not said.enclosures:
        raise UnsendableError("destroyed")
    translated = templates.TRANSLATED[said.translated_from] if said.translated_from else None
    text = said.text.strip() or "\N{PAPERCLIP}"
    subject, body = templates.render(
        "reply", lang, reference=delivery.case.reference, text=text, translated=translated
    )
    return _Words(subject, body, said)


def _readable(delivery: Delivery) -> tuple[MessageView, ...]:
    """Return what the addressee may read of the case now: who has left since it was written gets nothing more
    (R-SUP-053). Who has no account was named by the case itself."""
    if delivery.person:
        if not _stands(delivery):
            raise UnsendableError("not_entitled")
        return cases.messages(accounts.viewer(delivery.person), delivery.case_id)
    every = cases.messages(system("mail"), delivery.case_id)
    return tuple(one for one in every if one.reach is Reach.EVERYBODY)


def _stands(delivery: Delivery) -> bool:
    """Return whether the requester still belongs to the organisation that the case is about. Whoever speaks for it, or
    passed the question on, is asked by `cases` itself."""
    case = delivery.case
    return delivery.person != case.requester or requester_footing(case) is not Footing.OUTSIDE


def _transcript(delivery: Delivery, lang: Lang) -> str:
    lines = []
    for one in _readable(delivery):
        who = _WHO[lang].get(one.voice) or _YOU[lang][one.voice is Voice.REQUESTER]
        files = "".join(f"\n[{file.name}]" for file in one.enclosures)
        lines.append(f"{who} · {templates.moment(_local(one.at), lang)}\n{one.text.strip()}{files}")
    if not lines:
        raise UnsendableError("destroyed")
    return "\n\n".join(lines)
