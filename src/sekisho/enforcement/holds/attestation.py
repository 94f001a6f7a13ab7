"""What a professional puts their name to, signed so that anybody can check it without us.

    {"attestation": {…}, "key": "<public key>", "signature": "<Ed25519 over the attestation's canonical JSON>"}

It holds ids and digests, no content. Digests are salted: whoever was given the answer was given the salt with it, and
once the conversation is erased nobody can try texts against them. Canonical JSON here: UTF-8, keys sorted, no spaces.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sekisho.base.text import Text
from sekisho.enforcement.holds.types import DOMAINS, HoldState

FORMAT = 1
RESPONSIBILITY_VERSION = "2026-11-23"
RESPONSIBILITY = Text(
    "I am qualified for this matter under the licence registered for me. I have read the question and the answer as it "
    "is to be given, and I judge it fit to be given. The organisation that offers this service remains responsible for "
    "the accuracy and appropriateness of what it gives to people.",
    "私は、登録された資格に基づき、この件を判断する資格を有しています。質問と、これからお渡しする回答を読み、"
    "お渡しして差し支えないと判断しました。回答の正確さと適切さについての責任は、"
    "引き続きこのサービスを提供する組織にあります。",
)
"""What is agreed to before a release. Source: the usage policy, high-risk requirements (P-020, P-024). A change of
a word needs a new version."""
CHECKED = Text(
    "I have read the question and the answer as it is to be given, and I judge it fit to be given. The organisation "
    "that offers this service remains responsible for the accuracy and appropriateness of what it gives to people.",
    "私は質問と、これからお渡しする回答を読み、お渡しして差し支えないと判断しました。回答の正確さと適切さについての責任は、"
    "引き続きこのサービスを提供する組織にあります。",
)
"""The same where no licence is needed: a check was missing when the answer was made."""
REJECTION = Text(
    "I have read the question and the answer, and I judge it not fit to be given.",
    "私は質問と回答を読み、お渡しすべきではないと判断しました。",
)


def statement(decision: HoldState, domain: str) -> Text:
    """Return what is agreed to with a decision in this domain."""
    if not decision.is_released:
        return REJECTION
    return RESPONSIBILITY if domain in DOMAINS else CHECKED


@dataclass(frozen=True, slots=True)
class Attested:
    """One decision, in the terms that are signed."""

    hold: str
    turn: str
    prompt_digest: str
    draft_digest: str
    released_digest: str
    """Empty when nothing was released."""
    reviewer: str
    registration: str
    """`pro_…`; empty for a reviewer, where the answer is in no high-risk domain."""
    licence_digest: str
    domain: str
    jurisdiction: str
    """Where the organisation demanded a licence; empty for anywhere."""
    decision: HoldState
    policy: str
    statement_version: str
    statement: str
    at: datetime


class AttestationError(ValueError):
    """The document does not prove what it says: `unreadable`, `other_key`, `altered` or `other_text`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def digest(salt: str, text: str) -> str:
    """Return the salted SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(f"{salt}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()


def digest_of(salt: str, texts: Iterable[str]) -> str:
    """Return the salted digest of several texts in their order; one text cut in two gives another digest."""
    return digest(salt, json.dumps(list(texts), ensure_ascii=False))


def signed(attested: Attested, private: bytes) -> str:
    """Return the document as JSON, signed by the private key (Ed25519, raw)."""
    key = Ed25519PrivateKey.from_private_bytes(private)
    told = {"format": FORMAT, **asdict(attested), "at": attested.at.astimezone(UTC).isoformat()}
    signature = key.sign(_canonical(told))
    document = {
        "attestation": told,
        "key": _words(key.public_key().public_bytes_raw()),
        "signature": _words(signature),
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True)


def verified(
    document: str, keys: Collection[bytes] = (), *, answer: str = "", salt: str = ""
) -> Mapping[str, str]:
    """Return what was attested, once the signature holds.

    `keys` are the public keys that are trusted; without any, the one in the document is believed, and the caller has
    to compare it. With `answer` and `salt`, the text must be the one that was released. Raises `AttestationError`.
    """
    try:
        told = json.loads(document)
        attested: dict[str, str] = told["attestation"]
        key, signature = base64.b64decode(told["key"]), base64.b64decode(told["signature"])
        public = Ed25519PublicKey.from_public_bytes(key)
        message = _canonical(attested)
        released = attested["released_digest"]
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise AttestationError("unreadable") from None
    if keys and key not in keys:
        raise AttestationError("other_key")
    try:
        public.verify(signature, message)
    except InvalidSignature:
        raise AttestationError("altered") from None
    if answer and digest(salt, answer) != released:
        raise AttestationError("other_text")
    return attested


def _canonical(told: Mapping[str, object]) -> bytes:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _words(data: bytes) -> str:
    return base64.b64encode(data).decode()
