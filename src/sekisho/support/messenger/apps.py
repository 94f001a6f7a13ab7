from __future__ import annotations

from django.apps import AppConfig


class MessengerConfig(AppConfig):
    name = "sekisho.support.messenger"
    label = "messenger"
    default_auto_field = "django.db.models.BigAutoField"
