"""The Responses API: requests and whole answers read, refusals and tickets written.

Source: the public reference of the API and the models of its SDK. A refusal is a response whose `status` is
`incomplete` for the reason `content_filter`, with a `refusal` part that says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sekisho.detection.types import Role
from sekisho.gateway.dialects.anthropic_stream import opened
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
from sekisho.gateway.dialects.openai import opened as opened_arguments
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
from sekisho.gateway.dialects.responses_say import response, whole_stream
from sekisho.gateway.dialects.responses_stream import ResponsesWire
from sekisho.gateway.dialects.traces import responses_trace
from sekisho.gateway.dialects.types import Answer, AnswerPart, Channel, MalformedAnswerError
from sekisho.gateway.dialects.usage import responses_usage
from sekisho.gateway.types import Cut, Endpoint, Notice, Request
from sekisho.link.snapshot import Dialect
from sekisho.policy.agents.trace import Step

STATE = ("previous_response_id", "conversation")
"""Fields by which a request goes on from a history that the provider keeps, and that the gate cannot read."""
READ = frozenset(
    {"model", "input", "instructions", "tools", "stream", "user", "safety_identifier", "store", *STATE}
)
PLAIN = frozenset(
    {
        "background", "include", "max_output_tokens", "max_tool_calls", "metadata", "parallel_tool_calls",
        "prompt_cache_key", "prompt_cache_retention",
        "reasoning", "service_tier", "stream_options", "temperature", "tool_choice", "top_logprobs",
        "top_p", "truncation", } )  # fmt: skip
"""Fields that steer and do not speak."""
ITEM_READ = frozenset({"type", "role", "content", "arguments", "input", "output", "summary", "name"})
PART_READ = frozenset({"type", "text", "refusal"})
SPEAKERS = {"system": "system", "developer": "system", "assistant": "assistant"}
MEDIA = {"input_image": "image", "input_file": "file", "input_audio": "audio"}
CALLS = {"function_call": "arguments", "custom_tool_call": "input"}
"""Calls of the client's own tools, and where their arguments stand."""


class ResponsesAdapter:
    history = "input"

    def read(self, endpoint: Endpoint, body: bytes, cuts: Sequence[Cut] = ()) -> Request:
        value = read_object(shortened(body, cuts))
        check_keys(value, READ, ())
        end_user = value.get("user") or value.get("safety_identifier") or ""
        pieces = _pieces(value, {cut.place: cut for cut in cuts})
        return Request(
            dialect=Dialect.OPENAI,
            endpoint=endpoint,
            body=body,
            model=model_of(value),
            streamed=flag_at(value, "stream"),
            pieces=tuple(pieces.found),
            begins=tuple(pieces.begins),
            end_user_name=text_at(end_user, ("user",)),
            has_history=bool(cuts) or any(piece.speaker == "assistant" for piece in pieces.found),
            structured=_is_structured(value.get("text")),
            tools=offers(value),
            stores=stores(value),
            provider_state=_provider_state(value),
        )

    def trace(self, body: dict[str, Any]) -> Iterator[Step]:
        return responses_trace(body)

    def answer(self, body: bytes) -> Answer:
        try:
            told = decode(body)
            items = told["output"]
            parts = tuple(part for at, item in enumerate(items) for part in _parts(at, item))
            return Answer(parts, responses_usage(told.get("usage")), str(told.get("status") or ""))
        except (ValueError, LookupError, TypeError, AttributeError) as problem:
            raise MalformedAnswerError("The provider's answer is not a response.") from problem

    def with_texts(self, body: bytes, texts: Mapping[AnswerPart, str]) -> bytes:
        return splice(body, {part.path: text for part, text in texts.items()})

    def with_prefix(self, body: bytes, prefix: str) -> bytes | None:
        texts = (part for part in self.answer(body).parts if part.path[-1] == "text")
        first = next((part for part in texts if part.channel is Channel.TEXT), None)
        return None if first is None else splice(body, {first.path: prefix + first.text})

    def blocked(self, request: Request, notice: Notice) -> bytes:
        return encode(response(request, notice, is_refusal=True))

    def ticket(self, request: Request, notice: Notice) -> bytes:
        return encode(response(request, notice, is_refusal=False))

    def blocked_stream(self, request: Request, notice: Notice) -> bytes:
        return whole_stream(request, notice, is_refusal=True)

    def ticket_stream(self, request: Request, notice: Notice) -> bytes:
        return whole_stream(request, notice, is_refusal=False)

    def stream(self) -> ResponsesWire:
        return ResponsesWire()


def _pieces(body: Mapping[str, Any], passed: Mapping[int, Cut]) -> Pieces:
    pieces = Pieces()
    if instructions := body.get("instructions"):
        pieces.add("system", "text", text_at(instructions, ("instructions",)))
    for at, tool in enumerate(list_at(body.get("tools") or [], ("tools",))):
        pieces.add("system", "tool_definition", readable(object_at(tool, ("tools", at))))
    pieces.add_fields(body, READ | PLAIN)
    if _provider_state(body):
        pieces.add_media("user", "history", "stateful_history")
    if body.get("prompt"):
        pieces.add_media("system", "prompt", "stored_prompt")
    asked = body.get("input")
    if isinstance(asked, str):
        pieces.add("user", "text", asked)
    elif asked is not None:
        for at, item in enumerate(list_at(asked, ("input",))):
            pieces.begin()
            if at in passed:
                pieces.pass_over(passed[at])
                continue
            _read_item(pieces, object_at(item, ("input", at)), ("input", at))
    elif not body.get("prompt"):
        raise wrong_type(("input",), "a string or a list of items", "文字列または項目の配列")
    return pieces


def _provider_state(body: Mapping[str, Any]) -> str:
    return next((field for field in STATE if body.get(field)), "")


def _read_item(pieces: Pieces, item: dict[str, Any], path: Path) -> None:
    check_keys(item, ITEM_READ, path)
    kind = text_at(item.get("type") or "message", (*path, "type"))
    if kind == "message":
        speaker = SPEAKERS.get(text_at(item.get("role"), (*path, "role")), "user")
        pieces.add_fields(item, ITEM_READ | {"id", "status", "phase"}, speaker)
        _read_content(pieces, speaker, item.get("content"), (*path, "content"))
    elif kind in CALLS:
        arguments = text_at(item.get(CALLS[kind]) or "", (*path, CALLS[kind]))
        said = readable([item.get("name"), opened_arguments(arguments)])
        pieces.add("assistant", "tool_use", said, Role.TOOL_CALL)
    elif kind.endswith("call_output"):
        _read_output(pieces, item.get("output"), (*path, "output"))
    elif kind == "reasoning":
        said = readable([item.get("summary"), item.get("content")])
        pieces.add("assistant", "thinking", said, Role.OUTPUT)
    elif kind == "item_reference":
        pieces.add_media("assistant", kind, "reference")  # kept by the provider, where the gate cannot look
    elif kind.endswith("_call"):
        pieces.add("tool", kind, readable(opened(item)))
    else:
        pieces.add_unknown("user", kind, opened(item))


def _read_content(
    pieces: Pieces, speaker: str, content: object, path: Path, role: Role | None = None, kind: str = "text"
) -> None:
    if isinstance(content, str):
        pieces.add(speaker, kind, content, role)
        return
    for at, part in enumerate(list_at(content, path)):
        place = (*path, at)
        check_keys(object_at(part, place), PART_READ, place)
        sort = text_at(part.get("type"), (*place, "type"))
        if sort in ("input_text", "output_text", "text", "refusal"):
            pieces.add_fields(part, PART_READ | {"annotations", "logprobs"}, speaker, role)
            field = "refusal" if sort == "refusal" else "text"
            pieces.add(speaker, kind, text_at(part.get(field), (*place, field)), role)
        elif sort in MEDIA:
            pieces.add_media(speaker, sort, MEDIA[sort], role)
        else:
            pieces.add_unknown(speaker, sort, part, role)


def _read_output(pieces: Pieces, output: object, path: Path) -> None:
    """What a tool brought: text, parts, or (computers, shells) a value of its own."""
    if isinstance(output, dict):
        pieces.add_unknown("tool", str(output.get("type") or "tool_result"), output)
    else:
        _read_content(pieces, "tool", output or "", path, Role.TOOL_RESULT, "tool_result")


def _is_structured(text: object) -> bool:
    wanted = text.get("format") if isinstance(text, dict) else None
    return isinstance(wanted, dict) and wanted.get("type") not in (None, "text")


def _parts(at: int, item: dict[str, Any]) -> Iterator[AnswerPart]:
    kind, here = item["type"], ("output", at)
    if kind == "message":
        for index, part in enumerate(item["content"]):
            field = "refusal" if part["type"] == "refusal" else "text"
            yield AnswerPart((*here, "content", index, field), Channel.TEXT, _string(part[field]))
    elif kind in CALLS:
        field = CALLS[kind]
        yield AnswerPart((*here, field), Channel.TOOL, _string(item[field]), str(item.get("name")))
    elif kind == "reasoning":
        for field in ("summary", "content"):
            for index, part in enumerate(item.get(field) or []):
                yield AnswerPart((*here, field, index, "text"), Channel.THINKING, _string(part["text"]))
    else:
        yield AnswerPart(here, Channel.RESULT, readable(opened(item)), is_string=False)


def _string(value: object) -> str:
    if isinstance(value, str):
        return value
    raise TypeError("not a string")
