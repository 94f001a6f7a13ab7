"""What may be said, and how a conversation reads as text. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from sekisho.base.text import Lang, Text
from sekisho.support.bot.types import Speaker, Turn
from sekisho.support.messenger.types import Event, EventKind, FieldKind, Issue, Voice

CHARS = 4_000
"""Of one message. Our decision: two pages; longer things go with the mail that follows."""
TURNS = 12
"""So many turns before are told to the bot: what it answers hangs on the last few."""
MOST_EVENTS = 400
"""Of one conversation: nobody types so much, and a program that does is stopped here."""
SCHEMES = frozenset({"https", "http", "mailto"})
"""Schemes of links that are shown as links; a path of this site is one too (R-SUP-024)."""


def is_safe_link(link: str) -> bool:
    """Return whether the link may be shown as one: a path of this site, or an address of a scheme that is named."""
    if any(ord(char) <= 32 or char == "\\" for char in link):
        return False
    if link.startswith("/"):
        return not link.startswith("//")
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme.lower() in SCHEMES and bool(parts.netloc or parts.scheme.lower() == "mailto")


def cleaned(text: str) -> str:
    """Return what was typed without NUL, which no database takes, and without blanks around it."""
    return text.replace("\x00", "\ufffd").replace("\r\n", "\n").strip()


def own_words(event: Event, issue: Issue | None) -> str:
    """Return what the person wrote themselves: of details neither the labels of the form nor the answers chosen."""
    details = event.facts.get("details")
    if event.kind is not EventKind.DETAILED or not isinstance(details, dict) or issue is None:
        return event.text
    written = [one.name for one in issue.fields if one.kind in (FieldKind.LINE, FieldKind.LONG)]
    return "\n".join(str(details[name]) for name in written if name in details) or event.text


def turns(events: Iterable[Event]) -> tuple[Turn, ...]:
    """Return what was said before, for the bot: people's words and its own, the last few."""
    found = [
        Turn(Speaker.PERSON if one.voice is Voice.PERSON else Speaker.BOT, one.text)
        for one in events
        if one.kind in (EventKind.SAID, EventKind.DETAILED, EventKind.ANSWERED) and one.text
    ]
    return tuple(found[-TURNS:])


def transcript(events: Iterable[Event], lang: Lang) -> str:
    """Return the conversation as text for people: time, who, and what was said."""
    said = (one for one in events if one.text and one.kind is not EventKind.AGREED)
    return "\n\n".join(
        f"[{one.at:%Y-%m-%d %H:%M} UTC] {NAMES[one.voice].in_(lang)}\n{one.text}" for one in said
    )


NAMES = {
    Voice.PERSON: Text("Person", "お客様"),
    Voice.BOT: Text("AI assistant", "AI アシスタント"),
    Voice.TEAM: Text("Support team", "サポートチーム"),
    Voice.DESK: Text("Support desk (automatic)", "サポート窓口（自動）"),
}
