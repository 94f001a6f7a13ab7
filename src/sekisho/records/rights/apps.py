from __future__ import annotations

from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "sekisho.records.rights"
    label = "rights"
    default_auto_field = "django.db.models.BigAutoField"
