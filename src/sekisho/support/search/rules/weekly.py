"""The weekly letter to editors. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from sekisho.base.text import Lang, Text
from sekisho.support.help.types import Usage
from sekisho.support.search.types import Miss

MOST = 10
"""Lines of each list: a letter is read, a table is looked up on the page."""
_SUMS = Text(
    "{views} views, {yes} said that they were answered, {no} that they were not; the bot cited articles {cited} times, "
    "and {returns} people came back within seven days.",
    "閲覧 {views} 回、「解決した」{yes} 件、「解決しなかった」{no} 件。"
    "ボットの引用 {cited} 回、7 日以内に再び訪れた人 {returns} 人。",
)
_MISSED = Text("Questions that led nowhere:", "答えの見つからなかった質問:")
_UNHELPFUL = Text("Articles that did not answer:", "役に立たなかったと言われた記事:")
_RETURNED = Text("Articles after which people came back:", "読んだあとに再び尋ねられた記事:")


def letter(counted: Sequence[Usage], missed: Sequence[Miss], lang: Lang) -> str:
    """Return the letter's paragraphs; empty for a week in which nothing happened."""
    sums = {
        name: sum(getattr(one, name) for one in counted)
        for name in ("views", "yes", "no", "cited", "returns")
    }
    if not any(sums.values()) and not missed:
        return ""
    unhelpful = sorted((one for one in counted if one.no > one.yes), key=lambda one: one.yes - one.no)
    returned = sorted((one for one in counted if one.returns), key=lambda one: -one.returns)
    parts = [
        _SUMS.in_(lang).format(**sums),
        _list(_MISSED.in_(lang), [f"{one.query} ({one.count})" for one in missed]),
        _list(_UNHELPFUL.in_(lang), [f"{one.title} ({one.no} / {one.yes})" for one in unhelpful]),
        _list(_RETURNED.in_(lang), [f"{one.title} ({one.returns})" for one in returned]),
    ]
    return "\n\n".join(part for part in parts if part)


def _list(heading: str, lines: Sequence[str]) -> str:
    return "\n".join([heading, *(f"- {line}" for line in lines[:MOST])]) if lines else ""
