"""A development twin of Vault: its Transit engine and AppRole login over HTTP, as far as `transit` uses them. Not for
production: its keys live in memory and end with it.

python -m sekisho.records.keystore.fake_vault [--port 8200]
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TOKEN, ROLE_ID, SECRET_ID = "fake-token", "fake-role", "fake-secret"
_ROUTE = re.compile(r"/v1/transit/(keys|encrypt|decrypt|rewrap)/([\w-]+)(/rotate)?")


@dataclass(slots=True)
class Transit:
    """Named keys, each with its versions, oldest first."""

    keys: dict[str, list[bytes]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    """What was asked, in order, for tests."""

    def versions(self, name: str) -> list[bytes]:
        return self.keys.setdefault(name, [os.urandom(32)])

    def rotate(self, name: str) -> None:
        self.versions(name).append(os.urandom(32))

    def encrypt(self, name: str, plain: bytes) -> str:
        nonce, versions = os.urandom(12), self.versions(name)
        sealed = nonce + AESGCM(versions[-1]).encrypt(nonce, plain, None)
        return f"vault:v{len(versions)}:{base64.b64encode(sealed).decode()}"

    def decrypt(self, name: str, ciphertext: str) -> bytes:
        """Raises `ValueError` for what is none of its ciphertexts, as for a version that is gone."""
        word, version, data = ciphertext.split(":")
        number, sealed = int(version.removeprefix("v")), base64.b64decode(data)
        versions = self.versions(name)
        if word != "vault" or not 0 < number <= len(versions) or not versions[number - 1]:
            raise ValueError("no such version")
        try:
            return AESGCM(versions[number - 1]).decrypt(sealed[:12], sealed[12:], None)
        except InvalidTag:
            raise ValueError("cipher: message authentication failed") from None


class FakeVault(ThreadingHTTPServer):
    """Serve a fresh Transit engine on this port of the machine itself; 0 takes a free one."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.transit = Transit()
        self.tokens = {TOKEN}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: FakeVault

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}"))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what is asked for are keys."""

    def _answer(self, body: Mapping[str, Any] | None) -> None:
        if self.path == "/v1/auth/approle/login" and body is not None:
            return self._log_in(body)
        if self.headers["X-Vault-Token"] not in self.server.tokens:
            return self._say(403, {"errors": ["permission denied"]})
        if not (route := _ROUTE.fullmatch(self.path)):
            return self._say(404, {"errors": []})
        what, name, rotates = route.groups()
        self.server.transit.calls.append(f"{what}{rotates or ''}")
        if what == "keys":
            return self._key(name, bool(rotates))
        work: dict[str, Callable[[Mapping[str, str]], dict[str, str]]] = {
            "encrypt": lambda item: self._encrypt(name, base64.b64decode(item["plaintext"])),
            "decrypt": lambda item: {
                "plaintext": base64.b64encode(self.server.transit.decrypt(name, item["ciphertext"])).decode()
            },
            "rewrap": lambda item: self._encrypt(name, self.server.transit.decrypt(name, item["ciphertext"])),
        }
        results = [_tried(work[what], item) for item in (body or {})["batch_input"]]
        return self._say(200, {"data": {"batch_results": results}})

    def _encrypt(self, name: str, plain: bytes) -> dict[str, str]:
        return {"ciphertext": self.server.transit.encrypt(name, plain)}

    def _key(self, name: str, rotates: bool) -> None:
        if rotates:
            self.server.transit.rotate(name)
        self._say(200, {"data": {"name": name, "latest_version": len(self.server.transit.versions(name))}})

    def _log_in(self, body: Mapping[str, str]) -> None:
        if (body.get("role_id"), body.get("secret_id")) != (ROLE_ID, SECRET_ID):
            return self._say(400, {"errors": ["invalid role or secret ID"]})
        token = f"fake-{base64.urlsafe_b64encode(os.urandom(9)).decode()}"
        self.server.tokens.add(token)
        return self._say(200, {"auth": {"client_token": token, "lease_duration": 3600}})

    def _say(self, status: int, answer: Mapping[str, object]) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _tried(work: Callable[[Mapping[str, str]], dict[str, str]], item: Mapping[str, str]) -> dict[str, str]:
    try:
        return work(item)
    except ValueError as problem:
        return {"error": str(problem)}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--port", type=int, default=8200)
    with FakeVault(arguments.parse_args().port) as vault:
        print(f"SEKISHO_VAULT_ADDR={vault.url} SEKISHO_VAULT_TOKEN={TOKEN}", flush=True)
        vault.serve_forever()


if __name__ == "__main__":
    main()
