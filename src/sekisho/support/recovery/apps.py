from __future__ import annotations

from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    name = "sekisho.support.recovery"
    label = "recovery"
    default_auto_field = "django.db.models.BigAutoField"
