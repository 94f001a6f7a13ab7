"""The catalogue is complete, and its page says the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.telemetry import catalogue

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def messages(source: Path) -> Iterator[tuple[str, ast.expr]]:
    """Yield the first argument of each call such as `log.info(…)`, with its place."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="log" | "logger"), attr=level), args=[first, *_]
            ):
                if level in LEVELS:
                    yield f"{source.name}:{node.lineno}", first


def test_every_message_in_the_product_is_a_catalogued_event(root: Path) -> None:
    found = [one for source in (root / "src").rglob("*.py") for one in messages(source)]
    strange = [
        place
        for place, said in found
        if not (isinstance(said, ast.Constant) and said.value in catalogue.EVENTS)
    ]
    assert strange == [], (
        "Log events by their name in telemetry/catalogue.py; add the name there if it is new."
    )


def test_the_page_is_written_from_the_catalogue(root: Path) -> None:
    written = (root / "docs/operate/logs.md").read_text(encoding="utf-8")
    assert written == catalogue.page(), "python -m sekisho.telemetry.catalogue > docs/operate/logs.md"


@pytest.mark.parametrize("name", sorted(catalogue.EVENTS))
def test_events_read_as_what_happened(name: str) -> None:
    assert catalogue.is_word(name)


def test_no_field_is_named_twice() -> None:
    assert len(catalogue.BY_NAME) == len(catalogue.FIELDS)
