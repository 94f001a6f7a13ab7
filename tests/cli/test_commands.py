"""Every command explains itself, and the gateway starts without Django."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sekisho.cli import COMMANDS, cli
from sekisho.cli.policy import command as policy

NO_DJANGO = """
import sys
import sekisho.cli.gateway, sekisho.gateway.server
loaded = sorted(name for name in sys.modules if name.partition(".")[0] in {"django", "allauth", "psycopg"})
print(loaded)
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.stdout


def test_an_unknown_command_names_the_valid_ones_by_help() -> None:
    result = CliRunner().invoke(cli, ["policies"])
    assert result.exit_code == 2
    assert "--help" in result.stderr


def test_the_gateway_loads_no_django() -> None:
    done = subprocess.run([sys.executable, "-c", NO_DJANGO], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_command_over_a_folder_without_installation_says_what_to_do(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sekisho", "keys", "--data-dir", str(tmp_path / "new"), "list"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "sekisho serve" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_shipped_versions_can_be_shown_and_compared() -> None:
    shown = CliRunner().invoke(policy, ["show", "--clause", "weapons", "--json"])
    assert json.loads(shown.stdout)["id"] == "weapons"
    compared = CliRunner().invoke(policy, ["diff", "2024-06-06", "2025-09-15", "--lang", "en"])
    assert compared.exit_code == 0
    assert "reference@2024-06-06 → reference@2025-09-15" in compared.stdout


def test_a_pack_with_a_slip_is_told_with_its_place_and_the_nearest_word(tmp_path: Path) -> None:
    from sekisho.policy.packs import reference_sources

    source = reference_sources()["2025-09-15.yaml"].replace("severity: critical", "severity: criticl", 1)
    file = tmp_path / "slip.yaml"
    file.write_text(source)
    done = subprocess.run(
        [sys.executable, "-m", "sekisho", "policy", "check", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    line = source[: source.index("criticl")].count("\n") + 1
    assert done.returncode == 2
    assert f"slip.yaml:{line}:" in done.stderr
    assert "critical" in done.stderr
