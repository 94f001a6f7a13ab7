from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out


class ReviewConfig(AppConfig):
    name = "sekisho.enforcement.review"
    label = "review"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        user_logged_out.connect(_give_back, dispatch_uid="review")


def _give_back(user: Any = None, **_: object) -> None:
    """Let colleagues have what somebody held who signs out."""
    if user is not None:
        from sekisho.enforcement.review.actions import release_all

        release_all(str(user.pk))
