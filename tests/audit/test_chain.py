"""The audit log shows every way in which it can be tampered with, to a verifier that needs no server."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.audit.chain import (
    AFTER_HEAD,
    EMPTY,
    MISPLACED,
    Broken,
    Head,
    Leaf,
    Verified,
    canonical,
    head_line,
    line,
    parse_head,
    verify,
)

words = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
facts = st.dictionaries(
    words, st.one_of(words, st.integers(), st.booleans(), st.none(), st.lists(words, max_size=3)), max_size=3
)
deeds = st.lists(st.tuples(words, words, words, facts), min_size=1, max_size=8)


def log(said) -> list[str]:
    leaves: list[Leaf] = []
    for number, (actor, action, subject, more) in enumerate(said, 1):
        prev = leaves[-1].digest if leaves else EMPTY.digest
        leaves.append(
            Leaf(number, f"2026-01-01T00:00:{number:02}.000000+00:00", actor, action, subject, more, prev)
        )
    return [*map(line, leaves), head_line(Head(len(leaves), leaves[-1].digest) if leaves else EMPTY)]


def kept_from(lines) -> Head:
    return Head(**json.loads(lines[-1])["head"])


DEEDS = [
    ("usr_aiko", "key.created", "key_1", {}),
    ("usr_aiko", "key.revoked", "key_1", {"n": 1}),
    ("cli", "x.y", "z", {}),
]


@given(deeds)
def test_an_untouched_log_is_verified(said):
    lines = log(said)
    assert verify(lines, kept_from(lines)) == Verified(kept_from(lines))


def test_an_empty_log_is_verified():
    assert verify(log([])) == Verified(EMPTY)


@given(deeds, st.data())
def test_no_field_can_be_changed(said, data):
    lines = log(said)
    place = data.draw(st.integers(0, len(said) - 1))
    row = json.loads(lines[place])
    name = data.draw(st.sampled_from(["seq", "at", "actor", "action", "subject", "facts", "prev", "digest"]))
    row[name] = (
        {"other": "value"} if name == "facts" else (row["seq"] + 1 if name == "seq" else f"{row[name]}x")
    )
    lines[place] = json.dumps(row)
    assert isinstance(verify(lines), Broken)


@given(deeds, st.data())
def test_no_line_can_be_dropped(said, data):
    lines = log(said)
    del lines[data.draw(st.integers(0, len(lines) - 1))]
    assert isinstance(verify(lines), Broken)


@given(deeds.filter(lambda said: len(said) > 1), st.data())
def test_no_two_lines_can_change_places(said, data):
    lines = log(said)
    place = data.draw(st.integers(0, len(said) - 2))
    lines[place], lines[place + 1] = lines[place + 1], lines[place]
    assert verify(lines) == Broken(place + 1, MISPLACED.format(seq=place + 2, belongs=place + 1))


@given(deeds, st.data())
def test_a_tail_cut_off_with_a_new_head_shows_against_a_kept_head(said, data):
    """Somebody who can write the head too can forge a shorter log; the head that was kept elsewhere tells."""
    kept = kept_from(log(said))
    shorter = log(said[: data.draw(st.integers(0, len(said) - 1))])
    assert isinstance(verify(shorter), Verified)
    assert isinstance(verify(shorter, kept), Broken)


@given(deeds)
def test_a_log_written_anew_shows_against_a_kept_head(said):
    kept = kept_from(log(said))
    actor, *rest = said[0]
    anew = log([(f"{actor}x", *rest), *said[1:], ("usr_ben", "more", "x", {})])
    assert isinstance(verify(anew), Verified)
    assert isinstance(verify(anew, kept), Broken)


@pytest.mark.parametrize(
    "rubbish",
    ["", "{", "[]", "null", '{"seq": 1}', "[" * 10_000],
    ids=["empty", "cut", "list", "null", "poor", "deep"],
)
def test_rubbish_is_broken_at_its_line(rubbish):
    lines = log(DEEDS)
    lines[1] = rubbish
    found = verify(lines)
    assert isinstance(found, Broken)
    assert found.at == 2


def test_nothing_may_follow_the_head():
    lines = log(DEEDS)
    assert verify([*lines, lines[0]]) == Broken(len(lines) + 1, AFTER_HEAD)


@given(st.lists(words, min_size=3, max_size=3), st.lists(words, min_size=3, max_size=3))
def test_different_leaves_have_different_bytes(one, other):
    first, second = (canonical(Leaf(1, "t", *names, {}, EMPTY.digest)) for names in (one, other))
    assert (first == second) == (one == other)


def test_a_head_can_be_written_down_and_read():
    head = kept_from(log(DEEDS))
    assert parse_head(str(head)) == head
    with pytest.raises(ValueError, match="SEQ:DIGEST"):
        parse_head("12")


def test_digests_differ_along_the_chain():
    rows = [json.loads(one) for one in log(DEEDS)[:-1]]
    assert all(after["prev"] == before["digest"] for before, after in pairwise(rows))
