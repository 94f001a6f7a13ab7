"""Zero retention on the wires: the provider keeps nothing, and is not asked for what it kept (R-DATA-134, R-DATA-264).

The one change that the gate ever makes to a request: `store` becomes `false`. It is spliced into exactly that value,
or put before the first field where the wire's default is to store; every other byte stays as it came (R-DATA-260).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from sekisho.base.text import Text
from sekisho.gateway.admit import may_serve
from sekisho.gateway.dialects.json import decode
from sekisho.gateway.errors import BadRequestError, GateError, Kind
from sekisho.gateway.types import Endpoint, Principal, Request
from sekisho.link.snapshot import Route

STORES_UNASKED = frozenset({Endpoint.RESPONSES})
"""Endpoints that store what is not forbidden to be stored. Source: the public reference of the Responses API."""
_STORE = re.compile(rb'"store"[ \t\r\n]*:[ \t\r\n]*(true|null)')
_KEPT = (b'"file_id"', b'"container"')
_HOLDERS = frozenset({"source", "file"})
_FILE_BLOCKS = frozenset({"file", "input_file", "input_image", "container_upload"})
"""Where the wires refer to files. Source: the public references of Messages, Chat Completions and Responses."""
_CALLS = frozenset({"tool_use", "server_tool_use", "mcp_tool_use"})
_SAID_BY_MODELS = frozenset({"input"})
MOST_PLACES = 64
"""Places that look like the field (in tool schemas, in nested data) which are tried."""


def without_storing(request: Request, principal: Principal) -> Request:
    """Return the request as it may be forwarded: under zero retention, with `store` forced to `false`.

    Raises `GateError` where it goes on from a state that the provider keeps: there must be none.
    """
    if not principal.zero_retention:
        return request
    if request.provider_state:
        message = _STATEFUL.format(field=request.provider_state)
        raise GateError(Kind.INVALID_REQUEST, "stateful_under_zero_retention", message)
    if field := _kept_by_provider(request.body):
        raise GateError(Kind.INVALID_REQUEST, "stateful_under_zero_retention", _FILES.format(field=field))
    if request.stores is False or (request.stores is None and request.endpoint not in STORES_UNASKED):
        return request
    return replace(request, body=_storing_nothing(request.body))


def _kept_by_provider(body: bytes) -> str:
    """The field by which a request refers to a file or a container that the provider keeps; empty where there is none.

    What models and tools say is not looked at: there such a word refers to nothing of the provider's.
    """
    if b"\\u" not in body and not any(name in body for name in _KEPT):  # names can be written with escapes
        return ""
    told = decode(body)
    return "container" if told.get("container") else _file_in(told)


def _file_in(told: Mapping[str, Any]) -> str:
    waiting: list[tuple[str, Any]] = list(told.items())
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, list):
            waiting += [(key, each) for each in value]
        elif isinstance(value, dict):
            if isinstance(value.get("file_id"), str) and (
                key in _HOLDERS or value.get("type") in _FILE_BLOCKS
            ):
                return "file_id"
            hidden = _SAID_BY_MODELS if value.get("type") in _CALLS else frozenset()
            waiting += [(name, each) for name, each in value.items() if name not in hidden]
    return ""


def _storing_nothing(body: bytes) -> bytes:
    """The body with `store: false`, checked to say nothing else than before."""
    told = decode(body)
    if "store" not in told:
        at = body.index(b"{") + 1
        return body[:at] + b'"store":false' + (b"," if told else b"") + body[at:]
    told["store"] = False
    for at, place in enumerate(_STORE.finditer(body)):
        if at >= MOST_PLACES:
            break
        changed = body[: place.start(1)] + b"false" + body[place.end(1) :]
        if decode(changed) == told:
            return changed
    raise BadRequestError("store_under_zero_retention", _STORES, path="store")


def listed(body: bytes, route: Route) -> bytes:
    """Return a provider's list of models without those that the route does not take under zero retention (R-DATA-135).
    What is no such list stays as it is."""
    try:
        told = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return body
    models = told.get("data") if isinstance(told, dict) else None
    if not isinstance(models, list):
        return body
    left = [one for one in models if isinstance(one, dict) and may_serve(route, str(one.get("id", "")))]
    told["data"] = left
    for name, at in (("first_id", 0), ("last_id", -1)):
        if name in told:
            told[name] = left[at].get("id") if left else None
    return msgspec.json.encode(told)


_STATEFUL = Text(
    "{field}: zero data retention is in force, so the provider keeps no conversation to go on from. "
    "Send the whole history as input.",
    "{field}: ゼロデータ保持が適用されているため、提供元に会話は残りません。"
    "履歴をすべて input に含めてお送りください。",
)
_FILES = Text(
    "{field}: zero data retention is in force, so nothing is used that the provider keeps. Send the content itself.",
    "{field}: ゼロデータ保持が適用されているため、提供元に保存されたものは使えません。内容そのものをお送りください。",
)
_STORES = Text(
    "store: zero data retention is in force. Send store: false.",
    "store: ゼロデータ保持が適用されています。store: false を指定してお送りください。",
)
