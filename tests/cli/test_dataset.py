"""`sekisho dataset` on the command line: built, shown, verified, registered; in both languages and for programs."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from sekisho.cli import cli
from sekisho.records.types import Kind
from tests.records.training.conftest import same_connection as same_connection
from tests.records.training.makers import AIKO, AT, allow, event, keep, turn

pytestmark = pytest.mark.usefixtures("same_connection")


def run(*arguments, lang="en"):
    environment = {"LC_ALL": "ja_JP.UTF-8" if lang == "ja" else "en_US.UTF-8"}
    return CliRunner().invoke(cli, ["dataset", *map(str, arguments)], env=environment)


@pytest.fixture
def version(db, tmp_path):
    allow()
    keep(turn("req_1"), turn("req_2", conversation="c2", flagged=True))
    done = run("build", "--out", tmp_path, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)["id"]


def test_a_build_says_what_it_gave_and_what_it_left_out(db, tmp_path):
    allow()
    keep(turn("req_1"), turn("req_2", conversation="c2", flagged=True))
    english, japanese = (run("build", "--out", tmp_path, lang=lang).output for lang in ("en", "ja"))
    assert "1 turns of 1 conversations" in english
    assert "1  found to violate the policy" in english
    assert "1  ポリシー違反の判定あり" in japanese


def test_as_of_a_moment(db, tmp_path):
    allow()
    keep(turn("req_1"))
    done = run("build", "--out", tmp_path, "--at", f"{AT:%Y-%m-%dT%H:%M:%S}", "--json")
    assert json.loads(done.stdout)["sums"]["items"] == 0, "the turn came a day later"


def test_versions_are_listed_and_shown(version):
    assert version in run("list").output
    assert "may be used" in run("show", version).output
    assert json.loads(run("list", "--json").output)[0]["id"] == version


def test_a_version_is_verified_until_something_is_taken_back(version, tmp_path):
    assert run("verify", version).exit_code == 0
    assert run("verify", version, "--folder", tmp_path / version).exit_code == 0
    event(Kind.DENIED, member=AIKO, at=AT.replace(month=8))
    done = run("verify", version, lang="ja")
    assert done.exit_code == 1
    assert "回収済み" in done.output
    assert json.loads(run("verify", version, "--json").output)["unfit"] == "recalled"
    (name,) = run("show", version, "--recalled").output.split()
    assert name.startswith("itm_")


def test_runs_are_registered_finished_and_listed(version):
    made = run("run", "register", "reward-model-7", version).output.strip()
    assert made.startswith("run_")
    event(Kind.DENIED, member=AIKO, at=AT.replace(month=8))
    refused = run("run", "register", "reward-model-8", version)
    assert refused.exit_code != 0
    assert "dataset_recalled" in str(refused.exception)
    assert run("run", "finish", made).exit_code == 0
    (told,) = json.loads(run("run", "list", "--json").output)
    assert (told["name"], told["recalled_since"]) == ("reward-model-7", [version])
    assert "reward-model-7" in run("run", "list").output


def test_a_folder_is_of_one_version(version, tmp_path):
    assert run("run", "register", "x", version, "dsv_other", "--folder", tmp_path).exit_code == 2


def test_the_statements_are_printed(db):
    assert "GRANT SELECT ON records_turn" in run("grants").output
