"""An overlay out of its YAML file, or everything that is wrong with it (P-005, P-007).

    clauses:
      fraud_predation:
        on_output: block
        stream: full
        thresholds:
          scorer: {ja: 0.7}
    unscreened: block

What a file says must be what comes to pass: a value that the floor already exceeds, so that it would loosen if
it had its way, is refused at its place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

import yaml

from sekisho.base.text import Text
from sekisho.policy.load import ACTIONS, FAILS, INPUT_MODIFIED, STREAMS
from sekisho.policy.overlay import LowerThreshold, Overlay, StricterClause, threshold_in, tightened
from sekisho.policy.problems import PackError, unknown_word
from sekisho.policy.reading import Reader
from sekisho.policy.types import Action, Clause, Pack, Threshold

OVERLAY_OPTIONS = ("clauses", "unscreened")
CLAUSE_OPTIONS = ("on_input", "on_output", "fail", "stream", "thresholds")
THRESHOLD_OPTIONS = ("act", "ask", "unsure")
VERSION_SIGNS = 8


@dataclass(slots=True)
class _Stated:
    """A value as the file states it, and where it is found in a pack."""

    node: yaml.Node
    field: str
    value: object
    read: Callable[[Pack], object]


@dataclass(slots=True)
class _Reading:
    reader: Reader
    pack: Pack
    stated: list[_Stated] = field(default_factory=list)

    def note(
        self, nodes: dict[str, yaml.Node], name: str, value: object, read: Callable[[Pack], object]
    ) -> None:
        if value is not None:
            self.stated.append(_Stated(nodes[name], name, value, read))


def load_overlay(text: str, source: str, pack: Pack) -> Overlay:
    """Return the overlay that `text` describes, for an organisation that is judged by `pack`.

    Raises `PackError` with all its problems, among them every value that would loosen.
    """
    reader = Reader(text, source)
    reading = _Reading(reader, pack)
    overlay = _overlay(reading, sha256(text.encode()).hexdigest()[:VERSION_SIGNS])
    if not reader.problems:
        _refuse_what_loosens(reading, overlay)
    if reader.problems:
        raise PackError(reader.problems)
    return overlay


def _refuse_what_loosens(reading: _Reading, overlay: Overlay) -> None:
    result = tightened(reading.pack, overlay)
    for one in reading.stated:
        if one.read(result) != one.value:
            floor = one.read(reading.pack)
            is_lower = isinstance(one.value, float) and isinstance(floor, float) and one.value < floor
            message = _DOUBT_WEIGHS_MORE if is_lower else _LOOSENS
            fields = {"field": one.field, "value": _shown(one.value), "floor": _shown(floor)}
            reading.reader.say(one.node, "loosens", message.format(label=reading.pack.label, **fields))


def _overlay(reading: _Reading, version: str) -> Overlay:
    reader = reading.reader
    nodes = reader.mapping(reader.root, (), OVERLAY_OPTIONS)
    unscreened = reader.choice(nodes.get("unscreened"), ACTIONS)
    reading.note(nodes, "unscreened", unscreened, lambda pack: pack.unscreened)
    clauses = {}
    known = tuple(clause.id for clause in reading.pack.clauses)
    for name, (key, node) in reader.entries(nodes["clauses"]).items() if "clauses" in nodes else ():
        clause = reading.pack.clause(name)
        if clause is None:
            reader.say(key, "unknown_word", unknown_word(name, known))
        else:
            clauses[name] = _clause(reading, node, clause)
    return Overlay(version, clauses, unscreened)


def _clause(reading: _Reading, node: yaml.Node, clause: Clause) -> StricterClause:
    reader = reading.reader
    nodes = reader.mapping(node, (), CLAUSE_OPTIONS)
    wished = StricterClause(
        on_input=reader.choice(nodes.get("on_input"), ACTIONS),
        on_output=reader.choice(nodes.get("on_output"), ACTIONS),
        fail=reader.choice(nodes.get("fail"), FAILS),
        stream=reader.choice(nodes.get("stream"), STREAMS),
        thresholds=_thresholds(reading, nodes.get("thresholds"), clause),
    )
    if wished.on_input is Action.MODIFY:
        reader.say(nodes["on_input"], "input_modified", INPUT_MODIFIED)
    for name in ("on_input", "on_output", "fail", "stream"):
        reading.note(nodes, name, getattr(wished, name), _of_clause(clause.id, name))
    return wished


def _thresholds(
    reading: _Reading, node: yaml.Node | None, clause: Clause
) -> dict[str, dict[str, LowerThreshold]]:
    if node is None:
        return {}
    found: dict[str, dict[str, LowerThreshold]] = {}
    for detector, (key, value) in reading.reader.entries(node).items():
        floors = clause.thresholds.get(detector)
        if floors is None:
            reading.reader.say(key, "unknown_word", unknown_word(detector, tuple(clause.thresholds)))
        else:
            found[detector] = _by_language(reading, value, clause, detector, floors)
    return found


def _by_language(
    reading: _Reading, node: yaml.Node, clause: Clause, detector: str, floors: dict[str, Threshold]
) -> dict[str, LowerThreshold]:
    found = {}
    for language, (key, value) in reading.reader.entries(node).items():
        if threshold_in(floors, language) is None:
            reading.reader.say(key, "unknown_word", unknown_word(language, tuple(floors)))
        else:
            found[language] = _threshold(reading, value, clause.id, detector, language)
    return found


def _threshold(
    reading: _Reading, node: yaml.Node, clause: str, detector: str, language: str
) -> LowerThreshold:
    reader = reading.reader
    is_number = isinstance(node, yaml.ScalarNode)
    nodes = {"act": node} if is_number else reader.mapping(node, (), THRESHOLD_OPTIONS)
    wish = LowerThreshold(
        reader.probability(nodes.get("act")),
        reader.probability(nodes.get("ask")),
        reader.choice(nodes.get("unsure"), FAILS),
    )
    for name in THRESHOLD_OPTIONS:
        reading.note(nodes, name, getattr(wish, name), _of_threshold(clause, detector, language, name))
    return wish


def _of_clause(clause_id: str, name: str) -> Callable[[Pack], object]:
    return lambda pack: getattr(pack.clause(clause_id), name)


def _of_threshold(clause_id: str, detector: str, language: str, name: str) -> Callable[[Pack], object]:
    def read(pack: Pack) -> object:
        clause = pack.clause(clause_id)
        found = threshold_in(clause.thresholds[detector], language) if clause else None
        value = getattr(found, name)
        return clause.fail if value is None and clause else value

    return read


def _shown(value: object) -> str:
    return value.word if isinstance(value, Action) else str(value)


_LOOSENS = Text(
    "`{field}: {value}` would loosen {label}, where it is `{floor}`. An overlay may only tighten: leave it out, or "
    "choose something stricter.",
    "`{field}: {value}` は {label} の `{floor}` より緩くなります。上乗せ設定では厳しくすることだけができます。"
    "削除するか、より厳しい値を選んでください。",
)
_DOUBT_WEIGHS_MORE = Text(
    "`{field}: {value}` would loosen {label} (`{floor}`): this clause does more in doubt than in certainty, and "
    "fewer passages would be in doubt. Leave it out, or lower `ask` instead.",
    "`{field}: {value}` とすると {label}（`{floor}`）より緩くなります。この条項では、確実な場合より疑わしい場合の"
    "対応のほうが厳しく、疑わしいと扱われる範囲が狭まるためです。削除するか、代わりに `ask` を下げてください。",
)
