"""The operator states which duties apply here, and how one reaches us. Every statement stays readable."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.lengths import whole
from sekisho.base.text import Text
from sekisho.compliance.actions.parts import allowed
from sekisho.compliance.models import ContactPoint, StatedProfile
from sekisho.compliance.queries.stated import profile
from sekisho.compliance.rules.intake import wrong_with_ways
from sekisho.compliance.types import Point, Profile, Way
from sekisho.compliance.words import refusal


@transaction.atomic
def state_profile(actor: Viewer, wanted: Profile, reason: str, *, clock: Clock = system_clock) -> int:
    """State which duties apply, with a reason, and return the number of the version.

    It switches forms, clocks, reports and footers for what comes from now on; clocks that run stay as they are. Raises
    `NotAllowedError`, and `SekishoError`: `profile_unchanged`, `reason_missing`.
    """
    now = allowed(actor)
    held = profile()
    if wanted == held.profile:
        raise refusal("profile_unchanged")
    if not reason.strip():
        raise refusal("reason_missing")
    words = wanted.words()
    changed = {name: word for name, word in words.items() if held.profile.words()[name] != word}
    row = StatedProfile(
        number=held.number + 1, words=words, reason=whole(reason.strip(), 500), stated_by=now.id
    )
    row.stated_at = clock()
    row.save(force_insert=True)
    record(now.id, "profile.stated", f"profile {row.number}", **changed)
    return row.number


@transaction.atomic
def publish_contact(
    actor: Viewer,
    point: Point,
    ways: Sequence[Way],
    languages: Sequence[str],
    note: Text | None = None,
    *,
    clock: Clock = system_clock,
) -> int:
    """Publish how one reaches us by a contact point, and return the number of the version. Earlier ones stay readable.

    Raises `NotAllowedError`, and `SekishoError` with the first of `rules.intake.wrong_with_ways`.
    """
    now = allowed(actor)
    if wrong := wrong_with_ways(point, ways, profile().profile):
        raise refusal(wrong[0], every=wrong)
    number = ContactPoint.objects.filter(point=point.value).count() + 1
    ContactPoint.objects.create(
        point=point.value,
        number=number,
        ways=[{"means": one.means.value, "where": one.where, "human": one.is_human} for one in ways],
        languages=list(languages),
        note_en=note.en if note else "",
        note_ja=note.ja if note else "",
        since=clock(),
        by=now.id,
    )
    record(now.id, "contact.published", f"{point} {number}", means=[one.means.value for one in ways])
    return number
