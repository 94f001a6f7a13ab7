"""The words that people read before they choose, as versions in files (R-DATA-023): what a receipt names can be read
again years later. No Django."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from importlib.resources import files

import msgspec
import yaml

from sekisho.base.text import LANGS, Lang
from sekisho.records.consent.types import Purpose, Words

VERSIONS = ("2025-08-28",)
"""Every version that was ever in force, oldest first; the last of a purpose is the one that is shown."""


class _Said(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    title: str
    paragraphs: tuple[str, ...]
    allow: str
    dont_allow: str


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    version: str
    purpose: Purpose
    effective_at: datetime
    en: _Said
    ja: _Said


def words(version: str, language: Lang) -> Words | None:
    """Return one version in one language; None for a version that never was."""
    return _all().get((version, language))


def current_words(purpose: Purpose, language: Lang) -> Words:
    """Return what is shown now before somebody chooses."""
    return next(
        _all()[version, language]
        for version in reversed(VERSIONS)
        if _all()[version, language].purpose is purpose
    )


@cache
def _all() -> dict[tuple[str, Lang], Words]:
    read = [_read(version) for version in VERSIONS]
    return {(file.version, language): _words(file, language) for file in read for language in LANGS}


def _read(version: str) -> _File:
    source = files("sekisho.records.consent.notices").joinpath(f"{version}.yaml").read_bytes()
    return msgspec.convert(yaml.safe_load(source), _File)


def _words(file: _File, language: Lang) -> Words:
    said = file.ja if language == "ja" else file.en
    lines = [file.version, file.purpose, language, said.title, *said.paragraphs, said.allow, said.dont_allow]
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return Words(
        file.version,
        file.purpose,
        language,
        said.title,
        said.paragraphs,
        said.allow,
        said.dont_allow,
        digest,
    )
