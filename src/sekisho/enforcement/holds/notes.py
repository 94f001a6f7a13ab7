"""The sentences that stand beside a released answer: that it comes from an AI, and that a professional reviewed it."""

from __future__ import annotations

from datetime import datetime

from sekisho.accounts.queries import key, organisation
from sekisho.accounts.types import system
from sekisho.base.errors import NotFoundError
from sekisho.base.text import LANGS, Lang, Text, as_lang
from sekisho.enforcement.holds.types import DOMAINS
from sekisho.policy.queries import version_at

_SELF = system("holds")
RESOURCES = ("disclosure_high_risk", "disclosure")
"""Names of the sentence in a pack, the special one first; as the gate chooses."""


def language_of(spoken: str, organisation_id: str) -> Lang:
    """Return the language of the answer, or its organisation's where it cannot be told."""
    if spoken in LANGS:
        return as_lang(spoken)
    try:
        return organisation(_SELF, organisation_id).language
    except NotFoundError:
        return as_lang(spoken)


def disclosure_of(key_id: str, at: datetime, language: Lang) -> str:
    """Return the disclosure of the policy in force (P-021), led by what people know the product as."""
    pack = version_at(at)
    resources = pack.resources if pack else {}
    said = next((resources[name] for name in RESOURCES if name in resources), _SENTENCE)
    product = _product(key_id)
    lead = Text(f"{product}: ", f"{product}：") if product else Text("", "")
    return f"{lead.in_(language)}{said.in_(language)}"


def note_of(domain: str, edited: bool, language: Lang) -> str:
    if domain not in DOMAINS:
        return _CHECKED.in_(language)
    named = DOMAINS[domain]
    said = _EDITED if edited else _REVIEWED
    return said.in_(language).format(domain=named.in_(language))


def _product(key_id: str) -> str:
    try:
        return key(_SELF, key_id).declaration.product
    except NotFoundError:
        return ""


_SENTENCE = Text("You are talking with an AI, not with a person.", "お話しの相手は人ではなく、AI です。")
"""For a pack that brings none of its own; the gate's words."""
_REVIEWED = Text(
    "A professional qualified in this field ({domain}) reviewed this answer before it was given to you.",
    "この回答は、この分野（{domain}）の資格を持つ専門家が確認したうえでお渡ししています。",
)
_EDITED = Text(
    "A professional qualified in this field ({domain}) reviewed and edited this answer before it was given to you.",
    "この回答は、この分野（{domain}）の資格を持つ専門家が確認し、加筆・修正したうえでお渡ししています。",
)
_CHECKED = Text(
    "A person reviewed this answer before it was given to you.",
    "この回答は、担当者が確認したうえでお渡ししています。",
)
