from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "sekisho.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sekisho.accounts import proof, sign_up  # noqa: F401 - connect their receivers
