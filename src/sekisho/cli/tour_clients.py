"""The tour's clients: the official SDKs, pointed at the gate, unmodified."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sekisho.base import settings
from sekisho.cli.demo import Demo

MAX_TOKENS = 300


@dataclass(frozen=True)
class Heard:
    """What a client got back."""

    request_id: str = ""
    text: str = ""
    disclosed: str = ""
    problem: str = ""


class Client(Protocol):
    what: str
    is_fake: bool

    def ask(
        self, key: str, who: str, prompt: str, script: str, streamed: bool, tools: Sequence[dict[str, object]]
    ) -> Heard:
        """Ask on behalf of an end user: what one does counts against that one, and the next may still ask."""


def clients(base_url: str, demo: Demo) -> Client | None:
    """Return the client for the provider that is configured, None when it lists no model to ask.

    The Anthropic SDK, unless only an OpenAI-compatible provider is set.
    """
    has_anthropic = bool(settings.text("anthropic_api_key"))
    if not has_anthropic and (settings.text("openai_api_key") or settings.text("openai_base_url")):
        return ChatClient.reached(base_url, demo)
    return MessagesClient.reached(base_url, demo, has_anthropic)


class MessagesClient:
    """Asks with the `anthropic` SDK."""

    def __init__(self, base_url: str, demo: Demo, model: str) -> None:
        import anthropic

        self.is_fake = not model
        self.what = f"anthropic SDK, model {model}" if model else "anthropic SDK, the shipped fake provider"
        self._model = model
        self._sdk = {
            name: anthropic.Anthropic(base_url=base_url, api_key=key, max_retries=1)
            for name, key in demo.keys.items()
        }

    @classmethod
    def reached(cls, base_url: str, demo: Demo, is_real: bool) -> MessagesClient | None:
        client = cls(base_url, demo, "")
        if not is_real:
            return client
        model = _first(lambda: [each.id for each in client._sdk["general"].models.list(limit=20)])
        return cls(base_url, demo, model) if model else None

    def ask(
        self, key: str, who: str, prompt: str, script: str, streamed: bool, tools: Sequence[dict[str, object]]
    ) -> Heard:
        import anthropic

        request: dict[str, Any] = {
            "model": self._model or ("claude-demo" if script == "plain" else f"fake-{script}"),
            "max_tokens": MAX_TOKENS,
            "metadata": {"user_id": who},
            "messages": [{"role": "user", "content": prompt}],
        }
        if tools:
            request["tools"] = list(tools)
        try:
            return self._streamed(key, request) if streamed else self._whole(key, request)
        except anthropic.APIError as problem:
            return Heard(problem=type(problem).__name__)

    def _whole(self, key: str, request: dict[str, Any]) -> Heard:
        raw = self._sdk[key].messages.with_raw_response.create(**request)
        return Heard(
            raw.headers["sekisho-request-id"],
            _said(raw.parse().content),
            raw.headers.get("sekisho-disclosure", ""),
        )

    def _streamed(self, key: str, request: dict[str, Any]) -> Heard:
        with self._sdk[key].messages.stream(**request) as stream:
            message = stream.get_final_message()
            headers = stream.response.headers
        return Heard(
            headers["sekisho-request-id"], _said(message.content), headers.get("sekisho-disclosure", "")
        )


class ChatClient:
    """Asks with the `openai` SDK."""

    is_fake = False

    def __init__(self, base_url: str, demo: Demo, model: str) -> None:
        import openai

        self.what = f"openai SDK, model {model}"
        self._model = model
        self._sdk = {
            name: openai.OpenAI(base_url=f"{base_url}/v1", api_key=key, max_retries=1)
            for name, key in demo.keys.items()
        }

    @classmethod
    def reached(cls, base_url: str, demo: Demo) -> ChatClient | None:
        client = cls(base_url, demo, "")
        model = _first(lambda: [each.id for each in client._sdk["general"].models.list()])
        return cls(base_url, demo, model) if model else None

    def ask(
        self, key: str, who: str, prompt: str, script: str, streamed: bool, tools: Sequence[dict[str, object]]
    ) -> Heard:
        import openai

        request: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": "user", "content": prompt}],
            "user": who,
        }
        try:
            raw = self._sdk[key].chat.completions.with_raw_response.create(**request, stream=streamed)
            answer: Any = raw.parse()
            text = (
                "".join(_delta(chunk) for chunk in answer)
                if streamed
                else answer.choices[0].message.content or ""
            )
        except openai.APIError as problem:
            return Heard(problem=type(problem).__name__)
        return Heard(raw.headers["sekisho-request-id"], text, raw.headers.get("sekisho-disclosure", ""))


def _first(listed: Callable[[], list[str]]) -> str:
    try:
        return next(iter(listed()), "")
    except Exception:  # a provider that cannot list models has no tour; the gate itself is none the worse
        return ""


def _said(blocks: Sequence[Any]) -> str:
    return " ".join(
        block.text if block.type == "text" else f"[{block.type}: {getattr(block, 'name', '')}]"
        for block in blocks
    )


def _delta(chunk: Any) -> str:
    return (chunk.choices[0].delta.content or "") if chunk.choices else ""
