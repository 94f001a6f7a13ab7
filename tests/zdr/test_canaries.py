"""The harness itself: a canary is found in every form and in pieces, in what a log of system calls tells, and on disk."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.zdr.canaries import PIECE, Searcher, canary, escaped, quoted
from sekisho.zdr.cases import CASES, KEPT, said
from sekisho.zdr.watching import disk
from sekisho.zdr.watching.syscalls import Written

WORD = canary()
OTHER = canary()
SEARCHER = Searcher([WORD, OTHER])
FORMS = {
    "as it is": WORD.encode(),
    "in capitals": WORD.upper().encode(),
    "in a sentence": f"Somebody said {WORD}.".encode(),
    "JSON": json.dumps({"text": WORD}).encode(),
    "JSON, escaped": escaped(WORD).encode(),
    "URL": quoted(WORD).encode(),
    "hexadecimal": WORD.encode().hex().encode(),
    "UTF-16, little-endian": WORD.encode("utf-16-le"),
    "UTF-16, big-endian": WORD.encode("utf-16-be"),
    **{f"base64 at offset {at}": base64.b64encode(b"." * at + WORD.encode()) for at in range(3)},
    **{
        f"base64 within a text, at offset {at}": base64.b64encode(b"." * at + WORD.encode() + b"..")
        for at in range(3)
    },
    "its first piece": WORD[:PIECE].encode(),
    "its second piece": WORD[PIECE : 2 * PIECE].encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_canary_is_found(form):
    assert SEARCHER.find(b"before" + FORMS[form] + b"after") == {WORD}


@given(st.binary(max_size=2000))
def test_nothing_else_is(data):
    assert SEARCHER.find(data) == set()


def test_no_two_canaries_are_alike():
    assert len({canary() for _ in range(1000)}) == 1000
    assert all(len(base64.b32decode(one.upper() + "======")) == 16 for one in (WORD, OTHER))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.road)
def test_every_road_carries_canaries_of_its_own(case):
    told, again = said(case), said(case)
    assert not told.canaries.keys() & again.canaries.keys()
    assert {"user agent", "header"} <= set(told.canaries.values())
    assert len(told.canaries) >= 7


def test_the_controls_name_roads_that_there_are():
    assert {case.road for case in CASES} >= KEPT


# -- system calls ---------------------------------------------------------------------------------------------


def hexed(data: bytes) -> bytes:
    return b"".join(b"\\x%02x" % byte for byte in data)


LINES = {
    "a file": b'7 write(5</data/log>, "%b", 26) = 26',
    "a file that is gone": b'7 write(5</tmp/x (deleted)>, "%b", 26) = 26',
    "a file in pieces": b'7 writev(5</data/log>, [{iov_base="%b", iov_len=26}, {iov_base="", iov_len=0}], 2) = 26',
    "a pipe": b'7 write(1<pipe:[42]>, "%b", 26 <unfinished ...>',
    "a socket of this machine": b'7 sendto(9<UNIX-STREAM:[1->2]>, "%b", 26, 0, NULL, 0) = 26',
    "a descriptor that nobody knows": b'7 write(5, "%b", 26) = 26',
}


@pytest.mark.parametrize("place", LINES)
def test_what_goes_elsewhere_than_to_the_network_is_looked_at(tmp_path, place):
    log = tmp_path / "log"
    log.write_bytes(LINES[place] % hexed(WORD.encode()) + b"\n")
    written = Written()
    written.read(log)
    assert [SEARCHER.find(data) for _, data in written] == [{WORD}]


def test_what_is_written_in_two_calls_is_found(tmp_path):
    log = tmp_path / "log"
    halves = (WORD[:6], WORD[6:])
    log.write_bytes(
        b"".join(b'7 write(5</data/log>, "%b", 9) = 9\n' % hexed(half.encode()) for half in halves)
    )
    written = Written()
    written.read(log)
    assert SEARCHER.find(dict(written)["/data/log"]) == {WORD}


@pytest.mark.parametrize("kind", [b"TCP:[127.0.0.1:1->127.0.0.1:2]", b"TCPv6:[[::1]:1->[::1]:2]", b"UDP:[1]"])
def test_traffic_is_no_finding(tmp_path, kind):
    log = tmp_path / "log"
    log.write_bytes(b'7 sendto(9<%b>, "%b", 26, 0, NULL, 0) = 26\n' % (kind, hexed(WORD.encode())))
    written = Written()
    written.read(log)
    assert (written.calls, list(written)) == (1, [])


def test_a_writable_mapping_of_a_file_is_noted(tmp_path):
    log = tmp_path / "log"
    shared = b"7 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 5</data/x>, 0) = 0x7f0000000000\n"
    own = b"7 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE, 6</data/y>, 0) = 0x7f0000000000\n"
    log.write_bytes(shared + own)
    written = Written()
    written.read(log)
    assert written.mapped == {"/data/x"}


# -- disk ------------------------------------------------------------------------------------------------------


def test_a_canary_on_the_border_of_two_blocks_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(disk, "BLOCK", 512)
    (tmp_path / "file").write_bytes(b"." * 500 + WORD.encode() + b"." * 500)
    assert {word for _, data in disk.blocks(tmp_path) for word in SEARCHER.find(data)} == {WORD}


def test_the_name_of_a_file_is_looked_at_too(tmp_path):
    (tmp_path / WORD).touch()
    assert {word for _, data in disk.blocks(tmp_path) for word in SEARCHER.find(data)} == {WORD}
