from __future__ import annotations

from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from sekisho.base.databases import KEYSTORE


class KeystoreConfig(AppConfig):
    name = "sekisho.records.keystore"
    label = KEYSTORE
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        connection_created.connect(_overwrite_what_is_deleted, dispatch_uid="keystore")


def _overwrite_what_is_deleted(connection: BaseDatabaseWrapper, **_: object) -> None:
    """Make SQLite write zeros over a destroyed key instead of only forgetting where it lay."""
    if connection.alias == KEYSTORE and connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
