"""The gateway's own words: what a request is once it has been read, and what a person is told.

The wire itself is never rewritten on its way in: `Request.body` is forwarded as it came, byte for byte (R-DATA-260),
but for the one word that `retention.py` owes to zero retention (R-DATA-264).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from sekisho.base.content import Content
from sekisho.base.text import Lang
from sekisho.detection.types import Role
from sekisho.link.snapshot import Dialect, KeyEntry, OrganisationEntry


class Endpoint(StrEnum):
    MESSAGES = "messages"
    COUNT_TOKENS = "count_tokens"
    CHAT_COMPLETIONS = "chat_completions"
    RESPONSES = "responses"
    MODELS = "models"


@dataclass(frozen=True, slots=True)
class Principal:
    """On whose behalf a request is made: the smallest unit that is known (P-001)."""

    key: KeyEntry
    organisation: OrganisationEntry
    end_user: str = ""
    """Pseudonym of the end user; empty when the client named none."""
    zero_retention: bool = False
    """Whether nothing of what passes may be kept, by whosever wish (R-DATA-131)."""
    incognito: bool = False
    """Whether the client asked that it stay out of histories and training (R-DATA-031)."""
    digest: str = ""
    """SHA-256 of the key, by which snapshots list it."""

    @property
    def remembered_since(self) -> str:
        """From when on what was judged for the organisation may be remembered; empty for ever (P-062)."""
        since = self.organisation.verdicts_since
        return since.isoformat() if since is not None else ""


class Piece(Content, msgspec.Struct, frozen=True):
    """One block of the conversation as the dialect read it.

    A `Struct` because an agent's request has hundreds: a dataclass takes five times as long to make.
    """

    speaker: str
    """`system`, `user`, `assistant` or `tool`."""
    kind: str
    """`text`, `tool_use`, `tool_result`, `thinking`, `image`, `document`, …; unknown kinds keep the wire's own word."""
    text: str
    """What there is to read: the text, the JSON of tool arguments, the text of a tool result; empty for media."""
    role: Role
    media: str = ""
    """Kind of media that no detector reads (`image`, `document`, `audio`, `file`, …), empty for text."""


PASSED = Piece("", "passed", "", Role.OUTPUT)
"""Stands where messages were passed over. It is known by being this very object: no wire can name it."""


class Offer(msgspec.Struct, frozen=True):
    """A tool that a request offers to the model."""

    name: str
    """As the request names it; what kind of tool it is, for one of the provider's own; empty for one without either."""
    server: str = ""
    """Address of the connector (MCP server) that runs it, where the provider is to call one."""
    definition: Mapping[str, Any] = {}
    """Everything that the request says of it, as it came."""


class Cut(msgspec.Struct, frozen=True):
    """Messages that follow each other in a body and need not be read: they were judged before, and what was said of
    them then would not be said again."""

    start: int
    """Byte of the body where the first of them begins."""
    end: int
    """Byte after the last of them."""
    place: int
    """Index of what stands for them in the list of messages that is left."""
    pieces: int
    """Blocks that they have."""


@dataclass(frozen=True, slots=True, repr=False)
class Request(Content):
    """A request body, read. Only what the gate needs; everything else stays in `body`, untouched."""

    dialect: Dialect
    endpoint: Endpoint
    body: bytes
    model: str
    streamed: bool
    pieces: tuple[Piece, ...]
    """In the order of the conversation, system first; `PASSED` where messages were passed over."""
    begins: tuple[int, ...] = ()
    """For each message that was read or passed over, in order, the index in `pieces` at which it begins."""
    end_user_name: str = ""
    """`metadata.user_id` or `user`, as the client wrote it. Never stored or logged: only its pseudonym is."""
    tools: tuple[Offer, ...] = ()
    """What the model may call, in the order of the request."""
    has_history: bool = False
    """Whether the model has spoken before in this conversation."""
    structured: bool = False
    """Whether the answer is to be JSON for a program: sentences for people are then not put into it."""
    stores: bool | None = None
    """What `store` says, None when it says nothing."""
    provider_state: str = ""
    """Name of the field by which the request goes on from what the provider keeps; empty when it brings its own
    history."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person is told when the gate does not simply let something pass (P-050)."""

    action: str
    """`block`, `modify` or `hold`."""
    clause: str
    reason: str
    """In the reader's language, one or two sentences."""
    advice: str
    """What to do next, in the reader's language."""
    link: str
    """Page of the clause in the version that judged; for a hold, where the answer can be fetched."""
    request_id: str
    decision_id: str
    language: Lang
    review_id: str = ""
    appeal: str = ""
    """How to have a refusal looked at again, with the page for it (P-062); empty where nothing was refused."""

    @property
    def text(self) -> str:
        """The whole explanation as a person reads it in place of the answer."""
        places = "\n".join(part for part in (self.link, self.appeal, self.request_id) if part)
        return "\n\n".join(part for part in (self.reason, self.advice, places) if part)
