"""Whether a call names a place outside the workspace.

Nobody tells the gate where the workspace is, but people tell the model: a path that the product or the person has named
is theirs, with everything in it, and so is every relative path that does not climb out. All else is outside.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

ARGUMENTS = frozenset(
    {
        "path", "paths", "file", "files", "file_path", "filepath", "filename", "target", "targets", "target_file",
        "destination", "dest", "directory", "dir", "folder", "uri", "cwd", "root", "notebook_path",
        "command", "cmd", "script", "commands", } )  # fmt: skip
"""Names under which places stand. Text that is written into a file may speak of any path."""
EVERYBODYS = ("/tmp", "/dev/null", "/dev/stdout", "/dev/stderr", "/var/tmp")  # noqa: S108 - places, not files of ours
"""Never outside."""

_STOP = r"[^\s'\"`|;&<>()]*"
_PLACE = re.compile(
    rf"(?:^|(?<=[\s'\"`=(<>|;&]))(?:file://)?((?:/|~|\$\{{?HOME\}}?|[A-Za-z]:[\\/]){_STOP}|(?:{_STOP}/)?\.\.(?:/{_STOP})?)"
)
_NAMED = re.compile(r"(?:^|[\s'\"`(:=])((?:~|/|[A-Za-z]:[\\/])[\w.@+\-/\\]*)")


def outside(values: Iterable[str], said: Iterable[str]) -> bool:
    """Return whether one of the values names a place that lies in none of those that `said` names."""
    places = {place for value in values for place in _places(value)}
    if not places:
        return False
    ours = {_normal(found.rstrip(".,;:!?")) for text in said for found in _NAMED.findall(text)}
    return any(not _is_ours(place, ours) for place in places)


def _places(value: str) -> Iterator[str]:
    """The places in a value that are absolute, of a home, or above."""
    for found in _PLACE.finditer(value):
        place = _normal(found[1])
        if not _is_relative(place) or place.startswith(".."):
            yield place


def _is_relative(place: str) -> bool:
    return not place.startswith(("/", "~")) and place[1:2] != ":"


def _is_ours(place: str, ours: set[str]) -> bool:
    """Whether a place is named itself, or lies in one that is; `/` and `/etc` are too much to be meant by a word."""
    if place in ours or any(place == one or place.startswith(f"{one}/") for one in EVERYBODYS):
        return True
    return any(place.startswith(f"{one}/") for one in ours if one.strip("/").count("/") >= 1)


def _normal(path: str) -> str:
    plain = path.replace("\\", "/").replace("${HOME}", "~").replace("$HOME", "~")
    return posixpath.normpath(plain) if plain else plain
