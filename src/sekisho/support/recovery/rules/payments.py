"""Whether somebody knows one payment of the account: compared by keyed digests, all of a set at once.

A digest of the last four digits alone would have ten thousand possible inputs. So the parts of a set are digested
together, and the account with them: what is right for one account is nothing for another.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from sekisho.support.recovery.types import PaymentSaid

SLACK = (timedelta(), timedelta(days=-1), timedelta(days=1))
"""How far the day may be off: banks book a day later, and a day begins elsewhere at another hour."""


def candidates(key: bytes, account: str, said: PaymentSaid) -> tuple[str, ...]:
    """Return the digests under which a payment of the account may be kept if what is said of it is so. Always four,
    whatever was said: the work tells nothing."""
    amount, last, number = amount_of(said.amount), last_four_of(said.last_four), invoice_of(said.invoice)
    whole = bool(amount and last and said.day)
    days = [(said.day or date(2000, 1, 1)) + slack for slack in SLACK]
    sets = [set_digest(key, account, amount, day, last) for day in days]
    one = invoice_digest(key, account, number)
    return (*(each if whole else "" for each in sets), one if number else "")


def knows(said: Iterable[str], kept: Iterable[str]) -> bool:
    """Return whether any digest of what was said is among those that are kept. Each is compared with each, in constant
    time; an empty one is like none."""
    kept = tuple(kept)
    hits = [hmac.compare_digest(one or "-", other or "+") for one in said for other in kept]
    return any(hits)


def set_digest(key: bytes, account: str, amount: str, day: date, last_four: str) -> str:
    """Return the digest of amount, day and last four digits together."""
    return _digest(key, account, "set", amount, day.isoformat(), last_four)


def invoice_digest(key: bytes, account: str, number: str) -> str:
    return _digest(key, account, "invoice", number)


def charge_digest(key: bytes, account: str, plan: str, amount: str, last_four: str) -> str:
    """Return the digest by which the same charge is known again when it is made twice."""
    return _digest(key, account, "charge", plan, amount, last_four)


def _digest(key: bytes, account: str, *parts: str) -> str:
    return hmac.digest(key, "\0".join(("recovery payment v1", account, *parts)).encode(), "sha256").hex()


def amount_of(words: str) -> str:
    """Return an amount in one way of writing it: `¥2,980`, `2.980,00 €` and `2980` are the same. Empty for none."""
    plain = re.sub(r"[^0-9.,]", "", unicodedata.normalize("NFKC", words)).strip(".,")
    whole, mark, rest = _parted(plain)
    try:
        value = Decimal(re.sub(r"[.,]", "", whole) + (f".{rest}" if mark else ""))
    except InvalidOperation:
        return ""
    return f"{value.normalize():f}"


def _parted(plain: str) -> tuple[str, str, str]:
    """Part an amount at its decimal mark: the last mark, unless three digits follow it as after thousands."""
    at = max(plain.rfind("."), plain.rfind(","))
    if at < 0 or len(plain) - at - 1 == 3:
        return plain, "", ""
    return plain[:at], plain[at], plain[at + 1 :]


def last_four_of(words: str) -> str:
    """Return the last four digits; empty for anything that is not four digits. Never a whole number of a card."""
    plain = unicodedata.normalize("NFKC", words).strip()
    return plain if re.fullmatch(r"[0-9]{4}", plain) else ""


def invoice_of(words: str) -> str:
    """Return the number of an invoice in one way of writing it; empty for one shorter than six characters, which could
    be guessed."""
    plain = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", words).upper())
    return plain if len(plain) >= 6 else ""
