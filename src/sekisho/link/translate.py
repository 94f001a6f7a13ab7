"""The journal's words into those of the rooms beneath: an entry is a turn and its decisions. No Django."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sekisho.accounts.types import Plan
from sekisho.enforcement.types import DecisionRecord
from sekisho.link.journal import Block, Entry, GroundEntry, TurnContent
from sekisho.policy.types import Action, Ground, Severity
from sekisho.records.types import Part, Product, Stamp, StoredBlock, TurnRecord, Upstream

NO_CONTENT = TurnContent()
_PLANS = frozenset(plan.value for plan in Plan)
_UPSTREAMS = frozenset(one.value for one in Upstream)
_ALLOW = Action.ALLOW.word
_MODEL_CHARS = 200


def turn_of(entry: Entry, plan_of: Callable[[str], Plan], content: TurnContent = NO_CONTENT) -> TurnRecord:
    """Return the turn that the entry tells of. `plan_of` is asked when the gateway did not note the plan."""
    plan = Plan(entry.plan) if entry.plan in _PLANS else plan_of(entry.organisation)
    return TurnRecord(
        id=entry.id,
        organisation=entry.organisation,
        key=entry.key,
        stamp=_stamp(entry, plan),
        finished_at=entry.finished_at,
        gateway=entry.gateway,
        dialect=entry.dialect,
        endpoint=entry.endpoint,
        outcome=entry.outcome,
        status=entry.status,
        end_user=entry.end_user,
        conversation=entry.conversation,
        model=_plain(entry.model),
        streamed=entry.streamed,
        usage={name: getattr(entry.usage, name) for name in entry.usage.__struct_fields__},
        disclosure=entry.disclosure,
        review=entry.review,
        flagged=any(one.action != _ALLOW and not one.shadow for one in entry.decisions),
        stages_us=entry.stages_us,
        content=_parts(content),
    )


def _stamp(entry: Entry, plan: Plan) -> Stamp:
    return Stamp(
        plan,
        entry.route,
        entry.zero_retention,
        entry.received_at,
        upstream=Upstream(entry.upstream) if entry.upstream in _UPSTREAMS else Upstream.OTHER,
        product=Product.CODING if entry.product == Product.CODING else Product.API,
        member=entry.member,
        incognito=entry.incognito,
        minors=entry.minors,
        consent_epoch=entry.consent_epoch,
    )


def decisions_of(entry: Entry) -> list[DecisionRecord]:
    return [
        DecisionRecord(
            id=decision.id,
            turn=entry.id,
            organisation=entry.organisation,
            key=entry.key,
            end_user=entry.end_user,
            at=decision.at,
            stage=decision.stage,
            action=decision.action,
            pack=decision.pack,
            clause=decision.clause,
            language=decision.language,
            input_digest=decision.input_digest,
            grounds=tuple(map(_ground, decision.grounds)),
            unscreened=decision.unscreened,
            screened_chars=decision.screened_chars,
            took_us=decision.took_us,
            shadow=decision.shadow,
        )
        for decision in entry.decisions
    ]


def _ground(ground: GroundEntry) -> Ground:
    return Ground(
        clause=ground.clause,
        action=Action[ground.action.upper()],
        severity=Severity(ground.severity),
        detector=ground.detector,
        detector_version=ground.detector_version,
        code=ground.code,
        score=ground.score,
        threshold=ground.threshold,
        outcome=ground.outcome,
        span=ground.span,
    )


def _parts(content: TurnContent) -> Mapping[Part, tuple[StoredBlock, ...]]:
    said = {Part.PROMPT: content.prompt, Part.ANSWER: content.answer, Part.WITHHELD: content.withheld}
    return {part: tuple(map(_block, blocks)) for part, blocks in said.items() if blocks}


def _block(block: Block) -> StoredBlock:
    return StoredBlock(block.role, block.kind, block.text, block.digest)


def _plain(word: str) -> str:
    """Return a word that a client chose freely, such as the model's name, as one that every database
    takes."""
    return word.replace("\x00", "\ufffd")[:_MODEL_CHARS]
