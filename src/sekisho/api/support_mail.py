"""Mail that a provider posts to us: raw, and signed as webhooks are (Standard Webhooks 1.0.0).

The signature covers the mail alone, so the envelope is read from the mail's own headers. The same mail posted again is
the same mail: a replay adds nothing.
"""

from __future__ import annotations

import logging

from django.conf import settings as django_settings
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils.timezone import now
from django.views.decorators.csrf import csrf_exempt

from sekisho.base import settings
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text, lang_from_header
from sekisho.cases.mail.actions import take_mail
from sekisho.cases.mail.polling import envelope
from sekisho.cases.mail.types import Road
from sekisho.webhooks.rules.signature import is_authentic

log = logging.getLogger(__name__)

MAILS = frozenset({"", "message/rfc822", "application/octet-stream", "text/plain"})
"""What a raw mail is posted as. Anything else is a provider's own wrapping: read as a mail it would have no sender, and
be passed over as a machine's."""


@csrf_exempt
def post(request: HttpRequest) -> JsonResponse:
    """Take in one mail. 202: stored. 401: not signed with our secret. 413: too large. 415: no raw mail. 503: post it
    again later."""
    secret = settings.text("support_mail_webhook_secret")
    if request.method != "POST" or not secret:
        return _refused(request, 404, "not_found", _NOT_FOUND)
    if request.content_type not in MAILS or request.headers.get("Content-Encoding", "identity") != "identity":
        return _refused(request, 415, "not_a_mail", _NOT_A_MAIL)
    most = min(settings.integer("support_mail_max_bytes"), django_settings.FILE_UPLOAD_MAX_MEMORY_SIZE)
    raw = request.read(most + 1)  # `body` would refuse what is large for a form
    if len(raw) > most:
        return _refused(request, 413, "request_too_large", _TOO_LARGE)
    headers = {name.lower(): value for name, value in request.headers.items()}
    if not is_authentic(secret, headers, raw, now()):
        return _refused(request, 401, "signature_wrong", _UNSIGNED)
    sender, recipient = envelope(raw)
    try:
        take_mail(raw, sender, recipient, road=Road.WEBHOOK)
    except (DatabaseError, SekishoError) as problem:
        log.error("mailbox.failed", extra={"problem": type(problem).__name__})
        return _refused(request, 503, "not_stored", _LATER)
    return JsonResponse({"taken": True}, status=202)


def _refused(request: HttpRequest, status: int, code: str, message: Text) -> JsonResponse:
    said = message.in_(lang_from_header(request.headers.get("Accept-Language")) or "en")
    return JsonResponse({"type": "error", "error": {"type": code, "message": said}}, status=status)


_NOT_FOUND = Text("There is nothing here.", "ここには何もありません。")
_TOO_LARGE = Text("The mail is larger than we take.", "メールが受け取れる大きさを超えています。")
_NOT_A_MAIL = Text(
    "Only a raw mail is taken here, uncompressed. Post it as `message/rfc822`.",
    "ここで受け取るのは、圧縮していない元のメールのみです。`message/rfc822` として送信してください。",
)
_UNSIGNED = Text(
    "The signature is missing or wrong. Sign the mail as Standard Webhooks has it, with the secret that was set.",
    "署名がないか、正しくありません。Standard Webhooks の方式と設定済みのシークレットで署名してください。",
)
_LATER = Text(
    "The mail was not stored. Post it again later.",
    "メールを保存できませんでした。しばらくしてから再送してください。",
)
