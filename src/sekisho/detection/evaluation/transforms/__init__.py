"""The mutation suite: ways in which people disguise what they ask, to measure how much of it is still caught.

    letters    single characters are written differently     h4ck, 爆○, ｂｏｍｂ
    codes      nothing readable is left                      base64, ROT13
    wrappers   it stands inside something that looks like work
    pieces     no single part asks for anything

A disguise is one a reader or a model sees through; the request stays the same, so labels stay true. None decodes
anything: what undoes disguises is `detection.normalise` and `detection.unwrap`, and tables here are not theirs, so
that nobody measures a table with itself.
"""

from __future__ import annotations

from typing import Final

from sekisho.base.text import Text
from sekisho.detection.evaluation.transforms.codes import CODES
from sekisho.detection.evaluation.transforms.letters import LETTERS
from sekisho.detection.evaluation.transforms.pieces import PIECES
from sekisho.detection.evaluation.transforms.types import Transform
from sekisho.detection.evaluation.transforms.wrappers import WRAPPERS

TRANSFORMS: Final[tuple[Transform, ...]] = (*LETTERS, *CODES, *WRAPPERS, *PIECES)
"""All of them, in the order of reports."""

_TITLES: Final = {transform.name: transform.title for transform in TRANSFORMS}


def titled(name: str) -> Text:
    """Return the title of a disguise by its name; a name of another version stands for itself."""
    return _TITLES.get(name) or Text(name, name)


__all__ = ["TRANSFORMS", "Transform", "titled"]
