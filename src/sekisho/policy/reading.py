"""Typed values out of YAML nodes, with every problem kept at its place.

YAML is only composed, never constructed, so a file cannot name a Python object; and before that its events
are read, so a file cannot grow in memory either (aliases are refused, depth and size are bounded).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import yaml

from sekisho.base.text import LANGS, Text
from sekisho.policy.problems import PackError, Problem, nearest, unknown_word

T = TypeVar("T")

MAX_CHARS = 2_000_000
"""The reference pack is about a thirtieth of this."""
MAX_DEPTH = 12
"""A pack needs six levels."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT = "tag:yaml.org,2002:str"
_NUMBERS = ("tag:yaml.org,2002:float", "tag:yaml.org,2002:int")
_BOOL = "tag:yaml.org,2002:bool"


class Reader:
    """Reads one file. A method takes a node that may be missing, and gives None where it found a problem."""

    def __init__(self, text: str, source: str) -> None:
        self.source = source
        self.lines = text.splitlines()
        self.problems: list[Problem] = []
        self.root = self._compose(text)

    def say(self, node: yaml.Node | None, code: str, message: Text) -> None:
        """Note a problem at the node's place."""
        mark = node.start_mark if node is not None else None
        self._say_at(mark.line if mark else 0, mark.column if mark else 0, code, message)

    def mapping(
        self, node: yaml.Node | None, required: Sequence[str] = (), optional: Sequence[str] = ()
    ) -> dict[str, yaml.Node]:
        """Return the entries of a mapping with known keys; a note for each that is unknown or missing."""
        found = self.entries(node)
        known = (*required, *optional)
        for key, (key_node, _) in found.items():
            if key not in known:
                self.say(key_node, "unknown_field", _unknown_field(key, known))
        for key in required:
            if key not in found and isinstance(node, yaml.MappingNode):
                self.say(
                    node, "missing_field", Text(f"`{key}` is missing here.", f"ここに `{key}` がありません。")
                )
        return {key: value for key, (_, value) in found.items() if key in known}

    def entries(self, node: yaml.Node | None) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """Return the entries of a mapping with any keys: key → (node of the key, node of the value)."""
        if not isinstance(node, yaml.MappingNode):
            self._expected(node, "a mapping (`name: value`)", "マッピング (`name: value`)")
            return {}
        found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key_node, value in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
            if key in found:
                self.say(
                    key_node, "repeated_field", Text(f"`{key}` is given twice.", f"`{key}` が二度あります。")
                )
            found.setdefault(key, (key_node, value))
        return found

    def items(self, node: yaml.Node | None) -> list[yaml.Node]:
        """Return the items of a list; empty where there is none."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self._expected(node, "a list (lines that begin with `- `)", "リスト (`- ` で始まる行)")
            return []
        return list(node.value)

    def word(self, node: yaml.Node | None) -> str | None:
        """Return a text that is not empty."""
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode) or node.tag != _TEXT or not node.value.strip():
            self._expected(node, "a text; put it in quotes", "文字列（引用符で囲んでください）")
            return None
        return str(node.value).strip()

    def text(self, node: yaml.Node | None) -> Text | None:
        """Return a text in every language; a note for each language that is missing (P-003)."""
        if node is None:
            return None
        said = {lang: self.word(value) for lang, value in self.mapping(node, required=LANGS).items()}
        return Text(en=said.get("en") or "", ja=said.get("ja") or "") if all(said.values()) else None

    def texts(self, node: yaml.Node | None) -> tuple[Text, ...]:
        return tuple(text for item in self.items(node) if (text := self.text(item)) is not None)

    def choice(self, node: yaml.Node | None, choices: Mapping[str, T]) -> T | None:
        """Return what one of the words in `choices` stands for."""
        word = self.word(node)
        if word is not None and word not in choices:
            self.say(node, "unknown_word", unknown_word(word, tuple(choices)))
        return choices.get(word) if word is not None else None

    def flag(self, node: yaml.Node | None) -> bool | None:
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode) or node.tag != _BOOL:
            self._expected(node, "`true` or `false`", "`true` または `false`")
            return None
        return str(node.value).lower() in ("true", "yes", "on")

    def probability(self, node: yaml.Node | None) -> float | None:
        """Return a number between 0 and 1."""
        if node is None:
            return None
        if isinstance(node, yaml.ScalarNode) and node.tag in _NUMBERS:
            number = _float(node.value)
            if number is not None and 0 <= number <= 1:
                return number
        self._expected(node, "a number between 0 and 1", "0 から 1 までの数", code="out_of_range")
        return None

    def parsed(self, node: yaml.Node | None, parse: Callable[[str], T], en: str, ja: str) -> T | None:
        """Return what `parse` makes of the scalar; its `ValueError` becomes a note that `en` was expected."""
        if node is None:
            return None
        try:
            return parse(node.value if isinstance(node, yaml.ScalarNode) else "")
        except ValueError:
            self._expected(node, en, ja)
            return None

    def _expected(self, node: yaml.Node | None, en: str, ja: str, code: str = "unexpected_value") -> None:
        self.say(node, code, Text(f"Expected {en}.", f"{ja}を書いてください。"))

    def _say_at(self, line: int, column: int, code: str, message: Text) -> None:
        excerpt = self.lines[line].rstrip() if line < len(self.lines) else ""
        self.problems.append(Problem(code, self.source, line + 1, column + 1, message, excerpt))

    def _compose(self, text: str) -> yaml.Node | None:
        if len(text) > MAX_CHARS:
            en = f"The file has {len(text)} characters; at most {MAX_CHARS} are read."
            raise self._refused(
                None, "too_large", Text(en, f"ファイルが大きすぎます（最大 {MAX_CHARS} 文字）。")
            )
        try:
            self._check_events(text)
            root: yaml.Node | None = yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as problem:
            said = str(problem.problem or "not YAML")
            en = f"The YAML cannot be read: {said}."
            mark = problem.problem_mark or problem.context_mark
            if mark and problem.context_mark and mark.line >= len(self.lines):
                mark = problem.context_mark  # where a quote was left open says more than the end of the file
            raise self._refused(mark, "not_yaml", Text(en, f"YAML として読めません: {said}。")) from problem
        except yaml.YAMLError as problem:
            message = Text("The file holds signs that YAML forbids.", "YAML で使えない文字が含まれています。")
            raise self._refused(None, "not_yaml", message) from problem
        return root

    def _check_events(self, text: str) -> None:
        depth = 0
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent):
                message = Text(
                    "Aliases (`*name`) are not used in packs: write the value out.",
                    "パックではエイリアス (`*name`) を使えません。値をそのまま書いてください。",
                )
                raise self._refused(event.start_mark, "alias", message)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                message = Text(
                    f"Nested deeper than {MAX_DEPTH} levels.", f"入れ子が {MAX_DEPTH} 段を超えています。"
                )
                raise self._refused(event.start_mark, "too_deep", message)

    def _refused(self, mark: Any, code: str, message: Text) -> PackError:
        self._say_at(mark.line if mark else 0, mark.column if mark else 0, code, message)
        return PackError(self.problems)


def _float(number: str) -> float | None:
    try:
        return float(number)
    except ValueError:
        return None


def _unknown_field(key: str, known: Sequence[str]) -> Text:
    near = nearest(key, known)
    if near:
        return Text(
            f"`{key}` is not known here. Did you mean `{near}`?",
            f"`{key}` はここでは使えません。`{near}` の誤りではありませんか。",
        )
    listed = ", ".join(known)
    return Text(
        f"`{key}` is not known here. Known: {listed}.",
        f"`{key}` はここでは使えません。使える項目: {listed}。",
    )
