"""Django's handle on the console."""

from __future__ import annotations

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "sekisho.console"
    label = "console"
    verbose_name = "Sekisho console"

    def ready(self) -> None:
        """Listen to sign-ins: a session carries the host on which it was made."""
        import sekisho.console.messenger.asking  # noqa: F401
