from __future__ import annotations

from django.apps import AppConfig


class TransparencyConfig(AppConfig):
    name = "sekisho.enforcement.transparency"
    label = "transparency"
    default_auto_field = "django.db.models.BigAutoField"
