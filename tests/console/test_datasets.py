"""Datasets in the console: asked for, shown, registered for a run; to nobody but privacy staff."""

from __future__ import annotations

import sys

import pytest

from sekisho.base.clock import fixed_clock
from sekisho.records.training import actions, queries
from sekisho.records.types import Kind
from tests.console.conftest import client_of
from tests.records.training.conftest import same_connection as same_connection
from tests.records.training.makers import AIKO, NOW, SYSTEM, allow, build, event, keep, turn

pytestmark = pytest.mark.usefixtures("same_connection", "daiki_keeps_privacy")


@pytest.fixture
def version(db, tmp_path, monkeypatch):
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(tmp_path))
    allow()
    keep(turn("req_1"))
    return build(tmp_path / "datasets")


def test_a_version_is_asked_for_and_built_by_a_worker(cast, version):
    client = client_of(cast, "daiki")
    done = client.post("/staff/datasets", {"deed": "build", "format": "jsonl"}, follow=True)
    assert "Asked for. It is built in the background." in done.content.decode()
    made = actions.build_next(fixed_clock(NOW))
    assert made
    assert not actions.build_next(fixed_clock(NOW)), "nothing else was asked for"
    shown = queries.version(SYSTEM, made, NOW)
    assert (shown.sums.items, shown.built_by) == (1, cast.daiki.id)


def test_the_page_says_that_models_are_not_unlearned(cast, version):
    client = client_of(cast, "daiki")
    for path in ("/staff/datasets", f"/staff/datasets/{version}"):
        assert "not unlearned" in client.get(path).content.decode()


def test_a_run_is_registered_and_finished(cast, version):
    client = client_of(cast, "daiki")
    client.post(f"/staff/datasets/{version}", {"name": "reward-model-7"})
    (run,) = queries.runs(SYSTEM)
    assert (run.name, run.versions) == ("reward-model-7", (version,))
    client.post("/staff/datasets", {"deed": "finish", "run": run.id})
    assert queries.runs(SYSTEM)[0].finished_at


def test_a_recalled_version_is_refused_and_says_so(cast, version):
    event(Kind.DENIED, NOW, member=AIKO)
    client = client_of(cast, "daiki")
    done = client.post(f"/staff/datasets/{version}", {"name": "reward-model-7"}, follow=True)
    page = done.content.decode()
    assert "was recalled: people have taken back what is in it" in page
    assert "Consent withdrawn" in page
    assert queries.runs(SYSTEM) == ()


@pytest.mark.parametrize("name", ["", "aiko", "ben", "chie", "emi", "fumi"])
def test_nobody_else_sees_that_there_are_any(cast, version, name):
    client = client_of(cast, name)
    for path in ("/staff/datasets", f"/staff/datasets/{version}"):
        done = client.get(path)
        assert done.status_code == (404 if name else 302)


@pytest.mark.parametrize(
    "sent",
    [{}, {"deed": "erase"}, {"deed": "finish", "run": "run_none"}, {"deed": "build", "format": "csv"}],
    ids=str,
)
def test_what_the_page_does_not_offer_does_not_exist(cast, version, sent):
    assert client_of(cast, "daiki").post("/staff/datasets", sent).status_code == 404


def test_what_keeps_it_from_building_is_told_at_once(cast, version, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    done = client_of(cast, "daiki").post(
        "/staff/datasets", {"deed": "build", "format": "parquet"}, follow=True
    )
    assert "Writing Parquet needs pyarrow" in done.content.decode()
    assert len(queries.versions(SYSTEM, NOW)) == 1
