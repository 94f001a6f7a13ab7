"""Whether the mail server in front believes who sent a mail (RFC 8601). Pure.

Everybody can write `Authentication-Results` into a mail. Only the header of the one server that the settings name
counts, and of several of those the topmost: servers write theirs above what came (RFC 8601, section 4.1), and the one
in front removes any that claims to be its own (section 5).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sekisho.cases.mail.rules.addresses import domain_of
from sekisho.cases.mail.types import Proof

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*(dmarc|dkim|spf)\s*=\s*([a-z]+)", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:header\.(?:d|i|from)|smtp\.mailfrom)\s*=\s*\"?@?([^\s;\"]+)", re.IGNORECASE)
_BAD = frozenset({"fail", "softfail", "permerror", "policy"})


def proof(headers: Sequence[str], trusted: str, sender: str) -> Proof:
    """Return what the server `trusted` says of a mail from `sender`.

    `headers` are the values of `Authentication-Results`, topmost first. DMARC decides where it was asked; else DKIM or
    SPF passes for the sender's own domain, and either failing is a failure. What is temporary (`temperror`) or `none`
    says nothing.
    """
    said = next((one for one in headers if trusted and _server(one) == trusted.strip().lower()), None)
    if said is None:
        return Proof.UNKNOWN
    results = [found for part in _COMMENT.sub(" ", said).split(";")[1:] if (found := _result(part, sender))]
    dmarc = [proof for method, proof in results if method == "dmarc" and proof is not Proof.UNKNOWN]
    others = [proof for method, proof in results if method != "dmarc"]
    if dmarc:
        return dmarc[0]
    return next((proof for proof in (Proof.PASSED, Proof.FAILED) if proof in others), Proof.UNKNOWN)


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
