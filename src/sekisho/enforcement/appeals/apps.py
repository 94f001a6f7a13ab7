from __future__ import annotations

from django.apps import AppConfig


class AppealsConfig(AppConfig):
    name = "sekisho.enforcement.appeals"
    label = "appeals"
    default_auto_field = "django.db.models.BigAutoField"
