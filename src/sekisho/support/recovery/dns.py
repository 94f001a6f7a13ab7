"""Ask for TXT records, over TCP to the resolver of this machine (RFC 1035, RFC 7766). No library, no cache.

TCP alone: an answer cannot be forged by who does not see the question, and long ones are not cut. Whatever is wrong
with an answer, it is no proof: the result is empty, and nothing is raised.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Callable
from pathlib import Path

Resolver = Callable[[str], tuple[str, ...]]
"""Gives the texts that stand under a name; empty for none, and where nobody answers."""
DEADLINE_S = 3.0
TXT, IN, PORT = 16, 1, 53
_HEADER = struct.Struct("!HHHHHH")
_FIXED = struct.Struct("!HHIH")
_RECURSION, _ANSWER, _REFUSED = 0x0100, 0x8000, 0x000F


def texts_of(name: str, server: str = "", port: int = PORT) -> tuple[str, ...]:
    """Return the TXT records under a name such as `_sekisho-recovery.example.com`."""
    number = int.from_bytes(os.urandom(2), "big")
    try:
        asked = question(name, number)
        with socket.create_connection((server or _own_resolver(), port), DEADLINE_S) as line:
            line.settimeout(DEADLINE_S)
            line.sendall(struct.pack("!H", len(asked)) + asked)
            length = struct.unpack("!H", _read(line, 2))[0]
            return answers(_read(line, length), number)
    except (OSError, ValueError, struct.error, UnicodeError, IndexError):
        return ()


def question(name: str, number: int) -> bytes:
    """Return the message that asks for the TXT records under a name. Raises `ValueError` for what is no name."""
    labels = [label.encode("idna") for label in name.rstrip(".").split(".")]
    if any(not 1 <= len(label) <= 63 for label in labels) or sum(map(len, labels)) + len(labels) > 254:
        raise ValueError("A name has labels of 1 to 63 bytes, 253 in all (RFC 1035, section 2.3.4).")
    named = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    return _HEADER.pack(number, _RECURSION, 1, 0, 0, 0) + named + struct.pack("!HH", TXT, IN)


def answers(message: bytes, number: int) -> tuple[str, ...]:
    """Return the texts in an answer; empty for one that refuses, or answers something else. Raises `ValueError`,
    `IndexError` or `struct.error` for what is cut off."""
    found, flags, asked, count, _, _ = _HEADER.unpack_from(message)
    if found != number or not flags & _ANSWER or flags & _REFUSED:
        return ()
    at = _HEADER.size
    for _ in range(asked):
        at = _after_name(message, at) + 4
    texts = []
    for _ in range(count):
        at = _after_name(message, at)
        kind, family, _, length = _FIXED.unpack_from(message, at)
        at += _FIXED.size
        if (kind, family) == (TXT, IN):
            texts.append(_text(message[at : at + length]))
        at += length
    return tuple(texts)


def _after_name(message: bytes, at: int) -> int:
    """Return where a name ends. A pointer (two high bits) is its end (RFC 1035, section 4.1.4)."""
    while (length := message[at]) != 0:
        if length & 0xC0:
            return at + 2
        at += length + 1
    return at + 1


def _text(data: bytes) -> str:
    """Join the strings of one record."""
    parts, at = [], 0
    while at < len(data):
        parts.append(data[at + 1 : at + 1 + data[at]])
        at += data[at] + 1
    return b"".join(parts).decode("ascii", "replace")


def _read(line: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        if not (more := line.recv(count - len(found))):
            raise ValueError("The answer was cut off.")
        found += more
    return found


def _own_resolver(file: Path = Path("/etc/resolv.conf")) -> str:
    lines = (line.split() for line in file.read_text().splitlines())
    return next((words[1] for words in lines if len(words) > 1 and words[0] == "nameserver"), "127.0.0.1")
