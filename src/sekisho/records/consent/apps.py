from __future__ import annotations

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "sekisho.records.consent"
    label = "consent"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """End consent as soon as an account changes so that nobody may hold it."""
        from sekisho.accounts.events import access_changed
        from sekisho.records.consent.tasks import on_access_changed

        access_changed.connect(on_access_changed, dispatch_uid="consent.end")
