"""The transcript by mail: to the verified address of whose conversation it is, when they ask for it (R-SUP-022).

It is sent at once and kept nowhere: an outbox would hold in the clear what lies sealed.
"""

from __future__ import annotations

import logging
import smtplib

from django.core.cache import cache
from django.core.mail import EmailMessage

from sekisho.accounts.queries import person_to_tell
from sekisho.audit.actions import record
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.support.messenger import queries
from sekisho.support.messenger.rules.messages import transcript
from sekisho.support.messenger.types import Asker

log = logging.getLogger(__name__)

AGAIN_S = 600
"""How soon the same conversation may be mailed again. Our decision: a double click sends one."""
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
"""Source: RFC 3834, section 5: nobody's machine answers it."""


def mail_transcript(asker: Asker, conversation_id: str) -> None:
    """Mail the conversation to its person. Raises `SekishoError`: `no_proven_address` for a visitor, `mailed_already`,
    `mail_failed`."""
    talk = queries.conversation(asker, conversation_id)
    to = next(iter(person_to_tell(talk.person)), None) if talk.person else None
    if to is None:
        raise SekishoError("no_proven_address", _NO_ADDRESS)
    if not cache.add(f"messenger.transcript.{talk.id}", 1, AGAIN_S):
        raise SekishoError("mailed_already", _ALREADY)
    reference = talk.case_reference or talk.reference
    body = transcript(queries.events_after(asker, talk.id), asker.language)
    subject = _SUBJECT.format(reference=reference).in_(asker.language)
    head = _HEAD.format(reference=reference).in_(asker.language)
    try:
        EmailMessage(subject, f"{head}\n\n{body}\n", to=[to.email], headers=HEADERS).send()
    except (OSError, smtplib.SMTPException) as problem:
        cache.delete(f"messenger.transcript.{talk.id}")
        log.error("worker.failed", extra={"problem": type(problem).__name__})
        raise SekishoError("mail_failed", _FAILED) from None
    record(talk.person, "conversation.mailed", talk.id, organisation=talk.organisation)


_SUBJECT = Text("[Sekisho] Your conversation {reference}", "[Sekisho] 会話の記録 {reference}")
_HEAD = Text(
    "Here is the conversation {reference}, as you asked. Please do not answer this mail.",
    "ご依頼いただいた会話（{reference}）の記録をお送りします。このメールには返信できません。",
)
_NO_ADDRESS = Text(
    "Sign in first: a transcript goes to the verified address of an account alone.",
    "先にサインインしてください。記録は、アカウントの確認済みアドレスにのみお送りします。",
)
_ALREADY = Text(
    "It was mailed a moment ago. Look into your mailbox, and try again in ten minutes.",
    "先ほどお送りしました。受信箱をご確認のうえ、10 分ほどおいてからお試しください。",
)
_FAILED = Text(
    "The mail could not be sent. Try again later; the conversation stays here.",
    "メールを送信できませんでした。しばらくしてからお試しください。会話はここに残っています。",
)
