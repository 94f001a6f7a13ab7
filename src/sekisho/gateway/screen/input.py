"""A request on its way in: every block screened once, however often a conversation sends it again.

An agent sends its whole history with every turn. Each block is known by a keyed digest of its text and
everything else its verdict depends on (organisation, since when it is remembered, pack, role, audience, domain); a
block that was judged before costs a look-up. So turn 200 costs what turn 2 cost. The key is made anew in every
process: digests mean nothing outside it.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from sekisho.detection.detectors.human_claim import asks_if_human
from sekisho.detection.types import Finding, Passage, Role
from sekisho.detection.unwrap import unwrapped
from sekisho.gateway.screen.beside import beside
from sekisho.gateway.screen.hearing import Question, is_lasting, open_questions
from sekisho.gateway.screen.seams import SEAM, is_seam, seams
from sekisho.gateway.screen.shadow import Shadow
from sekisho.gateway.screen.types import Case, Detectors, InputResult, Judged, gravest
from sekisho.gateway.screen.work import INLINE_CHARS, Work, finished, found, unhurried
from sekisho.gateway.types import PASSED, Piece, Request
from sekisho.link.journal import Block
from sekisho.policy.exceptions import lowered
from sekisho.policy.rules import evaluate, unscreened
from sekisho.policy.types import Action, Verdict

REMEMBERED = 200_000
"""Blocks whose verdict one process remembers, the latest; about 60 MiB when full of grounds, far less in
practice."""
RULES = frozenset({"patterns", "injection"})
"""Detectors that look for what is asked, by rules."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A block as the local detectors read it."""

    passage: Passage
    findings: tuple[Finding, ...]
    verdict: Verdict


class InputScreen:
    """Screens requests. Remembers verdicts, never texts."""

    def __init__(self, detectors: Detectors, remembered: int = REMEMBERED) -> None:
        self._detectors = detectors
        self._key = os.urandom(32)
        self._known: OrderedDict[bytes, Verdict] = OrderedDict()
        self._remembered = remembered
        self.screened_chars = 0
        """Characters that detectors have read since the process began."""

    async def screen(self, request: Request, case: Case) -> InputResult:
        """Return what is to be done with a request; blocks judged before are not read again."""
        began = case.monotonic_ns()
        pieces = [*request.pieces, *seams(request.pieces)]
        if case.history is not None:
            pieces = [piece for piece in pieces if piece is not PASSED]
        digests = self._digests(pieces, case)
        known = list(map(self._known.get, digests))
        fresh = [at for at, verdict in enumerate(known) if verdict is None]
        unread = {digests[at]: pieces[at] for at in fresh}
        reading = self._read(tuple(unread.values()), case)
        is_short = sum(len(piece.text) for piece in unread.values()) <= INLINE_CHARS
        readings = await (unhurried(reading) if is_short else beside(finished, reading))
        read = dict(zip(unread, readings, strict=True))
        said = {digest: reading.verdict for digest, reading in read.items()}
        unheard = await _hear(said, read, case)
        self._remember(
            digests, {digest: verdict for digest, verdict in said.items() if digest not in unheard}
        )
        verdicts = [verdict or said[digest] for verdict, digest in zip(known, digests, strict=True)]
        if (
            case.history is not None
            and not unheard
            and all(verdict.action < Action.HOLD for verdict in verdicts)
        ):
            case.history.settle(request)
        if case.excepted:
            verdicts = [lowered(verdict, case.pack, case.excepted) for verdict in verdicts]
        newly = {at: read[digests[at]] for at in fresh}
        return self._result(request, pieces, case, verdicts, newly, began)

    def _read(self, pieces: Iterable[Piece], case: Case) -> Work[list[Reading]]:
        readings = []
        for piece in pieces:
            readings.append((yield from self._reading(piece, case)))
        return readings

    def _reading(self, piece: Piece, case: Case) -> Work[Reading]:
        if not piece.text:
            return Reading(Passage("", piece.role), (), Verdict(Action.ALLOW, case.pack.label))
        self.screened_chars += len(piece.text)
        passage = Passage(piece.text, piece.role, self._detectors.language(piece.text))
        findings = yield from self._findings(piece, passage)
        return Reading(
            passage, findings, evaluate(case.pack, findings, case.context(piece.role, passage.language))
        )

    def _findings(self, piece: Piece, passage: Passage) -> Work[tuple[Finding, ...]]:
        """What is found in a block as it stands, with its wrapping undone, and, for a document, in it as the
        request that it may be."""
        if is_seam(piece):
            return tuple(self._certain(piece.text, piece.role))
        findings = list((yield from found(self._detectors, passage)))
        if piece.role not in (Role.PROMPT, Role.TOOL_RESULT):
            return tuple(findings)
        decoded = unwrapped(piece.text)
        for said in decoded:
            findings += self._certain(said, piece.role)
        for said in (piece.text, *decoded) if piece.kind == "document" else ():
            findings += self._certain(said, Role.PROMPT)
        return tuple(findings)

    def _certain(self, text: str, role: Role) -> Iterator[Finding]:
        """What rules find in a text that was put together or decoded, which stands so nowhere in the block.

        Only they are believed about it: they do not guess.
        """
        watch = self._detectors.watch(role)
        for finding in (*watch.feed(text), *watch.finish()):
            if finding.detector in RULES:
                yield replace(finding, span=None)

    def _digests(self, pieces: Iterable[Piece], case: Case) -> list[bytes]:
        """Digests of blocks, each with all that its verdict depends on. What blocks share is hashed once for all
        of them: with the key it was a third of the time."""
        scope = (
            case.organisation,
            case.remembered_since,
            case.pack.label,
            case.audience,
            case.domain or "",
        )
        shared = blake2b("".join(f"{part}\0" for part in scope).encode(), key=self._key, digest_size=16)
        begun: dict[tuple[Role, str], blake2b] = {}
        digests = []
        for piece in pieces:
            sort = (piece.role, _way(piece))
            if (known := begun.get(sort)) is None:
                known = begun[sort] = shared.copy()
                known.update(f"{sort[0]}\0{sort[1]}\0".encode())
            hashed = known.copy()
            hashed.update(piece.text.encode("utf-8", "surrogatepass"))
            digests.append(hashed.digest())
        return digests

    def _remember(self, digests: Iterable[bytes], said: Mapping[bytes, Verdict]) -> None:
        """Remember what was said now, and that all of these blocks were sent again."""
        self._known |= said
        if (
            2 * len(self._known) > self._remembered
        ):  # before, nothing is forgotten, so their order does not matter
            for digest in digests:
                if digest in self._known:
                    self._known.move_to_end(digest)
        while len(self._known) > self._remembered:
            self._known.popitem(last=False)

    def _result(
        self,
        request: Request,
        pieces: Sequence[Piece],
        case: Case,
        verdicts: Sequence[Verdict],
        fresh: Mapping[int, Reading],
        began_ns: int,
    ) -> InputResult:
        new = {at: _block(pieces[at], case) for at in fresh if not is_seam(pieces[at])}
        stages = tuple(_stages(pieces, verdicts, fresh, new, case))
        deciding = gravest(stages)
        action = deciding.action if deciding else Action.ALLOW
        notice = None
        if deciding is not None and action >= Action.HOLD:
            review = case.ids("rev") if action is Action.HOLD else ""
            notice = case.notices.notice(action, deciding.clause, deciding.id, review)
        took_us = (case.monotonic_ns() - began_ns) // 1000
        return InputResult(
            action=action,
            decisions=tuple(judged.entry(case.at, took_us) for judged in stages),
            notice=notice,
            new=tuple(new.values()),
            asked_if_human=_asked(request.pieces),
        )


def asked(request: Request, case: Case) -> tuple[Block, ...]:
    """Return all that a request says, for whoever is to judge its answer: also what was screened before."""
    return tuple(_block(piece, case) for piece in request.pieces if piece is not PASSED and piece.text)


async def _hear(said: dict[bytes, Verdict], readings: dict[bytes, Reading], case: Case) -> set[bytes]:
    """Put the judge's opinions into the verdicts. Return those that it left without an answer."""
    questions = {
        digest: Question(reading.passage, clauses)
        for digest, reading in readings.items()
        if case.hearing is not None and (clauses := open_questions(reading.verdict))
    }
    if case.hearing is None or not questions:
        return set()
    opinions = await case.hearing.opinions(case.pack, tuple(questions.values()))
    for digest, opinion in zip(questions, opinions, strict=True):
        reading = readings[digest]
        context = case.context(reading.passage.role, reading.passage.language)
        findings = (*reading.findings, *opinion.findings)
        said[digest] = evaluate(case.pack, findings, context, opinion.cleared)
    return {digest for digest, opinion in zip(questions, opinions, strict=True) if not is_lasting(opinion)}


def _stages(
    pieces: Sequence[Piece],
    verdicts: Sequence[Verdict],
    fresh: Mapping[int, Reading],
    new: Mapping[int, Block],
    case: Case,
) -> Iterable[Judged]:
    """Gather what was decided, a stage for each role that said something new or something that may not pass.

    A block that may not pass stays so when it is sent again. What was only recorded is recorded once.
    """
    stages: dict[Role, Judged] = {}
    said: dict[Role, list[Block]] = {}
    telling = [
        at
        for at, (piece, verdict) in enumerate(zip(pieces, verdicts, strict=True))
        if verdict.action >= Action.HOLD or piece.media or at in fresh
    ]
    for at in telling:
        piece, verdict = pieces[at], verdicts[at]
        if piece.role not in stages:
            stages[piece.role] = Judged(piece.role, case.pack.label, case.ids("dec"))
        judged = stages[piece.role]
        judged.add(verdict)
        if piece.media:
            judged.unscreened.add(piece.media)
            judged.add(unscreened(case.pack, (piece.media,), case.context(piece.role, "und")))
        if case.shadow is not None:
            _cast_shadow(case, case.shadow, judged.id, piece, fresh.get(at))
        if at in new:
            judged.screened_chars += len(piece.text)
            if judged.language == "und":
                judged.language = fresh[at].passage.language
            said.setdefault(piece.role, []).append(new[at])
    for role, judged in stages.items():
        blocks = said.get(role, [])
        is_one = len(blocks) == 1  # then its digest is known
        judged.digest = (
            blocks[0].digest if is_one else case.digest("\n".join(block.text for block in blocks), role)
        )
    return stages.values()


def _cast_shadow(case: Case, shadow: Shadow, decision: str, piece: Piece, reading: Reading | None) -> None:
    """Note what drafts say of a piece: of its media, and of its text where that was read now."""
    if piece.media:
        shadow.judge(decision, lambda pack: unscreened(pack, (piece.media,), case.context(piece.role, "und")))
    if reading is not None:
        context = case.context(piece.role, reading.passage.language)
        shadow.judge(
            decision, lambda pack: lowered(evaluate(pack, reading.findings, context), pack, case.excepted)
        )


def _way(piece: Piece) -> str:
    """In which way of its own a block is read, so that its text elsewhere is another block; empty for the common
    one."""
    if is_seam(piece):
        return SEAM
    return piece.kind if piece.kind == "document" else ""


def _block(piece: Piece, case: Case) -> Block:
    return Block(piece.speaker, piece.kind, piece.text, case.digest(piece.text, piece.role))


def _asked(pieces: Sequence[Piece]) -> bool:
    """Whether the last thing that a person wrote asks if they speak with a human being."""
    last = next((piece.text for piece in reversed(pieces) if piece.speaker == "user" and piece.text), "")
    return asks_if_human(last)
