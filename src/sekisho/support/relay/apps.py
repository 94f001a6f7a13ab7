from __future__ import annotations

from django.apps import AppConfig


class RelayConfig(AppConfig):
    name = "sekisho.support.relay"
    label = "relay"
    default_auto_field = "django.db.models.BigAutoField"
