"""What reports say, for their own senders' copies (R-DATA-236)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sekisho.records.feedback import vault
from sekisho.records.feedback.models import Report
from sekisho.records.feedback.rules import sending


def exported(ids: Sequence[object]) -> dict[object, Mapping[str, object]]:
    """Return what each of these reports says and who sent it, by id; nothing of those whose key was destroyed. For
    `records.rights`, which asks whose they are: no viewer."""
    found: dict[object, Mapping[str, object]] = {}
    for row in Report.objects.filter(id__in=list(ids), is_staged=False):
        if (plain := vault.open_(row.key, row.id, bytes(row.content))) is not None:
            text, transcript = sending.unpacked(plain)
            said = [{"role": one.role, "text": one.text} for one in transcript]
            found[row.id] = {"author": row.member, "text": text, "transcript": said}
    return found
