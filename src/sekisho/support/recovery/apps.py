from __future__ import annotations

from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    name = "sekisho.support.recovery"
    label = "recovery"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the room of rights until when no copy is given out after a change of address."""
        from sekisho.records.rights import quiet
        from sekisho.support.recovery.queries.claims import changed_at
        from sekisho.support.recovery.rules.waiting import AFTER_CHANGE

        quiet.told_by(lambda person: at + AFTER_CHANGE if (at := changed_at(person)) else None)
