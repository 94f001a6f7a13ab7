"""The page that says what leaves is complete: every module that can open a connection stands on it (R-DATA-160)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from sekisho.cli.doctor_outside import check_transit
from sekisho.cli.health import State

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "sekisho"
PAGE = (ROOT / "docs" / "operate" / "data-flow.md").read_text("utf-8")
OPENS = {
    "aiohttp", "aiosmtpd", "ftplib", "http.client", "http.server", "httpx", "httpx2", "imaplib", "mcp", "poplib",
    "requests", "smtplib", "socket", "telnetlib", "urllib.request", "urllib3", "websockets", "xmlrpc",
    "django.core.mail",
}  # fmt: skip
"""Libraries that open connections."""


def opening() -> list[str]:
    """Every module that imports one of them, by its path under the package."""
    found = []
    for file in SOURCE.rglob("*.py"):
        names = set[str]()
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {one.name for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module)
        if any(name == one or name.startswith(f"{one}.") for name in names for one in OPENS):
            found.append(file.relative_to(SOURCE).as_posix())
    return sorted(found)


def is_listed(module: str) -> bool:
    parts = module.split("/")
    folders = ["/".join(parts[:upto]) + "/" for upto in range(1, len(parts))]
    return any(f"`{one}`" in PAGE for one in (module, *folders))


def test_every_module_that_can_connect_is_on_the_page() -> None:
    modules = opening()
    assert len(modules) > 10
    assert [one for one in modules if not is_listed(one)] == []


@pytest.mark.parametrize(
    ("name", "address", "state"),
    [
        ("OPENAI_BASE_URL", "http://models.example.com/v1", State.FAILED),
        ("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1", State.OK),
        ("OPENAI_BASE_URL", "http://localhost:8000/v1", State.OK),
        ("OPENAI_BASE_URL", "https://models.example.com/v1", State.OK),
        ("JUDGE_BASE_URL", "http://10.0.0.7/v1", State.FAILED),
        ("TRACKER_URL", "http://tracker.example.com", State.FAILED),
        ("VAULT_ADDR", "http://vault.internal:8200", State.FAILED),
    ],
)
def test_plain_http_is_for_this_machine_alone(
    name: str, address: str, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"SEKISHO_{name}", address)
    found = check_transit()
    assert found.state is state
    assert (name in found.found.en) is (state is State.FAILED)
