"""What account holders are told of a new version before it takes effect (P-003). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sekisho.base.text import LANGS, Lang, Text
from sekisho.policy.diff import Change, PackDiff
from sekisho.policy.types import Pack


@dataclass(frozen=True, slots=True)
class ChangeNotice:
    subject: Text
    body: Text
    """Plain text, paragraphs divided by empty lines."""
    link: str
    """Path of the page of changes; of the version itself when there was none before it."""


def change_notice(pack: Pack, changes: PackDiff) -> ChangeNotice:
    """Return the notice that `pack` will take effect, with every clause that was added, changed or removed.

    `changes` is the difference from the version before.
    """
    subject = _SUBJECT.format(date=f"{pack.effective_at:%Y-%m-%d}")
    return ChangeNotice(subject, Text(*(_body(pack, changes, lang) for lang in LANGS)), _link(changes))


def _body(pack: Pack, changes: PackDiff, lang: Lang) -> str:
    parts = [
        _OPENING.format(title=pack.title.in_(lang), date=_when(pack.effective_at)).in_(lang),
        pack.summary_of_changes.in_(lang) if pack.summary_of_changes else "",
        *(_listed(changes, change, heading, lang) for change, heading in _HEADINGS.items()),
        _CLOSING.in_(lang),
    ]
    return "\n\n".join(part for part in parts if part)


def _listed(changes: PackDiff, change: Change, heading: Text, lang: Lang) -> str:
    lines = [f"- {clause.title.in_(lang)} ({clause.id})" for clause in changes.of(change)]
    return "\n".join([heading.in_(lang), *lines]) if lines else ""


def _link(changes: PackDiff) -> str:
    before, after = (label.partition("@")[2] for label in (changes.before, changes.after))
    return f"/policy/diff/{before}..{after}" if before else f"/policy/{after}"


def _when(moment: datetime) -> str:
    """The moment in the pack's own time zone, as in `2025-09-15 00:00 UTC+09:00`."""
    return f"{moment:%Y-%m-%d %H:%M} {moment.tzname() or ''}".strip()


_SUBJECT = Text("Our usage policy changes on {date}", "利用ポリシーの改定のお知らせ（{date} 発効）")
_OPENING = Text(
    "A new version of “{title}” takes effect at {date}. Until then the present version applies.",
    "「{title}」の新しい版が {date} に発効します。それまでは現在の版が適用されます。",
)
_HEADINGS = {
    Change.ADDED: Text("New clauses:", "新設された条項:"),
    Change.CHANGED: Text("Changed clauses:", "変更された条項:"),
    Change.REMOVED: Text("Removed clauses:", "廃止された条項:"),
}
_CLOSING = Text(
    "The page below shows every change word by word, and the whole text.",
    "変更箇所と全文は、下記のページでご覧いただけます。",
)
