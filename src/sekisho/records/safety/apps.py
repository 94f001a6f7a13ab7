from __future__ import annotations

from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "sekisho.records.safety"
    label = "safety"
    default_auto_field = "django.db.models.BigAutoField"
