"""The Messages API: requests and whole answers read, refusals and tickets written.

Source: the public reference of the Messages API, version 2023-06-01, and the models of its SDK, with which
`tests/gateway/dialects/` parses everything written here. A refusal is an ordinary message whose `stop_reason`
is `refusal`; `stop_details.explanation` repeats the text for programs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from sekisho.detection.types import Role
from sekisho.gateway.dialects.anthropic_say import message as own_message
from sekisho.gateway.dialects.anthropic_say import text_block, whole_stream
from sekisho.gateway.dialects.anthropic_stream import AnthropicWire, opened
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
from sekisho.gateway.dialects.reading import (
    ROLE_OF_SPEAKER,
    Pieces,
    flag_at,
    list_at,
    model_of,
    object_at,
    offers,
    text_at,
    wrong_type,
)
from sekisho.gateway.dialects.traces import anthropic_trace
from sekisho.gateway.dialects.types import Answer, AnswerPart, Channel, MalformedAnswerError
from sekisho.gateway.dialects.usage import anthropic_usage
from sekisho.gateway.types import Cut, Endpoint, Notice, Piece, Request
from sekisho.link.snapshot import Dialect
from sekisho.policy.agents.trace import Step

READ = frozenset({"model", "messages", "system", "tools", "stream", "metadata"})
PLAIN = frozenset(
    {
        "max_tokens", "temperature", "top_p", "top_k", "stop_sequences", "service_tier", "thinking",
        "tool_choice", "container", "context_management", "mcp_servers", "betas", "inference_geo",
        "cache_control", "speed", } )  # fmt: skip
"""Fields that steer and do not speak; `mcp_servers` holds credentials, which no detector shall see."""
MESSAGE_READ = frozenset({"role", "content"})
BLOCK_READ = frozenset({"type", "text", "thinking", "input", "content", "source", "name"})
BLOCK_PLAIN = frozenset({"id", "tool_use_id", "signature", "cache_control", "is_error", "caller", "data"})
"""Fields of text, thinking and tool results that hold no words: ids, and what the provider has sealed."""
BLOCK_KNOWN = BLOCK_READ | BLOCK_PLAIN


class AnthropicAdapter:
    history = "messages"

    def read(self, endpoint: Endpoint, body: bytes, cuts: Sequence[Cut] = ()) -> Request:
        value = read_object(shortened(body, cuts))
        check_keys(value, READ, ())
        messages = list_at(value.get("messages"), ("messages",))
        if not messages:
            raise wrong_type(("messages",), "a list of at least one message", "一つ以上のメッセージの配列")
        pieces = _pieces(value, messages, {cut.place: cut for cut in cuts})
        metadata = object_at(value.get("metadata") or {}, ("metadata",))
        check_keys(metadata, {"user_id"}, ("metadata",))
        return Request(
            dialect=Dialect.ANTHROPIC,
            endpoint=endpoint,
            body=body,
            model=model_of(value),
            streamed=flag_at(value, "stream"),
            pieces=tuple(pieces.found),
            begins=tuple(pieces.begins),
            end_user_name=text_at(metadata.get("user_id") or "", ("metadata", "user_id")),
            has_history=bool(cuts) or any(message.get("role") == "assistant" for message in messages),
            structured=_is_structured(value),
            tools=offers(value),
        )

    def trace(self, body: dict[str, Any]) -> Iterator[Step]:
        return anthropic_trace(body)

    def answer(self, body: bytes) -> Answer:
        try:
            said = decode(body)
            content = said["content"]
            parts = tuple(_answer_parts(content))
            kinds = tuple(sorted({kind for block in content if (kind := _media_in_answer(block))}))
            return Answer(parts, anthropic_usage(said.get("usage")), said.get("stop_reason") or "", kinds)
        except (ValueError, LookupError, TypeError, AttributeError) as problem:
            raise MalformedAnswerError("The provider's answer is not a message.") from problem

    def with_texts(self, body: bytes, texts: Mapping[AnswerPart, str]) -> bytes:
        return splice(body, {part.path: spoken(part, text) for part, text in texts.items()})

    def with_prefix(self, body: bytes, prefix: str) -> bytes | None:
        texts = (part for part in self.answer(body).parts if part.channel is Channel.TEXT)
        first = next(texts, None)
        return None if first is None else splice(body, {first.path: prefix + first.text})

    def blocked(self, request: Request, notice: Notice) -> bytes:
        return encode(own_message(request, notice, "refusal", [text_block(notice.text)]))

    def ticket(self, request: Request, notice: Notice) -> bytes:
        return encode(own_message(request, notice, "end_turn", [text_block(notice.text)]))

    def blocked_stream(self, request: Request, notice: Notice) -> bytes:
        return whole_stream(request, notice, "refusal")

    def ticket_stream(self, request: Request, notice: Notice) -> bytes:
        return whole_stream(request, notice, "end_turn")

    def stream(self) -> AnthropicWire:
        return AnthropicWire()


def spoken(part: AnswerPart, text: str) -> object:
    """Return what stands in the body for a part's new text."""
    return text if part.is_string else msgspec.Raw(text.encode())


def _pieces(body: Mapping[str, Any], messages: list[Any], passed: Mapping[int, Cut]) -> Pieces:
    pieces = Pieces()
    _read_content(pieces, "system", body.get("system") or [], ("system",))
    for at, tool in enumerate(list_at(body.get("tools") or [], ("tools",))):
        pieces.add("system", "tool_definition", readable(object_at(tool, ("tools", at))))
    pieces.add_fields(body, READ | PLAIN)
    for at, message in enumerate(messages):
        pieces.begin()
        if at in passed:
            pieces.pass_over(passed[at])
            continue
        if (plain := _plain(message)) is not None:
            pieces.add_piece(plain)
            continue
        path: Path = ("messages", at)
        check_keys(object_at(message, path), MESSAGE_READ, path)
        role = text_at(message.get("role"), (*path, "role"))
        speaker = role if role in ("assistant", "system") else "user"
        pieces.add_fields(message, MESSAGE_READ, speaker)
        _read_content(pieces, speaker, message.get("content"), (*path, "content"))
    return pieces


def _plain(message: object) -> Piece | None:
    """A message that is one text, read; None for any other. Of such a long history mostly consists, and read by the
    general way it took four times as long."""
    if not isinstance(message, dict) or len(message) != 2:
        return None
    speaker, text = message.get("role"), message.get("content")
    if isinstance(text, str) and speaker in ("user", "assistant"):
        return Piece(speaker, "text", text, ROLE_OF_SPEAKER[speaker])
    return None


def _read_content(
    pieces: Pieces,
    speaker: str,
    content: object,
    path: Path,
    role: Role | None = None,
    kind: str = "text",
) -> None:
    """`kind` is what texts in it are called: inside documents and results of tools they are a part of those."""
    if isinstance(content, str):
        pieces.add(speaker, kind, content, role)
        return
    for at, block in enumerate(list_at(content, path)):
        _read_block(pieces, speaker, object_at(block, (*path, at)), (*path, at), role, kind)


def _read_block(
    pieces: Pieces, speaker: str, block: dict[str, Any], path: Path, role: Role | None, kind_of_text: str
) -> None:
    check_keys(block, BLOCK_READ, path)
    kind = text_at(block.get("type"), (*path, "type"))
    if kind in ("text", "thinking", "tool_use", "image", "tool_result"):
        pieces.add_fields(block, BLOCK_KNOWN, speaker, role)
    match kind:
        case "text":
            pieces.add(speaker, kind_of_text, text_at(block.get("text"), (*path, "text")), role)
        case "thinking":
            pieces.add(speaker, kind, text_at(block.get("thinking"), (*path, "thinking")), Role.OUTPUT)
        case "redacted_thinking":
            pieces.add(speaker, kind, "", Role.OUTPUT)  # sealed by the provider, which refuses any other
        case "tool_use" | "server_tool_use" | "mcp_tool_use":
            pieces.add("assistant", kind, call_text(block.get("name"), block.get("input")), Role.TOOL_CALL)
        case "image":
            pieces.add_media(speaker, kind, "image", role)
        case "document":
            _read_document(pieces, speaker, block, path)
        case "search_result":
            pieces.add("tool", kind, readable([block.get("title"), block.get("content")]))
        case _ if kind.endswith("tool_result"):
            _read_result(pieces, block, path)
        case _:
            pieces.add_unknown(speaker, kind, block, role)


def call_text(name: object, arguments: object) -> str:
    """Return a tool call as it is screened: the tool's name, then every key and value of its arguments."""
    return readable([name, arguments])


def _read_result(pieces: Pieces, block: dict[str, Any], path: Path) -> None:
    content = block.get("content")
    if isinstance(content, dict):
        pieces.add("tool", "tool_result", readable(opened(content)))
    elif block["type"] == "tool_result":
        _read_content(pieces, "tool", content or [], (*path, "content"), Role.TOOL_RESULT, "tool_result")
    else:
        pieces.add("tool", "tool_result", readable(opened(content)))


def _read_document(pieces: Pieces, speaker: str, block: dict[str, Any], path: Path) -> None:
    source = object_at(block.get("source"), (*path, "source"))
    if about := readable([block.get("title") or "", block.get("context") or ""]).strip():
        pieces.add(speaker, "document", about, Role.TOOL_RESULT)
    match source.get("type"):
        case "text":
            text = text_at(source.get("data"), (*path, "source", "data"))
            pieces.add(speaker, "document", text, Role.TOOL_RESULT)
        case "content":
            said, place = source.get("content"), (*path, "source", "content")
            _read_content(pieces, speaker, said, place, Role.TOOL_RESULT, "document")
        case _:
            pieces.add_media(speaker, "document", "document", Role.TOOL_RESULT)


def _is_structured(body: Mapping[str, Any]) -> bool:
    config = body.get("output_config")
    return bool(body.get("output_format")) or (isinstance(config, dict) and bool(config.get("format")))


def _answer_parts(content: list[dict[str, Any]]) -> Iterator[AnswerPart]:
    for at, block in enumerate(content):
        kind = block["type"]
        if kind in ("text", "thinking"):
            channel = Channel.TEXT if kind == "text" else Channel.THINKING
            yield AnswerPart(("content", at, kind), channel, _string(block[kind]))
        elif kind.endswith("tool_use"):
            arguments = encode(block.get("input")).decode()
            yield AnswerPart(("content", at, "input"), Channel.TOOL, arguments, str(block.get("name")), False)
        elif kind.endswith("tool_result"):
            yield AnswerPart(("content", at), Channel.RESULT, readable(opened(block)), is_string=False)


def _string(value: object) -> str:
    if isinstance(value, str):
        return value
    raise TypeError("not a string")


def _media_in_answer(block: Mapping[str, Any]) -> str:
    kind = str(block["type"])
    is_read = kind in ("text", "thinking", "redacted_thinking") or kind.endswith(("tool_use", "tool_result"))
    return "" if is_read else kind
