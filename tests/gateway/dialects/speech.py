"""Everything the gate itself can say on a wire, by name: what the golden files hold and what the SDKs must parse."""

from __future__ import annotations

from dataclasses import replace

from sekisho.base.text import Lang
from sekisho.gateway.dialects import adapter_for
from sekisho.gateway.errors import Kind
from sekisho.gateway.screen import StreamScreen
from sekisho.gateway.types import Endpoint, Notice
from sekisho.policy.types import Action
from tests.gateway.screen import world
from tests.gateway.screen.streams import stream

ENDPOINTS = {
    "messages": Endpoint.MESSAGES,
    "chat": Endpoint.CHAT_COMPLETIONS,
    "responses": Endpoint.RESPONSES,
}
LANGS: tuple[Lang, ...] = ("en", "ja")
SAID = {"en": "All quiet, and then forbidden things.", "ja": "はじめは静かで、それから禁止された話。"}
HELD = {"en": "It will be reviewed by a person.", "ja": "これは reviewed のはず。"}
QUIET = "A quiet text that breaks off"
MASKED = {"en": "The secret is out.", "ja": "その秘密は明かされた。"}


def notice(action: Action, language: Lang) -> Notice:
    clause, review = ("advice", "rev_1") if action is Action.HOLD else ("weapons", "")
    return world.case(language=language).notices.notice(action, clause, "dec_1", review)


def screened(endpoint: Endpoint, language: Lang, text: str, *, breaks: bool = False) -> bytes:
    """What a client gets of a stream that says `text`."""
    screen = StreamScreen(world.SmallDetectors(), world.request(endpoint), world.case(language=language))
    data = stream(endpoint, [("thinking", ["hm"]), ("text", [text])])
    out = screen.feed(data[: data.index(text.encode()) + len(text.encode()) + 90] if breaks else data)
    return out + (screen.broken() if breaks else screen.finish())


def speech(wire: str, language: Lang) -> dict[str, bytes]:
    """The bytes of each form, by name; `.json` for bodies, `.sse` for streams."""
    endpoint = ENDPOINTS[wire]
    adapter = adapter_for(endpoint)
    asked = replace(world.request(endpoint), streamed=False)
    refused, held = notice(Action.BLOCK, language), notice(Action.HOLD, language)
    error = world.case(language=language).notices
    return {
        "refusal.json": adapter.blocked(asked, refused),
        "refusal.sse": adapter.blocked_stream(asked, refused),
        "ticket.json": adapter.ticket(asked, held),
        "ticket.sse": adapter.ticket_stream(asked, held),
        "cut.sse": screened(endpoint, language, SAID[language]),
        "held_midway.sse": screened(endpoint, language, HELD[language]),
        "masked.sse": screened(endpoint, language, MASKED[language]),
        "broken.sse": screened(endpoint, language, QUIET, breaks=True),
        "error.sse": adapter.stream().error(Kind.OVERLOADED, "Busy.", error.request_id),
    }
