"""What differs between two versions of a policy, and between the languages of one (P-003). Plain values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from hashlib import sha256

from sekisho.base.text import LANGS, Lang, Text
from sekisho.policy.agents.sentences import told
from sekisho.policy.agents.types import AgentAction, Tools
from sekisho.policy.types import Clause, Example, Pack, Threshold

NOTHING = Text("", "")


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """One field of a clause (or of the pack) before and after; empty where it did not exist."""

    field: str
    """`title`, `text`, `covers`, `spares`, `severity`, `on_output`, `thresholds`, …"""
    before: Text
    after: Text

    def words(self, lang: Lang) -> tuple[Words, ...]:
        """Return the change word by word, in the order of reading."""
        return word_diff(self.before.in_(lang), self.after.in_(lang))


@dataclass(frozen=True, slots=True)
class ClauseDiff:
    id: str
    change: Change
    title: Text
    """The title after the change; before it, for a clause that was removed."""
    fields: tuple[FieldDiff, ...]
    """What differs, in the order of the pack's format; never empty."""


@dataclass(frozen=True, slots=True)
class PackDiff:
    before: str
    """`name@version`, or empty when there was none."""
    after: str
    fields: tuple[FieldDiff, ...]
    """What differs outside the clauses."""
    clauses: tuple[ClauseDiff, ...]
    """In the order of the later version; removed clauses last."""

    def of(self, change: Change) -> tuple[ClauseDiff, ...]:
        return tuple(clause for clause in self.clauses if clause.change is change)


@dataclass(frozen=True, slots=True)
class Words:
    """A run of text that was kept (None), added or removed."""

    change: Change | None
    text: str


def diff(before: Pack | None, after: Pack) -> PackDiff:
    """Return what a reader of `before` finds changed in `after`. Without a version before, all is added."""
    old = {clause.id: clause for clause in before.clauses} if before else {}
    new = {clause.id: clause for clause in after.clauses}
    clauses = [_clause_diff(old.get(clause_id), clause) for clause_id, clause in new.items()]
    clauses += [_clause_diff(clause, None) for clause_id, clause in old.items() if clause_id not in new]
    return PackDiff(
        before=before.label if before else "",
        after=after.label,
        fields=_differing(_pack_fields(before) if before else {}, _pack_fields(after)),
        clauses=tuple(clause for clause in clauses if clause is not None),
    )


def word_diff(before: str, after: str) -> tuple[Words, ...]:
    """Return how `before` becomes `after`: words of English, runs of one script of Japanese."""
    old, new = _tokens(before), _tokens(after)
    pieces: list[Words] = []
    for kind, i, j, k, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Words(None, "".join(old[i:j])))
            continue
        if j > i:
            pieces.append(Words(Change.REMOVED, "".join(old[i:j])))
        if n > k:
            pieces.append(Words(Change.ADDED, "".join(new[k:n])))
    return tuple(pieces)


# --- drift between the languages of one version ---


class DriftKind(StrEnum):
    UNRECORDED = "unrecorded"
    """It is not recorded from which canonical text the translation was made."""
    CANONICAL_CHANGED = "canonical_changed"
    """The canonical text was changed after the translation was made."""
    UNTRANSLATED = "untranslated"
    """The other language is missing, says the same words, or is not written in its script."""
    ADDRESSES_DIFFER = "addresses_differ"
    """A telephone number or web address stands in one language only."""


@dataclass(frozen=True, slots=True)
class Drift:
    """A place where the languages of a pack may say different things."""

    clause: str
    """Id of the clause; empty for the texts of the pack itself."""
    kind: DriftKind
    where: str
    """Field; or the digest to record as `translated_from` once the translation has been read again."""

    @property
    def message(self) -> Text:
        """What to look at, and what to do then."""
        return _DRIFTED[self.kind].format(clause=self.clause or "pack", where=self.where)


_DRIFTED = {
    DriftKind.UNRECORDED: Text(
        '{clause}: read the translation again, then record `translated_from: "{where}"`.',
        '{clause}: 訳文を読み直し、`translated_from: "{where}"` を記録してください。',
    ),
    DriftKind.CANONICAL_CHANGED: Text(
        "{clause}: the canonical text has changed since the translation. Read it again, then record "
        '`translated_from: "{where}"`.',
        "{clause}: 翻訳の後に正文が変わりました。訳文を読み直し、"
        '`translated_from: "{where}"` を記録してください。',
    ),
    DriftKind.UNTRANSLATED: Text(
        "{clause}: `{where}` is not translated.", "{clause}: `{where}` が翻訳されていません。"
    ),
    DriftKind.ADDRESSES_DIFFER: Text(
        "{clause}: `{where}` names a telephone number or web address in one language only.",
        "{clause}: `{where}` の電話番号またはアドレスが、片方の言語にしかありません。",
    ),
}


def drift(pack: Pack) -> tuple[Drift, ...]:
    """Return where the translation may no longer say what the canonical text says. Empty when all is well.

    Nobody can compare meanings by machine. This compares what can be compared: that a translation exists,
    that whoever made it had this canonical text before them, and that it sends people to the same places.
    """
    found = [*_drift_of("", _pack_texts(pack), pack.translated_from, pack.canonical)]
    for clause in pack.clauses:
        found += _drift_of(clause.id, _clause_texts(clause), clause.translated_from, pack.canonical)
    return tuple(found)


def canonical_digest(source: Clause | Pack, canonical: str) -> str:
    """Return what `translated_from` should record: 12 hexadecimal digits of the canonical text's SHA-256."""
    texts = _pack_texts(source) if isinstance(source, Pack) else _clause_texts(source)
    return _digest(texts, canonical)


def _drift_of(clause: str, texts: dict[str, Text], recorded: str, canonical: str) -> Iterator[Drift]:
    digest = _digest(texts, canonical)
    if recorded != digest:
        yield Drift(clause, DriftKind.CANONICAL_CHANGED if recorded else DriftKind.UNRECORDED, digest)
    for field, text in texts.items():
        if not text.en or not text.ja or text.en == text.ja or not _JAPANESE.search(text.ja):
            yield Drift(clause, DriftKind.UNTRANSLATED, field)
        if _addresses(text.en) != _addresses(text.ja):
            yield Drift(clause, DriftKind.ADDRESSES_DIFFER, field)


def _digest(texts: dict[str, Text], canonical: str) -> str:
    said = "\0".join(f"{field}\0{text.in_(_lang(canonical))}" for field, text in texts.items())
    return sha256(said.encode()).hexdigest()[:12]


def _addresses(text: str) -> set[str]:
    return set(_ADDRESS.findall(text))


def _pack_texts(pack: Pack) -> dict[str, Text]:
    texts = {"title": pack.title, "preamble": pack.preamble}
    if pack.summary_of_changes:
        texts["summary_of_changes"] = pack.summary_of_changes
    texts |= {f"resources.{name}": text for name, text in pack.resources.items()}
    return texts | {f"agent_actions.{action.id}": action.title for action in pack.agents.actions}


def _clause_texts(clause: Clause) -> dict[str, Text]:
    texts = {"title": clause.title, "text": clause.text, "reason": clause.reason, "advice": clause.advice}
    texts |= {f"covers.{place}": text for place, text in enumerate(clause.covers, start=1)}
    return texts | {f"spares.{place}": text for place, text in enumerate(clause.spares, start=1)}


# --- fields as texts ---


def _clause_diff(before: Clause | None, after: Clause | None) -> ClauseDiff | None:
    fields = _differing(_clause_fields(before) if before else {}, _clause_fields(after) if after else {})
    shown = after or before
    if not fields or shown is None:
        return None
    change = Change.ADDED if before is None else Change.REMOVED if after is None else Change.CHANGED
    return ClauseDiff(shown.id, change, shown.title, fields)


def _differing(before: dict[str, Text], after: dict[str, Text]) -> tuple[FieldDiff, ...]:
    names = dict.fromkeys([*after, *before])
    pairs = ((name, before.get(name, NOTHING), after.get(name, NOTHING)) for name in names)
    return tuple(FieldDiff(name, old, new) for name, old, new in pairs if old != new)


def _clause_fields(clause: Clause) -> dict[str, Text]:
    """Every field of a clause that means something, as text."""
    return {
        "title": clause.title,
        "part": _same(clause.part.value),
        "text": clause.text,
        "covers": _lines(clause.covers),
        "spares": _lines(clause.spares),
        "severity": _same(clause.severity.name.lower()),
        "hard": _same("true" if clause.hard else "false"),
        "on_input": _same(clause.on_input.word),
        "on_output": _same(clause.on_output.word),
        "fail": _same(clause.fail.value),
        "stream": _same(clause.stream.value),
        "thresholds": _same(_thresholds(clause)),
        "reason": clause.reason,
        "advice": clause.advice,
        "must_fire": _same(_examples(clause.must_fire)),
        "must_not_fire": _same(_examples(clause.must_not_fire)),
    }


def _pack_fields(pack: Pack) -> dict[str, Text]:
    fields = {"title": pack.title, "preamble": pack.preamble, "canonical": _same(pack.canonical)}
    fields["unscreened"] = _same(pack.unscreened.word)
    for audience, action in sorted(pack.unscreened_for.items()):
        fields[f"unscreened_for.{audience.value}"] = _same(action.word)
    fields["tightened_for"] = _same(", ".join(sorted(audience.value for audience in pack.tightened_for)))
    fields |= {f"resources.{name}": text for name, text in pack.resources.items()}
    for word, tools in pack.agents.tools.items():
        fields[f"agent_tools.{word}"] = _same(_tools(tools))
    return fields | {f"agent_actions.{action.id}": _action(action) for action in pack.agents.actions}


def _tools(tools: Tools) -> str:
    return ", ".join([*tools.named, *(" + ".join(names) for names in tools.takes)])


def _action(action: AgentAction) -> Text:
    """An action in full: its title, and below it what it means, which is the same in every language."""
    does = f"{action.does.word}, for agents {action.for_agents.word}"
    lines = [f"{', '.join(action.tools)} ({action.clause}): {does}", *map(told, action.when)]
    return Text("\n".join([action.title.en, *lines]), "\n".join([action.title.ja, *lines]))


def _thresholds(clause: Clause) -> str:
    return "\n".join(
        f"{detector} {language}: {_threshold(threshold)}"
        for detector, by_language in sorted(clause.thresholds.items())
        for language, threshold in sorted(by_language.items())
    )


def _threshold(threshold: Threshold) -> str:
    unsure = f", unsure {threshold.unsure.value}" if threshold.unsure else ""
    return f"act {threshold.act:g}, ask {threshold.ask:g}{unsure}, most {threshold.most.word}"


def _examples(examples: tuple[Example, ...]) -> str:
    return "\n".join(f"{example.role.value} {example.language}: {example.text}" for example in examples)


def _lines(texts: tuple[Text, ...]) -> Text:
    return Text("\n".join(text.en for text in texts), "\n".join(text.ja for text in texts))


def _same(word: str) -> Text:
    return Text(word, word)


def _lang(code: str) -> Lang:
    return next((lang for lang in LANGS if lang == code), LANGS[0])


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


_TOKEN = re.compile(r"[A-Za-z0-9'’]+|[\u4e00-\u9fff々]+|[\u30a1-\u30ff]+|\s+|.", re.DOTALL)
_JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
_ADDRESS = re.compile(r"\d[\d-]{5,}\d|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|jp|info)\b", re.ASCII)
"""Telephone numbers as they are written in Japan, and host names."""
