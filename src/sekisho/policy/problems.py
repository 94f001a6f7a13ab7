"""What is wrong with a pack file, told as a compiler tells it (P-005).

reference.yaml:41:15: unknown_word
    severity: criticl
              ^
`criticl` is not one of low, medium, high, critical. Did you mean `critical`?
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from sekisho.base.errors import SekishoError
from sekisho.base.text import Lang, Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where. Line and column count from 1."""

    code: str
    source: str
    """Name of the file, as the reader gave it."""
    line: int
    column: int
    message: Text
    excerpt: str = ""
    """The line itself; empty when there is none to show."""

    def told(self, lang: Lang) -> str:
        """Return place, line, caret and message, as lines of text."""
        place = f"{self.source}:{self.line}:{self.column}: {self.code}"
        shown = [f"    {self.excerpt}", f"    {_below(self.excerpt, self.column)}^"] if self.excerpt else []
        return "\n".join([place, *shown, self.message.in_(lang)])


class PackError(SekishoError):
    """A pack that cannot be used. `problems` lists everything that is wrong, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))
        count = len(self.problems)
        super().__init__(
            "pack_invalid",
            Text(
                f"The policy file has {count} problem(s).\n\n{_all(self.problems, 'en')}",
                f"ポリシーパックに {count} 件の問題があります。\n\n{_all(self.problems, 'ja')}",
            ),
        )


def nearest(word: str, valid: Sequence[str]) -> str | None:
    """Return the valid word that `word` was probably meant to be, None if none is near."""
    return next(iter(get_close_matches(word, valid, n=1, cutoff=0.6)), None)


def unknown_word(word: str, valid: Sequence[str]) -> Text:
    """Return the message for a word that is not among `valid`, with the nearest one if there is one."""
    near = nearest(word, valid)
    listed = ", ".join(valid)
    return Text(
        f"`{word}` is not one of {listed}." + (f" Did you mean `{near}`?" if near else ""),
        f"`{word}` は使えません。使える語: {listed}。"
        + (f"`{near}` の誤りではありませんか。" if near else ""),
    )


def _all(problems: Sequence[Problem], lang: Lang) -> str:
    return "\n\n".join(problem.told(lang) for problem in problems)


def _below(line: str, column: int) -> str:
    """Blank space as wide as the line before `column`; a full-width sign takes two cells of a terminal."""
    wide = ("W", "F")
    return "".join("　" if unicodedata.east_asian_width(sign) in wide else " " for sign in line[: column - 1])
