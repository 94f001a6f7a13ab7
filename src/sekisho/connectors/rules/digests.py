"""By what a descriptor is known again, in the directory and at the gate."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from sekisho.connectors.types import Change, Descriptor, Tool

_canonical = msgspec.json.Encoder(order="deterministic")


def digest_of_tool(name: str, description: str, input_schema: dict[str, Any]) -> str:
    """Return the SHA-256 of what a model reads of a tool, in hexadecimal.

    Of the schema, `$schema` and `additionalProperties` are left out where clients add them; blank space around the
    description too. Everything else counts, in whatever order it was written.
    """
    schema = {key: value for key, value in input_schema.items() if key not in _ADDED_BY_CLIENTS}
    return hashlib.sha256(_canonical.encode([name, description.strip(), schema])).hexdigest()


_ADDED_BY_CLIENTS = frozenset({"$schema", "additionalProperties"})


def digest_of(descriptor: Descriptor) -> str:
    """Return the SHA-256 of all that a server says of itself."""
    return hashlib.sha256(_canonical.encode(descriptor)).hexdigest()


def tool_digests(descriptor: Descriptor) -> dict[str, str]:
    return {
        tool.name: digest_of_tool(tool.name, tool.description, tool.input_schema) for tool in descriptor.tools
    }


def changes(pinned: Descriptor, found: Descriptor) -> tuple[Change, ...]:
    """Return how `found` differs from `pinned`; empty when a model would read the same."""
    told = []
    if pinned.instructions.strip() != found.instructions.strip():
        told.append(Change("instructions", "instructions"))
    told += _tools("tool", pinned.tools, found.tools)
    told += _tools("prompt", pinned.prompts, found.prompts)
    if (pinned.server, pinned.version) != (found.server, found.version):
        told.append(Change("version", "version"))
    return tuple(told)


def matters(changed: tuple[Change, ...]) -> bool:
    """Return whether a model is told something else than what was checked; a new version number alone is not that."""
    return any(change.kind != "version" for change in changed)


def _tools(kind: str, before: tuple[Tool, ...], after: tuple[Tool, ...]) -> list[Change]:
    old, new = {tool.name: tool for tool in before}, {tool.name: tool for tool in after}
    told = [Change("removed", f"{kind} {name}") for name in sorted(old.keys() - new.keys())]
    told += [Change("added", f"{kind} {name}") for name in sorted(new.keys() - old.keys())]
    for name in sorted(old.keys() & new.keys()):
        told += [Change(what, f"{kind} {name}") for what in _differs(old[name], new[name])]
    return told


def _differs(one: Tool, other: Tool) -> list[str]:
    pairs = {
        "description": (one.description.strip(), other.description.strip()),
        "arguments": (_canonical.encode(one.input_schema), _canonical.encode(other.input_schema)),
        "claims": (_canonical.encode(one.annotations), _canonical.encode(other.annotations)),
    }
    return [what for what, (before, after) in pairs.items() if before != after]
