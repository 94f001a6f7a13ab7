"""What a request's conversation has called, brought and said, on every wire (P-032).

Read only when the model is about to call a tool, and then from the whole body: what was judged before may be passed
over when texts are screened, but not when it is asked where a text came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sekisho.gateway.dialects.json import decode, readable
from sekisho.policy.agents.trace import Call, Result, Step, Word

Object = dict[str, Any]
UNKNOWN = Call("")
"""The call behind a result that answers nothing in the conversation."""
MEDIA = frozenset({"data", "image_url", "file_data", "b64_json"})
"""Fields of blocks that hold pictures and files; of a text document, `data` is its text."""
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
        call = Call(str(block.get("name") or ""), block.get("input"))
        _keep(calls, block.get("id"), call)
        yield call
    elif kind.endswith("tool_result"):
        yield Result(_answered(calls, block.get("tool_use_id")), said(block.get("content")))
    elif kind in ("document", "search_result"):
        yield Result(DOCUMENT, said(block.get("source") or block.get("content")))


def openai_trace(body: Object) -> Iterator[Step]:
    """Yield the steps of a Chat Completions request."""
    calls: dict[str, Call] = {}
    for message in _objects(body.get("messages")):
        role = message.get("role")
        if role in ("tool", "function"):
            answered = message.get("tool_call_id") if role == "tool" else f"function {message.get('name')}"
            yield Result(_answered(calls, answered), said(message.get("content")))
        elif role == "assistant":
            for one in _objects(message.get("tool_calls")):
                call = _openai_call(one.get("function") or one.get("custom"))
                _keep(calls, one.get("id"), call)
                yield call
            if old := message.get("function_call"):
                call = _openai_call(old)
                _keep(calls, f"function {call.name}", call)
                yield call
        else:
            yield from _words(_text(message.get("content")), is_person=role == "user")


def _openai_call(function: object) -> Call:
    if not isinstance(function, dict):
        return UNKNOWN
    text = str(function.get("arguments", function.get("input")) or "")
    return Call(str(function.get("name") or ""), arguments_of(text))


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
            call = Call(str(item.get("name") or ""), arguments_of(text))
            _keep(calls, item.get("call_id"), call)
            yield call
        elif kind.endswith("call_output"):
            yield Result(_answered(calls, item.get("call_id")), said(item.get("output")))
        elif kind.endswith("_call"):
            yield from ran_there(kind, item)


def ran_there(kind: str, item: Object) -> Iterator[Step]:
    """Yield what a tool of the provider's did and brought: both in one."""
    text = item.get("arguments")
    arguments = arguments_of(text) if isinstance(text, str) else item.get("action")
    call = Call(str(item.get("name") or kind.removesuffix("_call")), arguments)
    yield call
    yield Result(call, said(item))


def _keep(calls: dict[str, Call], id: object, call: Call) -> None:
    """Keep a call under its id; one without an id, nothing can answer."""
    if isinstance(id, str) and id:
        calls[id] = call


def _answered(calls: dict[str, Call], id: object) -> Call:
    return calls.get(id, UNKNOWN) if isinstance(id, str) else UNKNOWN


def said(content: object) -> str:
    """Return what there is to read in what a tool brought: without pictures and files, which carry no run of text, and
    without what the provider has sealed for itself."""
    return readable(_readable_parts(content))


def _readable_parts(value: object) -> object:
    if isinstance(value, list):
        return [_readable_parts(one) for one in value]
    if not isinstance(value, dict):
        return value
    is_text = value.get("type") == "text"
    return {
        key: _readable_parts(one)
        for key, one in value.items()
        if (key not in MEDIA or is_text) and not key.startswith("encrypted_")
    }


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
