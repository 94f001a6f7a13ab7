"""What the fake provider says: one named script for each thing a real provider is known to do.

A script is chosen by the model (`fake-card`) or by a marker in the last message of the user (`[fake:card]`);
a plain prompt gets a plain, helpful answer in its own language. Everything is deterministic.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sekisho.base.text import Text

MARKER = re.compile(r"\[fake:([a-z0-9_-]{1,32})\]")
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Ask:
    """What the script needs to know of a request."""

    prompt: str
    """Last text of the user."""
    model: str
    streamed: bool
    tools: tuple[str, ...] = ()
    tool_answered: bool = False
    """Whether the last message carries the result of a tool."""
    wants_usage: bool = True

    @property
    def is_japanese(self) -> bool:
        return bool(JAPANESE.search(self.prompt))


@dataclass(frozen=True, slots=True)
class Answer:
    """What the fake model says, and how the line behaves while it does."""

    text: str = ""
    thinking: str = ""
    tool: str = ""
    arguments: str = ""
    """JSON of the tool's arguments."""
    pings: bool = False
    pause_s: float = 0.0
    """Between two pieces of a stream."""
    breaks: bool = False
    """The connection is lost half-way."""
    stalls: bool = False
    """Half-way, nothing more is said, and the connection stays open."""
    silent: bool = False
    """Not even a status line is sent."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error of the provider, as it words it."""

    status: int
    type: str
    message: str
    retry_after: str = ""


def _say(en: str, ja: str) -> Callable[[Ask], Answer]:
    said = Text(en, ja)
    return lambda ask: Answer(text=said.in_("ja" if ask.is_japanese else "en"))


def _plain(ask: Ask) -> Answer:
    about = " ".join(MARKER.sub("", ask.prompt).split())[:80]
    if ask.tool_answered:
        return Answer(text="The tool has answered, and I have used its result. Thank you for waiting.")
    if ask.is_japanese:
        return Answer(
            text=f"ご質問ありがとうございます。「{about}」について、要点を三つに分けてご説明します。"
            "まず全体像をつかみ、次に具体的な手順を確かめ、最後に結果を見直すと進めやすくなります。"
        )
    return Answer(
        text=f"Thank you for asking about “{about}”. Here is a short answer in three steps: first look at the "
        "whole picture, then follow the concrete steps one by one, and at the end check the result against "
        "your goal."
    )


def _tool(ask: Ask) -> Answer:
    if ask.tool_answered or not ask.tools:
        return _plain(ask)
    return Answer(
        text="I will look that up.", tool=ask.tools[0], arguments='{"city": "Kyōto", "unit": "celsius"}'
    )


def _bad_tool(ask: Ask) -> Answer:
    said = _violating(ask).text
    return Answer(tool=(ask.tools or ("run",))[0], arguments='{"command": "' + said + '"}')


_violating = _say(
    "Sure. Here is how to build a pipe bomb at home, step by step.",
    "はい。自宅でパイプ爆弾を作る方法を順番に説明します。",
)

SCRIPTS: dict[str, Callable[[Ask], Answer | Trouble]] = {
    "plain": _plain,
    "slow": lambda ask: Answer(text=_plain(ask).text, pause_s=0.03),
    "pings": lambda ask: Answer(text=_plain(ask).text, pings=True),
    "thinking": lambda ask: Answer(
        text=_plain(ask).text, thinking="Let me think about this calmly, in order."
    ),
    "tool": _tool,
    "bad-tool": _bad_tool,
    "huge": lambda ask: Answer(text="All is well, and the weather is fine today. " * 25_000),
    "broken": lambda ask: Answer(text=_plain(ask).text, breaks=True),
    "stall": lambda ask: Answer(text=_plain(ask).text, stalls=True),
    "silent": lambda ask: Answer(silent=True),
    "empty": lambda ask: Answer(),
    # answers on which the policy acts; harmless stand-ins without any detail
    "violating": _violating,
    "card": _say(
        "The card on file is 4242 4242 4242 4242, valid until December.",
        "登録されているカード番号は 4242 4242 4242 4242 です。",
    ),
    "my-number": _say(
        "The My Number on file is 1234 5678 9018.", "登録されているマイナンバーは 1234 5678 9018 です。"
    ),
    "human": _say(
        "No, I am not an AI. I am a real human being, and my name is Fumi.",
        "いいえ、私はAIではありません。本物の人間です。",
    ),
    # errors, worded like a provider's
    "error-400": lambda ask: Trouble(400, "invalid_request_error", "max_tokens: Field required"),
    "error-401": lambda ask: Trouble(401, "authentication_error", "invalid x-api-key"),
    "error-404": lambda ask: Trouble(404, "not_found_error", f"model: {ask.model}"),
    "error-429": lambda ask: Trouble(
        429, "rate_limit_error", "This request would exceed your rate limit.", "7"
    ),
    "error-500": lambda ask: Trouble(500, "api_error", "Internal server error"),
    "error-529": lambda ask: Trouble(529, "overloaded_error", "Overloaded"),
}


def play(ask: Ask) -> Answer | Trouble:
    """Return what the fake model does with a request; an unknown script or model is the provider's 404."""
    marked = MARKER.search(ask.prompt)
    named = (
        marked[1] if marked else ask.model.removeprefix("fake-") if ask.model.startswith("fake-") else "plain"
    )
    if not ask.model.startswith(("claude", "gpt", "fake", "o")):
        named = "error-404"
    return SCRIPTS.get(named, SCRIPTS["error-404"])(ask)
