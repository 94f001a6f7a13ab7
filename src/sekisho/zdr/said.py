"""One request and its answer, with a canary in every field of them and in every form."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sekisho.gateway.fake.scripts import Answer, Trouble
from sekisho.zdr.canaries import canary, escaped, quoted

KEY, HIGH_RISK_KEY = f"sk-{canary()}", f"sk-{canary()}"
"""Credentials are canaries too: they are nowhere to be found either (R-DATA-262)."""


@dataclass(slots=True)
class Said:
    """One request, with all canaries in it and in its answer."""

    road: str
    canaries: dict[str, str] = field(default_factory=dict)
    """Where each of them stands, by canary."""
    path: str = "/v1/messages"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    answer: Answer | Trouble = field(default_factory=Answer)

    def word(self, place: str) -> str:
        """Return a new canary for this place."""
        made = canary()
        self.canaries[made] = place
        return made


def messages(
    told: Said, *, stream: bool = False, ask: str = "", model: str = "claude-zdr", key: str = KEY
) -> None:
    """A conversation on the Messages wire with a canary in every field that it has."""
    tool = f"t_{told.word('tool name')}"
    wire_escaped = told.word("user, JSON-escaped")
    document = base64.b64encode(told.word("document, UTF-16").encode("utf-16-le")).decode()
    body: dict[str, Any] = {
        "model": model,
        "max_tokens": 256,
        "stream": stream,
        "system": f"Be brief. {told.word('system')}",
        "metadata": {"user_id": told.word("end user")},
        "tools": [
            {"name": tool, "description": told.word("tool description"), "input_schema": {"type": "object"}}
        ],
        "messages": [
            {"role": "user", "content": f"Hello {told.word('earlier user')}"},
            {
                "role": "assistant",
                "content": [
                    {"type": "text", "text": f"One moment {told.word('earlier answer')}"},
                    {"type": "tool_use", "id": "t1", "name": tool, "input": {"q": told.word("tool input")}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "t1", "content": told.word("tool result")},
                    {
                        "type": "document",
                        "title": f"{told.word('file name')}.txt",
                        "source": {"type": "base64", "media_type": "text/plain", "data": document},
                    },
                    {"type": "text", "text": _in_all_spellings(told, ask, wire_escaped)},
                ],
            },
        ],
    }
    raw = msgspec.json.encode(body)
    told.body = raw.replace(wire_escaped.encode(), escaped(wire_escaped).encode())
    told.headers = _headers(told, key) | {"anthropic-version": "2023-06-01"}
    told.path = f"/v1/messages?beta={told.word('address')}"


def _in_all_spellings(told: Said, ask: str, wire_escaped: str) -> str:
    """What a user says, with a canary in each spelling in which text is passed on."""
    text = [f"[zdr:{told.word('user')}] {ask}", wire_escaped, quoted(told.word("user, URL-encoded"))]
    text += [told.word("user, hexadecimal").encode().hex()]
    for offset in range(3):
        word = told.word(f"user, base64 at offset {offset}")
        text.append(base64.b64encode(b"." * offset + word.encode()).decode())
    return " ".join(text)


def openai(told: Said, path: str, *, stream: bool = False) -> None:
    """The same on an OpenAI wire."""
    plain = told.word("user")
    messages = [
        {"role": "system", "content": told.word("system")},
        {"role": "user", "content": f"[zdr:{plain}] Hello"},
    ]
    name = "input" if path == "/v1/responses" else "messages"
    body = {"model": "gpt-zdr", "stream": stream, name: messages, "user": told.word("end user")}
    told.path, told.body = path, msgspec.json.encode(body)
    told.headers = _headers(told, KEY)


def _headers(told: Said, key: str) -> dict[str, str]:
    return {
        "x-api-key": key,
        "content-type": "application/json",
        "user-agent": told.word("user agent"),
        "x-note": told.word("header"),
        "x-claude-code-session-id": told.word("session"),
    }


def answered(told: Said, **how: Any) -> Answer:
    """An answer that begins with a canary, so that its pieces are known."""
    return Answer(text=f"{told.word('answer')} is what you asked for.", **how)
