"""`sekisho retention calendar`: versions in both languages, for people and for programs."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from sekisho.accounts.types import StaffRole
from sekisho.cli import cli
from sekisho.records.calendar import shipped
from tests import factories
from tests.records.clock_words import calendar_file as file

LATER = shipped().effective_at.replace(year=2100)


@pytest.fixture
def run(db, monkeypatch, tmp_path):
    monkeypatch.setattr("sekisho.cli.retention_calendar.set_up", lambda folder: None)
    monkeypatch.setattr("sekisho.cli.retention_calendar.require_migrated", lambda: None)
    for name in ("Daiki", "Emi"):
        factories.staff(name, StaffRole.PRIVACY)

    def run(*words: str, lang: str = "en_US.UTF-8", **numbers: str) -> Result:
        path = tmp_path / "calendar.yaml"
        path.write_bytes(file("later", LATER, **numbers))
        told = [str(path) if word == "FILE" else word for word in words]
        return CliRunner().invoke(cli, ["retention", "calendar", *told], env={"LC_ALL": lang})

    return run


def test_a_file_is_checked_and_what_it_loosens_is_said(run):
    stricter = run("check", "FILE", standard="20d")
    assert (stricter.exit_code, "30 days → 20 days" in stricter.output) == (0, True)
    looser = run("check", "FILE", "--json", standard="90d")
    assert looser.exit_code == 1
    assert json.loads(looser.output) == {
        "name": "standard",
        "old": "30 days",
        "new": "90 days",
        "loosens": True,
    }
    assert "やりとりの保管期間" in run("check", "FILE", lang="ja_JP.UTF-8", standard="90d").output
    assert "changes no number" in run("check", "FILE").output


def test_a_looser_version_goes_the_way_of_two_people(run):
    daiki, emi = ("--as", "daiki@example.test"), ("--as", "emi@example.test")
    assert "Somebody else approves it" in run("activate", "FILE", *daiki, standard="90d").output
    refused = run("approve", "later", *daiki)
    assert "second_person_needed" in str(refused.exception)
    approved = run("approve", "later", *emi)
    assert "later is in force from 2100-08-28 00:00 UTC on." in approved.output
    listed = [json.loads(line) for line in run("list", "--json").output.splitlines()]
    assert [(one["version"], one["state"]) for one in listed] == [
        ("later", "scheduled"),
        (shipped().version, "in_force"),
    ]
    assert "発効予定" in run("list", lang="ja_JP.UTF-8").output


def test_numbers_are_shown_in_words(run):
    assert "5 years" in run("show").output
    assert "5 年" in run("show", shipped().version, lang="ja_JP.UTF-8").output
    assert json.loads(run("show", "--json").output)["standard"] == "30 days"
    run("activate", "FILE", "--as", "daiki@example.test", standard="20d")
    assert json.loads(run("show", "later", "--json").output)["standard"] == "20 days"
