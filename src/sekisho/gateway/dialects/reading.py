"""What the readers of every dialect share: asking for a type, and gathering pieces within bounds."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any, cast

from sekisho.detection.types import Role
from sekisho.gateway.dialects.json import Path, malformed, readable
from sekisho.gateway.errors import BadRequestError
from sekisho.gateway.types import PASSED, Cut, Offer, Piece

MAX_PIECES = 50_000
"""Blocks that one request may have, over all messages. Half the Messages API's own limit of 100,000
messages."""

ROLE_OF_SPEAKER = {
    "system": Role.PROMPT,
    "user": Role.PROMPT,
    "assistant": Role.OUTPUT,
    "tool": Role.TOOL_RESULT,
}


class Pieces:
    """The blocks of one request, gathered in the order of the conversation."""

    def __init__(self) -> None:
        self.found: list[Piece] = []
        self.begins: list[int] = []
        """Where in `found` each message begins."""
        self._most = MAX_PIECES

    def add(self, speaker: str, kind: str, text: str, role: Role | None = None, media: str = "") -> None:
        self.add_piece(Piece(speaker, kind, text, role or ROLE_OF_SPEAKER[speaker], media))

    def add_piece(self, piece: Piece) -> None:
        if len(self.found) >= self._most:
            raise malformed(
                (),
                f"The request has more than {MAX_PIECES} blocks. Send fewer.",
                f"リクエストのブロック数が {MAX_PIECES} を超えています。数を減らしてください。",
            )
        self.found.append(piece)

    def begin(self) -> None:
        """Take note that what follows is of the next message."""
        self.begins.append(len(self.found))

    def pass_over(self, cut: Cut) -> None:
        """Put what stands for messages that are not read; their blocks count as they would."""
        self._most -= cut.pieces - 1
        self.add_piece(PASSED)

    def add_media(self, speaker: str, kind: str, media: str, role: Role | None = None) -> None:
        """Add what no detector reads. It is declared, never passed as clean."""
        self.add(speaker, kind, "", role, media)

    def add_unknown(self, speaker: str, kind: str, value: object, role: Role | None = None) -> None:
        """Add a block of a kind we do not know: what strings it has are read, and it is declared
        unscreened."""
        self.add(speaker, kind, readable(value), role, media=kind)

    def add_fields(
        self,
        body: Mapping[str, Any],
        known: Set[str],
        speaker: str = "system",
        role: Role | None = None,
    ) -> None:
        """Add what fields that we do not know say: they pass untouched, and words in them are read all the
        same."""
        if body.keys() <= known:  # as in nearly every message
            return
        for key, value in body.items():
            if key not in known and isinstance(value, str | dict | list) and (text := readable(value)):
                self.add(speaker, key, text, role)


def text_at(value: object, path: Path) -> str:
    if isinstance(value, str):
        return value
    raise wrong_type(path, "a string", "文字列")


def object_at(value: object, path: Path) -> dict[str, Any]:
    if isinstance(value, dict):
        return cast("dict[str, Any]", value)
    raise wrong_type(path, "an object", "オブジェクト")


def list_at(value: object, path: Path) -> list[Any]:
    if isinstance(value, list):
        return value
    raise wrong_type(path, "a list", "配列")


def flag_at(body: Mapping[str, Any], key: str) -> bool:
    value = body.get(key)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise wrong_type((key,), "true or false", "true または false")


def stores(body: Mapping[str, Any]) -> bool | None:
    """Return what `store` says, None when it says nothing."""
    return None if body.get("store") is None else flag_at(body, "store")


def model_of(body: Mapping[str, Any]) -> str:
    """Return the model's id, which every endpoint needs."""
    if model := text_at(body.get("model"), ("model",)):
        return model
    raise wrong_type(("model",), "the id of a model", "モデルの ID")


def offers(body: Mapping[str, Any]) -> tuple[Offer, ...]:
    """Return the tools that a request offers, whatever its wire: the client's own, the provider's, and connectors'."""
    tools = [
        tool
        for field in ("tools", "functions", "mcp_servers")
        for tool in list_at(body.get(field) or [], (field,))
    ]
    if body.get("web_search_options") is not None:
        tools.append({"type": "web_search"})
    return tuple(map(_offer, tools)) if tools else ()


def _offer(tool: object) -> Offer:
    if not isinstance(tool, dict):
        return Offer("")
    inner = next((tool[key] for key in ("function", "custom") if isinstance(tool.get(key), dict)), tool)
    name = inner.get("name") or tool.get("server_label") or tool.get("type") or ""
    return Offer(str(name), str(tool.get("server_url") or tool.get("url") or ""), tool)


def wrong_type(path: Path, en: str, ja: str) -> BadRequestError:
    return malformed(path, f"This must be {en}.", f"ここは{ja}にしてください。")
