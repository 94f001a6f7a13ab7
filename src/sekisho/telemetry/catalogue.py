"""Every field and event that a log line can have (R-DATA-165). What is not here is dropped, and counted.

`python -m sekisho.telemetry.catalogue > docs/operate/logs.md` writes the page; a test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Check = Callable[[object], bool]

_ID = re.compile(r"[a-z]{2,5}_[0-9a-hjkmnp-tv-z]{26}|system:[a-z]{1,30}")
_WORD = re.compile(r"[a-z][a-z0-9_.@:*-]{0,79}")
_PLACE = re.compile(r"[A-Za-z0-9_.<>]{1,160}:[0-9]{1,6}(:[A-Za-z0-9_<>]{1,80})?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,119}")


def _shaped(pattern: re.Pattern[str]) -> Check:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_flag(value: object) -> bool:
    return isinstance(value, bool)


is_id = _shaped(_ID)
is_word = _shaped(_WORD)
is_place = _shaped(_PLACE)
is_name = _shaped(_NAME)
is_file = _shaped(re.compile(r"[A-Za-z0-9_.-]{1,120}"))
is_moment = _shaped(re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}Z"))


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    takes: Check
    """Whether a value has the field's shape. Text that people write has none (spaces, capitals, …)."""
    shape: str
    meaning: str


FIELDS: tuple[Field, ...] = (
    # of every line
    Field("time", is_moment, "moment", "When it was logged, UTC, RFC 3339, microseconds."),
    Field("level", is_word, "word", "`debug`, `info`, `warning`, `error` or `critical`."),
    Field("logger", is_name, "name", "The module that speaks."),
    Field("event", is_word, "word", "What happened, from the list below; `uncatalogued` for anything else."),
    Field("place", is_place, "place", "Module and line that logged it, for `uncatalogued` events."),
    Field("dropped", is_number, "number", "How many fields were dropped: not on this page, or not in shape."),
    # of what it is about
    Field("request_id", is_id, "id", "The request, as the client saw it in `request-id`."),
    Field("decision_id", is_id, "id", "The decision."),
    Field("key_id", is_id, "id", "The API key; never the key itself."),
    Field("organisation_id", is_id, "id", "The organisation."),
    Field("person_id", is_id, "id", "The person who acted."),
    Field("clause", is_word, "word", "Id of a policy clause."),
    Field("pack", is_word, "word", "Name and version of a policy pack."),
    Field("action", is_word, "word", "What a verdict said: `allow`, `annotate`, `modify`, `hold`, `block`."),
    Field("detector", is_word, "word", "Name of a detector."),
    Field("route", is_word, "word", "Id of a provider route."),
    Field("dialect", is_word, "word", "`anthropic` or `openai`."),
    Field("endpoint", is_word, "word", "Which endpoint of the gate, or name of a page."),
    Field("outcome", is_word, "word", "How a request ended, as in the journal."),
    Field("code", is_word, "word", "Stable code of an expected error."),
    Field("status", is_number, "number", "HTTP status."),
    Field("revision", is_number, "number", "Revision of the snapshot."),
    Field("count", is_number, "number", "How many."),
    Field("position", is_number, "number", "Position in a journal."),
    Field("bytes", is_number, "number", "Size in bytes."),
    Field("took_ms", is_number, "number", "How long it took, milliseconds."),
    Field("age_s", is_number, "number", "How old it is, seconds."),
    Field("port", is_number, "number", "Port that is listened on."),
    Field("file", is_file, "file name", "Name of a file of our own, such as a journal, without its folder."),
    Field("table", is_name, "name", "Name of a table in the database."),
    Field("streamed", is_flag, "flag", "Whether the answer was streamed."),
    # of trouble
    Field("problem", is_name, "name", "Class of an exception that was dealt with."),
    Field("error_type", is_name, "name", "Class of the exception. Its text is never logged."),
    Field("error_place", is_place, "place", "Module, line and function in which it was raised."),
    Field("error_cause", is_name, "name", "Class of the exception that caused it."),
)  # fmt: skip

BY_NAME: Mapping[str, Field] = {field.name: field for field in FIELDS}

UNCATALOGUED = "uncatalogued"

EVENTS: Mapping[str, str] = {
    "bot.failed": "The support bot gave no answer; `code` says why. Search, issues and people stood in its place.",
    "calendar.refused": "A version of the calendar of data use does not verify; the strictest known numbers hold.",
    "clock.drifted": "Deadlines of turns were not what the rules say; those too late were brought nearer.",
    "control.unreachable": "The control plane could not be reached to hand a request on to it.",
    "detectors.unavailable": "The detectors could not be loaded; the operator's page shows none.",
    "entry.quarantined": "A journal entry could not be read; it is kept aside for a person to look at.",
    "erasure.failed": "An erasure could not go on; it is tried again with the next round.",
    "erasure.step_failed": "A table could not be erased; it is tried again, and the erasure is not done before.",
    "exception.uncaught": "An error that nothing expected ended a request, a task or the process.",
    "gateway.confined": "The kernel forbids this gateway to write; everything that passes it is under zero retention.",
    "gateway.draining": "The gateway was told to stop: it finishes running answers and takes no new ones.",
    "gateway.started": "The gateway takes requests.",
    "gateway.stopped": "The gateway has stopped; everything journalled is durable.",
    "gateway.unconfined": "The kernel cannot forbid this gateway to write; it keeps nothing by policy alone.",
    "ingest.failed": "Journal entries could not be taken in; they stay in the journal and are tried again.",
    "ingest.finished": "A batch of journal entries has become records.",
    "journal.unavailable": "The journal takes no entries, so the gate refuses requests.",
    "journal.unreadable": "A journal file could not be read; it stays for a person to look at.",
    "judge.failed": "The judge did not answer in time, or not in form.",
    "attachment.unscanned": "The scanner for files of cases did not answer; the file was not handed out.",
    "mail.failed": "A mail could not be handed over; it is tried again.",
    "mailbox.failed": "A mailbox cannot listen, poll or store; the other mail server keeps what it has.",
    "metadata.refused": "A gateway that keeps nothing wanted something else recorded than metadata; it was not.",
    "notice.undelivered": "A mail was given up; its reader finds the notice in the product alone.",
    "output.withheld": "A gateway that keeps nothing wrote a line that is no log line; it was dropped unread.",
    "pages.started": "The pages answer.",
    "request.finished": "A request went through the gate.",
    "request.refused": "The gate refused a request before it was read.",
    "retention.clock_jumped": "The clock jumped too far to be believed; nothing is destroyed until a person confirms.",
    "retention.failed": "A sweep or an erasure failed; it is tried again.",
    "retention.replay_failed": "A restored database could not be brought up to what was destroyed; nothing is served.",
    "retention.swept": "A sweep has destroyed what was due; `count` says how many turns.",
    "scorer.failed": "The local scorer could not be loaded or failed its self-test.",
    "snapshot.published": "A new snapshot was published.",
    "snapshot.stale": "The snapshot is too old to act on, so the gate refuses requests.",
    "snapshot.taken": "A gateway took a new snapshot.",
    "snapshot.unpublished": "A new snapshot could not be published; it is tried again.",
    "snapshot.unreadable": "A snapshot could not be read; the one before stays until it is stale.",
    "upstream.failed": "A provider could not be reached, broke off, or was silent for too long.",
    "webhook.failed": "A webhook was not delivered; it is tried again, or its organisation has been told.",
    "worker.failed": "A task of the worker failed; it is tried again.",
    "worker.restarted": "A worker of the pool that keeps nothing ended by itself and is started anew.",
    "worker.started": "The worker takes up its tasks.",
    UNCATALOGUED: "A message that is not on this page. Its text is withheld; `place` says whose it is.",
}
"""What an event's name means. It is the message: `log.info("snapshot.taken", extra={"revision": 7})`."""


def page() -> str:
    """Return `docs/operate/logs.md`."""
    fields = "\n".join(f"| `{field.name}` | {field.shape} | {field.meaning} |" for field in FIELDS)
    events = "\n".join(f"| `{name}` | {meaning} |" for name, meaning in sorted(EVENTS.items()))
    return f"""# Logs

<!-- Written by `python -m sekisho.telemetry.catalogue`. Change the catalogue, not this page. -->

Every process writes JSON to its error output, one object a line. A line has only the fields on this page, and
a value only if it has the field's shape; whatever else a program tries to log is dropped, and `dropped`
counts it. Message texts and exception texts are never written, because they may quote what people wrote.

## Fields

| field | shape | meaning |
| --- | --- | --- |
{fields}

Shapes: an *id* is a short word and 26 characters (`req_01k9…`); a *word* is lower-case without spaces, at
most 80 characters; a *name* is a Python name with dots; a *place* is `module:line:function`.

## Events

| event | meaning |
| --- | --- |
{events}
"""


if __name__ == "__main__":
    print(page(), end="")
