"""Texts through detectors and a pack, many at a time: what `sekisho score` and `sekisho eval` have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.detection.assessment import Assessment, Spoken, raised, silent
from sekisho.detection.cascade import Cascade
from sekisho.detection.detectors.assessing import Step, load_assessor
from sekisho.detection.detectors.deterministic import deterministic
from sekisho.detection.types import Detector, Passage
from sekisho.gateway.screen.hearing import open_questions
from sekisho.policy.load import load
from sekisho.policy.packs import reference_packs
from sekisho.policy.rules import evaluate, pack_in_force
from sekisho.policy.types import Action, Context, Ground, Pack, Part, Verdict

UNSURE = "unsure"
"""What is decided when a judge would be asked first, as a gateway that has one does."""


HOW_FAR = Text(
    "How far a model of two steps goes: cheap is the quick step alone; doubt also reads again what that leaves in "
    "doubt, as gateways do unless told otherwise; both reads every text in both steps.",
    "2 段階のモデルをどこまで使うか。cheap は速い段だけで採点します。doubt は、速い段で迷った文章だけを"
    "次の段でも読みます（ゲートウェイの初期設定と同じ）。both はすべての文章を両方の段で読みます。",
)
"""What `--step` means."""


class Asked(StrEnum):
    """Which detectors are asked."""

    SCORER = "scorer"
    """The local model alone."""
    RULES = "rules"
    """Those that need no model."""
    CASCADE = "cascade"
    """All of them, as in a gateway."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What detectors and pack say of one passage."""

    assessment: Assessment
    verdict: Verdict
    acted: frozenset[str]
    """Clauses that were seen in full: a phone number, of which only a note is taken, is not a clause broken."""

    @property
    def decision(self) -> str:
        """`allow`, `annotate`, `modify`, `hold`, `block`, or `unsure`."""
        return UNSURE if open_questions(self.verdict) else self.verdict.action.word


class Bench:
    """Detectors and a pack, ready to judge. For one thread."""

    def __init__(
        self,
        pack: Pack,
        asked: Asked = Asked.CASCADE,
        spoken: Spoken | None = None,
        rules: Sequence[Detector] | None = None,
    ) -> None:
        """`spoken` is the model; `rules` need none. Without `rules` of one's own they are those that are shipped."""
        self.pack, self.asked = pack, asked
        self._spoken = None if asked is Asked.RULES else spoken
        if rules is None:
            rules = () if asked is Asked.SCORER else deterministic()
        self._cascade = Cascade([*rules, *([self._spoken] if self._spoken else ())])

    @property
    def version(self) -> str:
        """What judges: each detector with its version."""
        versions = self._cascade.versions()
        return versions["scorer"] if self.asked is Asked.SCORER else ", ".join(_named(versions.items()))

    def judge(self, passages: Sequence[Passage]) -> list[Judged]:
        """Return what is said of each passage, in order. Their languages must be known: `und` is one."""
        said = self._assessed(passages)
        return [self._judged(each, assessment) for each, assessment in zip(passages, said, strict=True)]

    def _assessed(self, passages: Sequence[Passage]) -> list[Assessment]:
        if self._spoken:
            return self._spoken.assess(passages)
        return [silent(passage.language) for passage in passages]

    def _judged(self, passage: Passage, assessment: Assessment) -> Judged:
        found = self._cascade.find(passage)
        verdict = evaluate(self.pack, found, Context(passage.role, passage.language))
        matched = [ground for ground in verdict.grounds if ground.outcome == "match"]
        full = [ground for ground in matched if _in_full(self.pack, ground, passage.language)]
        certain = {ground.clause for ground in full if ground.detector != Spoken.name}
        return Judged(raised(assessment, certain), verdict, frozenset(ground.clause for ground in full))


def _in_full(pack: Pack, ground: Ground, language: str) -> bool:
    """Whether the detector may do all that the clause does. Topics are matched in full wherever they are."""
    clause = pack.clause(ground.clause)
    if clause is None:
        return False
    named = clause.thresholds.get(f"{ground.detector}.{ground.code}") or clause.thresholds[ground.detector]
    threshold = named.get(language) or named.get("*")
    return clause.part is Part.HIGH_RISK or (threshold is not None and threshold.most is Action.BLOCK)


def _named(versions: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (f"{name} {version}" for name, version in versions)


def bench(asked: Asked, model: Path | None, step: Step, pack: Pack) -> Bench:
    """Return a bench with the model in the folder `model`, the shipped one when None.

    Raises `ModelError` when it cannot be used; rules alone load none.
    """
    return Bench(pack, asked, None if asked is Asked.RULES else Spoken(load_assessor(model, step)))


def pack_named(name: str | None, at: datetime | None = None) -> Pack:
    """Return the pack in the file `name`, the shipped one with this id or version, or the one in force now.

    Raises `SekishoError` (`pack_unknown`) for a name that is neither, and `PackError` for a faulty file.
    """
    if name is None:
        found = pack_in_force(reference_packs(), at or datetime.now(UTC))
    elif Path(name).is_file():
        found = load(Path(name).read_text(encoding="utf-8"), name)
    else:
        found = next((pack for pack in reference_packs() if name in (pack.label, pack.version)), None)
    if found is None:
        raise _unknown(name or "")
    return found


def _unknown(name: str) -> SekishoError:
    known = ", ".join(pack.label for pack in reference_packs())
    return SekishoError(
        "pack_unknown",
        Text(
            f"There is no pack {name}. Name a file, or one of: {known}.",
            f"パック {name} はありません。ファイルか、次のいずれかを指定してください：{known}。",
        ),
        pack=name,
    )
