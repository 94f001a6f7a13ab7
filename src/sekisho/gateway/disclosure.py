"""Telling people that they speak with an AI: at the start of a conversation, once, with evidence (P-021,
P-030)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from sekisho.base.text import Lang, Text
from sekisho.gateway.types import Principal, Request
from sekisho.policy.types import Audience, Pack

DISCLOSED_TO = frozenset({Audience.CHATBOT, Audience.HIGH_RISK, Audience.MINORS})
"""Keys whose answers go directly to people."""
RESOURCE, RESOURCE_HIGH_RISK = "disclosure", "disclosure_high_risk"
"""Names of the sentences in a pack's resources."""
REMEMBERED = 100_000
"""Conversations that one process remembers, the latest."""


class Evidence(StrEnum):
    """How it came that the person knows; the words of `Entry.disclosure`."""

    NONE = ""
    INSERTED = "inserted"
    ALREADY_PRESENT = "already_present"
    """The sentence stands in the history that the client sent."""
    EARLIER = "earlier_in_conversation"
    """This process inserted it before; the client keeps its history elsewhere."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    evidence: Evidence
    sentence: str = ""
    """What to put before the answer's first text; empty when there is nothing to insert."""


class Remembered:
    """Conversations of which this process remembers one thing, such as that the sentence was given: the latest
    `REMEMBERED` of them."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, conversation: str) -> bool:
        return conversation in self._known

    def add(self, conversation: str) -> None:
        self._known[conversation] = None
        self._known.move_to_end(conversation)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def disclosure_for(
    request: Request, principal: Principal, pack: Pack, is_known: bool, language: Lang
) -> Disclosure:
    """Return what is owed to the person in this answer. `is_known`: the sentence was given in this
    conversation.

    Only evidence counts: a history without the sentence, in a conversation that this process does not
    remember, gets the sentence now. Telling somebody late is a smaller fault than never.
    """
    if principal.key.audience not in DISCLOSED_TO or request.structured:
        return Disclosure(
            Evidence.NONE
        )  # structured answers are read by a program, which would stumble over it
    said = _sentence(pack, principal.key.audience)
    if _stands_in_history(request, said):
        return Disclosure(Evidence.ALREADY_PRESENT)
    if is_known:
        return Disclosure(Evidence.EARLIER)
    return Disclosure(Evidence.INSERTED, _lead(said, principal.key.product, language))


def conversation_key(request: Request, principal: Principal, session: str, secret: bytes) -> str:
    """Return a keyed digest that groups the turns of one conversation (R-DATA-263); it tells nothing of the
    content.

    The client's own session id if it sends one, else what stays the same while a conversation grows: who
    speaks, the system prompt, and the first message of the user.
    """
    parts = [principal.organisation.id, principal.key.id, principal.end_user]
    if session:
        parts.append(session)
    else:
        parts += (piece.text for piece in request.pieces if piece.speaker == "system")
        parts += [piece.text for piece in request.pieces if piece.speaker == "user"][:1]
    message = b"\0".join(part.encode("utf-8", "surrogatepass") for part in parts)
    return blake2b(message, key=secret[:64], digest_size=16).hexdigest()


def _stands_in_history(request: Request, said: Text) -> bool:
    return request.has_history and any(
        said.en in piece.text or said.ja in piece.text
        for piece in request.pieces
        if piece.speaker == "assistant"
    )


def _sentence(pack: Pack, audience: Audience) -> Text:
    name = RESOURCE_HIGH_RISK if audience is Audience.HIGH_RISK else RESOURCE
    return pack.resources.get(name) or pack.resources.get(RESOURCE, _SENTENCE)


def _lead(said: Text, product: str, language: Lang) -> str:
    named = Text(f"{product}: ", f"{product}：") if product else Text("", "")
    return f"{named.in_(language)}{said.in_(language)}\n\n"


_SENTENCE = Text("You are talking with an AI, not with a person.", "お話しの相手は人ではなく、AI です。")
"""For a pack that brings none of its own."""
