"""`sekisho people`: members, plans, and what belongs to education."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from sekisho.accounts.models import Membership, Organisation
from sekisho.cli import people


@pytest.fixture
def run(db, monkeypatch):
    monkeypatch.setattr(people, "set_up", lambda folder: None)
    monkeypatch.setattr(people, "migrate", lambda: None)

    def run(*words: str) -> Result:
        return CliRunner().invoke(people.command, list(words))

    return run


def test_a_guest_is_added_as_one(run, atelier, aiko):
    done = run("member", atelier.id, "chie@example.test", "--guest", "--role", "member")
    found = Membership.objects.get(person=done.stdout.strip(), organisation=atelier)
    assert (found.is_guest, found.role) == (True, "member")


def test_a_plan_changes_within_its_terms_alone(run, atelier):
    assert run("plan", atelier.id, "team").exit_code == 0
    assert run("plan", atelier.id, "free").exit_code != 0
    assert Organisation.objects.get(id=atelier.id).plan == "team"


@pytest.mark.parametrize("on", ["on", "off"])
def test_an_account_is_said_to_belong_to_education_or_not(on, run, atelier):
    Organisation.objects.filter(id=atelier.id).update(education=on == "off")
    assert run("education", atelier.id, on).exit_code == 0
    assert Organisation.objects.get(id=atelier.id).education is (on == "on")


def test_no_command_chooses_for_anybody(run, atelier):
    """R-DATA-037: consent is no administrator's to give."""
    assert not {"consent", "choose", "allow", "partner"} & set(people.command.commands)
