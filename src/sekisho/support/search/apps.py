from __future__ import annotations

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "sekisho.support.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sekisho.support.help.events import articles_changed
        from sekisho.support.search.actions import reindex

        articles_changed.connect(reindex, dispatch_uid="search")
