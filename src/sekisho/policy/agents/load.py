"""The catalogue out of a pack's YAML, or everything that is wrong with it, each problem at its place (P-005).

The format is explained in `docs/rules/agents.md`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TypeVar, cast

import yaml

from sekisho.base.text import Text
from sekisho.policy.agents.sentences import SENTENCES, parsed
from sekisho.policy.agents.types import AgentAction, Carries, Catalogue, Condition, Tools
from sekisho.policy.lattice import Action
from sekisho.policy.problems import nearest, unknown_word
from sekisho.policy.reading import Reader

T = TypeVar("T")

FIELDS = ("id", "title", "clause", "tools", "does")
OPTIONS = ("when", "for_agents")
TOOL_OPTIONS = ("named", "takes")
DOES = {action.word: action for action in (Action.ANNOTATE, Action.HOLD, Action.BLOCK)}
"""What can be done about a call: masking would change what it means."""
SHORTEST_RUN = 8
"""Characters below which every text carries every other."""

_ID = re.compile(r"[a-z][a-z0-9_]{1,39}", re.ASCII)
_WORD = re.compile(r"[a-z_]{1,40}", re.ASCII)
_GLOB = re.compile(r'[^"]{1,200}')


def catalogue(
    reader: Reader, tools: yaml.Node | None, actions: yaml.Node | None, clauses: Collection[str]
) -> Catalogue:
    """Return the catalogue in two sections of a pack as far as it can be read. `clauses` are the pack's own ids."""
    words = _tools(reader, tools)
    found: dict[str, AgentAction] = {}
    for item in reader.items(actions):
        nodes = reader.mapping(item, FIELDS, OPTIONS)
        action = _action(reader, nodes, words, clauses)
        if action.id and action.id in found:
            reader.say(nodes.get("id"), "repeated_action", _REPEATED.format(id=action.id))
        found.setdefault(action.id, action)
    return Catalogue(words, tuple(found.values()))


def _tools(reader: Reader, node: yaml.Node | None) -> dict[str, Tools]:
    if node is None:
        return {}
    found = {}
    for word, (key, value) in reader.entries(node).items():
        if not _WORD.fullmatch(word):
            reader.say(key, "unexpected_value", _NO_WORD)
        nodes = reader.mapping(value, (), TOOL_OPTIONS)
        named = tuple(_sure(_pattern(reader, item)) for item in reader.items(nodes.get("named")))
        takes = tuple(
            tuple(_sure(reader.word(name)) for name in reader.items(item))
            for item in reader.items(nodes.get("takes"))
        )
        if not named and not all((takes, *takes)):
            reader.say(value, "no_tools", _NO_TOOLS)
        found[word] = Tools(named, takes)
    return found


def _action(
    reader: Reader, nodes: dict[str, yaml.Node], words: Mapping[str, Tools], clauses: Collection[str]
) -> AgentAction:
    does = reader.choice(nodes.get("does"), DOES)
    for_agents = reader.choice(nodes.get("for_agents"), DOES)
    if does and for_agents and for_agents < does:
        reader.say(nodes["for_agents"], "milder_for_agents", _MILDER)
    return AgentAction(
        id=_sure(reader.parsed(nodes.get("id"), _id, *_AN_ID)),
        title=_sure(reader.text(nodes.get("title"))),
        clause=_sure(reader.choice(nodes.get("clause"), {clause: clause for clause in clauses})),
        tools=tuple(_known(reader, item, words) for item in reader.items(nodes.get("tools"))),
        when=tuple(_condition(reader, item, words) for item in reader.items(nodes.get("when"))),
        does=_sure(does),
        for_agents=_sure(for_agents or does),
    )


def _known(reader: Reader, node: yaml.Node, words: Mapping[str, Tools]) -> str:
    return _sure(reader.choice(node, {word: word for word in words}))


def _condition(reader: Reader, node: yaml.Node, words: Mapping[str, Tools]) -> Condition:
    sentence = reader.word(node)
    condition = parsed(sentence) if sentence is not None else None
    if sentence is not None and condition is None:
        reader.say(node, "unknown_condition", _no_sentence(sentence))
    if isinstance(condition, Carries):
        for word in condition.tools:
            if word not in words:
                reader.say(node, "unknown_word", unknown_word(word, tuple(words)))
        if condition.run < SHORTEST_RUN:
            reader.say(node, "run_too_short", _TOO_SHORT)
    return cast("Condition", condition)


def _pattern(reader: Reader, node: yaml.Node) -> str | None:
    word = reader.word(node)
    if word is not None and not _GLOB.fullmatch(word):
        reader.say(node, "unexpected_value", _NO_PATTERN)
    return word


def _id(word: str) -> str:
    if not _ID.fullmatch(word):
        raise ValueError(word)
    return word


def _sure(value: T | None) -> T:
    """A value that is missing only where a problem was noted already, so that the pack is thrown away."""
    return cast("T", value)


def _no_sentence(sentence: str) -> Text:
    near = nearest(sentence, SENTENCES)
    shown = "; ".join(f"`{one}`" for one in ((near,) if near else SENTENCES))
    return _NO_SENTENCE.format(shown=shown)


_AN_ID = (
    "an id: 2 to 40 small letters, digits and `_`, a letter first",
    "ID（英小文字で始まり、英小文字・数字・`_` で 2〜40 文字）",
)
_NO_SENTENCE = Text(
    "This is none of the conditions. Write one so: {shown}.",
    "条件として読み取れません。次の形で書いてください: {shown}。",
)
_REPEATED = Text(
    "The action `{id}` exists already. Ids are cited by decisions and must be unique.",
    "操作 `{id}` はすでにあります。ID は決定で引用されるため、重複できません。",
)
_NO_WORD = Text(
    "A word for tools has small letters and `_` alone, such as `web`.",
    "ツールの呼び名には英小文字と `_` だけを使えます（例: `web`）。",
)
_NO_TOOLS = Text(
    'Say how such tools are known: `named: ["*send_email*"]`, or `takes: [[to, subject]]`.',
    '対象のツールの見分け方を書いてください（例: `named: ["*send_email*"]`、`takes: [[to, subject]]`）。',
)
_NO_PATTERN = Text(
    'A pattern has 1 to 200 characters and no `"`.', 'パターンは 1〜200 文字で、`"` は使えません。'
)
_TOO_SHORT = Text(
    "Fewer than 8 characters in a row stand in every text. Ask for more.",
    "連続 8 文字未満の一致はどの文章にもあります。もっと長くしてください。",
)
_MILDER = Text(
    "What agents do is never treated more mildly. Make `for_agents` at least as strict as `does`.",
    "エージェントの操作をより緩く扱うことはできません。`for_agents` を `does` 以上に厳しくしてください。",
)
