"""What is suspicious in a descriptor: text that gives orders, text that hides, claims that do not fit, asking too much.

Descriptions are read by models as if the operator had written them. So what is harmless in a web page is not harmless
here: nothing in a description has to speak of other tools' secrets, of silence, or of what to do first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import re2

from sekisho.connectors.types import Descriptor, Finding, Tool

LONGEST = 4_000
"""Characters of a description beyond which it is no description. Our decision: the longest of the well-known servers'
have some two thousand."""
MOST_TOOLS = 200
DEEPEST = 16

GivesOrders = Callable[[str], bool]
"""Whether a text tries to give a model orders: the injection detectors, asked as of a document."""


def scan(descriptor: Descriptor, gives_orders: GivesOrders) -> tuple[Finding, ...]:
    """Return what a person has to look at, in the order of the descriptor; each code once a place."""
    found: list[Finding] = []
    if len(descriptor.tools) > MOST_TOOLS:
        found.append(Finding("too_many_tools", "tools", is_grave=False))
    for where, text in texts(descriptor):
        found += _in_text(where, text, gives_orders)
    names = [tool.name for tool in descriptor.tools]
    for tool in descriptor.tools:
        found += _claims(tool)
        others = (other for other in names if other != tool.name and len(other) >= _TELLING)
        if any(_names(tool.description, other) for other in others):
            found.append(Finding("names_other_tools", f"tool {tool.name}", is_grave=False))
    return tuple(dict.fromkeys(found))


_TELLING = 6
"""Letters from which a tool's name in a description is no chance word."""


def texts(descriptor: Descriptor) -> Iterator[tuple[str, str]]:
    """Yield every text that a model may read, with its place."""
    yield "instructions", descriptor.instructions
    for kind, tools in (("tool", descriptor.tools), ("prompt", descriptor.prompts)):
        for tool in tools:
            yield f"{kind} {tool.name}", f"{tool.name}\n{tool.description}"
            for name, text in _arguments(tool.input_schema):
                yield f"{kind} {tool.name}, argument {name}", text


def _arguments(schema: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield the descriptions, titles, defaults and examples in a schema: models read them too."""
    if depth > DEEPEST:
        yield name, "…"
    elif isinstance(schema, dict):
        said = [str(schema[key]) for key in _READ if isinstance(schema.get(key), str)]
        if said:
            yield name, "\n".join(said)
        for key, value in schema.items():
            if isinstance(value, dict | list) and key not in ("required",):
                yield from _arguments(value, key if key not in _FRAMES else name, depth + 1)
    elif isinstance(schema, list):
        for value in schema:
            yield from _arguments(value, name, depth + 1)


_READ = ("description", "title", "default", "const", "$comment")
_FRAMES = frozenset({"properties", "items", "anyOf", "oneOf", "allOf", "$defs", "definitions"})


def _in_text(where: str, text: str, gives_orders: GivesOrders) -> Iterator[Finding]:
    if not text.strip():
        return
    if any(_hides(sign) for sign in text):
        yield Finding("hidden_characters", where, is_grave=True)
    if gives_orders(text):
        yield Finding("gives_orders", where, is_grave=True)
    folded = unicodedata.normalize("NFKC", text).casefold()
    for code, pattern in _SHAPES:
        if pattern.search(folded):
            yield Finding(code, where, is_grave=True)
    if len(text) > LONGEST:
        yield Finding("too_long", where, is_grave=False)
    if _LINK.search(text):
        yield Finding("carries_link", where, is_grave=False)


def _hides(sign: str) -> bool:
    """Whether a character is read by a model and seen by nobody: format controls, tags, private use."""
    return unicodedata.category(sign) in ("Cf", "Co", "Cc") and sign not in "\n\r\t\u200d"


_SHAPES = (
    (
        "keeps_secret",
        re2.compile(
            r"(?:do not|don't|never|without) (?:tell|mention|inform|reveal|notify|show|ask)\w*"
            r"(?: \w+){0,4} (?:user|person|human)|(?:ユーザー|利用者|本人)に.{0,12}(?:知らせ|伝え|見せ|言わ)(?:ない|ず)"
        ),
    ),
    (
        "wants_first_call",
        re2.compile(
            r"(?:before|prior to) (?:using|calling|running|you (?:use|call)) (?:any|every|all|other|each)"
            r"|always (?:call|use|run) this (?:tool )?(?:first|before)"
            r"|(?:必ず|常に)(?:最初に|先に).{0,8}(?:呼び出|使用|実行)"
        ),
    ),
    (
        "wants_conversation",
        re2.compile(
            r"(?:entire|full|whole|complete|all (?:of )?the|previous) "
            r"(?:conversation|chat history|context window|messages)"
            r"|system prompt|(?:会話|やり取り)の(?:全文|全体|履歴)|システムプロンプト"
        ),
    ),
    (
        "wants_secrets",
        re2.compile(
            r"\.ssh/|id_rsa|\.env\b|api[ _-]?keys?\b|credentials?\b.{0,20}(?:pass|send|include|read)"
            r"|秘密鍵|パスワードを"
        ),
    ),
)  # fmt: skip
_LINK = re2.compile(r"(?i)https?://")
_WORD = re2.compile(r"[\pL\pN_-]+")


def _names(description: str, other: str) -> bool:
    return other in _WORD.findall(description)


def _claims(tool: Tool) -> Iterator[Finding]:
    """A tool that says it only reads, and is called by a verb that changes."""
    claims_reading = tool.annotations.get("readOnlyHint") is True
    if claims_reading and _CHANGES.search(tool.name.casefold()):
        yield Finding("claims_to_read_only", f"tool {tool.name}", is_grave=True)
    if tool.annotations.get("destructiveHint") is False and _DESTROYS.search(tool.name.casefold()):
        yield Finding("claims_to_be_harmless", f"tool {tool.name}", is_grave=True)


_CHANGES = re2.compile(
    r"(?:^|[_-])(?:create|write|update|delete|remove|send|post|put|set|pay|transfer|execute|run)(?:$|[_-])"
)
_DESTROYS = re2.compile(r"(?:^|[_-])(?:delete|remove|drop|purge|wipe|destroy|erase)(?:$|[_-])")
