from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "sekisho.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sekisho.notices import membership  # noqa: F401 - connects its receiver
