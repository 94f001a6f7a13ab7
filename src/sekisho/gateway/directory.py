"""Which connectors a request may bring, and its model may call (P-033).

A connector comes in two ways. A provider is told a server's address and calls it itself: then the request is refused,
for nobody could stop the call later. Or the client runs the server and offers its tools as `mcp__<connector>__<tool>`:
then the call is refused when the model makes it, and everything else in the request goes on.

    known and listed, tool as it was checked   may be called
    known, but changed or taken down           never
    not known to the directory                 where the organisation lets its models call any
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from sekisho.base.text import Text
from sekisho.connectors.rules.digests import digest_of_tool
from sekisho.gateway.errors import GateError, Kind
from sekisho.gateway.types import Offer, Principal, Request
from sekisho.link.snapshot import ConnectorEntry, Snapshot
from sekisho.policy.types import Action, Ground, Pack, Severity

CLAUSE = "connector_directory"
DETECTOR = "connectors"
PREFIX = "mcp__"
"""How clients name the tools of servers that they run themselves: `mcp__<server>__<tool>`."""


class Directory(msgspec.Struct, frozen=True):
    """The directory as it bears on one request."""

    entries: tuple[ConnectorEntry, ...]
    only_listed: bool
    offers: tuple[Offer, ...]

    def grounds(self, pack: Pack, tool: str) -> Iterator[Ground]:
        """Yield why a call of `tool` is refused; nothing for one that may be made."""
        if code := self._refused(tool):
            clause = pack.clause(CLAUSE)
            yield Ground(
                clause=CLAUSE,
                action=Action.BLOCK,
                severity=clause.severity if clause else Severity.HIGH,
                detector=DETECTOR,
                detector_version="1",
                code=code,
                score=1.0,
                threshold=1.0,
                outcome="match",
            )

    def _refused(self, tool: str) -> str:
        """Return `connector_unlisted`, `connector_changed` or nothing."""
        name, _, bare = tool.removeprefix(PREFIX).partition("__")
        if not tool.startswith(PREFIX) or not bare:
            return ""
        entry = _named(self.entries, name)
        if entry is None:
            return "connector_unlisted" if self.only_listed else ""
        if not entry.is_listed or not self._is_as_checked(entry, tool, bare):
            return "connector_changed"
        return ""

    def _is_as_checked(self, entry: ConnectorEntry, tool: str, bare: str) -> bool:
        """Whether the request offers the tool in the words that were checked, and in no others besides."""
        offered = [offer.definition for offer in self.offers if offer.name == tool]
        return bool(offered) and all(_digest(bare, said) == entry.tools.get(bare) for said in offered)


def directory_of(snapshot: Snapshot, principal: Principal, request: Request) -> Directory | None:
    """Return the directory where the request could bring a connector's tools; None costs nothing further."""
    only_listed = principal.organisation.id in snapshot.only_listed
    if not (snapshot.connectors or only_listed):
        return None
    return Directory(snapshot.connectors, only_listed, request.tools)


def keep_directory(snapshot: Snapshot, principal: Principal, request: Request) -> None:
    """Raise `GateError` where the provider is to call a server that may not be called: 403, with its name."""
    directory = directory_of(snapshot, principal, request)
    if directory is None:
        return
    for offer in request.tools:
        if not offer.server:
            continue
        entry = next((one for one in directory.entries if _place(one.url) == _place(offer.server)), None)
        shown = (offer.name or offer.server)[:100]
        link = f"{snapshot.public_url}/connectors"
        if entry is None and directory.only_listed:
            raise GateError(Kind.PERMISSION, "connector_unlisted", _UNLISTED.format(name=shown, link=link))
        if entry is not None and not entry.is_listed:
            raise GateError(Kind.PERMISSION, "connector_changed", _CHANGED.format(name=entry.name, link=link))


def _named(entries: Iterable[ConnectorEntry], name: str) -> ConnectorEntry | None:
    """Return the entry that a client's name for a server means: they write it with `_` or capitals too."""
    wanted = name.casefold().replace("_", "-")
    return next((entry for entry in entries if entry.name == wanted), None)


def _place(url: str) -> str:
    return url.casefold().rstrip("/")


def _digest(bare: str, definition: Any) -> str:
    """Return the digest of a tool as the request words it, on whichever wire."""
    said = definition.get("function") if isinstance(definition.get("function"), dict) else definition
    schema = said.get("input_schema") or said.get("parameters") or said.get("inputSchema") or {}
    return digest_of_tool(
        bare, str(said.get("description") or ""), schema if isinstance(schema, dict) else {}
    )


_UNLISTED = Text(
    "The connector {name} is not in the directory, and your organisation lets models call listed ones alone. Leave "
    "it "
    "out, or have it listed: {link}",
    "コネクター {name} はディレクトリに掲載されていません。この組織では、掲載済みのコネクターだけを利用できます。"
    "リクエストから外すか、掲載を申請してください: {link}",
)
_CHANGED = Text(
    "The connector {name} has changed since it was checked, or was taken down. Leave it out until somebody has "
    "looked: "
    "{link}",
    "コネクター {name} は、確認後に内容が変わったか、掲載が停止されています。"
    "確認が済むまでリクエストから外してください: {link}",
)
