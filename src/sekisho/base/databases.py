"""Database addresses, and which tables live where. Plain values in the shape Django takes them; no Django
here.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text

KEYSTORE = "keystore"
"""Alias of the database of content keys, and label of the one app whose tables live there."""

SQLITE_BUSY_S = 20
"""Seconds a writer waits for its turn on an SQLite file before it gives up."""

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000"
"""Readers never wait (WAL), and what was committed survives a power cut (FULL): ingest forgets journal
entries once they are committed here, so a commit has to be worth its name."""


def database(url: str, default: Path) -> dict[str, object]:
    """Return the connection that `url` names, in the shape of one entry of Django's `DATABASES`.

    `sqlite:///relative.db`, `sqlite:////absolute.db` or
    `postgresql://user:password@host:port/name?sslmode=…`; empty means the SQLite file `default`. Raises
    `SekishoError`, which never shows the address: it may hold a password.
    """
    if not url:
        return _sqlite(default)
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and len(parts.path) > 1:
        return _sqlite(Path(unquote(parts.path[1:])))
    if parts.scheme in {"postgresql", "postgres"} and len(parts.path) > 1:
        return _postgresql(url)
    raise SekishoError(
        "database_url_unreadable",
        Text(
            "The database address cannot be read. Write `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST:PORT/NAME`.",
            "データベースの指定を読み取れません。`sqlite:///PATH` または "
            "`postgresql://USER:PASSWORD@HOST:PORT/NAME` の形で指定してください。",
        ),
    )


def _sqlite(path: Path) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path.expanduser().absolute()),
        # IMMEDIATE: a transaction takes the write lock when it begins, so two writers queue up
        # instead of one of them failing half way with "database is locked".
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": SQLITE_BUSY_S,
            "init_command": SQLITE_PRAGMAS,
        },
    }


def _postgresql(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(query),
    }


class KeystoreRouter:
    """Keeps content keys in a database of their own, so that they are stored and backed up apart from the
    content.
    """

    def db_for_read(self, model: type, **hints: object) -> str | None:
        return KEYSTORE if _label(model) == KEYSTORE else None

    def db_for_write(self, model: type, **hints: object) -> str | None:
        return self.db_for_read(model)

    def allow_relation(self, one: object, other: object, **hints: object) -> bool | None:
        """Refuse relations between the two databases: a key and what it opens never meet in one row."""
        labels = {_label(type(one)), _label(type(other))}
        return None if KEYSTORE not in labels else labels == {KEYSTORE}

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        return (db == KEYSTORE) == (app_label == KEYSTORE)


def _label(model: type) -> str:
    meta = getattr(model, "_meta", None)
    return str(getattr(meta, "app_label", ""))
