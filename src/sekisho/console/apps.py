"""Django's handle on the console."""

from __future__ import annotations

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "sekisho.console"
    label = "console"
    verbose_name = "Sekisho console"
