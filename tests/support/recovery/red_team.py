"""Plays the attacker against the pages for who cannot sign in, and says what was gained: nothing, or what.

    python -m tests.support.recovery.red_team http://localhost:8080 KNOWN_ADDRESS

KNOWN_ADDRESS has an account there. What the attacker sees of it is compared with what they see of an address that has none.
It locks that way for both for a week, as attackers do: use an installation that is there for it.
"""

from __future__ import annotations

import http.client
import re
import sys
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Protocol
from urllib.parse import urlencode, urlsplit

BEGIN, MAILBOX = "/help/locked-out", "/help/locked-out/mailbox"
TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|[A-Za-z0-9_-]{20,}:[A-Za-z0-9_-]{20,}')
"""What differs between any two answers: the token of the form, and the link of the claim."""
ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\.\w+")


@dataclass(frozen=True)
class Answer:
    status: int
    body: str
    place: str = ""
    """Where it redirects to."""

    def plain(self, address: str = "") -> tuple[int, str, str]:
        """The answer without tokens, and without the asker's own input."""
        body = self.body.replace(address, "ADDRESS") if address else self.body
        return self.status, TOKENS.sub("TOKEN", body), TOKENS.sub("TOKEN", self.place)


class Browser(Protocol):
    """One browser: it keeps cookies, and sends the token of a form along."""

    def get(self, path: str) -> Answer: ...

    def post(
        self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Answer: ...


@dataclass
class Served:
    """A browser on an installation that runs."""

    base: str
    cookies: SimpleCookie = field(default_factory=SimpleCookie)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        if "csrftoken" not in self.cookies:
            self.get(BEGIN)
        sent = {"csrfmiddlewaretoken": self.cookies["csrftoken"].value, **fields}
        return self._ask("POST", path, urlencode(sent), headers)

    def _ask(
        self, method: str, path: str, body: str | None = None, more: Mapping[str, str] | None = None
    ) -> Answer:
        parts = urlsplit(self.base)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        line = kind(parts.hostname or "", parts.port, timeout=30)
        kept = "; ".join(f"{name}={one.value}" for name, one in self.cookies.items())
        headers = {
            "Cookie": kept,
            "Referer": self.base,
            "Origin": self.base,
            "Accept-Language": "en",
            **(more or {}),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(method, path, body, headers)
        reply = line.getresponse()
        for cookie in reply.headers.get_all("Set-Cookie") or []:
            self.cookies.load(cookie)
        found = Answer(reply.status, reply.read().decode(), reply.headers.get("Location", ""))
        line.close()
        return found


def stranger() -> str:
    return f"{uuid.uuid4().hex[:12]}@example.test"


@dataclass(frozen=True)
class Scene:
    """What the attacker has."""

    new: Callable[[], Browser]
    """A browser that nobody has used."""
    known: str
    """An address that has an account."""
    unknown: str = field(default_factory=stranger)
    background: Callable[[], None] = lambda: None
    """Lets the worker do what it does, where nothing else does."""


@dataclass(frozen=True)
class Outcome:
    attack: str
    gained: str
    """Empty: nothing."""
    saw: str


def ask(scene: Scene, browser: Browser, address: str, wish: str = "deletion", **more: str) -> Answer:
    return browser.post(BEGIN, {"wish": wish, "address": address, **more})


def asked(scene: Scene, browser: Browser, address: str, wish: str = "deletion", **more: str) -> str:
    """The page on which the code is typed."""
    place = ask(scene, browser, address, wish, **more).place
    if not place:
        sys.exit(
            "Asking is refused: an earlier run has locked it. Use an installation that was not attacked before."
        )
    scene.background()
    return urlsplit(place).path


def enumerates(scene: Scene) -> Outcome:
    """Compare every answer along the way, for an account and for none."""
    seen = []
    for address in (scene.known, scene.unknown):
        browser = scene.new()
        first = ask(scene, browser, address)
        scene.background()
        code = urlsplit(first.place).path
        wrong = browser.post(code, {"code": "12345678"})
        state = browser.get(code.replace("/code/", "/"))
        seen.append([one.plain(address) for one in (first, browser.get(code), wrong, state)])
    same = seen[0] == seen[1]
    return Outcome("enumerate accounts", "" if same else "answers differ", "4 answers of each, byte for byte")


def enumerates_by_mailbox(scene: Scene) -> Outcome:
    """The same for a mailbox that was lost."""
    seen = []
    for address in (scene.known, scene.unknown):
        browser = scene.new()
        fields = {"address": address, "contact": stranger()}
        first = browser.post(MAILBOX, fields)
        scene.background()
        seen.append([first.plain(address), browser.get(urlsplit(first.place).path).plain(address)])
    same = seen[0] == seen[1]
    return Outcome("enumerate by a lost mailbox", "" if same else "answers differ", "2 answers of each")


def knows_a_breach(scene: Scene) -> Outcome:
    """Send what breaches contain, and say that it is urgent."""
    browser = scene.new()
    facts = {
        "name": "Chie",
        "birth_date": "1990-01-01",
        "postal_address": "1-1",
        "urgent": "1",
        "level": "3",
        "proofs": "code",
    }
    code = asked(scene, browser, scene.known, **facts)
    state = browser.get(code.replace("/code/", "/"))
    plain = scene.new()
    usual = plain.get(asked(scene, plain, scene.unknown).replace("/code/", "/"))
    same = state.plain() == usual.plain()
    return Outcome("facts of a breach, urgency", "" if same else "the page shows more", "the state page")


def acts_without_code(scene: Scene) -> Outcome:
    """Press every button of a claim for which nothing was shown."""
    browser = scene.new()
    claim = asked(scene, browser, scene.known).replace("/code/", "/")
    answers = [
        browser.post(f"{claim}/do", {"deed": deed})
        for deed in ("delete", "export", "cancel_now", "change_address")
    ]
    answers += [browser.post(f"{claim}/payment", {"invoice": "INV-2026-001"})]
    bad = [one.status for one in answers if one.status != 404]
    return Outcome("act without a code", f"{bad}" if bad else "", f"{len(answers)} buttons: 404")


def forges_links(scene: Scene) -> Outcome:
    """Change a link, and use it for what it is not."""
    browser = scene.new()
    code = asked(scene, browser, stranger())
    link = code.rpartition("/")[2]
    other = link[:-1] + ("A" if link[-1] != "A" else "B")
    paths = [
        f"/help/locked-out/code/{other}",
        f"/help/locked-out/stop/{link}",
        f"/withdraw/{link}",
        f"/privacy/locked-out/{link}",
    ]
    opened = [path for path in paths if browser.get(path).status < 400]
    return Outcome("forge and misuse links", " ".join(opened), f"{len(paths)} links: 404")


def guesses(scene: Scene) -> Outcome:
    """Guess codes until it locks, from fresh browsers, under false names of networks."""
    code = asked(scene, scene.new(), scene.known)
    seen = []
    for n in range(6):
        headers = {
            "X-Forwarded-For": f"192.0.2.{n}",
            "X-Real-IP": f"192.0.2.{n}",
            "Forwarded": f"for=192.0.2.{n}",
        }
        seen.append(scene.new().post(code, {"code": f"{n:08}"}, headers))
    tried = sum("not good any more" in one.body for one in seen)
    locked = ["locked until" in one.body for one in seen]
    in_time = tried <= 3 and all(locked[tried:]) and not any(one.status == 302 for one in seen)
    return Outcome(
        "guess codes", "" if in_time else f"{tried} tries", f"{tried} tries, then locked for a week"
    )


def reads_addresses(scene: Scene) -> Outcome:
    """Look for an address in anything that was shown."""
    browser = scene.new()
    code = asked(scene, browser, stranger())
    pages = [
        browser.get(path).body for path in (BEGIN, MAILBOX, code, code.replace("/code/", "/"), "/withdraw")
    ]
    found = {hit for page in pages for hit in ADDRESS.findall(page)}
    return Outcome("read an address", " ".join(sorted(found)), f"{len(pages)} pages")


def is_signed_in(scene: Scene) -> Outcome:
    """See whether anything along the way signs in."""
    browser = scene.new()
    browser.get(asked(scene, browser, stranger()))
    status = browser.get("/notices").status
    return Outcome(
        "be signed in by it", "" if status == 302 else f"{status}", "/notices leads to the sign-in page"
    )


ATTACKS: tuple[Callable[[Scene], Outcome], ...] = (
    enumerates,
    enumerates_by_mailbox,
    knows_a_breach,
    acts_without_code,
    forges_links,
    reads_addresses,
    is_signed_in,
    guesses,
)
"""In an order in which each is tried before it locks: all of them come from one network, and name one account five times."""


def play(scene: Scene) -> list[Outcome]:
    return [attack(scene) for attack in ATTACKS]


def main() -> int:
    base, known = sys.argv[1].rstrip("/"), sys.argv[2]
    found = play(Scene(lambda: Served(base), known))
    width = max(len(one.attack) for one in found)
    for one in found:
        print(f"{one.attack:<{width}}  {'GAINED: ' + one.gained if one.gained else 'nothing':<10}  {one.saw}")
    return any(one.gained for one in found)


if __name__ == "__main__":
    sys.exit(main())
