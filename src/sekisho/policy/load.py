"""A pack out of its YAML file, or everything that is wrong with it (P-005).

The format is explained in `docs/rules/policy-packs.md`.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TypeVar, cast

import yaml

from sekisho.base.text import LANGS, Lang, Text
from sekisho.detection.types import Role
from sekisho.policy.agents.load import catalogue
from sekisho.policy.problems import PackError, unknown_word
from sekisho.policy.reading import Reader
from sekisho.policy.types import (
    Action,
    Audience,
    Clause,
    Example,
    FailMode,
    Pack,
    Part,
    Severity,
    StreamMode,
    Threshold,
)

T = TypeVar("T")

DETECTORS = (
    "patterns",
    "entities",
    "injection",
    "scorer",
    "judge",
    "media",
    "human_claim",
    "language",
    "behaviour",
)
"""Detectors that a threshold may name. A misspelt one would never speak, so it is refused."""

PACK_FIELDS = ("pack", "version", "title", "preamble", "canonical", "announced_at", "effective_at", "clauses")
PACK_OPTIONS = (
    "unscreened",
    "unscreened_for",
    "tightened_for",
    "resources",
    "summary_of_changes",
    "translated_from",
    "agent_tools",
    "agent_actions",
)
CLAUSE_FIELDS = (
    *("id", "part", "title", "text", "covers", "severity", "hard", "on_input", "on_output", "fail"),
    *("reason", "advice"),
)
CLAUSE_OPTIONS = ("spares", "stream", "thresholds", "must_fire", "must_not_fire", "translated_from")

_ID = re.compile(r"[a-z][a-z0-9_]{1,39}", re.ASCII)
_VERSION = re.compile(r"(?!.*\+org\.)[0-9A-Za-z][0-9A-Za-z.+-]{0,39}", re.ASCII)
"""`+org.` is kept for organisations' overlays (`overlay.py`)."""
_LANGUAGE = re.compile(r"[a-z]{2,3}|\*", re.ASCII)

ACTIONS = {action.word: action for action in Action}
_SEVERITIES = {severity.name.lower(): severity for severity in Severity}
_PARTS = {part.value: part for part in Part}
FAILS = {mode.value: mode for mode in FailMode}
STREAMS = {mode.value: mode for mode in StreamMode}
_ROLES = {role.value: role for role in Role}
_AUDIENCES = {audience.value: audience for audience in Audience}
_LANGS: dict[str, Lang] = {lang: lang for lang in LANGS}


def load_file(path: Path) -> Pack:
    """Return the pack in a file. Raises `PackError` with all its problems, or `OSError`."""
    return load(path.read_text(encoding="utf-8"), path.name)


def load(text: str, source: str = "pack.yaml") -> Pack:
    """Return the pack that `text` describes. Raises `PackError` with all its problems, placed in `source`."""
    reader = Reader(text, source)
    pack = _pack(reader)
    if reader.problems:
        raise PackError(reader.problems)
    return pack


def _pack(reader: Reader) -> Pack:
    """The pack as far as it can be read. Worth something only when the reader has no problems."""
    nodes = reader.mapping(reader.root, PACK_FIELDS, PACK_OPTIONS)
    announced_at, effective_at = (
        _moment(reader, nodes.get(name)) for name in ("announced_at", "effective_at")
    )
    if announced_at and effective_at and effective_at < announced_at:
        reader.say(nodes["effective_at"], "effective_before_announced", _EFFECTIVE_BEFORE_ANNOUNCED)
    clauses = _clauses(reader, nodes.get("clauses"))
    return Pack(
        name=_sure(_id(reader, nodes.get("pack"))),
        version=_sure(_version(reader, nodes.get("version"))),
        title=_sure(reader.text(nodes.get("title"))),
        preamble=_sure(reader.text(nodes.get("preamble"))),
        canonical=_sure(reader.choice(nodes.get("canonical"), _LANGS)),
        announced_at=_sure(announced_at),
        effective_at=_sure(effective_at),
        clauses=clauses,
        unscreened=_or(reader.choice(nodes.get("unscreened"), ACTIONS), Action.ANNOTATE),
        unscreened_for=_unscreened_for(reader, nodes.get("unscreened_for")),
        tightened_for=_audiences(reader, nodes.get("tightened_for")),
        resources=_resources(reader, nodes.get("resources")),
        summary_of_changes=reader.text(nodes.get("summary_of_changes")),
        translated_from=_or(reader.word(nodes.get("translated_from")), ""),
        agents=catalogue(
            reader,
            nodes.get("agent_tools"),
            nodes.get("agent_actions"),
            [clause.id for clause in clauses if clause.id],
        ),
    )


def _clauses(reader: Reader, node: yaml.Node | None) -> tuple[Clause, ...]:
    clauses: dict[str, Clause] = {}
    for item in reader.items(node):
        nodes = reader.mapping(item, CLAUSE_FIELDS, CLAUSE_OPTIONS)
        clause = _clause(reader, nodes)
        if clause.id and clause.id in clauses:
            reader.say(nodes.get("id"), "repeated_clause", _REPEATED_CLAUSE.format(id=clause.id))
        clauses.setdefault(clause.id, clause)
    if not clauses and node is not None:
        reader.say(
            node, "no_clauses", Text("A pack needs at least one clause.", "条項が少なくとも一つ必要です。")
        )
    return tuple(clauses.values())


def _clause(reader: Reader, nodes: dict[str, yaml.Node]) -> Clause:
    clause = Clause(
        id=_sure(_id(reader, nodes.get("id"))),
        part=_sure(reader.choice(nodes.get("part"), _PARTS)),
        title=_sure(reader.text(nodes.get("title"))),
        text=_sure(reader.text(nodes.get("text"))),
        covers=reader.texts(nodes.get("covers")),
        spares=reader.texts(nodes.get("spares")),
        severity=_sure(reader.choice(nodes.get("severity"), _SEVERITIES)),
        hard=_sure(reader.flag(nodes.get("hard"))),
        on_input=_sure(reader.choice(nodes.get("on_input"), ACTIONS)),
        on_output=_sure(reader.choice(nodes.get("on_output"), ACTIONS)),
        fail=_sure(reader.choice(nodes.get("fail"), FAILS)),
        stream=_or(reader.choice(nodes.get("stream"), STREAMS), StreamMode.WINDOW),
        thresholds=_thresholds(reader, nodes.get("thresholds")),
        reason=_sure(reader.text(nodes.get("reason"))),
        advice=_sure(reader.text(nodes.get("advice"))),
        must_fire=_examples(reader, nodes.get("must_fire")),
        must_not_fire=_examples(reader, nodes.get("must_not_fire")),
        translated_from=_or(reader.word(nodes.get("translated_from")), ""),
    )
    if clause.hard and clause.stream is StreamMode.AUDIT:
        reader.say(nodes["stream"], "hard_clause_audited", _HARD_CLAUSE_AUDITED)
    if clause.hard and clause.fail is FailMode.SKIP:
        reader.say(nodes["fail"], "hard_clause_skipped", _HARD_CLAUSE_SKIPPED)
    if clause.on_input is Action.MODIFY:
        reader.say(nodes["on_input"], "input_modified", INPUT_MODIFIED)
    return clause


def _thresholds(reader: Reader, node: yaml.Node | None) -> dict[str, dict[str, Threshold]]:
    """Detector → language → threshold. One may stand for all languages, a number for a whole threshold."""
    if node is None:
        return {}
    found = {}
    for detector, (key, value) in reader.entries(node).items():
        if detector.partition(".")[0] not in DETECTORS:
            reader.say(key, "unknown_word", unknown_word(detector, DETECTORS))
        found[detector] = _by_language(reader, value)
    return found


def _by_language(reader: Reader, node: yaml.Node) -> dict[str, Threshold]:
    if not isinstance(node, yaml.MappingNode) or "act" in reader.entries(node):
        return {"*": _threshold(reader, node)}
    by_language = {}
    for language, (key, value) in reader.entries(node).items():
        if not _LANGUAGE.fullmatch(language):
            reader.say(key, "unknown_word", _UNKNOWN_LANGUAGE.format(word=language))
        by_language[language] = _threshold(reader, value)
    return by_language


def _threshold(reader: Reader, node: yaml.Node) -> Threshold:
    if isinstance(node, yaml.ScalarNode):
        act = _or(reader.probability(node), 1.0)
        return Threshold(act, act)
    nodes = reader.mapping(node, ("act",), ("ask", "unsure", "most"))
    act = _or(reader.probability(nodes.get("act")), 1.0)
    ask = _or(reader.probability(nodes.get("ask")), act)
    if ask > act:
        reader.say(nodes["ask"], "ask_above_act", _ASK_ABOVE_ACT)
    unsure = reader.choice(nodes.get("unsure"), FAILS)
    return Threshold(act, ask, unsure, _or(reader.choice(nodes.get("most"), ACTIONS), Action.BLOCK))


def _examples(reader: Reader, node: yaml.Node | None) -> tuple[Example, ...]:
    examples = []
    for item in reader.items(node):
        nodes = reader.mapping(item, ("language", "text"), ("role",))
        text, language = reader.word(nodes.get("text")), reader.word(nodes.get("language"))
        role = _or(reader.choice(nodes.get("role"), _ROLES), Role.PROMPT)
        examples.append(Example(_sure(text), _sure(language), role))
    return tuple(examples)


def _unscreened_for(reader: Reader, node: yaml.Node | None) -> dict[Audience, Action]:
    if node is None:
        return {}
    found = {}
    for key, value in reader.entries(node).values():
        audience, action = reader.choice(key, _AUDIENCES), reader.choice(value, ACTIONS)
        found[_sure(audience)] = _sure(action)
    return found


def _audiences(reader: Reader, node: yaml.Node | None) -> frozenset[Audience]:
    return frozenset(_sure(reader.choice(item, _AUDIENCES)) for item in reader.items(node))


def _resources(reader: Reader, node: yaml.Node | None) -> dict[str, Text]:
    if node is None:
        return {}
    return {name: _sure(reader.text(value)) for name, (_, value) in reader.entries(node).items()}


def _id(reader: Reader, node: yaml.Node | None) -> str | None:
    return reader.parsed(
        node,
        lambda word: _matching(_ID, word),
        "an id: 2 to 40 small letters, digits and `_`, a letter first",
        "ID（英小文字で始まり、英小文字・数字・`_` で 2〜40 文字）",
    )


def _version(reader: Reader, node: yaml.Node | None) -> str | None:
    return reader.parsed(
        node,
        lambda word: _matching(_VERSION, word),
        'a version such as "2025-09-15"',
        'バージョン（例: "2025-09-15"）',
    )


def _moment(reader: Reader, node: yaml.Node | None) -> datetime | None:
    return reader.parsed(
        node,
        _zoned,
        "a moment with its time zone, such as 2025-09-15T00:00:00+09:00",
        "タイムゾーンを含む日時（例: 2025-09-15T00:00:00+09:00）",
    )


def _zoned(word: str) -> datetime:
    moment = datetime.fromisoformat(word)
    if moment.tzinfo is None:
        raise ValueError(word)
    return moment


def _matching(pattern: re.Pattern[str], word: str) -> str:
    if not pattern.fullmatch(word):
        raise ValueError(word)
    return word


def _sure(value: T | None) -> T:
    """A value that is missing only where a problem was noted already, so that the pack is thrown away."""
    return cast(T, value)


def _or(value: T | None, default: T) -> T:
    return default if value is None else value


_EFFECTIVE_BEFORE_ANNOUNCED = Text(
    "A version cannot be in force before it is announced. Make `effective_at` later than `announced_at`.",
    "公表より前に発効することはできません。`effective_at` を `announced_at` 以後にしてください。",
)
_REPEATED_CLAUSE = Text(
    "The clause `{id}` exists already. Ids are cited by decisions and must be unique.",
    "条項 `{id}` はすでにあります。ID は決定で引用されるため、重複できません。",
)
_HARD_CLAUSE_AUDITED = Text(
    "A hard clause is never only audited. Choose `window` or `full`.",
    "厳格な条項を監査のみにすることはできません。`window` か `full` を選んでください。",
)
_HARD_CLAUSE_SKIPPED = Text(
    "A hard clause is not skipped when a detector is missing. Choose `hold` or `fire`.",
    "厳格な条項は、検出器がないときも省略できません。`hold` か `fire` を選んでください。",
)
INPUT_MODIFIED = Text(
    "Input is forwarded as it came or not at all. Choose `annotate`, `hold` or `block`.",
    "入力はそのまま転送するか止めるかのどちらかです。`annotate`、`hold`、`block` から選んでください。",
)
_UNKNOWN_LANGUAGE = Text(
    "`{word}` is not a language code such as `en` or `ja`, nor `*` for all others, nor `act`.",
    "`{word}` は言語コード（`en`、`ja` など）でも、その他すべてを表す `*` でも、`act` でもありません。",
)
_ASK_ABOVE_ACT = Text(
    "`ask` is where doubt begins, so it cannot be above `act`.",
    "`ask` は判断に迷い始める値なので、`act` より大きくできません。",
)
