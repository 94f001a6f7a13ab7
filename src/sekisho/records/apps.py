from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "sekisho.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hand the audit log, which stands beneath, the keys that it signs with and the names of data subjects."""
        from sekisho.audit import pseudonyms, signing
        from sekisho.records.keystore.naming import audit_name
        from sekisho.records.keystore.queries import signing_public_keys
        from sekisho.records.keystore.signing import signer

        signing.provide(signer, signing_public_keys)
        pseudonyms.provide(audit_name)
