"""Who comes back under another name after access was terminated (P-045). Pure.

One hint proves nothing: a family shares an address, a company its domain, a class its question. So hints have
weights, and together they must reach 100. Even then the result is a label for a person to look at.
"""

from __future__ import annotations

from dataclasses import dataclass

PUBLIC_MAIL = frozenset(
    {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "yahoo.co.jp",
        "icloud.com", "me.com", "proton.me", "protonmail.com", "gmx.de", "gmx.net", "web.de", "mail.ru", "qq.com",
        "163.com", "docomo.ne.jp", "ezweb.ne.jp", "au.com", "softbank.ne.jp", "i.softbank.jp", "nifty.com",
    }
)  # fmt: skip
"""Domains at which strangers have their addresses: sharing one links nobody."""
_DOTLESS = frozenset({"gmail.com", "googlemail.com"})
"""Domains that pass over dots in the name before the @."""

WEIGHTS = {
    "person": 100,
    "address": 100,
    "violating_texts": 100,
    "texts": 50,
    "name": 40,
    "domain": 40,
    "maker": 50,
}
"""Our decision: P-045 names no number."""
ENOUGH = 100
TEXTS = 3
"""Different prompts in common from which on they count: everybody asks for a summary once."""


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of a unit and who stands behind it. Every field may be empty."""

    people: frozenset[str] = frozenset()
    """Ids of its owners, or of who made the key."""
    addresses: frozenset[str] = frozenset()
    """Their e-mail addresses, as they wrote them."""
    name: str = ""
    """The organisation's name."""


@dataclass(frozen=True, slots=True)
class Resemblance:
    """Why two units look like one."""

    score: int
    because: tuple[str, ...]
    """Keys of `WEIGHTS`, the heaviest first."""


def resemblance(
    new: Account, old: Account, texts: int, violating: int, *, same_organisation: bool
) -> Resemblance | None:
    """Return why the new unit resembles the terminated one, None below the line.

    `texts` counts different prompts of the new unit that nearly equal some of the old one, `violating` those of them
    that concerned a standard. Within one organisation, who stands behind it is the same by nature: there, only who
    made the key, and the texts, say anything.
    """
    hints = _texts(texts, violating) | (_maker(new, old) if same_organisation else _owners(new, old))
    because = tuple(sorted(hints, key=lambda hint: (-WEIGHTS[hint], hint)))
    score = sum(WEIGHTS[hint] for hint in because)
    return Resemblance(score, because) if score >= ENOUGH else None


def normalised(address: str) -> str:
    """Return the mailbox that an address reaches: without case, without `+tag`, without dots where they are void."""
    name, _, domain = address.strip().casefold().rpartition("@")
    name = name.partition("+")[0]
    if domain in _DOTLESS:
        name, domain = name.replace(".", ""), "gmail.com"
    return f"{name}@{domain}"


def _texts(texts: int, violating: int) -> set[str]:
    if violating >= TEXTS:
        return {"violating_texts"}
    return {"texts"} if texts >= TEXTS else set()


def _maker(new: Account, old: Account) -> set[str]:
    return {"maker"} if new.people & old.people else set()


def _owners(new: Account, old: Account) -> set[str]:
    if new.people & old.people:
        return {"person"}
    mine, theirs = (frozenset(map(normalised, one.addresses)) for one in (new, old))
    hints = {"address"} if mine & theirs else set()
    if _domains(mine) & _domains(theirs):
        hints.add("domain")
    if _plain(new.name) and _plain(new.name) == _plain(old.name):
        hints.add("name")
    return hints


def _domains(addresses: frozenset[str]) -> frozenset[str]:
    return frozenset(one.rpartition("@")[2] for one in addresses) - PUBLIC_MAIL


def _plain(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())
