from __future__ import annotations

from django.apps import AppConfig


class MessengerConfig(AppConfig):
    name = "sekisho.support.messenger"
    label = "messenger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what the team writes in cases."""
        import sekisho.support.messenger.tasks  # noqa: F401
