"""Reads a rendered page as a strict reader would: what stands in it, and what a strict policy would refuse."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class PageText:
    """What tests ask of a page."""

    lang: str = ""
    title: str = ""
    h1: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    """Everything that `script-src 'self'; style-src 'self'` refuses."""
    unlabelled: list[str] = field(default_factory=list)
    """Form controls that no label names."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = PageText()
        self._open: list[str] = []
        self._labels: set[str] = set()
        self._controls: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.page.lang = known.get("lang", "")
        if tag == "h1":
            self.page.h1.append("")
        if identity := known.get("id"):
            self.page.ids.append(identity)
        if tag == "a":
            self.page.links.append(known.get("href", ""))
        self._refuse(tag, known)
        self._control(tag, known)
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "title" in self._open and "svg" not in self._open:
            self.page.title += data
        if "h1" in self._open:
            self.page.h1[-1] += data
        if self._open and self._open[-1] == "script" and data.strip():
            self.page.inline.append(f"script: {data[:60]}")

    def _refuse(self, tag: str, known: dict[str, str]) -> None:
        if tag == "style" or "style" in known:
            self.page.inline.append(f"{tag} style")
        self.page.inline += [f"{tag} {name}" for name in known if name.startswith(("on", "hx-on"))]
        if known.get("href", "").startswith("javascript:"):
            self.page.inline.append(f"{tag} javascript:")

    def _control(self, tag: str, known: dict[str, str]) -> None:
        if tag == "label":
            self._labels.add(known.get("for", ""))
        named = known.get("aria-label") or known.get("aria-labelledby")
        if (
            tag in {"input", "select", "textarea"}
            and known.get("type") not in {"hidden", "submit"}
            and not named
        ):
            self._controls.append((known.get("id", ""), known.get("name", "")))

    def finished(self) -> PageText:
        self.page.unlabelled = [name for identity, name in self._controls if identity not in self._labels]
        return self.page


def read(markup: str) -> PageText:
    reader = _Reader()
    reader.feed(markup)
    return reader.finished()
