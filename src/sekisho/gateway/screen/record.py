"""The one record of an answer: what was decided at each stage, what was given, and what was withheld."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sekisho.detection.types import Role
from sekisho.gateway.dialects.types import BlockKey
from sekisho.gateway.screen.bench import Ruling
from sekisho.gateway.screen.block import TextBlock
from sekisho.gateway.screen.held import WholeBlock
from sekisho.gateway.screen.types import Case, Judged, OutputResult, gravest
from sekisho.gateway.types import Notice
from sekisho.link.journal import Block, Usage
from sekisho.policy.rules import unscreened
from sekisho.policy.types import Action


class Record:
    """Gathers while an answer is screened."""

    def __init__(self, case: Case, language_of: Callable[[str], str]) -> None:
        self.took_ns = 0
        """Time that the screening took so far."""
        self._language_of = language_of
        self._case = case
        self._stages: dict[Role, Judged] = {}
        self._given: dict[BlockKey, list[str]] = {}
        self._review = ""

    def stage(self, role: Role) -> Judged:
        """Return what is decided about what `role` says; begun when first asked for."""
        if role not in self._stages:
            self._stages[role] = Judged(role, self._case.pack.label, self._case.ids("dec"))
        return self._stages[role]

    def declare(self, media: str) -> Ruling | None:
        """Note a kind of media that no detector reads. Return a ruling where the policy stops the answer
        for it."""
        judged = self.stage(Role.OUTPUT)
        if media in judged.unscreened:
            return None
        judged.unscreened.add(media)
        context = self._case.context(Role.OUTPUT, "und")
        verdict = unscreened(self._case.pack, (media,), context)
        judged.add(verdict)
        if self._case.shadow is not None:
            self._case.shadow.judge(judged.id, lambda pack: unscreened(pack, (media,), context))
        return Ruling(0, 0, verdict.action, verdict) if verdict.action >= Action.HOLD else None

    def again(self) -> Record:
        """Return a record for deciding once more: of media and of what the client was given, nothing is new."""
        record = Record(self._case, self._language_of)
        record.took_ns = self.took_ns
        for judged in self._stages.values():
            for media in judged.unscreened:
                record.declare(media)
        record._given, record._review = self._given, self._review
        return record

    def given(self, block: BlockKey, text: str) -> None:
        """Note that the client was given `text`."""
        if text:
            self._given.setdefault(block, []).append(text)

    def notice(self, action: Action) -> Notice:
        """Return what the person is told about the stage that decided."""
        judged = gravest(self._stages.values())
        if action is Action.HOLD and not self._review:
            self._review = self._case.ids("rev")
        clause, id = (judged.clause, judged.id) if judged else ("", "")
        about = judged.agent_action if judged else ""
        review = self._review if action is Action.HOLD else ""
        return self._case.notices.notice(action, clause, id, review, about)

    def result(
        self,
        blocks: Mapping[BlockKey, TextBlock | WholeBlock],
        usage: Usage,
        stop_reason: str,
        outcome: str,
        *,
        notice: Notice | None,
        prefix_shown: bool,
        body: bytes = b"",
    ) -> OutputResult:
        said = {key: "".join(parts) for key, parts in self._given.items()}
        self._measure(blocks)
        is_held = outcome == "held"
        return OutputResult(
            outcome=outcome,
            decisions=tuple(
                judged.entry(self._case.at, self.took_ns // 1000) for judged in self._stages.values()
            ),
            notice=notice,
            answer=tuple(
                Block(
                    "assistant",
                    block.channel.value,
                    block.shown(block.text, 0) if is_held else said.get(key, ""),
                )
                for key, block in blocks.items()
                if is_held or key in said
            ),
            withheld=() if is_held else tuple(_withheld(blocks, said)),
            usage=usage,
            stop_reason=stop_reason,
            prefix_shown=prefix_shown,
            body=body,
        )

    def _measure(self, blocks: Mapping[BlockKey, TextBlock | WholeBlock]) -> None:
        """Fill in how much was read, and of what: up to where it was stopped, so that no split changes it."""
        read: dict[Role, list[str]] = {}
        for block in blocks.values():
            text = block.text[: block.limit] if isinstance(block, TextBlock) and block.stop else block.text
            read.setdefault(block.channel.role, []).append(text)
        known = (
            [block.language for block in blocks.values() if block.stop is None] if len(blocks) == 1 else []
        )
        for role, texts in read.items():
            judged = self.stage(role)
            judged.screened_chars = sum(map(len, texts))
            said = "\n".join(texts)
            judged.language = (known and known[0]) or self._language_of(said)
            judged.digest = self._case.digest(said, role)


def _withheld(blocks: Mapping[BlockKey, TextBlock | WholeBlock], said: Mapping[BlockKey, str]) -> list[Block]:
    """The blocks of which the client was not given everything, as the model wrote them."""
    return [
        Block("assistant", block.channel.value, block.text)
        for key, block in blocks.items()
        if block.text and said.get(key, "") != block.text
    ]
