"""A real MCP server, as connectors are, on a port of this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from mcp.server.mcpserver import MCPServer

from sekisho.connectors.types import Descriptor, Details, Tool

CALENDAR = Descriptor(
    "Team calendar",
    "1.0",
    "Reads and writes the team's calendar.",
    (
        Tool("add_event", "Adds an event to the calendar.", {"type": "object", "properties": {"title": {"type": "string"}}}),
        Tool("list_events", "Lists the events of a day.", {"type": "object"}, {"readOnlyHint": True}),
    ),
)  # fmt: skip
DETAILS = Details(
    "team-calendar",
    "https://calendar.example.com/mcp",
    "Team calendar",
    "Events of a team, read and written.",
    "aiko@example.test",
    "https://calendar.example.com/privacy",
)


def calendar_server(description: str = "Lists the events of a day.") -> MCPServer:
    server = MCPServer("Team calendar", instructions="Reads and writes the team's calendar.", version="1.0")

    @server.tool(description=description)
    def list_events(day: str) -> str:
        return day

    @server.tool(description="Adds an event to the calendar.")
    def add_event(title: str, day: str) -> str:
        return f"{day} {title}"

    return server


@pytest.fixture
def serving() -> Iterator[Callable[[MCPServer], str]]:
    """Return what serves an MCP server and returns its address; all are stopped afterwards."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def serve(server: MCPServer) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        config = uvicorn.Config(server.streamable_http_app(), log_level="error", lifespan="on", ws="none")
        web = uvicorn.Server(config)
        thread = threading.Thread(target=web.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        running.append((web, thread))
        return f"http://127.0.0.1:{port}/mcp"

    yield serve
    for web, thread in running:
        web.should_exit = True
        thread.join(10)
