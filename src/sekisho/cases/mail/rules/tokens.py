"""Addresses of our own that prove something: where replies go, and where bounces go. Pure.

    support+9k3v…x2-01k9zq…@desk.example       Reply-To: a case, for one recipient
    support+b-7c0d…m4-01k9zr…@desk.example     return path: one delivery (VERP)

Each carries an HMAC over what it names. One that was given to Chie opens nothing for Ben, and one of a case nothing of
another: whoever guesses has one chance in 2^80 a mail. They are lower case throughout, as mail servers on the way fold
letters (measured: mixed case broke), and exact: a token in capitals is not one of ours.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sekisho.base.ids import ALPHABET
from sekisho.cases.mail.rules.addresses import plain

LETTERS: Final = 16
"""Letters of a proof, of five bits each: 80 bits. With a case's 26 letters and the separators that leaves 18 of the 64
that RFC 5321, section 4.5.3.1.1, allows for the mailbox's own name."""
LONGEST_MAILBOX: Final = 18
_REPLY = re.compile(rf"([{ALPHABET}]{{{LETTERS}}})-([{ALPHABET}]{{26}})", re.ASCII)
_RETURN = re.compile(rf"b-([{ALPHABET}]{{{LETTERS}}})-([{ALPHABET}]{{26}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Makes and checks such addresses of one mailbox."""

    keys: tuple[bytes, ...] = field(repr=False)
    """The first makes; addresses that the others made are good still."""
    mailbox: str
    """Such as `support@desk.example`, in lower case."""

    def reply_to(self, case: str, recipient: str) -> str:
        """Return the address to which `recipient` replies about the case `tkt_…`."""
        return self._reply_to(case, recipient)[0]

    def return_path(self, delivery: str) -> str:
        """Return the envelope sender of the delivery `dlv_…`."""
        return self._return_paths(delivery)[0]

    def case_named(self, address: str) -> str:
        """Return the id of the case that a reply address names, proven or not; empty for any other address."""
        found = _REPLY.fullmatch(self._extension(address))
        return f"tkt_{found[2]}" if found else ""

    def is_reply_of(self, address: str, sender: str) -> bool:
        """Return whether the reply address is the one that was given to `sender`, for the case that it names."""
        case = self.case_named(address)
        if not case or not plain(sender):
            return False
        return _is_among(address, self._reply_to(case, sender))

    def delivery_of(self, address: str, prefix: str = "dlv") -> str:
        """Return the id of the delivery whose return path this is; empty where it is none of ours."""
        found = _RETURN.fullmatch(self._extension(address))
        delivery = f"{prefix}_{found[2]}" if found else ""
        return delivery if found and _is_among(address, self._return_paths(delivery)) else ""

    def is_token(self, address: str) -> bool:
        """Return whether it is made as such an address is, proven or not."""
        return bool(self._extension(address))

    def _reply_to(self, case: str, recipient: str) -> list[str]:
        proofs = self._proofs("reply", case, plain(recipient))
        return [self._address(f"{proof}-{case.removeprefix('tkt_')}") for proof in proofs]

    def _return_paths(self, delivery: str) -> list[str]:
        name = delivery.rpartition("_")[2]
        return [self._address(f"b-{proof}-{name}") for proof in self._proofs("return", delivery)]

    def _proofs(self, purpose: str, *parts: str) -> list[str]:
        said = "\0".join((purpose, *parts)).encode("utf-8", "surrogatepass")
        made = (hmac.digest(key, said, "sha256")[:LETTERS] for key in self.keys)
        return ["".join(ALPHABET[byte & 31] for byte in proof) for proof in made]

    def _address(self, extension: str) -> str:
        local, _, domain = self.mailbox.rpartition("@")
        return f"{local[:LONGEST_MAILBOX]}+{extension}@{domain}"

    def _extension(self, address: str) -> str:
        """Return what stands between `+` and `@` in an address of ours, exactly as it came."""
        local, _, domain = self.mailbox.rpartition("@")
        head, tail = f"{local[:LONGEST_MAILBOX]}+", f"@{domain}"
        is_ours = address.startswith(head) and address[-len(tail) :].lower() == tail  # a domain has no case
        return address[len(head) : -len(tail)] if is_ours else ""


def _is_among(address: str, ours: Sequence[str]) -> bool:
    """Return whether it is one of them, in a time that tells nothing of how much of it is right."""
    local, at, domain = address.rpartition("@")
    given = f"{local}{at}{domain.lower()}".encode("utf-8", "replace")
    return sum(hmac.compare_digest(one.encode(), given) for one in ours) > 0  # looks at all of them
