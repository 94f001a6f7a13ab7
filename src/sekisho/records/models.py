"""Rows of records. Content is ciphertext; its keys live in another database (`keystore/`)."""

from __future__ import annotations

from django.db import models

from sekisho.records.types import ContentClass


class Conversation(models.Model):
    """Turns that belong together, of one organisation."""

    id = models.CharField(max_length=40, primary_key=True)
    """Made of organisation and digest, so that two ingest processes come to the same id."""
    organisation = models.CharField(max_length=40, db_index=True)
    subject = models.CharField(max_length=160, db_index=True)
    started_at = models.DateTimeField()
    blocks = models.PositiveIntegerField(default=0)
    """How many different blocks were kept of it so far; each has its number."""

    def __str__(self) -> str:
        return self.id


class Turn(models.Model):
    """One request through the gate, stamped with what was so when it was received."""

    id = models.CharField(max_length=40, primary_key=True)
    organisation = models.CharField(max_length=40)
    key = models.CharField(max_length=40)
    end_user = models.CharField(max_length=80, blank=True)
    conversation = models.ForeignKey(Conversation, models.PROTECT, null=True, related_name="turns")
    received_at = models.DateTimeField(db_index=True)
    finished_at = models.DateTimeField()
    gateway = models.CharField(max_length=120)
    dialect = models.CharField(max_length=20)
    endpoint = models.CharField(max_length=40)
    outcome = models.CharField(max_length=40)
    status = models.PositiveSmallIntegerField()
    model = models.CharField(max_length=200, blank=True)
    provider = models.CharField(max_length=120, blank=True)
    plan = models.CharField(max_length=20)
    terms = models.CharField(max_length=20)
    zero_retention = models.BooleanField(default=False)
    streamed = models.BooleanField(default=False)
    input_tokens = models.PositiveBigIntegerField(default=0)
    output_tokens = models.PositiveBigIntegerField(default=0)
    cache_read_tokens = models.PositiveBigIntegerField(default=0)
    cache_creation_tokens = models.PositiveBigIntegerField(default=0)
    disclosure = models.CharField(max_length=40, blank=True)
    review = models.CharField(max_length=40, blank=True)
    stages_us = models.JSONField(default=dict)
    has_content = models.BooleanField(default=False)
    upstream = models.CharField(max_length=20, blank=True)
    product = models.CharField(max_length=20, default="api")
    member = models.CharField(max_length=40, blank=True)
    incognito = models.BooleanField(default=False)
    minors = models.BooleanField(default=False)
    consent_epoch = models.PositiveIntegerField(null=True)
    flagged = models.BooleanField(default=False)
    deadline_at = models.DateTimeField(null=True)
    """When its content becomes unreadable, as reckoned last (`rules.deadline`); null while it has none. Legal holds are
    not in it: they pin what is destroyed (`rules.destroy_at`)."""
    sealed_at = models.DateTimeField(null=True)
    """From when on only the subject reads its content (R-DATA-109)."""

    class Meta:
        indexes = (
            models.Index(fields=["organisation", "-received_at"], name="turn_by_organisation"),
            models.Index(
                fields=["deadline_at"], name="turn_by_deadline", condition=models.Q(has_content=True)
            ),
        )

    def __str__(self) -> str:
        return self.id


class Content(models.Model):
    """One part of a turn's content, encrypted by its conversation's key for the second of receipt.

    On PostgreSQL the table is partitioned by class and day (`partitions`), so that what is over goes as a whole. No
    constraint leads from it to the turn: dropping a partition would have to lock every turn.
    """

    turn = models.ForeignKey(
        Turn, models.PROTECT, related_name="content", db_constraint=False, db_index=False
    )
    part = models.CharField(max_length=20)
    key = models.CharField(max_length=40)
    """Id of the conversation key in the keystore."""
    ciphertext = models.BinaryField()
    """Nonce and ciphertext; organisation, subject, conversation, turn, part, class and format are bound in."""
    content_class = models.CharField(max_length=20, default=ContentClass.OTHER.value)
    """By which clock it was begun (`types.ContentClass`). A deadline that comes nearer moves no row: the key falls."""
    day = models.DateField()
    """The day of receipt, UTC."""
    format = models.PositiveSmallIntegerField(default=1)
    """How it was encrypted (`vault`)."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["turn", "part", "content_class", "day"], name="one_content_a_part"
            ),
        )

    def __str__(self) -> str:
        return f"{self.turn_id} {self.part}"


class Block(models.Model):
    """A piece of a conversation that was kept once: resent history is recognised by it and not kept again.

    It stays as long as the conversation has a key, also when the content of its turn is gone: or else what died at its
    deadline would begin anew the next time a client sends its history (R-DATA-108).
    """

    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="blocks_kept", db_constraint=False, db_index=False
    )
    tag = models.CharField(max_length=64, primary_key=True)
    """HMAC of the block's digest under the conversation's mark key: it means nothing once that is destroyed, and no two
    conversations make the same."""
    number = models.PositiveIntegerField()
    """Its place among the blocks of the conversation, from 1, in the order in which they were first seen."""
    turn = models.ForeignKey(
        Turn, models.DO_NOTHING, related_name="first_blocks", db_constraint=False, db_index=False
    )
    """The turn that holds it."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["conversation", "number"], name="one_number_a_block"),)

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.number}"


class DataEvent(models.Model):
    """One thing that decides how long turns live and what they may be used for (`types.Event`). Append-only."""

    seq = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=30)
    organisation = models.CharField(max_length=40, blank=True, db_index=True)
    """Empty for what concerns the whole installation, such as a legal hold."""
    member = models.CharField(max_length=40, blank=True)
    end_user = models.CharField(max_length=80, blank=True)
    conversation = models.CharField(max_length=40, blank=True)
    turn = models.CharField(max_length=40, blank=True)
    days = models.PositiveIntegerField(null=True)
    hold = models.CharField(max_length=40, blank=True)
    actor = models.CharField(max_length=120)
    surface = models.CharField(max_length=40)
    """Where it was done: `sign_up`, `privacy_page`, `organisation_page`, `api`, `cli`, `system`, …"""
    notice = models.CharField(max_length=40, blank=True)
    """Version of the words that the person had before their eyes (R-DATA-023)."""
    notice_digest = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=5, blank=True)
    previous = models.CharField(max_length=30, blank=True)
    """What was so before, such as the last choice."""

    class Meta:
        indexes = (models.Index(fields=["organisation", "kind"], name="event_by_organisation_kind"),)

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"


class CalendarVersion(models.Model):
    """One version of the calendar of data use, as it was proposed, approved and signed (R-DATA-124)."""

    version = models.CharField(max_length=40, unique=True)
    document = models.TextField()
    """The file, as it was checked."""
    proposed_by = models.CharField(max_length=120)
    proposed_at = models.DateTimeField()
    approved_by = models.CharField(max_length=120, blank=True)
    """Another person, where the version lengthens anything; else whoever proposed it."""
    effective_at = models.DateTimeField(null=True)
    """From when on it is in force; null while it waits for approval."""
    before = models.CharField(max_length=64, blank=True)
    """SHA-256 of the version that it replaces."""
    signature = models.BinaryField(default=b"")
    """Ed25519 over all of the above, by the installation's signing key."""
    announced_at = models.DateTimeField(null=True)
    """When all whom it concerns had been told; null where nobody has to be."""

    def __str__(self) -> str:
        return self.version


class Mark(models.Model):
    """How far something has come: a crash loses none of it."""

    name = models.CharField(max_length=20, primary_key=True)
    """`time`: the latest moment that was ever trusted. `events`: the last event whose turns were handed on.
    `calendars`: until when versions that came into force were. `doubt`: when people were last told that one does not
    verify."""
    at = models.DateTimeField(null=True)
    seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Restamping(models.Model):
    """Turns whose deadlines are to be reckoned again, since something happened, and how far that has come."""

    cause = models.CharField(max_length=60, unique=True)
    """What happened: `event 12`, `calendar 2026-01-01`."""
    at = models.DateTimeField()
    organisation = models.CharField(max_length=40, blank=True)
    """Which turns, as in `types.Scope`; all empty: all."""
    member = models.CharField(max_length=40, blank=True)
    end_user = models.CharField(max_length=80, blank=True)
    conversation = models.CharField(max_length=40, blank=True)
    turn = models.CharField(max_length=40, blank=True)
    reached_at = models.DateTimeField(null=True)
    """Receipt and id of the last turn that was reckoned; turns are taken in the order of their receipt."""
    reached = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.cause


class DriftCheck(models.Model):
    """One walk over all living turns that compares their deadlines with what the rules say (design 6.2)."""

    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reached_at = models.DateTimeField(null=True)
    reached = models.CharField(max_length=40, blank=True)
    turns = models.PositiveBigIntegerField(default=0)
    tightened = models.PositiveBigIntegerField(default=0)
    """Turns that would have lived too long, and were set right."""
    early = models.PositiveBigIntegerField(default=0)
    """Turns that would have died too early. They are left so: nothing but a person makes a turn live longer."""

    def __str__(self) -> str:
        return f"{self.begun_at}"
