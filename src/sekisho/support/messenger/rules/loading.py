"""The files of issues to values, strictly: a word that is not known is an error that names file and issue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

import yaml

from sekisho.base.text import Text
from sekisho.cases.types import Kind, Queue
from sekisho.support.messenger.types import Field, FieldKind, Group, Issue, Known, Option
from sekisho.support.types import Channel, Surface

SURFACES = frozenset({Surface.PRODUCT, Surface.CONSOLE, Surface.HELP_CENTRE})
"""Where there is a messenger, and so where an issue is offered unless its file names fewer."""


def load() -> tuple[Issue, ...]:
    """Return all issues, in the order in which they are offered. Raises `ValueError` for a file that is wrong."""
    folder = files("sekisho.support.messenger") / "issues"
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".yaml"))
    found = [issue for name in names for issue in read(name, (folder / name).read_text(encoding="utf-8"))]
    if twice := sorted({one.id for one in found if [other.id for other in found].count(one.id) > 1}):
        raise ValueError(f"Issues stand twice: {', '.join(twice)}. Keep one of each.")
    return tuple(found)


def read(name: str, text: str) -> Iterator[Issue]:
    """Yield the issues of one file."""
    page = yaml.safe_load(text)
    group = Group(page["group"], _text(page["title"]))
    for node in page["issues"]:
        try:
            yield _issue(group, dict(node))
        except (KeyError, TypeError, ValueError) as problem:
            raise ValueError(f"{name}: issue {node.get('id', '?')}: {problem!s}") from problem


def _issue(group: Group, node: dict[str, Any]) -> Issue:
    made = Issue(
        id=node.pop("id"),
        group=group,
        title=_text(node.pop("title")),
        explanation=_text(node.pop("explanation")),
        channel=Channel(node.pop("channel")),
        people=Channel(node.pop("people")),
        surfaces=frozenset(map(Surface, node.pop("surfaces", SURFACES))),
        queue=Queue(node.pop("queue")),
        kind=Kind(node.pop("kind")),
        fields=_fields(node.pop("fields", ())),
        template=node.pop("template", ""),
        page=node.pop("page", ""),
        to_people_at_once=bool(node.pop("to_people_at_once", False)),
        signed_in_only=bool(node.pop("signed_in_only", False)),
    )
    _nothing_left(node)
    return made


def _fields(nodes: Sequence[Mapping[str, Any]]) -> tuple[Field, ...]:
    found = tuple(_field(dict(node)) for node in nodes)
    if len({one.name for one in found}) < len(found):
        raise ValueError("two fields share a name")
    return found


def _field(node: dict[str, Any]) -> Field:
    made = Field(
        name=node.pop("name"),
        label=_text(node.pop("label")),
        kind=FieldKind(node.pop("kind", "line")),
        is_optional=bool(node.pop("optional", False)),
        known=Known(node.pop("known", "")),
        options=tuple(Option(one["value"], _text(one["label"])) for one in node.pop("options", ())),
    )
    _nothing_left(node)
    if (made.kind is FieldKind.CHOICE) != bool(made.options):
        raise ValueError(f"{made.name}: options belong to a choice, and a choice has options")
    return made


def _text(node: Mapping[str, str]) -> Text:
    made = Text(str(node["en"]).strip(), str(node["ja"]).strip())
    if not made.en or not made.ja:
        raise ValueError("a text is empty in one language")
    return made


def _nothing_left(node: Mapping[str, Any]) -> None:
    if node:
        raise ValueError(f"unknown words: {', '.join(sorted(node))}")
