"""The question for TXT records and its answer, over TCP; whatever comes back, nothing is raised."""

from __future__ import annotations

import socket
import struct
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.support.recovery.dns import answers, question, texts_of

NAME = "_sekisho-recovery.example.test"


def answer_to(asked: bytes, *texts: bytes, flags: int = 0x8180) -> bytes:
    """The answer that a server gives to a question, its names as pointers."""
    number = struct.unpack_from("!H", asked)[0]
    found = struct.pack("!HHHHHH", number, flags, 1, len(texts), 0, 0) + asked[12:]
    for text in texts:
        data = b"".join(
            bytes([len(part)]) + part for part in (text[at : at + 255] for at in range(0, len(text), 255))
        )
        found += b"\xc0\x0c" + struct.pack("!HHIH", 16, 1, 60, len(data)) + data
    return found


@pytest.fixture
def server():
    """A server on loopback; what it says is set by the test."""
    listening = socket.create_server(("127.0.0.1", 0))
    said: list[bytes] = []

    def serve() -> None:
        line, _ = listening.accept()
        with line:
            length = struct.unpack("!H", line.recv(2))[0]
            asked = line.recv(length)
            reply = said[0] if said[0].startswith(b"raw") else answer_to(asked, *said)
            line.sendall(reply[3:] if reply.startswith(b"raw") else struct.pack("!H", len(reply)) + reply)

    thread = Thread(target=serve)
    thread.start()
    yield said, listening.getsockname()[1]
    thread.join(5)
    listening.close()


def test_texts_are_found_short_and_long(server):
    said, port = server
    said += [b"v=spf1 -all", b"sekisho-recovery=" + b"a" * 300]
    assert texts_of(NAME, "127.0.0.1", port) == ("v=spf1 -all", "sekisho-recovery=" + "a" * 300)


@pytest.mark.parametrize("reply", [b"raw", b"raw\x00", b"raw\x00\x02\x00", b"raw\xff\xff" + b"x" * 64])
def test_an_answer_that_is_cut_off_is_no_proof(reply, server):
    said, port = server
    said.append(reply)
    assert texts_of(NAME, "127.0.0.1", port) == ()


def test_where_nobody_answers_there_is_no_proof():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert texts_of(NAME, "127.0.0.1", port) == ()


@pytest.mark.parametrize("name", ["", "a..b", "a" * 64 + ".test", ".".join(["abcdefgh"] * 40)])
def test_what_is_no_name_is_not_asked(name):
    assert texts_of(name, "127.0.0.1", 9) == ()


def test_answers_to_other_questions_and_refusals_are_none():
    asked = question(NAME, 7)
    assert answers(answer_to(asked, b"yes"), 7) == ("yes",)
    assert answers(answer_to(asked, b"yes"), 8) == ()
    assert answers(answer_to(asked, b"yes", flags=0x8183), 7) == ()
    assert answers(answer_to(asked, b"yes", flags=0x0100), 7) == ()


@given(st.binary(max_size=120))
def test_no_bytes_break_it(noise):
    try:
        found = answers(noise, 7)
    except (ValueError, IndexError, struct.error):
        return
    assert isinstance(found, tuple)


@given(st.from_regex(r"[a-z0-9-]{1,20}(\.[a-z]{1,10}){1,3}", fullmatch=True))
def test_a_question_asks_for_its_name(name):
    if any(label.startswith("-") or label.endswith("-") for label in name.split(".")):
        return
    assert question(name, 1)[12:-5].count(b".") == 0
