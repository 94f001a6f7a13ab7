"""What people found about decisions, given out with the texts, so that the next model can learn from it.

Findings are written by `actions.label` and read by `queries.labels`; this walks the room beneath for the text, and
leaves out whatever may not be used so. Nothing of it is kept here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotFoundError
from sekisho.detection.types import Role
from sekisho.enforcement import queries
from sekisho.enforcement.rules.labels import text_of_turn
from sekisho.enforcement.types import DecisionRecord, Label, Withheld
from sekisho.records import queries as records
from sekisho.records.types import Part, Readable, StoredBlock, TurnView
from sekisho.records.types.purposes import Purpose

SOURCE = "reviews"
"""What rows from reviews call their source."""
REASON = "labels exported"
"""Why content is read, as the audit log tells it."""

Parts = Mapping[Part, tuple[StoredBlock, ...]]


def export(
    viewer: Viewer, agreed: Collection[str], since: datetime | None = None
) -> Iterator[dict[str, object] | Withheld]:
    """Yield what was last found about each decision as a row of `docs/rules/evaluation.md`, or why it is
    withheld.

    `agreed` are the organisations that have agreed that their texts are used so. Each reading of content is
    audited. Raises `NotFoundError` for a viewer who may not see labels.
    """
    for label in queries.labels(viewer, since):
        turn = _turn(viewer, label.decision.turn)
        allowed = text_of_turn(turn, agreed)
        yield allowed if isinstance(allowed, Withheld) else _row(viewer, label)


def _turn(viewer: Viewer, turn_id: str) -> TurnView | None:
    try:
        return records.turn(viewer, turn_id)
    except NotFoundError:
        return None


def _row(viewer: Viewer, label: Label) -> dict[str, object] | Withheld:
    content = records.content_of(viewer, label.decision.turn, REASON, purpose=Purpose.LABELS)
    if not isinstance(content, Readable):
        return Withheld("destroyed")
    text = text_of(label.decision, content.parts)
    if not text:
        return Withheld("no_content")
    decision, found = label.decision, label.found
    row: dict[str, object] = {
        "id": decision.id,
        "text": text,
        "lang": decision.language,
        "role": decision.stage,
        "labels": list(found.labels),
        "harmful": found.harmful,
        "advice": found.advice,
        "source": SOURCE,
        "kind": decision.action,
    }
    asked = _joined(content.parts.get(Part.PROMPT, ()), Role.PROMPT)
    return {**row, "prompt": asked} if decision.stage == Role.OUTPUT and asked else row


def text_of(decision: DecisionRecord, parts: Parts) -> str:
    """Return what a decision was about: the block whose digest it names, else all of its stage together."""
    blocks = _of_stage(decision, parts)
    return _exact(decision, blocks) or _joined(blocks, Role(decision.stage))


def passage_of(decision: DecisionRecord, parts: Parts) -> str:
    """Return the one block that a decision was about: that whose digest it names, else the last of its stage."""
    blocks = _of_stage(decision, parts)
    return _exact(decision, blocks) or next((block.text for block in reversed(blocks) if block.text), "")


def _of_stage(decision: DecisionRecord, parts: Parts) -> list[StoredBlock]:
    role = Role(decision.stage)
    of_input = role in (Role.PROMPT, Role.TOOL_RESULT)
    # what was withheld is there whole; of an answer that was cut, the rest is only there
    order = (Part.PROMPT,) if of_input else (Part.WITHHELD, Part.ANSWER)
    return [block for part in order for block in parts.get(part, ()) if _role(block) is role]


def _exact(decision: DecisionRecord, blocks: Iterable[StoredBlock]) -> str:
    exact = (block.text for block in blocks if block.digest and block.digest == decision.input_digest)
    return next(exact, "")


def _joined(blocks: Iterable[StoredBlock], role: Role) -> str:
    texts = (block.text for block in blocks if _role(block) is role and block.text)
    return "\n".join(dict.fromkeys(texts))


def _role(block: StoredBlock) -> Role:
    if block.kind == "tool_use":
        return Role.TOOL_CALL
    if block.role == "tool" or block.kind == "tool_result":
        return Role.TOOL_RESULT
    return Role.OUTPUT if block.role == "assistant" else Role.PROMPT
