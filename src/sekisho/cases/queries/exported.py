"""What people wrote and attached in cases, for their own copies (R-DATA-236). No viewer: `records.rights` asks whose
they are."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence

from sekisho.cases.models import Case, Enclosure, Message
from sekisho.cases.rules.reading import Footing, Reader, may_read
from sekisho.cases.types import Reach
from sekisho.cases.vault import keys_of, open_, open_text

_Found = dict[object, Mapping[str, object]]


def exported(ids: Sequence[object]) -> _Found:
    """Return subject and details of each of these cases, by id; nothing of those whose key was destroyed."""
    found: _Found = {}
    rows = list(Case.objects.filter(id__in=list(ids)))
    keys = keys_of(row.key for row in rows)
    for row in rows:
        if (key := keys.get(row.key)) is not None:
            found[row.id] = {
                "author": row.requester,
                "subject": open_text(key, row.id, "subject", row.subject),
                "details": json.loads(open_text(key, row.id, "details", row.details) or "{}"),
                "transcript": open_text(key, row.id, "transcript", row.transcript),
            }
    return found


def exported_messages(ids: Sequence[object]) -> _Found:
    """Return the text of each of these messages that reached customers. Asked as `exported`."""
    rows = list(
        Message.objects.filter(id__in=list(ids)).exclude(reach=Reach.STAFF.value).select_related("case")
    )
    keys = keys_of(row.case.key for row in rows)
    return {
        row.id: {
            "author": row.case.requester if _reads(row) else row.by or row.voice,
            "text": open_text(key, row.case_id, f"message {row.id}", row.text),
        }
        for row in rows
        if (key := keys.get(row.case.key)) is not None
    }


def _reads(row: Message) -> bool:
    """Return whether the requester may read it: what is the organisation's alone is no part of their copy either."""
    reader = Reader(row.case.requester, is_requester=True)
    return may_read(reader, by=row.by, reach=Reach(row.reach), requester_was=Footing(row.requester_was))


def exported_files(ids: Sequence[object]) -> _Found:
    """Return the files, as they were sent, in Base64. Asked as `exported`."""
    found: _Found = {}
    for row in Enclosure.objects.filter(id__in=list(ids)).select_related("case", "message"):
        key = keys_of([row.case.key]).get(row.case.key)
        if key is not None and row.content and row.message.reach != Reach.STAFF:
            found[row.id] = {
                "author": row.message.by or row.case.requester,
                "name": open_text(key, row.case_id, f"name {row.id}", row.name),
                "content_base64": base64.b64encode(
                    open_(key, row.case_id, f"content {row.id}", bytes(row.content))
                ).decode(),
            }
    return found
