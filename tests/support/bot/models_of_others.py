"""Models that speak as OpenAI's do, on loopback: one that answers, one that is slow, one that breaks, a hostile one.

Each says what its script says, one answer after the other, streamed in pieces; the last is said for ever.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

PIECE = 24
"""Characters in one event."""


@dataclass(frozen=True, slots=True)
class Unended:
    """Words after which nothing more is said."""

    text: str


Line = str | int | bytes | Unended | None
"""Texts are streamed; a number is the status of a refusal; bytes are sent as they are; None says nothing."""


class Model(ThreadingHTTPServer):
    """A model on loopback, what it says, and what it was asked."""

    daemon_threads = True

    def __init__(self, *script: Line) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = list(script)
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.incognito: list[str] = []
        self.over = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def next(self) -> Line:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


class _Handler(BaseHTTPRequestHandler):
    server: Model

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(json.loads(body))
        self.server.keys.append(self.headers.get("Authorization", ""))
        self.server.incognito.append(self.headers.get("x-sekisho-incognito", ""))
        said = self.server.next()
        if isinstance(said, int):
            self.send_response(said)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        if isinstance(said, Unended):
            self.wfile.write(b"".join(pieces(said.text)))
        if said is None or isinstance(said, Unended):
            self.wfile.flush()
            self.server.over.wait()
            return
        self.wfile.write(said if isinstance(said, bytes) else b"".join(events(said)))

    def log_message(self, *_: object) -> None:
        pass


def events(text: str, finish: str = "stop") -> Iterator[bytes]:
    """Yield the events of a stream that says the text."""
    yield from pieces(text)
    yield _event({}, finish)
    yield b"data: [DONE]\n\n"


def pieces(text: str) -> Iterator[bytes]:
    """Yield the events that say the text, without an end."""
    for at in range(0, len(text), PIECE):
        yield _event({"content": text[at : at + PIECE]}, None)


def _event(delta: dict[str, str], finish: str | None) -> bytes:
    event = {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
    return f"data: {json.dumps(event)}\n\n".encode()


def form(kind: str = "answer", text: str = "", *citations: str, **others: object) -> str:
    """Return an answer in the one form that is understood."""
    head = {"kind": kind, "citations": list(citations), "issue_id": "", "template": None, **others}
    return json.dumps({**head, "text": text}, ensure_ascii=False)


@contextmanager
def speaking(*script: Line) -> Iterator[Model]:
    """Run a model."""
    with Model(*script) as model:
        Thread(target=model.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield model
        finally:
            model.over.set()
            model.shutdown()
