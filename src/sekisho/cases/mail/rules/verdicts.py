"""Whether the mail server in front believes who sent a mail (RFC 8601). Pure.

Everybody can write `Authentication-Results` into a mail. Only headers of the one server that the settings name
count; it removes any from outside that claims to be its own (RFC 8601, section 5). Filters write one each, so all of
them are read, and the worst counts: what a sender puts into them (a mailbox's name may be `"x; dmarc=pass"`) can only
do that sender harm.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sekisho.cases.mail.rules.addresses import domain_of
from sekisho.cases.mail.types import Proof

_COMMENT = re.compile(r"\([^()]*\)")
_ASIDE = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)')
_DIVIDES = re.compile("[;()]")
_RESULT = re.compile(r"^\s*(dmarc|dkim|spf)\s*=\s*([a-z]+)", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:header\.(?:d|i|from)|smtp\.mailfrom)\s*=\s*\"?@?([^\s;\"]+)", re.IGNORECASE)
_BAD = frozenset({"fail", "softfail", "permerror", "policy"})


def proof(headers: Sequence[str], trusted: str, sender: str) -> Proof:
    """Return what the server `trusted` says of a mail from `sender`.

    `headers` are the values of `Authentication-Results`. DMARC decides where it was asked, and fails if it does
    anywhere; else DKIM or SPF passes for the sender's own domain, and either failing is a failure. What is temporary
    (`temperror`) or `none` says nothing.
    """
    ours = [one for one in headers if trusted and _server(one) == trusted.strip().lower()]
    results = [found for said in ours for part in _parts(said) if (found := _result(part, sender))]
    dmarc = [proof for method, proof in results if method == "dmarc" and proof is not Proof.UNKNOWN]
    others = [proof for method, proof in results if method != "dmarc"]
    if dmarc:
        return Proof.FAILED if Proof.FAILED in dmarc else Proof.PASSED
    return next((proof for proof in (Proof.PASSED, Proof.FAILED) if proof in others), Proof.UNKNOWN)


def _parts(header: str) -> list[str]:
    """Return the results of a header, without comments. What stands in quotation marks the sender may have written."""
    bare = _ASIDE.sub(lambda found: _DIVIDES.sub("", found[0]) if found[0][0] == '"' else " ", header)
    return bare.split(";")[1:]


def _server(header: str) -> str:
    words = _COMMENT.sub(" ", header).partition(";")[0].split()
    return words[0].lower() if words else ""


def _result(part: str, sender: str) -> tuple[str, Proof] | None:
    found = _RESULT.match(part)
    if found is None:
        return None
    method, result = found[1].lower(), found[2].lower()
    if result in _BAD:
        return method, Proof.FAILED
    named = [name.rpartition("@")[2].lower() for name in _DOMAIN.findall(part)]
    passes = result == "pass" and (method == "dmarc" or _is_aligned(named, domain_of(sender)))
    return method, Proof.PASSED if passes else Proof.UNKNOWN


def _is_aligned(named: Sequence[str], domain: str) -> bool:
    """Return whether a domain that was proven is the sender's, or one above it (relaxed alignment, RFC 7489, section
    3.1, without a list of public suffixes: so only towards longer names of ours)."""
    return bool(domain) and any(domain == one or ("." in one and domain.endswith(f".{one}")) for one in named)
