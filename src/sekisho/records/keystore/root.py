"""The root: what wraps the keys of subjects, and is kept elsewhere than they are.

A root is a key of 32 bytes from the setting `root_key` or a file in the data folder, or a key that Vault holds and
never gives away (`transit`). Every wrapped row says under which root it is, so that a new one can take over while all
goes on (`rotation`): what is new is wrapped by the current root, and what is old is opened by the one it names.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from sekisho.base import settings
from sekisho.base.errors import SekishoError
from sekisho.base.secrets import kept_secret
from sekisho.base.text import Text
from sekisho.records.keystore.transit import vault_root
from sekisho.records.keystore.types import Root, Secret, Wrapped
from sekisho.records.keystore.wrapping import KEY_BYTES, UnreadableError, decrypt, encrypt, fresh_key


class LocalRoot:
    """Keys that this machine holds: the first wraps, all of them unwrap."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = {local_name(key): key for key in keys}
        self._first = local_name(keys[0])

    def current(self) -> str:
        return self._first

    def wrap(self, secrets: Sequence[Secret]) -> list[Wrapped]:
        key = self._keys[self._first]
        return [Wrapped(encrypt(key, one.plain, one.purpose), self._first, one.purpose) for one in secrets]

    def unwrap(self, wrapped: Sequence[Wrapped]) -> list[bytes]:
        return [self._open(one) for one in wrapped]

    def rewrap(self, wrapped: Sequence[Wrapped]) -> list[Wrapped]:
        opened = self.unwrap(wrapped)
        return self.wrap([Secret(plain, one.purpose) for plain, one in zip(opened, wrapped, strict=True)])

    def _open(self, one: Wrapped) -> bytes:
        if key := self._keys.get(one.root):
            return decrypt(key, one.data, one.purpose)
        for key in () if one.root else self._keys.values():  # rows from before roots had names
            try:
                return decrypt(key, one.data, one.purpose)
            except UnreadableError:
                continue
        raise UnreadableError(f"The root key {one.root or '(unnamed)'} is not among those given.")


def root() -> Root:
    """Return what wraps new keys: Vault where its address is set, else the local key.

    Raises `SekishoError` when the local key is not Base64 of 32 bytes.
    """
    return vault_root() if settings.text("vault_addr") else LocalRoot(local_keys())


def unwrap(wrapped: Sequence[Wrapped]) -> list[bytes]:
    """Return what was wrapped, by whichever root each names, in its order."""
    by_vault = [one for one in wrapped if one.root.startswith("vault:")]
    local = [one for one in wrapped if not one.root.startswith("vault:")]
    opened = dict(zip(map(id, by_vault), vault_root().unwrap(by_vault) if by_vault else (), strict=True))
    opened |= zip(map(id, local), LocalRoot(local_keys()).unwrap(local) if local else (), strict=True)
    return [opened[id(one)] for one in wrapped]


def unwrap_one(data: bytes, root: str, purpose: str) -> bytes:
    return unwrap([Wrapped(data, root, purpose)])[0]


def rewrap(wrapped: Sequence[Wrapped]) -> list[Wrapped]:
    """Return the same secrets under the current root. What Vault wrapped and is to wrap again never leaves it."""
    now = root()
    if settings.text("vault_addr") and all(one.root.startswith("vault:") for one in wrapped):
        return now.rewrap(wrapped)
    opened = unwrap(wrapped)
    return now.wrap([Secret(plain, one.purpose) for plain, one in zip(opened, wrapped, strict=True)])


def root_key() -> bytes:
    """Return the local root key that wraps now."""
    return local_keys()[0]


def local_keys() -> tuple[bytes, ...]:
    """Return the local keys, the one that wraps first. Made with mode 0600 on first use when no setting gives any.

    Read anew each time: a key that was put before the others wraps from then on, without a restart.
    """
    return _parsed(settings.text("root_key") or kept_secret(root_file(), new_local_key))


def root_file() -> Path:
    return settings.folder("data_dir") / "root_key"


def new_local_key() -> str:
    """Return a fresh root key as it is written down."""
    return base64.b64encode(fresh_key()).decode()


def local_name(key: bytes) -> str:
    """Return the name of a local key, from which nothing can be learned about it."""
    return f"local:{hashlib.sha256(b'sekisho root key ' + key).hexdigest()[:16]}"


@cache
def _parsed(words: str) -> tuple[bytes, ...]:
    keys = tuple(map(_key, words.split()))
    if keys and all(len(key) == KEY_BYTES for key in keys):
        return keys
    raise SekishoError(
        "root_key_unreadable",
        Text(
            "The root key is not Base64 of 32 bytes. Make one with `openssl rand -base64 32`.",
            "ルートキーが 32 バイトの Base64 ではありません。`openssl rand -base64 32` で作成してください。",
        ),
    )


def _key(word: str) -> bytes:
    try:
        return base64.b64decode(word, validate=True)
    except binascii.Error:
        return b""
