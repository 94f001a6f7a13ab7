"""Taking an appeal in: open to whoever holds the link, and to those whom an organisation lets speak for it."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import IntegrityError, transaction

from sekisho.accounts.types import NOBODY, Viewer
from sekisho.audit.actions import record
from sekisho.base import settings
from sekisho.base.clock import Clock, system_clock
from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.enforcement.appeals import queries, words
from sekisho.enforcement.appeals.actions.parts import follow_token, found, refusal, tell_appellant
from sekisho.enforcement.appeals.models import Appeal, Attachment, ChannelMeasure
from sekisho.enforcement.appeals.rules.attachments import Unfit, accepted
from sekisho.enforcement.appeals.rules.making import DAY, may_appeal, may_say
from sekisho.enforcement.appeals.rules.window import due
from sekisho.enforcement.appeals.types import About, Matter, Receipt, Said, State
from sekisho.enforcement.appeals.types import Attachment as Accepted
from sekisho.enforcement.appeals.vault import new_key, shut
from sekisho.enforcement.types import Refused
from sekisho.records.keystore.queries import OpenKey

BAD_LINKS_EVERY_S = 60
TRIES_AN_HOUR = 30
"""Times that one matter's form may be refused in an hour before it is no longer read: nobody mistypes so often."""


def make_by_link(token: str, said: Said, *, submission: str, clock: Clock = system_clock) -> Receipt:
    """Take in an appeal from whoever holds the link, without any sign-in, and return its receipt.

    `submission` is drawn by the form: sending the same form twice gives the same receipt. Raises what
    `queries.matter_of_link` raises, and `SekishoError` with a code of `rules.making` or `rules.attachments`.
    """
    at = clock()
    return _make(queries.matter_of_link(token, at), said, NOBODY, submission, at)


def make(
    actor: Viewer, about: About, id: str, said: Said, *, submission: str, clock: Clock = system_clock
) -> Receipt:
    """Take in an appeal of somebody who has signed in and may appeal for the organisation. Else as `make_by_link`."""
    at = clock()
    return _make(queries.matter(actor, about, id, at), said, actor, submission, at)


def note_bad_link(code: str, token: str) -> None:
    """Let the audit log say that a link did not open: once a minute for each code, so that nobody floods the log."""
    if cache.add(f"appeals.bad_link.{code}", True, BAD_LINKS_EVERY_S):
        record(
            "public",
            "appeal.link_refused",
            "link",
            code=code,
            link=hashlib.sha256(token.encode()).hexdigest()[:16],
        )


def follow_link(appeal_id: str) -> str:
    """Return the path at which the appeal is followed. Only for who has just made it, or may see it."""
    return f"/appeals/{follow_token(found(appeal_id))}"


def _make(matter: Matter, said: Said, actor: Viewer, submission: str, at: datetime) -> Receipt:
    if before := _sent_before(matter, submission):
        return _receipt(before)
    files = _judged(matter, said, actor, at)
    appeal_id = new_id("apl")
    key = new_key(appeal_id, _subject(matter, appeal_id), at)
    try:
        with transaction.atomic():
            row = _written(appeal_id, matter, said, files, actor, submission, key, at)
            _audited(row, files)
            _tell_receipt(row, at)
    except IntegrityError:
        # the same form, or the same person in another window, was quicker by a moment
        if before := _sent_before(matter, submission):
            return _receipt(before)
        raise refusal("appealed_already") from None
    return _receipt(row)


def _judged(matter: Matter, said: Said, actor: Viewer, at: datetime) -> tuple[Accepted, ...]:
    """Return the files as they are to be kept, or raise why the appeal is not taken. Refusals are audited as well."""
    if cache.get(_tries(matter), 0) >= TRIES_AN_HOUR:
        raise refusal("too_many_appeals")
    rows = Appeal.objects.filter(matter=matter.id)
    own = set(rows.filter(appellant=appellant_of(matter, actor)).values_list("state", flat=True))
    answers = (
        may_appeal(
            matter.informed_at,
            at,
            own_open=bool(own - {State.DECIDED.value}),
            own_decided=State.DECIDED.value in own,
            latest=rows.filter(made_at__gt=at - DAY).count(),
        ),
        may_say(said.text),
        accepted(said.files),
    )
    for answer in answers:
        if isinstance(answer, Refused | Unfit):
            _refuse(matter, actor, answer)
    kept = answers[-1]
    assert isinstance(kept, tuple)  # every refusal has been raised
    return kept


def _refuse(matter: Matter, actor: Viewer, answer: Refused | Unfit) -> None:
    cache.add(_tries(matter), 0, 3600)
    cache.incr(_tries(matter))
    facts = {"code": answer.code, "about": matter.about, "organisation": matter.organisation}
    record(actor.id or "public", "appeal.refused", matter.id, **facts)
    raise refusal(answer.code, **({"name": answer.name} if isinstance(answer, Unfit) and answer.name else {}))


def _tries(matter: Matter) -> str:
    return f"appeals.tries.{matter.id}"


def appellant_of(matter: Matter, actor: Viewer) -> str:
    """Return who writes, as far as can be known: who signed in, else whom the link was made for."""
    if actor.id:
        return actor.id
    unit = matter.unit
    return f"{unit.organisation}/{unit.kind.value}/{unit.id}" if unit else f"report/{matter.id}"


def _subject(matter: Matter, appeal_id: str) -> str:
    """Below whose key the appeal's lies: of an end user theirs, so that erasing them takes the appeal along."""
    if matter.unit is None:
        return f"appeals/{appeal_id}"
    return f"{matter.organisation}/{matter.unit.id if matter.unit.kind.value == 'end_user' else ''}"


def _written(
    appeal_id: str,
    matter: Matter,
    said: Said,
    files: tuple[Accepted, ...],
    actor: Viewer,
    submission: str,
    key: OpenKey,
    at: datetime,
) -> Appeal:
    appellant = appellant_of(matter, actor)
    rests_until = _rest(appellant, at)
    row = Appeal.objects.create(
        id=appeal_id,
        about=matter.about.value,
        matter=matter.id,
        unit_kind=matter.unit.kind.value if matter.unit else "",
        unit_id=matter.unit.id if matter.unit else "",
        organisation=matter.organisation,
        measure=matter.measure.value if matter.measure else "",
        clause=matter.clause,
        pack=matter.pack,
        facts_en=matter.facts.en,
        facts_ja=matter.facts.ja,
        was_automatic=matter.was_automatic,
        took_part=sorted(matter.people),
        appellant=appellant,
        by_person=actor.id,
        speaker=said.speaker.value,
        for_minors=said.for_minor or matter.concerns_minors,
        email=said.email,
        language=said.language,
        submission=submission,
        key=key.id,
        text=shut(key, appeal_id, "text", said.text.encode()),
        made_at=at,
        due_at=due(at, timedelta(days=settings.number("appeal_days")), rests_until),
        rests_until=rests_until,
    )
    for file in files:
        _attach(row, file, key)
    return row


def _attach(row: Appeal, file: Accepted, key: OpenKey) -> None:
    kept = Attachment(appeal=row, media_type=file.media_type, bytes=len(file.content))
    kept.name = shut(key, row.id, f"name {kept.id}", file.name.encode())
    kept.content = shut(key, row.id, f"content {kept.id}", file.content)
    kept.save(force_insert=True)


def _rest(appellant: str, at: datetime) -> datetime | None:
    """Return until when the person's new appeals wait (R-SUP-125); None for nearly everybody."""
    pauses = ChannelMeasure.objects.filter(appellant=appellant, until__gt=at).order_by("-until")
    return pauses.values_list("until", flat=True).first()


def _sent_before(matter: Matter, submission: str) -> Appeal | None:
    return Appeal.objects.filter(matter=matter.id, submission=submission).first()


def _audited(row: Appeal, files: tuple[Accepted, ...]) -> None:
    facts = {"about": row.about, "matter": row.matter, "clause": row.clause, "for_minors": row.for_minors}
    more = {"organisation": row.organisation, "files": len(files), "rests": row.rests_until is not None}
    record(row.by_person or "public", "appeal.made", row.id, **facts, **more)


def _tell_receipt(row: Appeal, at: datetime) -> None:
    body = (words.RECEIVED_MINOR if row.for_minors else words.RECEIVED).format(
        reference=row.id, day=f"{row.due_at:%Y-%m-%d}"
    )
    if row.rests_until:
        rests = words.RESTS.format(day=f"{row.rests_until:%Y-%m-%d}")
        body = Text(body.en + rests.en, body.ja + rests.ja)
    tell_appellant(row, "appeal_received", words.RECEIVED_SUBJECT, body, key=f"received {row.id}", at=at)


def _receipt(row: Appeal) -> Receipt:
    return Receipt(row.id, follow_token(row))
