"""Addresses of databases and mail, and what is kept apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from sekisho.base.databases import KEYSTORE, KeystoreRouter, database
from sekisho.base.errors import SekishoError
from sekisho.base.mail import mail

DEFAULT = Path("/srv/data/sekisho.db")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("", {"NAME": "/srv/data/sekisho.db"}, id="nothing said"),
        pytest.param("sqlite:////var/lib/sekisho.db", {"NAME": "/var/lib/sekisho.db"}, id="an absolute file"),
        pytest.param(
            "postgresql://gate:p%40ss@db.example.test:5433/sekisho?sslmode=verify-full",
            {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": "sekisho",
                "USER": "gate",
                "PASSWORD": "p@ss",
                "HOST": "db.example.test",
                "PORT": "5433",
                "OPTIONS": {"sslmode": "verify-full"},
            },
            id="PostgreSQL with everything",
        ),
        pytest.param(
            "postgresql://postgres:@/sekisho?host=/run/pg",
            {"HOST": "/run/pg", "PORT": "", "OPTIONS": {}},
            id="PostgreSQL on a socket",
        ),
    ],
)
def test_database(url: str, expected: dict[str, object]) -> None:
    found = database(url, DEFAULT)
    assert {name: found[name] for name in expected} == expected


def test_sqlite_waits_its_turn_and_survives_a_power_cut() -> None:
    options = database("", DEFAULT)["OPTIONS"]
    assert isinstance(options, dict)
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]


@pytest.mark.parametrize("url", ["mysql://u:secret@h/db", "postgresql://u:secret@h", "secret", "sqlite:///"])
def test_an_unreadable_address_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(SekishoError) as refused:
        database(url, DEFAULT)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("alias", "label", "allowed"),
    [
        pytest.param(KEYSTORE, KEYSTORE, True, id="content keys in the keystore"),
        pytest.param("default", KEYSTORE, False, id="content keys beside the content"),
        pytest.param(KEYSTORE, "records", False, id="content in the keystore"),
        pytest.param("default", "records", True, id="content in the main database"),
    ],
)
def test_keys_and_content_live_apart(alias: str, label: str, allowed: bool) -> None:
    assert KeystoreRouter().allow_migrate(alias, label) is allowed


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param(
            "console:", {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, id="printed"
        ),
        pytest.param(
            "smtp://gate:p%40ss@mail.example.test",
            {"EMAIL_PORT": 587, "EMAIL_USE_TLS": True, "EMAIL_USE_SSL": False, "EMAIL_HOST_PASSWORD": "p@ss"},
            id="submission",
        ),
        pytest.param(
            "smtps://mail.example.test", {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True}, id="TLS from the start"
        ),
        pytest.param(
            "smtp://127.0.0.1:8025", {"EMAIL_PORT": 8025, "EMAIL_USE_TLS": False}, id="this machine"
        ),
    ],
)
def test_mail(url: str, expected: dict[str, object]) -> None:
    found = mail(url)
    assert {name: found[name] for name in expected} == expected


def test_an_unreadable_mail_address_is_refused_and_not_shown() -> None:
    with pytest.raises(SekishoError) as refused:
        mail("imap://gate:secret@mail.example.test")
    assert "secret" not in str(refused.value)
