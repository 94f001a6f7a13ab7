"""What the gate refuses, in the shape and with the status that each provider's SDK knows.

A `GateError` says what happened and what to do, in both languages; `Kind` decides the status and the wire's
own error type. Errors *of a provider* are never reworded: they pass verbatim (R-DATA-261), because clients
match on them.

Sources: the public error tables of the Messages API (docs.claude.com, "Errors") and of the OpenAI API
("Error codes"); `retry-after` is RFC 9110, section 10.2.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.link.snapshot import Dialect, Restriction

Headers = list[tuple[bytes, bytes]]


class Kind(StrEnum):
    """What went wrong, in the words of the Messages API where it has one."""

    INVALID_REQUEST = "invalid_request_error"
    AUTHENTICATION = "authentication_error"
    PERMISSION = "permission_error"
    NOT_FOUND = "not_found_error"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    CLIENT_TIMEOUT = "client_timeout"
    REQUEST_TOO_LARGE = "request_too_large"
    UNSUPPORTED_MEDIA = "unsupported_media"
    RATE_LIMIT = "rate_limit_error"
    OVERLOADED = "overloaded_error"
    UNAVAILABLE = "unavailable"
    """The gate itself cannot answer for what would pass: stale snapshot, no journal, unhealthy detectors."""
    INTERNAL = "internal"
    """A fault of the gate. Nothing that it had not finished is passed on."""
    UPSTREAM = "upstream"
    """The provider could not be reached, broke off, or answered nonsense."""
    UPSTREAM_TIMEOUT = "timeout_error"


@dataclass(frozen=True, slots=True)
class Wire:
    status: int
    type: str
    code: str | None = None


ANTHROPIC: dict[Kind, Wire] = {
    Kind.INVALID_REQUEST: Wire(400, "invalid_request_error"),
    Kind.AUTHENTICATION: Wire(401, "authentication_error"),
    Kind.PERMISSION: Wire(403, "permission_error"),
    Kind.NOT_FOUND: Wire(404, "not_found_error"),
    Kind.METHOD_NOT_ALLOWED: Wire(405, "invalid_request_error"),
    Kind.CLIENT_TIMEOUT: Wire(408, "invalid_request_error"),
    Kind.REQUEST_TOO_LARGE: Wire(413, "request_too_large"),
    Kind.UNSUPPORTED_MEDIA: Wire(415, "invalid_request_error"),
    Kind.RATE_LIMIT: Wire(429, "rate_limit_error"),
    Kind.OVERLOADED: Wire(529, "overloaded_error"),
    Kind.UNAVAILABLE: Wire(503, "api_error"),
    Kind.INTERNAL: Wire(500, "api_error"),
    Kind.UPSTREAM: Wire(502, "api_error"),
    Kind.UPSTREAM_TIMEOUT: Wire(504, "timeout_error"),
}

OPENAI: dict[Kind, Wire] = {
    Kind.INVALID_REQUEST: Wire(400, "invalid_request_error"),
    Kind.AUTHENTICATION: Wire(401, "invalid_request_error", "invalid_api_key"),
    Kind.PERMISSION: Wire(403, "invalid_request_error", "permission_denied"),
    Kind.NOT_FOUND: Wire(404, "invalid_request_error", "model_not_found"),
    Kind.METHOD_NOT_ALLOWED: Wire(405, "invalid_request_error", "method_not_supported"),
    Kind.CLIENT_TIMEOUT: Wire(408, "invalid_request_error", "request_timeout"),
    Kind.REQUEST_TOO_LARGE: Wire(413, "invalid_request_error", "request_too_large"),
    Kind.UNSUPPORTED_MEDIA: Wire(415, "invalid_request_error", "unsupported_media_type"),
    Kind.RATE_LIMIT: Wire(429, "rate_limit_error", "rate_limit_exceeded"),
    Kind.OVERLOADED: Wire(429, "server_error", "overloaded"),
    Kind.UNAVAILABLE: Wire(503, "server_error", "unavailable"),
    Kind.INTERNAL: Wire(500, "server_error", "internal_error"),
    Kind.UPSTREAM: Wire(502, "server_error", "upstream_error"),
    Kind.UPSTREAM_TIMEOUT: Wire(504, "server_error", "upstream_timeout"),
}


class GateError(SekishoError):
    """A refusal by the gate itself. `code` is stable; the message says what to do; nothing in it is
    content."""

    def __init__(
        self,
        kind: Kind,
        code: str,
        message: Text,
        *,
        retry_after_s: int | None = None,
        path: str = "",
        restriction: Restriction | None = None,
    ) -> None:
        """`restriction` is the measure that refuses, where one does."""
        super().__init__(code, message, path=path)
        self.kind = kind
        self.retry_after_s = retry_after_s
        self.restriction = restriction

    @property
    def is_of_access(self) -> bool:
        """Whether somebody may not pass (any more), in contrast to something that failed."""
        return self.kind in (Kind.AUTHENTICATION, Kind.PERMISSION)


class BadRequestError(GateError):
    """The body is not what the endpoint takes. Raised by the dialects; answered with 400."""

    def __init__(self, code: str, message: Text, *, path: str = "") -> None:
        super().__init__(Kind.INVALID_REQUEST, code, message, path=path)


class ClientGoneError(Exception):
    """The client left before the answer was complete. Nobody is told; the upstream is let go at once."""


def wire(dialect: Dialect, kind: Kind) -> Wire:
    return (ANTHROPIC if dialect is Dialect.ANTHROPIC else OPENAI)[kind]


def error_body(dialect: Dialect, kind: Kind, message: str, request_id: str) -> bytes:
    """Return the JSON body of an error as the provider's own SDK parses it."""
    shape = wire(dialect, kind)
    if dialect is Dialect.ANTHROPIC:
        return msgspec.json.encode(
            {"type": "error", "error": {"type": shape.type, "message": message}, "request_id": request_id}
        )
    told = {"message": message, "type": shape.type, "param": None, "code": shape.code}
    return msgspec.json.encode({"error": told, "request_id": request_id})
