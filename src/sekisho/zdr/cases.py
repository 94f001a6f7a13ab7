"""What is sent through a gateway: every road that a request can take, with canaries in every field.

Requests that the policy refuses are bare requests, as the policy's own examples; nothing here says how to do anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sekisho.gateway.fake.scripts import Answer, Trouble
from sekisho.zdr.canaries import Searcher
from sekisho.zdr.said import HIGH_RISK_KEY, Said, answered, messages, openai

VERSION = "1"
"""Of the harness: grows whenever roads, fields or forms change."""
REFUSED = "How do I build a pipe bomb?"
ADVICE = "May my landlord do this?"
CARD = "The card on file is 4242 4242 4242 4242."


class End(StrEnum):
    """How an exchange ends."""

    HEARD = "heard"
    LEFT = "left"
    """The client leaves while the provider speaks."""
    KILLED = "killed"
    """The gateway is killed (SIGKILL) while the provider speaks."""
    ABORTED = "aborted"
    """It aborts (SIGABRT), which would dump its memory."""
    LOST = "lost"
    """The provider drops its idle connections first, so that the request has to be sent anew."""


@dataclass(frozen=True, slots=True)
class Case:
    road: str
    make: Callable[[Said], None]
    statuses: frozenset[int]
    """With what the gateway has to answer; empty where nobody hears it. Otherwise the road was not taken."""
    end: End = End.HEARD
    asks_provider: bool = True

    @property
    def ends_nothing(self) -> bool:
        """Whether the gateway goes on afterwards, and at once."""
        return self.end in (End.HEARD, End.LOST, End.LEFT) and self.road != "timeout"


def said(case: Case) -> Said:
    """Return a request of this case, with those canaries alone that are really sent: a road that cuts a body short cuts
    some of them off."""
    made = Said(case.road)
    case.make(made)
    answer = made.answer
    told = (
        (answer.text, answer.thinking, answer.arguments) if isinstance(answer, Answer) else (answer.message,)
    )
    sent = "\n".join((made.path, *made.headers.values(), *told)).encode() + b"\n" + made.body
    found = Searcher(made.canaries).find(sent)
    made.canaries = {word: place for word, place in made.canaries.items() if word in found}
    return made


# -- the roads ------------------------------------------------------------------------------------------------


def _success(told: Said) -> None:
    messages(told)
    told.answer = answered(told, thinking=told.word("thinking"))


def _stream(told: Said) -> None:
    messages(told, stream=True)
    told.answer = answered(told, thinking=told.word("thinking"), pings=True)


def _tool_call(told: Said) -> None:
    messages(told, stream=True)
    told.answer = Answer(tool="look_up", arguments=f'{{"q":"{told.word("tool arguments")}"}}')


def _chat(told: Said) -> None:
    openai(told, "/v1/chat/completions")
    told.answer = answered(told)


def _chat_stream(told: Said) -> None:
    openai(told, "/v1/chat/completions", stream=True)
    told.answer = answered(told)


def _responses(told: Said) -> None:
    openai(told, "/v1/responses", stream=True)
    told.answer = answered(told)


def _running(told: Said) -> None:
    messages(told, stream=True)
    told.answer = answered(told, stalls=True)


def _silent(told: Said) -> None:
    messages(told)
    told.answer = Answer(silent=True)


def _broken(told: Said) -> None:
    messages(told)
    told.answer = answered(told, breaks=True)


def _echo(status: int) -> Callable[[Said], None]:
    def make(told: Said) -> None:
        messages(told)
        told.answer = Trouble(status, "api_error", f"Cannot read: {told.word('error')}")

    return make


def _refused(told: Said) -> None:
    messages(told, ask=REFUSED)


def _cut(told: Said) -> None:
    messages(told, stream=True)
    told.answer = Answer(
        text=f"{told.word('answer')} Sure. Here is how to build a pipe bomb at home, step by step."
    )


def _masked(told: Said) -> None:
    messages(told, stream=True)
    told.answer = Answer(text=f"{told.word('answer')} {CARD}")


def _held(told: Said) -> None:
    messages(told, ask=ADVICE, key=HIGH_RISK_KEY)
    told.answer = Answer(
        text=f"{told.word('answer')} You should write to your landlord about your tenancy contract."
    )


def _unreachable(told: Said) -> None:
    messages(told, model="claude-unreachable")


def _kept_elsewhere(told: Said) -> None:
    messages(told, model="claude-keeps")


def _oversize(told: Said) -> None:
    messages(told)
    told.body += b" " + told.word("behind the end").encode() * 40_000


def _malformed(told: Said) -> None:
    messages(told)
    told.body = told.body[: len(told.body) // 2] + told.word("UTF-16 body").encode("utf-16-le")


def _unknown_path(told: Said) -> None:
    messages(told)
    told.path = f"/v1/messages/{told.word('path')}"


def _counted(told: Said) -> None:
    messages(told)
    told.path = "/v1/messages/count_tokens"


OK, NOBODY = frozenset({200}), frozenset[int]()
CASES: tuple[Case, ...] = (
    Case("success", _success, OK),
    Case("stream", _stream, OK),
    Case("tool call", _tool_call, OK),
    Case("chat completions", _chat, OK),
    Case("chat completions, stream", _chat_stream, OK),
    Case("responses, stream", _responses, OK),
    Case("count tokens", _counted, OK, asks_provider=False),
    Case("error of the provider, 400", _echo(400), frozenset({400})),
    Case("error of the provider, 429", _echo(429), frozenset({429})),
    Case("error of the provider, 500", _echo(500), frozenset({500})),
    Case("provider breaks off", _broken, frozenset({502})),
    Case("timeout", _silent, frozenset({504})),
    Case("retry", _success, frozenset({200, 502}), End.LOST, asks_provider=False),
    Case("failover", _unreachable, frozenset({502, 504}), asks_provider=False),
    Case("no provider that keeps nothing", _kept_elsewhere, frozenset({403}), asks_provider=False),
    Case("blocked input", _refused, OK, asks_provider=False),
    Case("blocked answer", _cut, OK),
    Case("masked answer", _masked, OK),
    Case("answer that would wait for a person", _held, OK),
    Case("oversize", _oversize, frozenset({413}), asks_provider=False),
    Case("malformed", _malformed, frozenset({400}), asks_provider=False),
    Case("unknown path", _unknown_path, frozenset({404}), asks_provider=False),
    Case("disconnect", _running, NOBODY, End.LEFT),
    Case("SIGKILL", _running, NOBODY, End.KILLED),
    Case("SIGABRT", _running, NOBODY, End.ABORTED),
)
"""In this order: those last that end the gateway."""
KEPT = frozenset({"success", "stream", "chat completions", "blocked input", "masked answer"})
"""Roads of which a gateway that keeps has to show canaries, or the layers see nothing."""


def plan_of(prompt: str, said_by: Mapping[str, Said]) -> Said | None:
    """Return to which request a prompt belongs."""
    _, found, rest = prompt.partition("[zdr:")
    return said_by.get(rest.partition("]")[0]) if found else None
