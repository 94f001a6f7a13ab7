"""The optional third look: found by meaning where an endpoint is set, and never missed where it fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from sekisho.support.search import endpoint
from sekisho.support.search.actions import embed
from sekisho.support.search.models import Vector
from sekisho.support.search.queries import search
from sekisho.support.types import Actor
from tests.support.help.makers import publish


class Endpoint(ThreadingHTTPServer):
    """Knows one meaning: what is about sea animals stands apart from everything else."""

    asked: int = 0
    answer: bytes | None = None

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        self.server.asked += 1
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        data = [
            {"index": at, "embedding": [1.0, 0.0] if "walrus" in text or "qqq" in text else [0.0, 1.0]}
            for at, text in enumerate(body["input"])
        ]
        answer = json.dumps({"data": data}).encode() if self.server.answer is None else self.server.answer
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    with Endpoint() as made:
        Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv("SEKISHO_SUPPORT_EMBEDDINGS_URL", f"http://127.0.0.1:{made.server_port}/v1")
        monkeypatch.setenv("SEKISHO_SUPPORT_EMBEDDINGS_MODEL", "sea")
        endpoint.wake()
        publish("animals", title="On walrus", body="About the walrus.\n")
        publish("plants", title="Moss", body="It grows in shade.\n")
        yield made
        made.shutdown()
    endpoint.wake()


def found() -> list[str]:
    return [hit.slug for hit in search("qqq", Actor(), "en")]


def test_what_shares_no_word_is_found_by_meaning(server: Endpoint) -> None:
    assert found() == []
    assert embed() == 2
    assert found()[0] == "animals"
    assert embed() == 0


@pytest.mark.parametrize(
    "answer",
    [b"", b"{}", b'{"data": [{"index": 0, "embedding": []}]}', b'{"data": [{"index": 0, "embedding": "x"}]}'],
)
def test_an_endpoint_that_fails_is_left_alone_and_search_answers(server: Endpoint, answer: bytes) -> None:
    embed()
    server.answer, asked = answer, server.asked
    assert [hit.slug for hit in search("walrus", Actor(), "en")] == ["animals"]
    assert [hit.slug for hit in search("walrus", Actor(), "en")] == ["animals"]
    assert server.asked == asked + 1


def test_a_failure_while_articles_are_read_costs_nothing(server: Endpoint) -> None:
    server.answer = b"no"
    assert embed() == 0
    assert not Vector.objects.exists()


def test_without_an_endpoint_nothing_is_asked(server: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_SUPPORT_EMBEDDINGS_URL", "")
    assert (embed(), found(), server.asked) == (0, [], 0)
