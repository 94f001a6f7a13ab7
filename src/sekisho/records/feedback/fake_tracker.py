"""A tracker to develop against: opens issues as GitHub's API does, and keeps them in memory.

    python -m sekisho.records.feedback.fake_tracker

Set `SEKISHO_TRACKER_URL` to the address that it prints, `SEKISHO_TRACKER_PRIVATE=1`, any repository, and the token
`fake`.
"""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

TOKEN = "fake"  # noqa: S105  (opens nothing)


class FakeTracker:
    """Listens on a port of this machine while it is entered."""

    def __init__(self, port: int = 0, *, status: int = 201) -> None:
        self.issues: list[dict[str, str]] = []
        self.status = status
        """What it answers to a well-formed request; another than 201 files nothing."""
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> FakeTracker:
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(tracker: FakeTracker) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
            if self.headers.get("authorization") != f"Bearer {TOKEN}":
                return self._answer(401, {"message": "Bad credentials"})
            if tracker.status != 201:
                return self._answer(tracker.status, {"message": "Not now"})
            tracker.issues.append({"path": self.path, **sent})
            number = len(tracker.issues)
            page = f"{tracker.url}{self.path.removeprefix('/repos')}/{number}"
            return self._answer(201, {"number": number, "html_url": page})

        def _answer(self, status: int, said: dict[str, object]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: what people typed has no place in logs."""

    return Handler


if __name__ == "__main__":
    with FakeTracker(8099) as made:
        print(made.url)
        Event().wait()
