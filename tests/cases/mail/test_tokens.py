"""Addresses that prove something: for one case and one recipient, and for nobody else."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from sekisho.base.ids import ALPHABET, new_id
from sekisho.cases.mail.rules.tokens import Keeper

KEEPER = Keeper((b"k" * 32,), "support@desk.example")
NAMES = st.text(ALPHABET, min_size=26, max_size=26)
PEOPLE = st.from_regex(r"[a-z]{1,12}@[a-z]{1,8}\.(test|example)", fullmatch=True)


@given(NAMES, PEOPLE)
def test_a_reply_address_is_good_for_who_was_given_it(name: str, person: str) -> None:
    address = KEEPER.reply_to(f"tkt_{name}", person)
    assert KEEPER.case_named(address) == f"tkt_{name}"
    assert KEEPER.is_reply_of(address, person)
    assert KEEPER.is_reply_of(address, person.upper()), "addresses of people have no case"
    assert address == address.lower()
    assert len(address.partition("@")[0]) <= 64


@given(NAMES, NAMES, PEOPLE, PEOPLE)
def test_it_never_matches_another_case_or_another_recipient(
    name: str, other: str, person: str, stranger: str
) -> None:
    assume(name != other and person != stranger)
    address = KEEPER.reply_to(f"tkt_{name}", person)
    assert not KEEPER.is_reply_of(address, stranger)
    assert not KEEPER.is_reply_of(address.replace(name, other), person)


@given(NAMES, PEOPLE, st.integers(0, 80))
def test_one_letter_in_another_case_is_no_token_of_ours(name: str, person: str, at: int) -> None:
    address = KEEPER.reply_to(f"tkt_{name}", person)
    at %= address.index("@")
    changed = address[:at] + address[at].upper() + address[at + 1 :]
    assume(changed != address)
    assert not KEEPER.is_reply_of(changed, person)
    assert KEEPER.delivery_of(changed) == ""


@given(NAMES, PEOPLE, st.data())
def test_one_other_letter_is_no_token_of_ours(name: str, person: str, data: st.DataObject) -> None:
    address = KEEPER.reply_to(f"tkt_{name}", person)
    at = data.draw(st.integers(0, address.index("@") - 1))
    letter = data.draw(st.sampled_from(ALPHABET))
    assume(address[at] != letter)
    assert not KEEPER.is_reply_of(address[:at] + letter + address[at + 1 :], person)


@given(NAMES, NAMES)
def test_a_return_path_names_its_delivery_and_no_other(name: str, other: str) -> None:
    assume(name != other)
    path = KEEPER.return_path(f"dlv_{name}")
    assert KEEPER.delivery_of(path) == f"dlv_{name}"
    assert KEEPER.delivery_of(path.replace(name, other)) == ""
    assert KEEPER.delivery_of(path.upper()) == ""
    assert KEEPER.case_named(path) == "", "a bounce's address is no reply's"


def test_an_address_made_before_the_secret_changed_is_good_still() -> None:
    case = new_id("tkt")
    old = KEEPER.reply_to(case, "aiko@example.test")
    newer = Keeper((b"n" * 32, b"k" * 32), KEEPER.mailbox)
    assert newer.is_reply_of(old, "aiko@example.test")
    assert newer.reply_to(case, "aiko@example.test") != old
    assert not Keeper((b"n" * 32,), KEEPER.mailbox).is_reply_of(old, "aiko@example.test")


def test_what_is_no_address_of_ours_names_nothing() -> None:
    for address in ("support@desk.example", "support+x@desk.example", "support+@elsewhere.example", ""):
        assert (KEEPER.case_named(address), KEEPER.delivery_of(address)) == ("", "")
