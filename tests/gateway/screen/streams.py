"""Streams as providers send them, made from a few words about what is in them; and what a client sees of one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sekisho.gateway.screen import StreamScreen
from sekisho.gateway.screen.types import OutputResult
from sekisho.gateway.types import Endpoint

Script = Sequence[tuple[str, Sequence[str]]]
"""Blocks of an answer: `text`, `thinking` or `tool`, and its deltas."""


def stream(endpoint: Endpoint, script: Script, *, pings: bool = False) -> bytes:
    return b"".join(WIRES[endpoint](script, pings))


def messages(script: Script, pings: bool = False) -> Iterator[bytes]:
    start = {"id": "msg_1", "type": "message", "role": "assistant", "model": "model-1", "content": []}
    start |= {"stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 3, "output_tokens": 1}}
    yield named("message_start", message=start)
    for index, (kind, deltas) in enumerate(script):
        yield named("content_block_start", index=index, content_block=opening(kind))
        for text in deltas:
            yield named("content_block_delta", index=index, delta=delta(kind, text))
            if pings:
                yield named("ping")
        yield named("content_block_stop", index=index)
    stop = {"stop_reason": "end_turn", "stop_sequence": None}
    yield named("message_delta", delta=stop, usage={"output_tokens": 7})
    yield named("message_stop")


def opening(kind: str) -> dict[str, Any]:
    if kind == "tool":
        return {"type": "tool_use", "id": "toolu_1", "name": "run", "input": {}}
    return {"type": kind, kind: ""} | ({"signature": ""} if kind == "thinking" else {})


def delta(kind: str, text: str) -> dict[str, Any]:
    if kind == "tool":
        return {"type": "input_json_delta", "partial_json": text}
    return {"type": f"{kind}_delta", kind: text}


def named(kind: str, **fields: object) -> bytes:
    body = json.dumps({"type": kind, **fields}, ensure_ascii=False)
    return f"event: {kind}\ndata: {body}\n\n".encode()


def chunks(script: Script, pings: bool = False) -> Iterator[bytes]:
    yield chunk({"role": "assistant", "content": ""})
    tools = 0
    for kind, deltas in script:
        if kind == "tool":
            call = {"index": tools, "id": f"call_{tools}", "type": "function"}
            yield chunk({"tool_calls": [call | {"function": {"name": "run", "arguments": ""}}]})
        for text in deltas:
            yield chunk(said(kind, tools, text))
            if pings:
                yield b": keep-alive\n\n"
        tools += kind == "tool"
    yield chunk({}, "tool_calls" if tools else "stop")
    yield b"data: [DONE]\n\n"


def said(kind: str, index: int, text: str) -> dict[str, Any]:
    if kind == "tool":
        return {"tool_calls": [{"index": index, "function": {"arguments": text}}]}
    return {"content" if kind == "text" else "reasoning_content": text}


def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "model-1"}
    return f"data: {json.dumps({**head, 'choices': [choice]}, ensure_ascii=False)}\n\n".encode()


def responses(script: Script, pings: bool = False) -> Iterator[bytes]:
    head = {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "status": "in_progress",
        "model": "model-1",
    }
    yield named("response.created", response={**head, "output": []}, sequence_number=0)
    output = []
    for at, (kind, deltas) in enumerate(script):
        place = {"item_id": f"item_{at}", "output_index": at}
        begun, done = item_of(kind, at, ""), item_of(kind, at, "".join(deltas))
        yield named("response.output_item.added", output_index=at, item=begun)
        inner, event, field = PLACES[kind]
        for text in deltas:
            yield named(f"response.{event}.delta", **place, **inner, delta=text)
            if pings:
                yield b": keep-alive\n\n"
        yield named(f"response.{event}.done", **place, **inner, **{field: "".join(deltas)})
        yield named("response.output_item.done", output_index=at, item=done)
        output.append(done)
    yield named("response.completed", response={**head, "status": "completed", "output": output})


PLACES = {
    "text": ({"content_index": 0}, "output_text", "text"),
    "thinking": ({"summary_index": 0}, "reasoning_summary_text", "text"),
    "tool": ({}, "function_call_arguments", "arguments"),
}


def item_of(kind: str, at: int, text: str) -> dict[str, Any]:
    if kind == "tool":
        return {"type": "function_call", "id": f"item_{at}", "name": "run", "arguments": text}
    part = {"type": "output_text" if kind == "text" else "summary_text", "text": text}
    if kind == "text":
        return {"type": "message", "id": f"item_{at}", "role": "assistant", "content": [part] if text else []}
    return {"type": "reasoning", "id": f"item_{at}", "summary": [part] if text else []}


WIRES = {Endpoint.MESSAGES: messages, Endpoint.CHAT_COMPLETIONS: chunks, Endpoint.RESPONSES: responses}


def split(data: bytes, cuts: Iterable[int]) -> Iterator[bytes]:
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return (data[a:b] for a, b in pairwise(places))


@dataclass
class Seen:
    """What a client has of a stream, read without any of the gate's own code."""

    texts: dict[object, str]
    events: list[tuple[str, Any]]

    @property
    def text(self) -> str:
        return "\n".join(self.texts.values())


def seen(data: bytes) -> Seen:
    texts: dict[object, str] = {}
    events: list[tuple[str, Any]] = []
    for part in data.decode("utf-8", "ignore").split("\n\n")[:-1]:
        lines = dict(line.split(": ", 1) for line in part.split("\n") if ": " in line)
        if "data" not in lines:
            continue
        body = lines["data"] if lines["data"] == "[DONE]" else json.loads(lines["data"])
        events.append((lines.get("event", ""), body))
        if isinstance(body, dict):
            for key, text in strings(body):
                texts[key] = texts.get(key, "") + text
    return Seen(texts, events)


def strings(body: dict[str, Any]) -> Iterator[tuple[object, str]]:
    told = body.get("delta") or {}
    if isinstance(told, str):
        yield (body["output_index"], body["type"]), told
        return
    for field in ("text", "thinking", "partial_json"):
        if field in told:
            yield (body["index"], field), told[field]
    for choice in body.get("choices") or ():
        for field in ("content", "reasoning_content"):
            if choice["delta"].get(field):
                yield (choice["index"], field), choice["delta"][field]
        for call in choice["delta"].get("tool_calls") or ():
            yield (choice["index"], "call", call["index"]), call["function"]["arguments"]


@dataclass
class Run:
    """One stream through a screen."""

    prefixes: list[bytes]
    """What the client had after each piece."""
    received: list[bytes]
    """What had come from the provider by then."""
    end: bytes
    result: OutputResult

    @property
    def output(self) -> bytes:
        return (self.prefixes[-1] if self.prefixes else b"") + self.end


def run(screen: StreamScreen, pieces: Iterable[bytes], *, keeps_prefixes: bool = True) -> Run:
    prefixes: list[bytes] = []
    received: list[bytes] = []
    out, taken = b"", b""
    for piece in pieces:
        if screen.stopped:
            break
        out += screen.feed(piece)
        taken += piece
        if keeps_prefixes or not prefixes:
            prefixes.append(out)
            received.append(taken)
        prefixes[-1], received[-1] = out, taken
    end = screen.finish()
    return Run(prefixes, received, end, screen.result())
