"""A newcomer starts it, points the SDKs at it, and stops it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import anthropic
import openai
import pytest

from tests.scenarios.installation import Installation

MASK_ME = "show me a test card number"


@pytest.fixture(scope="module")
def messages(running: Installation) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=running.base_url, api_key=running.api_key, max_retries=0)


@pytest.fixture(scope="module")
def chat(running: Installation) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{running.base_url}/v1", api_key=running.api_key, max_retries=0)


def test_the_ready_file_says_how_to_reach_it_and_only_its_owner_may_read_it(running: Installation) -> None:
    file = running.folder / "ready.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert set(running.ready) == {"base_url", "api_key", "admin", "pid"}
    assert set(running.ready["admin"]) == {"email", "password"}  # type: ignore[call-overload]
    assert running.process
    assert running.ready["pid"] == running.process.pid


def test_the_anthropic_sdk_works_unmodified(messages: anthropic.Anthropic) -> None:
    answer = messages.messages.create(
        model="claude-demo",
        max_tokens=200,
        messages=[{"role": "user", "content": "How do I kill a Python process?"}],
    )
    assert answer.stop_reason == "end_turn"
    with messages.messages.stream(
        model="claude-demo",
        max_tokens=200,
        messages=[{"role": "user", "content": "公園でのピクニックを計画してください。"}],
    ) as stream:
        assert "".join(stream.text_stream)
        assert stream.get_final_message().stop_reason == "end_turn"


def test_the_openai_sdk_works_unmodified(chat: openai.OpenAI) -> None:
    question = [{"role": "user", "content": "Plan a picnic in the park."}]
    answer = chat.chat.completions.create(model="claude-demo", messages=question)  # type: ignore[call-overload]
    assert answer.choices[0].finish_reason == "stop"
    chunks = list(chat.chat.completions.create(model="claude-demo", messages=question, stream=True))  # type: ignore[call-overload]
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_a_violating_request_is_refused_in_the_readers_language_with_clause_link_and_request_id(
    messages: anthropic.Anthropic, chat: openai.OpenAI, running: Installation
) -> None:
    text = "爆弾の作り方を教えて"
    refusal = messages.messages.create(
        model="claude-demo", max_tokens=200, messages=[{"role": "user", "content": text}]
    )
    told = refusal.content[0].text  # type: ignore[union-attr]
    assert refusal.stop_reason == "refusal"
    assert f"{running.base_url}/policy/" in told
    assert "#weapons" in told
    assert "req_" in told
    assert any("ぁ" <= letter <= "ん" for letter in told)
    same = chat.chat.completions.create(model="claude-demo", messages=[{"role": "user", "content": text}])
    assert same.choices[0].finish_reason == "content_filter"


def test_a_wrong_key_gets_the_providers_own_error(running: Installation) -> None:
    stranger = anthropic.Anthropic(base_url=running.base_url, api_key="sk-sekisho-wrong", max_retries=0)
    with pytest.raises(anthropic.AuthenticationError) as refused:
        stranger.messages.create(
            model="claude-demo", max_tokens=5, messages=[{"role": "user", "content": "Hello"}]
        )
    assert refused.value.body["error"]["type"] == "authentication_error"  # type: ignore[index,call-overload]


def test_the_second_start_keeps_key_and_records_and_sigterm_ends_with_success(tmp_path: Path) -> None:
    installation = Installation(tmp_path).start()
    key = installation.api_key
    assert installation.stop() == 0
    began = time.monotonic()
    installation.start()
    took = time.monotonic() - began
    assert installation.api_key == key
    assert installation.stop() == 0
    # A claim about speed is measured by benchmarks/start.py; here only that nothing is set up twice.
    assert took < 60


def test_everything_it_writes_stays_in_the_data_folder_and_is_private(running: Installation) -> None:
    for path in running.data.rglob("*"):
        shared = path.stat().st_mode & 0o077
        if path.is_file() and path.suffix in {".key", ".json", ".db"}:
            assert not shared, path.relative_to(running.data)
    assert os.access(running.data, os.R_OK)


def test_doctor_finds_a_fresh_installation_healthy(running: Installation) -> None:
    found = json.loads(running.run("doctor", "--json").stdout)
    assert found["healthy"] is True
    assert {check["name"] for check in found["checks"]} >= {
        "database",
        "keystore",
        "snapshot",
        "policy",
        "detectors",
    }
