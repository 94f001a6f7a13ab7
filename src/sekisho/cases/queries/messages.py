"""What was said in a case, to whom it may be shown."""

from __future__ import annotations

from collections import defaultdict

from sekisho.accounts.queries import not_found
from sekisho.accounts.types import Viewer
from sekisho.cases.models import Enclosure, Message
from sekisho.cases.queries.rows import enclosure_view, message_view, seen
from sekisho.cases.rules.reading import Footing, Reader, may_read
from sekisho.cases.types import EnclosureView, MessageView, Reach
from sekisho.cases.vault import key_of, open_


def messages(viewer: Viewer, case_id: str, *, masked: bool | None = None) -> tuple[MessageView, ...]:
    """Return what the viewer may read of a case, oldest first. Raises `NotFoundError` for who may not see the case.

    To staff, what leads to people is masked; `masked=False` is for who has asked for more, and has said why
    (`cases.desk`).
    """
    row, reader = seen(viewer, case_id)
    key = key_of(row.key)
    hides = (
        (reader.is_staff and not reader.is_requester and not viewer.is_system) if masked is None else masked
    )
    files: dict[str, list[Enclosure]] = defaultdict(list)
    for one in Enclosure.objects.filter(case=row).defer("content").order_by("id"):
        files[one.message_id].append(one)
    rows = Message.objects.filter(case=row).order_by("at", "id")
    return tuple(
        message_view(one, key, reader, files[one.id], masked=hides) for one in rows if _readable(one, reader)
    )


def enclosure(viewer: Viewer, enclosure_id: str) -> tuple[EnclosureView, bytes]:
    """Return a file with its content. Raises `NotFoundError` for who may not read the message that it came with, and
    once its key was destroyed."""
    file = Enclosure.objects.select_related("message").filter(id=enclosure_id).first()
    if file is None:
        raise not_found("enclosure_not_found")
    row, reader = seen(viewer, file.case_id)
    key = key_of(row.key)
    if key is None or not file.content or not _readable(file.message, reader):
        raise not_found("enclosure_not_found")
    return enclosure_view(file, key), open_(key, row.id, f"content {file.id}", bytes(file.content))


def _readable(row: Message, reader: Reader) -> bool:
    return may_read(reader, by=row.by, reach=Reach(row.reach), requester_was=Footing(row.requester_was))
