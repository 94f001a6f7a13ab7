"""A gateway seals; only the control plane opens, and only where it was sealed for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.link import sealing
from sekisho.link.sealing import SESSION_ENTRIES, SESSION_S, Opener, Sealer, UnsealError

PRIVATE, OTHER = sealing.generate_private_key(), sealing.generate_private_key()
NAMES = {"entry": "req_1", "organisation": "org_1", "key": "key_1"}


def sealer(now: list[float] | None = None) -> Sealer:
    return Sealer(sealing.public_key_of(PRIVATE), (lambda: now[0]) if now else (lambda: 0.0))


@settings(deadline=None)
@given(st.lists(st.binary(max_size=200), min_size=1, max_size=20), st.randoms())
def test_what_is_sealed_opens_in_any_order(contents, chance):
    gate, opener = sealer(), Opener([OTHER, PRIVATE])
    sealed = [
        (f"req_{n}", data, gate.seal(data, **{**NAMES, "entry": f"req_{n}"}))
        for n, data in enumerate(contents)
    ]
    chance.shuffle(sealed)
    for name, data, box in sealed:
        assert opener.open(box, **{**NAMES, "entry": name}) == data


def test_a_session_ends_after_its_entries_and_after_its_time():
    now = [0.0]
    gate, opener = sealer(now), Opener([PRIVATE])
    sealed = [gate.seal(b"x", **NAMES) for _ in range(SESSION_ENTRIES + 1)]
    now[0] = SESSION_S
    sealed.append(gate.seal(b"x", **NAMES))
    assert len({box[9:41] for box in sealed}) == 3
    assert all(opener.open(box, **NAMES) == b"x" for box in sealed)


def test_another_key_does_not_open_it():
    with pytest.raises(UnsealError, match="does not have"):
        Opener([OTHER]).open(sealer().seal(b"x", **NAMES), **NAMES)


@pytest.mark.parametrize("name", ["entry", "organisation", "key"])
def test_it_opens_only_for_the_entry_it_was_sealed_for(name):
    with pytest.raises(UnsealError):
        Opener([PRIVATE]).open(sealer().seal(b"x", **NAMES), **{**NAMES, name: "req_2"})


def test_names_cannot_be_shifted_into_one_another():
    box = sealer().seal(b"x", entry="a", organisation="bc", key="d")
    with pytest.raises(UnsealError):
        Opener([PRIVATE]).open(box, entry="ab", organisation="c", key="d")


@settings(deadline=None)
@given(st.integers(0, 41 + 2 + 16 + 4), st.integers(1, 255))
def test_no_byte_can_be_changed(place, change):
    box = bytearray(sealer().seal(b"12345", **NAMES))
    box[place % len(box)] ^= change
    with pytest.raises(UnsealError):
        Opener([PRIVATE]).open(bytes(box), **NAMES)


@given(st.binary(max_size=120))
def test_no_bytes_whatever_break_the_opener(data):
    with pytest.raises(UnsealError):
        Opener([PRIVATE]).open(data, **NAMES)


def test_a_hostile_index_costs_nothing():
    box = bytearray(sealer().seal(b"x", **NAMES))
    box[41:43] = b"\xff\xff"
    with pytest.raises(UnsealError):
        Opener([PRIVATE]).open(bytes(box), **NAMES)


def test_a_point_of_low_order_is_refused():
    box = bytearray(sealer().seal(b"x", **NAMES))
    box[9:41] = bytes(32)
    with pytest.raises(UnsealError):
        Opener([PRIVATE]).open(bytes(box), **NAMES)


def test_the_opener_forgets_old_sessions_and_still_opens_them():
    opener = Opener([PRIVATE])
    boxes = [sealer().seal(b"x", **NAMES) for _ in range(sealing.CACHED_SESSIONS + 2)]
    assert all(opener.open(box, **NAMES) == b"x" for box in [*boxes, *boxes[:2]])
    assert len(opener._sessions) == sealing.CACHED_SESSIONS


def test_the_gateway_keeps_nothing_that_opens_what_it_sealed():
    """All that the sealer holds after sealing is tried as a key, and as a link of the chain."""
    gate = sealer()
    box = gate.seal(b"secret", **NAMES)
    held = [value for value in vars(gate).values() if isinstance(value, bytes) and len(value) == 32]
    assert held
    header, bound = box[:43], sealing._bound(box[:43], *NAMES.values())
    for value in held:
        for key in (value, sealing._step(value)[0]):
            with pytest.raises(sealing.InvalidTag):
                sealing.AESGCM(key).decrypt(bytes(12), box[len(header) :], bound)
