from __future__ import annotations

from django.apps import AppConfig


class HoldsConfig(AppConfig):
    name = "sekisho.enforcement.holds"
    label = "holds"
    default_auto_field = "django.db.models.BigAutoField"
