"""Text that exists in every language a person may read it in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Lang = Literal["en", "ja"]
"""The languages in which Sekisho speaks. Every string on every surface exists in both."""

LANGS: tuple[Lang, ...] = get_args(Lang)
DEFAULT_LANG: Lang = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """One text in every language of `LANGS`; never empty in any."""

    en: str
    ja: str

    def in_(self, lang: Lang) -> str:
        return self.ja if lang == "ja" else self.en

    def format(self, **fields: object) -> Text:
        """Return the text with `{name}` fields filled in both languages."""
        return Text(self.en.format(**fields), self.ja.format(**fields))


def as_lang(code: str | None) -> Lang:
    """Return the language that a BCP 47 code such as `ja-JP` asks for, English when it asks for another."""
    return "ja" if (code or "").lower().split("-")[0].split("_")[0] == "ja" else DEFAULT_LANG


def lang_from_header(accept_language: str | None) -> Lang | None:
    """Return the first of our languages by quality in an `Accept-Language` header, or None if it names none.

    Source: RFC 9110, section 12.5.4. Malformed parts are passed over; `q=0` refuses a language.
    """
    best: tuple[float, Lang] | None = None
    for code, quality in _weighted(accept_language or ""):
        primary = code.split("-")[0]
        if primary in LANGS and quality > 0 and (best is None or quality > best[0]):
            best = (quality, as_lang(primary))
    return best[1] if best else None


def _weighted(header: str) -> Iterable[tuple[str, float]]:
    for part in header.split(","):
        code, _, parameter = part.strip().lower().partition(";")
        try:
            yield code.strip(), float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
