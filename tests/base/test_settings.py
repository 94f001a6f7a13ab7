"""Settings are declared once, and documented as declared."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sekisho.base import settings
from sekisho.base.errors import SekishoError
from sekisho.base.settings_page import page


def test_the_page_is_written_from_the_table(root: Path) -> None:
    written = (root / "docs/operate/settings.md").read_text(encoding="utf-8")
    assert written == page(), "python -m sekisho.base.settings_page > docs/operate/settings.md"


@pytest.mark.parametrize("setting", settings.SETTINGS, ids=lambda setting: setting.name)
def test_every_default_can_be_read(setting: settings.Setting) -> None:
    setting.parse(setting.default)
    assert setting.help.endswith(".")


def test_a_setting_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("quiet\n")
    assert settings.get("secret_key", {"SEKISHO_SECRET_KEY_FILE": str(tmp_path / "key")}) == "quiet"


def test_our_own_name_wins_over_an_alias() -> None:
    both = {"ANTHROPIC_API_KEY": "theirs", "SEKISHO_ANTHROPIC_API_KEY": "ours"}
    assert settings.get("anthropic_api_key", both) == "ours"
    assert settings.get("anthropic_api_key", {"ANTHROPIC_API_KEY": "theirs"}) == "theirs"


def test_what_cannot_be_read_is_named() -> None:
    with pytest.raises(SekishoError, match="SEKISHO_PORT is 'eighty'"):
        settings.get("port", {"SEKISHO_PORT": "eighty"})


@pytest.mark.parametrize("step", ["cheap", "doubt", "both", " Both "])
def test_a_step_of_the_scorer_is_one_of_three(step: str) -> None:
    assert settings.get("scorer_step", {"SEKISHO_SCORER_STEP": step}) == step.strip().lower()


def test_a_word_that_is_none_of_those_is_refused_with_those() -> None:
    with pytest.raises(SekishoError) as refused:
        settings.get("scorer_step", {"SEKISHO_SCORER_STEP": "fast"})
    english, japanese = refused.value.told("en"), refused.value.told("ja")
    assert english == "SEKISHO_SCORER_STEP is 'fast', which cannot be read. Set cheap, doubt or both."
    assert "cheap、doubt、both のいずれか" in japanese


SHOW = """
import django; django.setup()
from django.conf import settings as s
print(s.SECURE_HSTS_SECONDS > 0, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, "gate.example.test" in s.ALLOWED_HOSTS)
"""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("https://gate.example.test", "True True True True", id="over TLS"),
        pytest.param("http://127.0.0.1:8080", "False False False False", id="on a laptop"),
    ],
)
def test_what_browsers_are_told_follows_the_public_address(tmp_path: Path, url: str, expected: str) -> None:
    env = {
        **os.environ,
        "SEKISHO_PUBLIC_URL": url,
        "SEKISHO_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "sekisho.settings",
    }
    ran = subprocess.run([sys.executable, "-c", SHOW], env=env, capture_output=True, text=True, check=False)
    assert ran.stdout.strip() == expected, ran.stderr
