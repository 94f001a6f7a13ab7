"""The policies that Sekisho ships."""

from __future__ import annotations

from functools import cache
from importlib import resources

from sekisho.policy.load import load
from sekisho.policy.types import Pack


@cache
def reference_packs() -> tuple[Pack, ...]:
    """Return every version of the reference policy, by `effective_at`. Read once a process."""
    packs = (load(text, source) for source, text in reference_sources().items())
    return tuple(sorted(packs, key=lambda pack: pack.effective_at))


def reference_sources() -> dict[str, str]:
    """Return the YAML of every version of the reference policy by file name."""
    folder = resources.files(__name__) / "reference"
    files = (file for file in folder.iterdir() if file.name.endswith(".yaml"))
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(files, key=lambda file: file.name)}
