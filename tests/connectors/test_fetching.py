"""What a server says of itself, fetched from real ones with the official client; and from those that mean harm."""

from __future__ import annotations

import socket
import threading

import pytest

from sekisho.connectors import fetching
from sekisho.connectors.fetching import FetchError, fetch
from tests.connectors.conftest import calendar_server


def test_a_real_server_tells_its_tools(serving) -> None:
    found = fetch(serving(calendar_server()), private=True)
    assert (found.server, found.version) == ("Team calendar", "1.0")
    assert found.instructions == "Reads and writes the team's calendar."
    assert [tool.name for tool in found.tools] == ["add_event", "list_events"]
    assert found.tools[1].input_schema["properties"]["day"]["type"] == "string"


def test_asked_twice_it_says_the_same(serving) -> None:
    url = serving(calendar_server())
    assert fetch(url, private=True) == fetch(url, private=True)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://127.0.0.1:9/mcp", id="loopback"),
        pytest.param("https://10.0.0.1/mcp", id="private"),
        pytest.param("https://[::1]/mcp", id="loopback, version 6"),
        pytest.param("https://169.254.169.254/latest", id="metadata"),
        pytest.param("https://2130706433/mcp", id="written as a number"),
        pytest.param("ftp://example.com/mcp", id="no web address"),
        pytest.param("https://user:word@example.com/mcp", id="with a password"),
    ],
)
def test_addresses_inside_are_not_called(url) -> None:
    with pytest.raises(FetchError, match="private_address"):
        fetch(url)


def test_a_name_that_leads_inside_is_not_called() -> None:
    with pytest.raises(FetchError, match="private_address"):
        fetch("https://calendar.example.com/mcp", lookup=lambda host, port: ("93.184.216.34", "10.0.0.7"))


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(FetchError, match="unreachable"):
        fetch(f"http://127.0.0.1:{port}/mcp", private=True)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 5\r\n\r\nhello", "not_mcp", id="a page"),
        pytest.param(b"SSH-2.0-OpenSSH_9\r\n", "unreachable", id="no HTTP"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9000000\r\n\r\n" + b"[" * 3_000_000,
            "too_large",
            id="endless",
        ),
        pytest.param(
            b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n", "not_mcp", id="elsewhere"
        ),
    ],
)  # fmt: skip
def test_what_is_no_such_server_is_named(answer: bytes, code: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_answer_all, args=(listener, answer), daemon=True).start()
        with pytest.raises(FetchError) as refused:
            fetch(f"http://127.0.0.1:{listener.getsockname()[1]}/mcp", private=True)
    assert refused.value.code == code


def test_a_server_that_keeps_silent_is_left(monkeypatch) -> None:
    monkeypatch.setattr(fetching, "WHOLE", fetching.timedelta(seconds=0.3))
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(FetchError, match="unreachable"):
        fetch(f"http://127.0.0.1:{listener.getsockname()[1]}/mcp", private=True)


def _answer_all(listener: socket.socket, answer: bytes) -> None:
    while True:
        try:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(answer)
                connection.shutdown(socket.SHUT_WR)
                connection.settimeout(5)
                while connection.recv(
                    65_536
                ):  # until the other side has left: a reset would drop what it has not read
                    pass
        except OSError:
            return
