from __future__ import annotations

from django.apps import AppConfig


class LinkConfig(AppConfig):
    name = "sekisho.link"
    label = "link"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sekisho.link import publish

        publish.listen()
