"""Every table that holds people says what it holds."""

from __future__ import annotations

from django.apps import apps

from sekisho.accounts.data import TABLES

OURS = {"accounts", "account", "mfa", "socialaccount", "sessions", "admin", "auth", "contenttypes"}


def test_every_table_of_accounts_and_sign_in_is_in_the_inventory() -> None:
    models = apps.get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models if model._meta.app_label in OURS}
    assert tables | {"django_migrations"} == set(TABLES)
