"""Errors that tell a person what happened and what to do, and a program which error it was."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.text import Lang, Text


class SekishoError(Exception):
    """An expected refusal: a stable `code` for programs, a bilingual `message` for people.

    The message shows the reader's own input back, never another person's and never a secret.
    """

    def __init__(self, code: str, message: Text, **data: object) -> None:
        super().__init__(f"{code}: {message.en}")
        self.code = code
        self.message = message
        self.data: Mapping[str, object] = data

    def told(self, lang: Lang) -> str:
        return self.message.in_(lang)


class NotFoundError(SekishoError):
    """What the viewer asked for does not exist, or is not theirs to see: the two read the same."""


class NotAllowedError(SekishoError):
    """The actor lacks the permission; `data["permission"]` names it."""
