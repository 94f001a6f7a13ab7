"""An operator sets up an installation without the demonstration, and a first key opens the gate."""

from __future__ import annotations

import json
from pathlib import Path

from tests.scenarios.installation import Installation


def test_the_first_administrator_organisation_and_key_are_made_on_the_command_line(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    created = installation.run("people", "create", "aiko@example.org", "--staff", "operator")
    password = created.stdout.strip()
    assert len(password) >= 20
    assert password not in created.stderr
    organisation = installation.run(
        "people", "organisation", "Atelier", "--owner", "aiko@example.org"
    ).stdout.strip()
    made = json.loads(
        installation.run("keys", "create", "--organisation", organisation, "--name", "first", "--json").stdout
    )
    assert made["organisation"] == organisation
    listed = [json.loads(line) for line in installation.run("keys", "list", "--json").stdout.splitlines()]
    assert [key["id"] for key in listed] == [made["id"]]
    assert all("key" not in key for key in listed)


def test_a_person_who_exists_is_not_made_twice(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    installation.run("people", "create", "ben@example.org")
    again = installation.run("people", "create", "BEN@example.org", check=False)
    assert again.returncode == 2
    assert "exists already" in again.stderr
