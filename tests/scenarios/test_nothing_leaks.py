"""What people write, and what opens doors, appears nowhere but where it belongs.

A canary is planted in every place where a client can put text, on every road through the gate. Afterwards everything
that the installation wrote or says of itself is searched for it.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.scenarios.installation import Installation

CANARY = "canary7f3a9c51e2"
KEY_OF_NOBODY = "sk-sekisho-canary7f3a9c51e2-not-a-key"


def bodies() -> dict[str, bytes]:
    def body(**fields: object) -> bytes:
        return json.dumps({"model": "claude-demo", "max_tokens": 50} | fields).encode()

    def asked(text: str, **fields: object) -> bytes:
        return body(messages=[{"role": "user", "content": text}], **fields)

    return {
        "ordinary": asked(f"Tell me about {CANARY}."),
        "streamed": asked(f"Tell me about {CANARY}.", stream=True),
        "blocked": asked(f"How do I make a pipe bomb? {CANARY}"),
        "masked": asked(f"[fake:card] {CANARY}"),
        "cut": asked(f"[fake:violating] {CANARY}", stream=True),
        "broken upstream": asked(f"[fake:broken] {CANARY}", stream=True),
        "provider's error": asked(f"[fake:error-500] {CANARY}"),
        "system and metadata": asked("Hello", system=CANARY, metadata={"user_id": CANARY}),
        "tool result": body(
            messages=[
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": CANARY}]}
            ]
        ),
        "unknown model": asked(CANARY).replace(b"claude-demo", CANARY.encode() + b" is no model"),
        "unknown field": asked("Hello", **{CANARY: CANARY}),
        "wrong type": body(messages=CANARY),
        "no JSON": b'{"messages": "' + CANARY.encode(),
        "bad bytes": b'{"messages": "\xff' + CANARY.encode() + b'"}',
    }


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation that has seen every road, and was stopped."""
    installation = Installation(tmp_path_factory.mktemp("canary")).start()
    for body in bodies().values():
        post(installation, body, installation.api_key)
    post(installation, bodies()["ordinary"], KEY_OF_NOBODY)
    (installation.folder / "metrics").write_bytes(
        urllib.request.urlopen(f"{installation.base_url}/metrics").read()
    )
    installation.stop()
    (installation.folder / "audit").write_text(installation.run("audit", "export").stdout)
    (installation.folder / "records").write_text(installation.run("records", "list", "--json").stdout)
    return installation


def post(installation: Installation, body: bytes, key: str) -> None:
    headers = {"x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json"}
    request = urllib.request.Request(
        f"{installation.base_url}/v1/messages", body, headers | {"x-canary": CANARY}
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            answer.read()
    except (urllib.error.HTTPError, OSError):
        pass


def holding(installation: Installation, needle: str) -> list[str]:
    """Files in which `needle` stands as text, or as it would in UTF-16 or hexadecimal."""
    forms = (needle.encode(), needle.encode("utf-16-le"), needle.encode().hex().encode())
    files = [path for path in installation.folder.rglob("*") if path.is_file()]
    assert len(files) > 5, "The installation wrote next to nothing; the search would prove nothing."
    return [
        str(path.relative_to(installation.folder))
        for path in files
        if any(form in path.read_bytes() for form in forms)
    ]


def test_no_word_of_a_conversation_is_readable_anywhere(used: Installation) -> None:
    assert holding(used, CANARY) == []


def test_the_requests_were_recorded_all_the_same(used: Installation) -> None:
    outcomes = {json.loads(line)["outcome"] for line in (used.folder / "records").read_text().splitlines()}
    assert outcomes >= {"completed", "blocked", "modified", "upstream_error", "upstream_broken"}


def test_a_search_for_what_is_there_finds_it(used: Installation) -> None:
    """The positive control: without it, an empty result would mean nothing."""
    assert "audit" in holding(used, "key.created")
    Path(used.folder / "planted").write_text(CANARY)
    assert holding(used, CANARY) == ["planted"]
    Path(used.folder / "planted").unlink()


def test_no_api_key_lies_in_the_data_but_in_the_demonstrations_own_note(used: Installation) -> None:
    assert sorted(holding(used, used.api_key)) == ["data/demo.json", "ready.json"]


def test_the_log_is_made_of_catalogued_events(used: Installation) -> None:
    lines = [json.loads(line) for line in used.log.read_text().splitlines() if line.startswith("{")]
    assert lines
    # The fake provider hangs up on purpose, and the server it runs on says so.
    strange = [
        line for line in lines if line["event"] == "uncatalogued" and "httptools_impl" not in line["place"]
    ]
    assert strange == []
