"""An article's file: what stands between its two lines of dashes (YAML), and the text below (Markdown). No Django."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from json import dumps
from typing import Any

import yaml

from sekisho.base.text import Lang
from sekisho.support.help.categories import BY_ID
from sekisho.support.help.rules.audience import packed, unpacked
from sekisho.support.help.types import EVERYBODY, Draft

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SLUG_CHARS = 80
TITLE_CHARS = 200
BODY_CHARS = 40_000
_FILE = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_KNOWN = frozenset({"title", "category", "audience", "keywords", "updated", "reviewed", "owner"})


class ArticleError(ValueError):
    """What is wrong with an article, in a sentence that names it."""


def read(source: str, slug: str, lang: Lang, position: int = 1_000) -> Draft:
    """Return the article that a file holds. Raises `ArticleError`, also for a field that no article has: a misspelt
    `audience` must not make an article public."""
    found = _FILE.match(source.replace("\r\n", "\n"))
    if not found:
        raise ArticleError(f"{slug}.{lang}.md does not begin with a block between two lines of `---`.")
    try:
        fields = yaml.safe_load(found[1])
        return checked(_draft(fields, found[2].strip() + "\n", slug, lang, position))
    except (KeyError, TypeError, ValueError, yaml.YAMLError) as problem:
        raise ArticleError(f"{slug}.{lang}.md: {problem}") from problem


def checked(draft: Draft) -> Draft:
    """Return the draft if it can be published. Raises `ArticleError`."""
    for wrong, told in (
        (
            not SLUG.fullmatch(draft.slug) or len(draft.slug) > SLUG_CHARS,
            "The address is small letters and hyphens.",
        ),
        (draft.category not in BY_ID, f"There is no category {draft.category!r}."),
        (not 1 <= len(draft.title) <= TITLE_CHARS, f"A title has 1 to {TITLE_CHARS} characters."),
        (not 1 <= len(draft.body.strip()) <= BODY_CHARS, f"A text has 1 to {BODY_CHARS} characters."),
        ("\x00" in draft.title + draft.body, "A text has no zero bytes."),
    ):
        if wrong:
            raise ArticleError(told)
    return draft


def digest_of(draft: Draft) -> str:
    """Return what tells whether an article says something new, or stands elsewhere, or is for others."""
    parts = [
        draft.title,
        draft.category,
        draft.owner,
        dumps(packed(draft.audience)),
        *draft.keywords,
        draft.body.strip(),
    ]
    return sha256("\x1f".join(parts).encode()).hexdigest()


def _draft(fields: Mapping[str, Any], body: str, slug: str, lang: Lang, position: int) -> Draft:
    if unknown := fields.keys() - _KNOWN:
        raise ArticleError(f"an article has no field {', '.join(sorted(unknown))}.")
    return Draft(
        slug=slug, lang=lang, title=str(fields["title"]), category=str(fields["category"]), body=body,
        updated=_day(fields["updated"]), reviewed=_day(fields["reviewed"]), owner=str(fields["owner"]),
        keywords=tuple(str(word) for word in fields.get("keywords") or ()),
        audience=unpacked(fields["audience"]) if fields.get("audience") else EVERYBODY, position=position,
    )  # fmt: skip


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
