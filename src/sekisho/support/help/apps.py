from __future__ import annotations

from django.apps import AppConfig


class HelpConfig(AppConfig):
    name = "sekisho.support.help"
    label = "help"
    default_auto_field = "django.db.models.BigAutoField"
