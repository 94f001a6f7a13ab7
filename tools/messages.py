"""Keep the catalogue of translated strings: extract, update, compile, check. Needs Babel, no gettext programs.

    python tools/messages.py            extract from code and templates, update django.po, compile django.mo
    python tools/messages.py --check    fail when a string is missing, fuzzy or unused, or the .mo is stale

The source language is English. allauth and Django bring Japanese of their own for theirs.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "sekisho"
FOLDER = SOURCE / "locale" / "ja" / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"

KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
FIELD = re.compile(r"%\((\w+)\)[sdf.0-9]")
HEADER = "# Japanese text of Sekisho's pages. Written by `make messages`; translations are edited here.\n#"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; say what is missing")
    options = parser.parse_args()
    settings.configure(USE_I18N=True)
    django.setup()
    catalog = merged(extracted(), stored())
    if options.check:
        problems = list(faults(catalog, stored()))
        print("\n".join(problems) or f"{len(catalog)} strings, all in Japanese.")
        return 1 if problems else 0
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(po_bytes(catalog))
    MO.write_bytes(mo_bytes(catalog))
    missing = list(faults(catalog, catalog))
    print("\n".join(missing) or f"{len(catalog)} strings, all in Japanese.")
    return 0


def extracted() -> Catalog:
    """Return every string that code and templates mark, with where it stands."""
    catalog = _empty()
    for path, line, name, said in marked():
        context, text = _text(name, said)
        if text:
            catalog.add(
                text,
                locations=[(path, line)],
                context=context,
                flags=["python-format"] if _formats(text) else [],
            )
    return catalog


def marked() -> Iterator[tuple[str, int, str, object]]:
    """Yield (path, line, function, argument or arguments), in the order of paths and lines."""
    for path in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html"), *SOURCE.rglob("*.txt")]):
        if "migrations" in path.parts or "packs" in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            source = templatize(source, origin=str(path))
        shown = path.relative_to(ROOT).as_posix()
        for line, name, said, _comments in extract_python(io.BytesIO(source.encode()), KEYWORDS, [], {}):
            yield shown, line, str(name or ""), said


def merged(template: Catalog, old: Catalog) -> Catalog:
    """Return the extracted catalogue with the translations that are known; unused ones are dropped."""
    for message in template:
        known = old.get(message.id, message.context) if message.id else None
        if known is not None:
            message.string = known.string
            message.flags |= known.flags & {"fuzzy"}
    return template


def stored() -> Catalog:
    if not PO.exists():
        return Catalog(locale="ja")
    with PO.open("rb") as file:
        return read_po(file, locale="ja", domain="django")


def faults(catalog: Catalog, old: Catalog) -> Iterator[str]:
    """Yield what is wrong, one line a fault, as `path:line: what`."""
    for message in _strings(catalog):
        place = ":".join(str(part) for part in message.locations[0])
        if not _translated(message):
            yield f"{place}: not in Japanese yet: {message.id!r}"
        elif message.fuzzy:
            yield f"{place}: marked fuzzy, please confirm: {message.id!r}"
        elif _fields(message.id) != _fields(message.string):
            yield f"{place}: fields differ between the languages: {message.id!r}"
    for message in _strings(old):
        if catalog.get(message.id, message.context) is None:
            yield f"{PO.name}: nothing uses {message.id!r} any more; run `make messages`"
    if not MO.exists() or MO.read_bytes() != mo_bytes(catalog):
        yield f"{MO.name} is stale; run `make messages`"


def po_bytes(catalog: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalog, width=110, sort_by_file=True, omit_header=False)
    # A date would make every run a change.
    return re.sub(rb'"(POT-Creation|PO-Revision)-Date:[^"]*"\n', b"", file.getvalue())


def mo_bytes(catalog: Catalog) -> bytes:
    """Return the compiled catalogue; the same translations always give the same bytes."""
    plain = _empty()
    for message in sorted(_strings(catalog), key=lambda one: (str(one.id), one.context or "")):
        plain.add(message.id, message.string, context=message.context)
    file = io.BytesIO()
    write_mo(file, plain)
    return _undated(file.getvalue())


def _empty() -> Catalog:
    return Catalog(
        locale="ja",
        domain="django",
        header_comment=HEADER,
        project="Sekisho",
        version="main",
        msgid_bugs_address="-",
        last_translator="The Sekisho founders",
        language_team="ja",
        charset="utf-8",
        fuzzy=False,
    )


def _undated(data: bytes) -> bytes:
    """The dates of the header, set to a fixed one of the same length."""
    return re.sub(rb"(Date: )\d{4}-\d\d-\d\d \d\d:\d\d[+-]\d{4}", rb"\g<1>2025-01-01 00:00+0000", data)


def _text(name: str, said: object) -> tuple[str | None, str | tuple[str, str] | None]:
    """Return (context, text or (singular, plural)) of one call; text is None when it is not a literal."""
    parts = [part for part in said if part] if isinstance(said, tuple) else [said]
    context = str(parts.pop(0)) if "p" in name.split("gettext")[0] and name != "_" and parts else None
    words = [part for part in parts if isinstance(part, str)]
    if not words:
        return context, None
    plural = name.startswith(("ngettext", "npgettext")) and len(words) > 1
    return context, ((words[0], words[1]) if plural else words[0])


def _strings(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, (list, tuple)) else bool(message.string)


def _formats(text: object) -> bool:
    return bool(_fields(text))


def _fields(text: object) -> set[str]:
    whole = " ".join(text) if isinstance(text, (list, tuple)) else str(text)
    return set(FIELD.findall(whole))


if __name__ == "__main__":
    sys.exit(main())
