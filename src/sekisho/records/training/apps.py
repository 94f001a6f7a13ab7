from __future__ import annotations

import logging

from django.apps import AppConfig

log = logging.getLogger(__name__)


class TrainingConfig(AppConfig):
    name = "sekisho.records.training"
    label = "training"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Recall as soon as something is taken back, and not only when the worker looks next."""
        from sekisho.records.events import data_use_changed

        data_use_changed.connect(_recall_at_once, dispatch_uid="training")


def _recall_at_once(**_: object) -> None:
    """What fails here fails nobody's withdrawal: the worker does it within seconds."""
    from sekisho.records.training.actions import follow

    try:
        follow()
    except Exception as problem:
        log.error("worker.failed", extra={"problem": type(problem).__name__})
