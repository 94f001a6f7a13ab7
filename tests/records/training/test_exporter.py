"""The exporter's own connection: what it may read, on each database, and that it sees one moment."""

from __future__ import annotations

from threading import Thread

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, connections
from django.db.utils import ConnectionDoesNotExist

from sekisho.base.clock import fixed_clock
from sekisho.base.errors import SekishoError
from sekisho.records.models import Turn
from sekisho.records.training import exporter, selecting
from sekisho.records.training.exporter import EXPORTER, READS, ROLE, apply_grants, exporting, grants
from sekisho.records.training.models import DatasetVersion
from sekisho.records.types import Kind
from tests.records.training.makers import AIKO, NOW, allow, build, event, keep, manifest, turn

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
CLOSED = sorted(
    model._meta.db_table
    for model in apps.get_models(include_auto_created=True)
    if model._meta.app_label != "keystore" and model._meta.db_table not in READS
)


@pytest.fixture
def granted(db):
    apply_grants()


def refused(statement):
    """Whether the exporter's connection refuses the statement, in a transaction of its own."""
    with exporting():
        try:
            with connections[EXPORTER].cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError:
            return True
    return False


def test_surveys_safety_records_and_support_are_closed(granted):
    """R-DATA-086, R-DATA-240: asked of the database itself, table by table."""
    assert {"feedback_surveycount", "feedback_report", "safety_safetyrecord"} <= set(CLOSED)
    for name in (
        "feedback_surveycount",
        "feedback_report",
        "safety_safetyrecord",
        "accounts_person",
        "training_datasetitem",
    ):
        assert refused(f"SELECT * FROM {name}"), name
        assert refused(f"SELECT count(*) FROM {name}"), name
    assert not refused("SELECT count(*) FROM records_turn")


def test_it_cannot_be_talked_around(granted):
    for statement in (
        "SELECT t.id FROM records_turn t WHERE EXISTS (SELECT 1 FROM feedback_surveycount)",
        "WITH s AS (SELECT * FROM feedback_surveycount) SELECT * FROM s",
        "UPDATE records_turn SET flagged = true",
        "DELETE FROM records_content",
        "CREATE TABLE stolen (id integer)",
    ):
        assert refused(statement), statement


def test_every_table_that_an_export_needs_is_there(granted):
    assert set(READS) <= {model._meta.db_table for model in apps.get_models()}


def test_an_export_runs_through_it_and_sees_one_moment(granted, tmp_path, monkeypatch):
    """What is received, or taken back, while it runs is not in it; the next look recalls."""
    monkeypatch.setattr(selecting, "CONVERSATIONS", 1)
    allow()
    keep(turn("req_1", conversation="c1"), turn("req_2", conversation="c2"))
    seen: list[int] = []

    def others():
        event(Kind.DENIED, NOW, member=AIKO)
        keep(turn("req_3", conversation="c3"))
        connections.close_all()

    def meanwhile(records, items):
        if not seen:
            thread = Thread(target=others)
            thread.start()
            thread.join(30)
        seen.append(records)

    version = build(tmp_path, progress=meanwhile)
    assert seen == [1, 2]
    assert manifest(tmp_path, version)["items"] == 2
    assert Turn.objects.count() == 3
    from sekisho.records.training.tasks import recall

    assert recall(fixed_clock(NOW)) == 1, "the withdrawal came after the moment that the export saw"


def test_nothing_is_left_of_the_connection(granted):
    with exporting():
        assert connections[EXPORTER].connection is not None
    with pytest.raises(ConnectionDoesNotExist):
        connections[EXPORTER]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM feedback_surveycount")


def test_the_statements_name_every_table_and_no_other():
    for name in READS:
        assert name in grants()
    assert not [name for name in CLOSED if f" {name}," in grants()]


def test_an_exporter_that_could_read_more_does_not_begin(granted, tmp_path):
    """On PostgreSQL, where grants are given by people; on SQLite nobody can give any."""
    allow()
    keep(turn("req_1"))
    if connection.vendor == "sqlite":
        assert exporter._authorized(20, "feedback_surveycount", "rating") != 0
        return
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT SELECT ON feedback_surveycount TO {ROLE}")
    try:
        with pytest.raises(SekishoError, match="feedback_surveycount"):
            build(tmp_path)
        assert not list(tmp_path.iterdir())
        assert DatasetVersion.objects.get().state == "abandoned"
    finally:
        apply_grants()
    assert build(tmp_path)


def test_without_its_role_it_says_what_to_do(db, tmp_path, monkeypatch):
    if connection.vendor == "sqlite":
        return
    monkeypatch.setattr(exporter, "ROLE", "sekisho_nobody")
    with pytest.raises(SekishoError, match="exporter_missing"):
        build(tmp_path)


def test_what_is_taken_back_is_recalled_with_its_own_commit(granted, tmp_path):
    """No worker runs: whoever withdraws has it recalled before the answer is there."""
    allow()
    keep(turn("req_1"))
    version = build(tmp_path)
    event(Kind.DENIED, NOW, member=AIKO)
    assert DatasetVersion.objects.get(id=version).items.filter(recalled_by=None).count() == 0


def test_a_recall_that_fails_fails_nobodys_withdrawal(granted, tmp_path, monkeypatch):
    def full(*_):
        raise OSError("full")

    allow()
    monkeypatch.setattr("sekisho.records.training.actions.follow", full)
    event(Kind.DENIED, NOW, member=AIKO)


def test_it_can_sign_in_by_itself(granted, tmp_path, monkeypatch):
    """With an address of its own the exporter never holds the main connection's rights, not even to give them up."""
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER ROLE {ROLE} LOGIN")
    own = connection.settings_dict
    url = f"postgresql://{ROLE}@:{own['PORT']}/{own['NAME']}?host={own['HOST']}"
    monkeypatch.setenv("SEKISHO_EXPORTER_DATABASE_URL", url)
    assert refused("SELECT * FROM feedback_surveycount")
    with exporting(), connections[EXPORTER].cursor() as cursor:
        cursor.execute("SELECT session_user")
        assert cursor.fetchone() == (ROLE,)
    allow()
    keep(turn("req_1"))
    assert build(tmp_path)
