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

    key: bytes = field(repr=False)
    mailbox: str
    """Such as `support@desk.example`, in lower case."""

    def reply_to(self, case: str, recipient: str) -> str:
        """Return the address to which `recipient` replies about the case `tkt_…`."""
        return self._address(f"{self._proof('reply', case, plain(recipient))}-{case.removeprefix('tkt_')}")

    def return_path(self, delivery: str) -> str:
        """Return the envelope sender of the delivery `dlv_…`."""
        return self._address(f"b-{self._proof('return', delivery)}-{delivery.rpartition('_')[2]}")

    def case_named(self, address: str) -> str:
        """Return the id of the case that a reply address names, proven or not; empty for any other address."""
        found = _REPLY.fullmatch(self._extension(address))
        return f"tkt_{found[2]}" if found else ""

    def is_reply_of(self, address: str, sender: str) -> bool:
        """Return whether the reply address is the one that was given to `sender`, for the case that it names."""
        case = self.case_named(address)
        if not case or not plain(sender):
            return False
        return hmac.compare_digest(self.reply_to(case, sender).encode(), address.encode("utf-8", "replace"))

    def delivery_of(self, address: str, prefix: str = "dlv") -> str:
        """Return the id of the delivery whose return path this is; empty where it is none of ours."""
        found = _RETURN.fullmatch(self._extension(address))
        delivery = f"{prefix}_{found[2]}" if found else ""
        good = found is not None and hmac.compare_digest(
            self.return_path(delivery).encode(), address.encode("utf-8", "replace")
        )
        return delivery if good else ""

    def is_token(self, address: str) -> bool:
        """Return whether it is made as such an address is, proven or not."""
        return bool(self._extension(address))

    def _proof(self, purpose: str, *parts: str) -> str:
        said = "\0".join((purpose, *parts)).encode("utf-8", "surrogatepass")
        return "".join(ALPHABET[byte & 31] for byte in hmac.digest(self.key, said, "sha256")[:LETTERS])

    def _address(self, extension: str) -> str:
        local, _, domain = self.mailbox.rpartition("@")
        return f"{local[:LONGEST_MAILBOX]}+{extension}@{domain}"

    def _extension(self, address: str) -> str:
        """Return what stands between `+` and `@` in an address of ours, exactly as it came."""
        local, _, domain = self.mailbox.rpartition("@")
        head, tail = f"{local[:LONGEST_MAILBOX]}+", f"@{domain}"
        is_ours = address.startswith(head) and address.endswith(tail)
        return address[len(head) : -len(tail)] if is_ours else ""
