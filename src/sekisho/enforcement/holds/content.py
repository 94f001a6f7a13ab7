"""What is said in and about a held answer: read from records and kept there, encrypted under the conversation's key.

draft      the turn's answer, as the gate wrote it
released   disclosure, text and note, as the client is given them
review     questions, facts, the reason of a rejection, the diff of an edit, and the salt of the digests
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence

from sekisho.enforcement.holds.types import Answer, Said
from sekisho.records import actions as records
from sekisho.records.queries import said_before, said_in
from sekisho.records.types import Destroyed, Part, Readable, StoredBlock

TEXT = "text"
"""The kind of block that is given to people. Thinking and calls of tools are the model's own business."""
QUESTION, FACTS, REASON, DIFF, SALT = "question", "facts", "reason", "diff", "salt"
SPOKEN = frozenset({QUESTION, FACTS, REASON})
DISCLOSURE, NOTE = "disclosure", "note"
REVIEWER, CLIENT, GATE = "reviewer", "client", "gate"
EARLIER_TURNS = 10
"""Turns of the conversation before that a reviewer is shown."""

Parts = Mapping[Part, tuple[StoredBlock, ...]]


def parts_of(turn: str) -> Parts | None:
    """Return what is kept of a turn; None when it was erased."""
    found = said_in(turn)
    return None if isinstance(found, Destroyed) else found.parts


def draft_of(parts: Parts) -> str:
    """Return the text that would be given; empty where none was kept."""
    blocks = parts.get(Part.ANSWER, ())
    return "\n\n".join(block.text for block in blocks if block.kind == TEXT and block.text)


def beside_of(parts: Parts) -> tuple[Said, ...]:
    return said(block for block in parts.get(Part.ANSWER, ()) if block.kind != TEXT)


def prompt_of(parts: Parts) -> tuple[Said, ...]:
    return said(parts.get(Part.PROMPT, ()))


def before(turn: str) -> tuple[Said, ...]:
    """Return what was said in the turns before, as far as it is still kept. What a client was not given is left out."""
    earlier = [one.parts for one in said_before(turn, EARLIER_TURNS) if isinstance(one, Readable)]
    return said(
        block
        for parts in earlier
        for block in (*parts.get(Part.PROMPT, ()), *(parts.get(Part.RELEASED) or parts.get(Part.ANSWER, ())))
        if block.kind == TEXT
    )


def answer_of(parts: Parts) -> Answer | None:
    """Return the answer as it was released; None before."""
    told = {block.kind: block.text for block in parts.get(Part.RELEASED, ())}
    if TEXT not in told:
        return None
    return Answer(told.get(DISCLOSURE, ""), told[TEXT], told.get(NOTE, ""), salt_of(parts))


def dialogue_of(parts: Parts) -> tuple[Said, ...]:
    return said(block for block in parts.get(Part.REVIEW, ()) if block.kind in SPOKEN)


def last(parts: Parts, kind: str) -> str:
    """Return the latest piece of this kind in the dialogue; empty when there is none."""
    return next((block.text for block in reversed(parts.get(Part.REVIEW, ())) if block.kind == kind), "")


def salt_of(parts: Parts) -> str:
    return last(parts, SALT)


def said(blocks: Iterable[StoredBlock]) -> tuple[Said, ...]:
    return tuple(Said(block.role, block.kind, block.text) for block in blocks if block.text)


def add_to_review(turn: str, parts: Parts, *new: StoredBlock) -> bool:
    """Add to the dialogue. False when the conversation was erased meanwhile."""
    kept = parts.get(Part.REVIEW, ())
    return records.add_content(turn, Part.REVIEW, (*kept, *new))


def keep_released(turn: str, answer: Answer) -> bool:
    blocks: Sequence[StoredBlock] = (
        StoredBlock(GATE, DISCLOSURE, answer.disclosure),
        StoredBlock("assistant", TEXT, answer.text),
        StoredBlock(GATE, NOTE, answer.note),
    )
    return records.add_content(turn, Part.RELEASED, blocks)


def fresh_salt() -> str:
    """Return 128 random bits, without which a digest tells nothing about the text that it was made of."""
    return secrets.token_hex(16)
