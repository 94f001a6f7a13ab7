from __future__ import annotations

from django.apps import AppConfig


class ConductConfig(AppConfig):
    name = "sekisho.enforcement.conduct"
    label = "conduct"
    default_auto_field = "django.db.models.BigAutoField"
