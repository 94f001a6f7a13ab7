from __future__ import annotations

from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "sekisho.support"
    label = "support"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell cases who speaks for an organisation, by the policy in force."""
        from sekisho.cases import speaking
        from sekisho.support.queries import policy_in_force

        speaking.told_by(lambda: policy_in_force().admins_are_owners)
