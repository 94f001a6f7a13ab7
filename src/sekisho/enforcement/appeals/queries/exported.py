"""What people wrote and attached in appeals, for their own copies (R-DATA-236)."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

from sekisho.enforcement.appeals.models import Appeal
from sekisho.enforcement.appeals.models import Attachment as Row
from sekisho.enforcement.appeals.vault import key_of, open_


def exported(ids: Sequence[object]) -> dict[object, Mapping[str, object]]:
    """Return the words of each of these appeals and who wrote them, by id; nothing of those whose key was destroyed.
    For `records.rights`, which asks whose they are: no viewer."""
    found: dict[object, Mapping[str, object]] = {}
    for row in Appeal.objects.filter(id__in=list(ids)):
        if (key := key_of(row.key)) is not None:
            text = open_(key, row.id, "text", bytes(row.text)).decode()
            found[row.id] = {"author": row.by_person, "text": text}
    return found


def exported_files(ids: Sequence[object]) -> dict[object, Mapping[str, object]]:
    """Return the files that came with appeals, as they were sent, in Base64. Asked as `exported`."""
    found: dict[object, Mapping[str, object]] = {}
    for row in Row.objects.filter(id__in=list(ids)).select_related("appeal"):
        if (key := key_of(row.appeal.key)) is not None:
            name = open_(key, row.appeal_id, f"name {row.id}", bytes(row.name)).decode()
            content = open_(key, row.appeal_id, f"content {row.id}", bytes(row.content))
            encoded = base64.b64encode(content).decode()
            found[row.id] = {"author": row.appeal.by_person, "name": name, "content_base64": encoded}
    return found
