"""A primary key that tells what it is the key of. Other rooms' tables use it too."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import models

from sekisho.base.ids import new_id

if TYPE_CHECKING:
    _TextField = models.CharField[str, str]
else:
    _TextField = models.CharField


class IdField(_TextField):
    """Primary key such as `org_01k9…`, made when the row is. In migrations it is plain text, which needs no
    code of ours.
    """

    def __init__(self, kind: str = "", **options: Any) -> None:
        default: dict[str, Callable[[], str]] = {"default": partial(new_id, kind)} if kind else {}
        super().__init__(**{"max_length": 40, "primary_key": True, "editable": False, **default, **options})

    def deconstruct(self) -> tuple[Any, Any, Any, Any]:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, {k: v for k, v in options.items() if k != "default"}
