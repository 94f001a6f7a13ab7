"""A root that never leaves Vault: its Transit engine wraps and unwraps the keys of subjects (OpenBao speaks the same).

Only keys go there, 32 bytes each and many in one call; content never does. What a key is for is bound to it by a digest
that is wrapped together with it. Transit's own associated data would say the same, but `rewrap` does not take it
(hashicorp/vault#29532), and re-wrapping inside Vault is how a rotation shows no key to anybody.

What was unwrapped is remembered for a bounded time (setting `vault_cache_s`), by the wrapped bytes: a row that was
destroyed is not asked for any more. Source: Vault HTTP API, "Transit secrets engine" and "AppRole auth method".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Lock
from typing import Any
from urllib.parse import quote, urlsplit

from sekisho.base import settings
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.records.keystore.types import Secret, Wrapped
from sekisho.records.keystore.wrapping import UnreadableError

ITEMS_A_CALL = 250
CACHED_KEYS = 20_000
"""Unwrapped keys that are remembered at most: about 5 MB."""
_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class Access:
    """Where Vault is, and as whom to go there."""

    addr: str
    mount: str
    key: str
    token: str = field(default="", repr=False)
    role_id: str = ""
    secret_id: str = field(default="", repr=False)
    ca: str = ""
    timeout_s: float = 5.0
    cache_s: float = 60.0


class VaultRoot:
    """A Transit key. Safe for several threads."""

    def __init__(self, access: Access, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._access = access
        self._monotonic = monotonic
        self._known: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()
        self._lock = Lock()
        self._token = access.token

    def current(self) -> str:
        found = self._ask("GET", f"{self._access.mount}/keys/{quote(self._access.key, safe='')}")
        return self._named(f"vault:v{found['data']['latest_version']}:")

    def rotate(self) -> str:
        """Make a new version, which wraps from now on, and return its name."""
        self._ask("POST", f"{self._access.mount}/keys/{quote(self._access.key, safe='')}/rotate", {})
        return self.current()

    def wrap(self, secrets: Sequence[Secret]) -> list[Wrapped]:
        items = [{"plaintext": _text(_digest(one.purpose) + one.plain)} for one in secrets]
        return self._wrapped(self._batch("encrypt", items), [one.purpose for one in secrets])

    def unwrap(self, wrapped: Sequence[Wrapped]) -> list[bytes]:
        found = [self._remembered(one) for one in wrapped]
        missing = [one for one, known in zip(wrapped, found, strict=True) if known is None]
        answers = self._batch("decrypt", [{"ciphertext": one.data.decode("ascii")} for one in missing])
        opened = iter([_opened(one, answer) for one, answer in zip(missing, answers, strict=True)])
        plain = [known if known is not None else next(opened) for known in found]
        for one, secret in zip(wrapped, plain, strict=True):
            self._remember(one, secret)
        return plain

    def rewrap(self, wrapped: Sequence[Wrapped]) -> list[Wrapped]:
        answers = self._batch("rewrap", [{"ciphertext": one.data.decode("ascii")} for one in wrapped])
        return self._wrapped(answers, [one.purpose for one in wrapped])

    def _wrapped(self, answers: Sequence[Mapping[str, Any]], purposes: Sequence[str]) -> list[Wrapped]:
        data = [str(answer["ciphertext"]) for answer in answers]
        return [Wrapped(one.encode(), self._named(one), why) for one, why in zip(data, purposes, strict=True)]

    def _named(self, ciphertext: str) -> str:
        """`vault:v3:…` names the version that wrapped it."""
        return f"vault:{self._access.mount}/{self._access.key}:{ciphertext.split(':')[1]}"

    def _batch(self, what: str, items: Sequence[Mapping[str, str]]) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        path = f"{self._access.mount}/{what}/{quote(self._access.key, safe='')}"
        for at in range(0, len(items), ITEMS_A_CALL):
            answer = self._ask("POST", path, {"batch_input": items[at : at + ITEMS_A_CALL]})
            found += answer["data"]["batch_results"]
        if any("error" in one for one in found) or len(found) != len(items):
            raise UnreadableError(f"Vault cannot {what} this with the key it was named.")
        return found

    def _remembered(self, one: Wrapped) -> bytes | None:
        with self._lock:
            known = self._known.get(_name_of(one))
            return known[1] if known and known[0] > self._monotonic() else None

    def _remember(self, one: Wrapped, secret: bytes) -> None:
        now = self._monotonic()
        with self._lock:
            while self._known and (
                len(self._known) >= CACHED_KEYS or next(iter(self._known.values()))[0] <= now
            ):
                self._known.popitem(last=False)
            self._known.setdefault(_name_of(one), (now + self._access.cache_s, secret))

    def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        """Return Vault's answer. A token that has run out is taken anew, once."""
        status, answer = self._send(method, path, body, self._token or self._log_in())
        if status == 403 and self._access.role_id:
            status, answer = self._send(method, path, body, self._log_in())
        if status != 200 and not (status == 204 and method == "POST"):
            raise SekishoError("vault_refused", _REFUSED.format(status=status, path=path))
        return answer

    def _log_in(self) -> str:
        """Take a token by AppRole, where no token was given."""
        told = {"role_id": self._access.role_id, "secret_id": self._access.secret_id}
        status, answer = self._send("POST", "auth/approle/login", told, "")
        if status != 200:
            raise SekishoError("vault_refused", _REFUSED.format(status=status, path="auth/approle/login"))
        self._token = str(answer["auth"]["client_token"])
        return self._token

    def _send(self, method: str, path: str, body: Mapping[str, object] | None, token: str) -> tuple[int, Any]:
        headers = {"Content-Type": "application/json", "X-Vault-Request": "true"}
        connection = self._connection()
        try:
            sent = json.dumps(body) if body is not None else None
            base = urlsplit(self._access.addr).path.rstrip("/")
            connection.request(
                method, f"{base}/v1/{path}", sent, headers | ({"X-Vault-Token": token} if token else {})
            )
            answer = connection.getresponse()
            data = answer.read()
            return answer.status, json.loads(data) if data and answer.status == 200 else {}
        except (OSError, HTTPException, ValueError) as problem:
            raise SekishoError("vault_unreachable", _SILENT.format(why=type(problem).__name__)) from None
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        where = urlsplit(self._access.addr)
        if where.scheme == "https":
            trusted = ssl.create_default_context(cafile=self._access.ca or None)
            return HTTPSConnection(
                where.hostname or "", where.port, timeout=self._access.timeout_s, context=trusted
            )
        return HTTPConnection(where.hostname or "", where.port, timeout=self._access.timeout_s)


def vault_root() -> VaultRoot:
    """Return the root that the settings name."""
    return _known(
        Access(
            addr=settings.text("vault_addr"),
            mount=settings.text("vault_mount"),
            key=settings.text("vault_key"),
            token=settings.text("vault_token"),
            role_id=settings.text("vault_role_id"),
            secret_id=settings.text("vault_secret_id"),
            ca=settings.text("vault_ca"),
            timeout_s=settings.number("vault_timeout_s"),
            cache_s=settings.number("vault_cache_s"),
        )
    )


_known = cache(VaultRoot)


def _opened(one: Wrapped, answer: Mapping[str, Any]) -> bytes:
    plain = base64.b64decode(answer["plaintext"])
    if not hmac.compare_digest(plain[:_DIGEST_BYTES], _digest(one.purpose)):
        raise UnreadableError("The data was wrapped for another purpose.")
    return plain[_DIGEST_BYTES:]


def _digest(purpose: str) -> bytes:
    return hashlib.sha256(purpose.encode()).digest()


def _name_of(one: Wrapped) -> bytes:
    return hashlib.sha256(_digest(one.purpose) + one.data).digest()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


_REFUSED = Text(
    "Vault answered {status} to `{path}`. Give the token the right `update` on encrypt, decrypt and rewrap of the key, "
    "and check its name and mount.",
    "Vault が `{path}` に {status} を返しました。"
    "この鍵の encrypt・decrypt・rewrap への `update` 権限をトークンに与え、鍵の名前とマウント先を確認してください。",
)
_SILENT = Text(
    "Vault does not answer ({why}). Check SEKISHO_VAULT_ADDR and the network; nothing is lost meanwhile.",
    "Vault から応答がありません（{why}）。SEKISHO_VAULT_ADDR とネットワークを確認してください。"
    "その間もデータは失われません。",
)
