"""The root key: 32 bytes that wrap everything, from the setting `root_key` or a file in the data folder."""

from __future__ import annotations

import base64
import binascii
from functools import cache

from sekisho.base import settings
from sekisho.base.errors import SekishoError
from sekisho.base.secrets import kept_secret
from sekisho.base.text import Text
from sekisho.records.keystore.wrapping import KEY_BYTES, fresh_key


def root_key() -> bytes:
    """Return the root key. Made with mode 0600 on first use when no setting gives it.

    Raises `SekishoError` when the setting is not Base64 of 32 bytes.
    """
    path = settings.folder("data_dir") / "root_key"
    return _parsed(
        settings.text("root_key") or kept_secret(path, lambda: base64.b64encode(fresh_key()).decode())
    )


@cache
def _parsed(words: str) -> bytes:
    try:
        key = base64.b64decode(words, validate=True)
    except binascii.Error:
        key = b""
    if len(key) == KEY_BYTES:
        return key
    raise SekishoError(
        "root_key_unreadable",
        Text(
            "The root key is not Base64 of 32 bytes. Make one with `openssl rand -base64 32`.",
            "ルートキーが 32 バイトの Base64 ではありません。`openssl rand -base64 32` で作成してください。",
        ),
    )
