"""Be told by a webhook when a held answer was decided, make sure that it was Sekisho who called, and fetch the answer.

    WEBHOOK_SECRET=whsec_… ANTHROPIC_BASE_URL=https://gate.example.com ANTHROPIC_API_KEY=sk-sekisho-… \\
        python webhook_receiver.py --port 8443

Put it behind your own HTTPS. Only Python's standard library is used.
"""

import argparse
import base64
import hmac
import json
import os
import time
import urllib.request
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SEEN: set[str] = set()
"""Ids that were dealt with. Keep them where all your processes look, for as long as messages are sent again."""


def is_authentic(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether Sekisho signed these very bytes within the last five minutes (standardwebhooks.com)."""
    message, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not stamp.isascii() or not stamp.isdigit() or abs(time.time() - int(stamp)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.digest(key, f"{message}.{stamp}.".encode() + body, "sha256")).decode()
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(f"v1,{wanted}".encode(), one.encode()) for one in given)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if not is_authentic(os.environ["WEBHOOK_SECRET"], self.headers, body):
            return self.answer(401)
        if (message := self.headers["webhook-id"]) not in SEEN:
            deal_with(json.loads(body))
            SEEN.add(message)  # after the deed: should it fail, the message comes again
        self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()


def deal_with(event: dict) -> None:
    """A webhook tells that something happened; the answer itself is fetched, with your key."""
    if not event["type"].startswith("review."):
        print(event["type"], flush=True)
        return
    ticket = event["data"]["id"]
    review = fetched(f"{os.environ['ANTHROPIC_BASE_URL']}/v1/reviews/{ticket}")
    print(event["type"], (review["answer"] or {}).get("text", ""), flush=True)


def fetched(url: str) -> dict:
    request = urllib.request.Request(url, headers={"x-api-key": os.environ["ANTHROPIC_API_KEY"]})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8443)
    server = ThreadingHTTPServer(("127.0.0.1", parser.parse_args().port), Receiver)
    print(f"Waiting on port {server.server_address[1]}", flush=True)
    server.serve_forever()
