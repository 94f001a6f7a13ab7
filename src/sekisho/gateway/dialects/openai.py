"""The Chat Completions API: requests and whole answers read, refusals and tickets written.

Source: the public reference of the API and the models of its SDK, with which `tests/gateway/dialects/` parses
everything written here. A refusal has `finish_reason: content_filter`; its text stands in `refusal`, where
programs look, and in `content`, which is what chat applications show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sekisho.detection.types import Role
from sekisho.gateway.dialects.json import (
    Path,
    check_keys,
    decode,
    encode,
    read_object,
    readable,
    shortened,
    splice,
)
from sekisho.gateway.dialects.openai_say import completion, whole_stream
from sekisho.gateway.dialects.openai_stream import OpenAIWire
from sekisho.gateway.dialects.reading import (
    Pieces,
    flag_at,
    list_at,
    model_of,
    object_at,
    offers,
    stores,
    text_at,
    wrong_type,
)
from sekisho.gateway.dialects.traces import openai_trace
from sekisho.gateway.dialects.types import Answer, AnswerPart, Channel, MalformedAnswerError
from sekisho.gateway.dialects.usage import openai_usage
from sekisho.gateway.types import Cut, Endpoint, Notice, Request
from sekisho.link.snapshot import Dialect
from sekisho.policy.agents.trace import Step

READ = frozenset({"model", "messages", "tools", "functions", "stream", "user", "safety_identifier", "store"})
PLAIN = frozenset(
    {
        "audio", "frequency_penalty", "function_call", "logit_bias", "logprobs", "max_completion_tokens",
        "max_tokens", "metadata", "modalities", "n", "parallel_tool_calls", "presence_penalty",
        "prompt_cache_key", "verbosity", "prompt_cache_retention", "reasoning_effort",
        "seed", "service_tier", "stop", "stream_options", "temperature", "tool_choice",
        "top_logprobs", "top_p", } )  # fmt: skip
"""Fields that steer and do not speak."""
MESSAGE_READ = frozenset(
    {"role", "content", "tool_calls", "function_call", "refusal", "reasoning_content", "reasoning"}
)
MESSAGE_PLAIN = frozenset({"tool_call_id", "annotations", "reasoning_details"})
"""Fields of a message that hold no words, or repeat those of the provider's own answer."""
PART_READ = frozenset({"type", "text", "refusal"})
SPEAKERS = {
    "system": "system",
    "developer": "system",
    "assistant": "assistant",
    "tool": "tool",
    "function": "tool",
}
MEDIA = {"image_url": "image", "input_audio": "audio", "video_url": "video", "file": "file"}
"""Kinds of part that no detector reads, and what they are called in decisions."""
REASONING = ("reasoning_content", "reasoning")
"""Where compatible servers (DeepSeek, vLLM, OpenRouter) put what a model thinks."""


SAID = frozenset({"role", "content", "refusal", "tool_calls", "function_call", "annotations", *REASONING})
"""What the message of an answer says that the gate understands. Any other text is read like thinking."""


class OpenAIAdapter:
    history = "messages"

    def read(self, endpoint: Endpoint, body: bytes, cuts: Sequence[Cut] = ()) -> Request:
        value = read_object(shortened(body, cuts))
        check_keys(value, READ, ())
        messages = list_at(value.get("messages"), ("messages",))
        if not messages:
            raise wrong_type(("messages",), "a list of at least one message", "一つ以上のメッセージの配列")
        pieces = _pieces(value, messages, {cut.place: cut for cut in cuts})
        end_user = value.get("user") or value.get("safety_identifier") or ""
        return Request(
            dialect=Dialect.OPENAI,
            endpoint=endpoint,
            body=body,
            model=model_of(value),
            streamed=flag_at(value, "stream"),
            pieces=tuple(pieces.found),
            begins=tuple(pieces.begins),
            end_user_name=text_at(end_user, ("user",)),
            has_history=bool(cuts) or any(message.get("role") == "assistant" for message in messages),
            structured=_is_structured(value.get("response_format")),
            tools=offers(value),
            stores=stores(value),
        )

    def trace(self, body: dict[str, Any]) -> Iterator[Step]:
        return openai_trace(body)

    def answer(self, body: bytes) -> Answer:
        try:
            told = decode(body)
            choices = told["choices"]
            parts = tuple(part for at, choice in enumerate(choices) for part in _parts(at, choice["message"]))
            unread = {key for choice in choices for key in _unread(choice["message"])}
            stop = choices[0].get("finish_reason") or "" if choices else ""
            return Answer(parts, openai_usage(told.get("usage")), stop, tuple(sorted(unread)))
        except (ValueError, LookupError, TypeError, AttributeError) as problem:
            raise MalformedAnswerError("The provider's answer is not a chat completion.") from problem

    def with_texts(self, body: bytes, texts: Mapping[AnswerPart, str]) -> bytes:
        changes: dict[Path, object] = {part.path: text for part, text in texts.items()}
        for part in texts:
            at = part.path[1]
            if decode(body)["choices"][at].get("logprobs"):
                changes["choices", at, "logprobs"] = None  # they spell out what was masked
        return splice(body, changes)

    def with_prefix(self, body: bytes, prefix: str) -> bytes | None:
        leads = {
            part.path[1]: part for part in reversed(self.answer(body).parts) if part.path[3] == "content"
        }
        if not leads:
            return None
        return splice(body, {part.path: prefix + part.text for part in leads.values()})

    def blocked(self, request: Request, notice: Notice) -> bytes:
        return encode(completion(request, notice, "content_filter"))

    def ticket(self, request: Request, notice: Notice) -> bytes:
        return encode(completion(request, notice, "stop"))

    def blocked_stream(self, request: Request, notice: Notice) -> bytes:
        return whole_stream(request, notice, "content_filter")

    def ticket_stream(self, request: Request, notice: Notice) -> bytes:
        return whole_stream(request, notice, "stop")

    def stream(self) -> OpenAIWire:
        return OpenAIWire()


def _pieces(body: Mapping[str, Any], messages: list[Any], passed: Mapping[int, Cut]) -> Pieces:
    pieces = Pieces()
    for field in ("tools", "functions"):
        for at, tool in enumerate(list_at(body.get(field) or [], (field,))):
            pieces.add("system", "tool_definition", readable(object_at(tool, (field, at))))
    pieces.add_fields(body, READ | PLAIN)
    for at, message in enumerate(messages):
        pieces.begin()
        if at in passed:
            pieces.pass_over(passed[at])
            continue
        path: Path = ("messages", at)
        check_keys(object_at(message, path), MESSAGE_READ, path)
        _read_message(pieces, message, path)
    return pieces


def _read_message(pieces: Pieces, message: dict[str, Any], path: Path) -> None:
    speaker = SPEAKERS.get(text_at(message.get("role"), (*path, "role")), "user")
    pieces.add_fields(message, MESSAGE_READ | MESSAGE_PLAIN, speaker)
    for field in REASONING:
        if thought := message.get(field):
            pieces.add(speaker, "thinking", text_at(thought, (*path, field)), Role.OUTPUT)
    _read_content(pieces, speaker, message.get("content"), (*path, "content"))
    if refusal := message.get("refusal"):
        pieces.add(speaker, "refusal", text_at(refusal, (*path, "refusal")))
    calls = list_at(message.get("tool_calls") or [], (*path, "tool_calls"))
    for at, call in enumerate(calls):
        _read_call(pieces, object_at(call, (*path, "tool_calls", at)), (*path, "tool_calls", at))
    if (call := message.get("function_call")) is not None:
        _read_call(pieces, {"function": call}, path)


def _read_content(pieces: Pieces, speaker: str, content: object, path: Path) -> None:
    kind = "tool_result" if speaker == "tool" else "text"
    if content is None:
        return
    if isinstance(content, str):
        pieces.add(speaker, kind, content)
        return
    for at, part in enumerate(list_at(content, path)):
        place = (*path, at)
        check_keys(object_at(part, place), PART_READ, place)
        sort = text_at(part.get("type"), (*place, "type"))
        if sort in ("text", "refusal"):
            pieces.add_fields(part, PART_READ | {"cache_control"}, speaker)
            pieces.add(speaker, kind if sort == "text" else sort, text_at(part.get(sort), (*place, sort)))
        elif sort in MEDIA:
            pieces.add_media(speaker, sort, MEDIA[sort])
        else:
            pieces.add_unknown(speaker, sort, part)


def _read_call(pieces: Pieces, call: dict[str, Any], path: Path) -> None:
    said = call.get("function") or call.get("custom")
    function = object_at(said, (*path, "function"))
    raw = function.get("arguments", function.get("input")) or ""
    text = text_at(raw, (*path, "function", "arguments"))
    pieces.add("assistant", "tool_use", readable([function.get("name"), opened(text)]), Role.TOOL_CALL)


def opened(arguments: str) -> object:
    """Return the JSON in a call's arguments, or the string itself when models wrote no valid JSON."""
    try:
        return decode(arguments.encode())
    except ValueError:
        return arguments


def _is_structured(response_format: object) -> bool:
    return isinstance(response_format, dict) and response_format.get("type") not in (None, "text")


def _unread(message: dict[str, Any]) -> Iterator[str]:
    """Fields of an answer that are no text, and that the gate does not know."""
    return (key for key, value in message.items() if value and key not in SAID and not isinstance(value, str))


def _parts(at: int, message: dict[str, Any]) -> Iterator[AnswerPart]:
    here: Path = ("choices", at, "message")
    strange = (key for key, value in message.items() if key not in SAID and isinstance(value, str))
    for field in (*REASONING, *strange, "content", "refusal"):
        if isinstance(text := message.get(field), str) and text:
            channel = Channel.TEXT if field in ("content", "refusal") else Channel.THINKING
            yield AnswerPart((*here, field), channel, text)
        elif text:
            raise TypeError(f"{field} is not a string")
    for index, call in enumerate(message.get("tool_calls") or []):
        kind, field = ("custom", "input") if "custom" in call else ("function", "arguments")
        yield _call_part((*here, "tool_calls", index, kind), field, call[kind])
    if call := message.get("function_call"):
        yield _call_part((*here, "function_call"), "arguments", call)


def _call_part(path: Path, field: str, said: dict[str, Any]) -> AnswerPart:
    arguments = said.get(field) or ""
    if not isinstance(arguments, str):
        raise TypeError("arguments are not a string")
    return AnswerPart((*path, field), Channel.TOOL, arguments, str(said.get("name")))
