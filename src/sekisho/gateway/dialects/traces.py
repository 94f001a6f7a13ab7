"""What a request's conversation has called, brought and said, on every wire (P-032).

Read only when the model is about to call a tool, and then from the whole body: what was judged before may be passed
over when texts are screened, but not when it is asked where a text came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sekisho.gateway.dialects.anthropic_stream import opened as unsealed
from sekisho.gateway.dialects.json import decode, readable
from sekisho.policy.agents.trace import Call, Result, Step, Word

Object = dict[str, Any]
UNKNOWN = Call("")
"""The call behind a result that answers nothing in the conversation."""
DOCUMENT = Call("document")
"""Stands behind what a person attached: no tool brought it."""


def arguments_of(text: str) -> object:
    """Return the JSON in a call's arguments, or the text that they are where models wrote no JSON."""
    try:
        return decode(text.encode()) if text else {}
    except ValueError:
        return text


def anthropic_trace(body: Object) -> Iterator[Step]:
    """Yield the steps of a Messages request."""
    calls: dict[str, Call] = {}
    yield from _words(_text(body.get("system")), is_person=False)
    for message in _objects(body.get("messages")):
        content = message.get("content")
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else list(_objects(content))
        spoken = "\n".join(str(block.get("text") or "") for block in blocks if block.get("type") == "text")
        for block in blocks:
            yield from _anthropic_block(block, calls)
        if message.get("role") != "assistant":
            yield from _words(spoken, is_person=message.get("role") == "user")


def _anthropic_block(block: Object, calls: dict[str, Call]) -> Iterator[Step]:
    kind = str(block.get("type"))
    if kind.endswith("tool_use"):
        call = calls[str(block.get("id"))] = Call(str(block.get("name") or ""), block.get("input"))
        yield call
    elif kind.endswith("tool_result"):
        call = calls.get(str(block.get("tool_use_id")), UNKNOWN)
        yield Result(call, readable(unsealed(block.get("content"))))
    elif kind in ("document", "search_result"):
        yield Result(DOCUMENT, readable(block.get("source") or block.get("content")))


def openai_trace(body: Object) -> Iterator[Step]:
    """Yield the steps of a Chat Completions request."""
    calls: dict[str, Call] = {}
    for message in _objects(body.get("messages")):
        role = message.get("role")
        if role in ("tool", "function"):
            name = str(message.get("name") or "")
            call = calls.get(str(message.get("tool_call_id")), Call(name) if name else UNKNOWN)
            yield Result(call, readable(message.get("content")))
        elif role == "assistant":
            for one in (*_objects(message.get("tool_calls")), {"function": message.get("function_call")}):
                said = one.get("function") or one.get("custom")
                if isinstance(said, dict):
                    text = str(said.get("arguments", said.get("input")) or "")
                    call = calls[str(one.get("id"))] = Call(str(said.get("name") or ""), arguments_of(text))
                    yield call
        else:
            yield from _words(_text(message.get("content")), is_person=role == "user")


def responses_trace(body: Object) -> Iterator[Step]:
    """Yield the steps of a Responses request."""
    calls: dict[str, Call] = {}
    yield from _words(_text(body.get("instructions")), is_person=False)
    asked = body.get("input")
    if isinstance(asked, str):
        yield from _words(asked, is_person=True)
        return
    for item in _objects(asked):
        kind = str(item.get("type") or "message")
        if kind == "message":
            if item.get("role") != "assistant":
                yield from _words(_text(item.get("content")), is_person=item.get("role") == "user")
        elif kind in ("function_call", "custom_tool_call"):
            text = str(item.get("arguments", item.get("input")) or "")
            call = calls[str(item.get("call_id"))] = Call(str(item.get("name") or ""), arguments_of(text))
            yield call
        elif kind.endswith("call_output"):
            yield Result(calls.get(str(item.get("call_id")), UNKNOWN), readable(item.get("output")))
        elif kind.endswith("_call"):
            yield from ran_there(kind, item)


def ran_there(kind: str, item: Object) -> Iterator[Step]:
    """Yield what a tool of the provider's did and brought: both in one."""
    text = item.get("arguments")
    arguments = arguments_of(text) if isinstance(text, str) else item.get("action")
    call = Call(str(item.get("name") or kind.removesuffix("_call")), arguments)
    yield call
    yield Result(call, readable(unsealed(item)))


def _words(text: str, *, is_person: bool) -> Iterator[Step]:
    if text.strip():
        yield Word(text, is_person)


def _text(content: object) -> str:
    """The texts in the content of a message."""
    if isinstance(content, str):
        return content
    parts = (part.get("text") or part.get("refusal") or "" for part in _objects(content))
    return "\n".join(str(part) for part in parts)


def _objects(value: object) -> Iterator[Object]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())
