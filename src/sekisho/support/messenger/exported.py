"""What was said in conversations with the desk, for people's own copies (R-DATA-236)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sekisho.support.messenger import vault
from sekisho.support.messenger.models import Entry
from sekisho.support.messenger.types import Voice


def exported(ids: Sequence[object]) -> dict[object, Mapping[str, object]]:
    """Return the words of each of these events and who spoke, by id; nothing of those whose key was destroyed. For
    `records.rights`, which asks whose they are: no viewer."""
    rows = list(Entry.objects.filter(id__in=list(ids)).select_related("conversation"))
    keys = vault.keys_of({row.conversation.key for row in rows})
    found: dict[object, Mapping[str, object]] = {}
    for row in rows:
        if (key := keys.get(row.conversation.key)) is not None:
            text, _ = vault.open_(key, row.conversation_id, row.number, bytes(row.content))
            author = row.conversation.person if row.voice == Voice.PERSON else row.voice
            found[row.id] = {"author": author, "text": text}
    return found
