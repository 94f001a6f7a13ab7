"""Help pages laid out by what a terminal shows: a Japanese character takes two columns, and a line may end after it.

click counts characters and breaks at spaces alone, so Japanese would run over the edge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from inspect import cleandoc
from typing import Final
from unicodedata import east_asian_width

import click

_WIDE: Final = "\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6"
_OPENING: Final = r"（「『［【〈《(\["
_CLOSING: Final = r"）」』］】〉》、。・：；！？ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ々,.:;)\]"
"""May not begin a line. Source: JIS X 4051, rules for the beginning and the end of a line."""
_UNIT: Final = re.compile(rf"(\s*)([{_OPENING}]*(?:[^\s{_WIDE}]+|[ァ-ヴー]+|[{_WIDE}])[{_CLOSING}]*)")
"""What stays together on a line, with the space before it: a word (in katakana too) or a wide character, and marks."""
_SEAM: Final = re.compile(rf"(?<=[、。）」])\n|(?<=[{_WIDE}])\n(?=[{_WIDE}])")
"""An end of a source line where Japanese goes on without a space."""

LEAST: Final = 20
"""Columns that text has, however long what stands before it."""
GAP: Final = 2


def columns(text: str) -> int:
    """Return how many columns a terminal gives to `text`."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def padded(text: str, width: int) -> str:
    """Return `text` with spaces after it, up to `width` columns."""
    return text + " " * (width - columns(text))


def wrapped(text: str, width: int) -> list[str]:
    """Return the lines of one paragraph, each of at most `width` columns unless one word alone is longer."""
    return _filled(_UNIT.findall(_SEAM.sub("", text).replace("\n", " ")), width)


def _filled(units: Iterable[tuple[str, str]], width: int) -> list[str]:
    lines = [""]
    for gap, unit in units:
        longer = lines[-1] + gap + unit if lines[-1] else unit
        if lines[-1] and columns(longer) > width:
            lines.append(unit)
        else:
            lines[-1] = longer
    return lines


class Formatter(click.HelpFormatter):
    """Writes what click writes, measured in columns."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        prefix, pieces = prefix or "", args.split()
        head = f"{prefix}{prog} "
        fits = columns(head) + max(map(columns, pieces), default=0) <= self.width
        start = columns(head if fits else prefix)
        self._hang(head, _filled([(" ", piece) for piece in pieces], self.width - start), start)

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        blocks = (
            "".join(f"{indent}{line}\n" for line in wrapped(paragraph, self.width - self.current_indent))
            for paragraph in paragraphs(text)
        )
        self.write("\n".join(blocks))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = GAP) -> None:
        rows = list(rows)
        first = min(max((columns(term) for term, _ in rows), default=0), col_max) + col_spacing
        for term, told in rows:
            head = f"{'':>{self.current_indent}}{term}"
            start = self.current_indent + first
            lines = wrapped(told, max(self.width - start, LEAST))
            self._hang(padded(head, start), lines, start)

    def _hang(self, head: str, lines: list[str], start: int) -> None:
        """Write lines from column `start` on: beside `head`, beneath it when it reaches farther."""
        if columns(head) > start:
            lines = ["", *lines]
        first, *others = lines
        self.write(f"{head}{first}".rstrip() + "\n")
        self.write("".join(f"{'':>{start}}{line}\n" for line in others))


def paragraphs(text: str) -> Iterator[str]:
    """Yield what stands between empty lines; lines within are as in the source."""
    yield from (part for part in cleandoc(text).split("\n\n") if part.strip())


def summary(text: str) -> str:
    """Return the first sentence."""
    first = next(paragraphs(text), "").replace("\n", " ")
    return re.split(r"(?<=。)|(?<=\.)\s", first, maxsplit=1)[0]
