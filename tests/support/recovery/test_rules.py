"""What is decided about people who cannot sign in: the tables of docs/rules/locked-out.md, and what they leave out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.support.recovery.rules import (
    Agreed,
    Denied,
    Free,
    Locked,
    Waits,
    agreement,
    allowed,
    begins_at,
    codes,
    harmless,
    level_of,
    lock,
    masked_address,
    payments,
    payout,
    strictest,
)
from sekisho.support.recovery.rules.ladder import ADDED, WORTHLESS
from sekisho.support.recovery.rules.locks import CODE_DIGITS, LOCK
from sekisho.support.recovery.types import ClaimState, Deed, Level, PaymentSaid, Proof, Vote
from tests import pages

PAGE = "docs/rules/locked-out.md"
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
KEY = b"k" * 32


def proofs_of(words: str) -> frozenset[Proof]:
    return frozenset() if words == "nothing" else frozenset(map(Proof, words.split(", ")))


# --- the ladder -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", pages.table(PAGE, "Shown", "Level"), ids=lambda row: row[0])
def test_what_is_shown_reaches_the_level_of_the_page(row):
    assert level_of(proofs_of(row[0])).name == row[1]


SETS = [
    frozenset(some) for some in chain.from_iterable(combinations(Proof, n) for n in range(len(Proof) + 1))
]


def test_what_a_breach_contains_adds_nothing_to_anything():
    for shown in SETS:
        for paid in (True, False):
            assert level_of(shown | WORTHLESS, has_paid=paid) is level_of(shown - WORTHLESS, has_paid=paid)


def test_more_proof_never_reaches_less():
    for shown in SETS:
        assert all(level_of(shown | {one}) >= level_of(shown) for one in Proof)


def test_who_never_paid_needs_two_second_channels():
    assert level_of(frozenset({Proof.DOCUMENTS}), has_paid=False) is Level.P0
    assert level_of(frozenset({Proof.DOCUMENTS, Proof.DOMAIN}), has_paid=False) is Level.P3
    assert level_of(frozenset({Proof.DOCUMENTS, Proof.DOMAIN}), has_paid=True) is Level.P0


@pytest.mark.parametrize("row", pages.table(PAGE, "Level", "Allows", "Waits"), ids=lambda row: row[1])
def test_levels_allow_and_wait_as_on_the_page(row):
    level, deed = Level[row[0]], Deed(row[1])
    assert [one for one in Level if deed in allowed(one)] == [one for one in Level if one >= level]
    assert begins_at(deed, AT) - AT == timedelta(hours=int(row[2].split()[0]))


def test_every_deed_stands_on_the_page_and_none_signs_in():
    listed = {Deed(row[1]) for row in pages.table(PAGE, "Level", "Allows", "Waits")}
    assert listed == set(Deed) == set(chain.from_iterable(ADDED.values()))
    assert not any("sign_in" in deed and deed is not Deed.TELL_SIGN_IN for deed in Deed)


def test_no_copy_leaves_for_seven_days_after_the_address_changed():
    changed = AT - timedelta(days=1)
    assert begins_at(Deed.EXPORT, AT, changed) == changed + timedelta(days=7)
    assert begins_at(Deed.EXPORT, AT, AT - timedelta(days=30)) == AT + timedelta(hours=72)


@pytest.mark.parametrize(
    "row", pages.table(PAGE, "State", "The words of R-SUP-101", "Means"), ids=lambda row: row[0]
)
def test_every_state_stands_on_the_page(row):
    assert ClaimState(row[0])
    assert len(pages.table(PAGE, "State", "The words of R-SUP-101", "Means")) == len(ClaimState)


# --- failures and locks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", pages.table(PAGE, "Failures in a week", "Then"), ids=lambda row: row[0])
def test_failures_lock_as_on_the_page(row):
    failures = [AT - timedelta(hours=n) for n in range(int(row[0]))]
    found = lock(failures, AT)
    match found:
        case Free(left):
            assert row[1] == f"{left} left"
        case Locked(until):
            assert row[1] == f"locked for {(until - AT) // timedelta(hours=1)} hours"


def test_a_lock_holds_to_its_last_instant_and_starts_afresh_after():
    failures = [AT - timedelta(days=6), AT - timedelta(days=1), AT]
    assert lock(failures, AT + LOCK - SECOND) == Locked(AT + LOCK)
    assert lock(failures, AT + LOCK) == Free(3)


def test_failures_far_apart_do_not_add_up():
    assert lock([AT - timedelta(days=14), AT - timedelta(days=7), AT], AT) == Free(2)


@given(st.lists(st.integers(0, 40 * 24), max_size=8), st.integers(0, 50 * 24))
def test_a_lock_once_made_holds_for_the_whole_week(hours, later):
    failures = [AT + timedelta(hours=h) for h in hours]
    at = AT + timedelta(hours=later)
    found = lock(failures, at)
    if isinstance(found, Locked):
        assert at < found.until <= at + LOCK
        assert isinstance(lock(failures, found.until - SECOND), Locked) or any(f > at for f in failures)
    else:
        assert 1 <= found.left <= 3


def test_of_several_locks_the_longest_holds():
    assert strictest([Free(2), Locked(AT), Locked(AT + LOCK)]) == Locked(AT + LOCK)
    assert strictest([Free(3), Free(1)]) == Free(1)


# --- two people -----------------------------------------------------------------------------------------------


def votes_of(words: str) -> list[Vote]:
    """The votes of a row. The same kind of staff twice is the same person twice."""
    found = [one.split() for one in words.split(", ")]
    return [Vote(role, said == "yes", role == "identity", role == "security") for role, said in found]


@pytest.mark.parametrize("row", pages.table(PAGE, "Votes", "Then"), ids=lambda row: row[0])
def test_two_people_agree_as_on_the_page(row):
    match agreement(votes_of(row[0])):
        case Agreed():
            assert row[1] == "agreed"
        case Denied():
            assert row[1] == "denied"
        case Waits(missing):
            assert row[1] == f"waits for {missing[0]}"


def test_nobody_is_both_of_the_two():
    both = Vote("usr_1", True, True, True)
    assert agreement([both, both]) == Waits(("security",))
    assert agreement([]) == Waits(("identity", "security"))
    assert agreement([both, Vote("usr_2", True, True, False)]) == Agreed(("usr_2", "usr_1"))


# --- masking --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("kei@example.jp", "k•••@ex•••.jp"),
        ("a@b.co", "•••@•••.co"),
        ("ab@abcde.com", "•••@a•••.com"),
        ("aiko@mail.example.co.jp", "a•••@ma•••.jp"),
        ("山田太郎@例え株式会社.jp", "山•••@例え•••.jp"),
        ("kei@xn--r8jz45g.jp", "k•••@•••.jp"),
        ("kei@xn--.jp", "k•••@•••"),
        ("kei@atelier.kyoto", "k•••@at•••.•••"),
        ("kei@localhost", "k•••@•••"),
        ('"a b"@example.com', "•••@ex•••.com"),
        ("が子さん@example.jp", "が•••@ex•••.jp"),
        ("not an address", "•••"),
        ("", "•••"),
    ],
)
def test_an_address_is_masked(address, shown):
    assert masked_address(address) == shown


LABEL = st.text(st.sampled_from("abcdefghijklmnop0123あいうえ山田"), min_size=1, max_size=12)
ADDRESS = st.tuples(LABEL, LABEL, st.sampled_from(["jp", "com", "co.jp", "test", "museum", "kyoto"]))


@given(ADDRESS)
def test_a_mask_never_shows_more_than_it_says(parts):
    local, name, ending = parts
    shown_local, _, shown_domain = masked_address(f"{local}@{name}.{ending}").partition("@")
    left, right = shown_local.removesuffix("•••"), shown_domain.split("•••")[0]
    assert len(left) <= min(1, len(local) // 3)
    assert local.startswith(left)
    assert len(right) <= 2
    assert right == "" or len(right) <= len(f"{name}.{ending}") // 3
    assert shown_domain.count("•••") <= 2


@given(ADDRESS, st.text(st.sampled_from("xyz"), min_size=1, max_size=1))
def test_what_is_hidden_could_be_anything(parts, other):
    local, name, ending = parts
    hidden = local[:1] + other * (len(local) - 1)
    assert masked_address(f"{local}@{name}.{ending}") == masked_address(f"{hidden}@{name}.{ending}")


# --- codes and payments ---------------------------------------------------------------------------------------


@given(st.binary(min_size=16, max_size=32), st.binary(min_size=16, max_size=32))
def test_a_code_opens_its_own_claim_and_no_other(one, other):
    code, guess = codes.code_from(one), codes.code_from(other)
    kept = codes.digest(KEY, "rcl_1", code)
    assert (len(code), code.isdigit()) == (CODE_DIGITS, True)
    assert codes.is_right(KEY, "rcl_1", codes.spaced(code), kept)
    assert codes.is_right(KEY, "rcl_1", guess, kept) is (guess == code)
    assert not codes.is_right(KEY, "rcl_2", code, kept)
    assert not codes.is_right(b"x" * 32, "rcl_1", code, kept)
    assert code not in kept


def test_no_code_is_right_where_none_was_sent():
    assert not codes.is_right(KEY, "rcl_1", "", "")
    assert not codes.is_right(KEY, "rcl_1", "00000000", "")
    with pytest.raises(ValueError, match="random"):
        codes.code_from(b"short")


def test_full_width_digits_are_as_good():
    assert codes.typed("１２３４－５６７８") == "12345678"


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("¥2,980", "2980"), ("２９８０円", "2980"), ("2.980,00 €", "2980"), ("$20.00", "20"), ("20,5", "20.5"),
        ("1,234,567.80", "1234567.8"), ("0.99", "0.99"), ("free", ""), ("", ""), (".", ""),
    ],
)  # fmt: skip
def test_an_amount_is_the_same_however_it_is_written(words, amount):
    assert payments.amount_of(words) == amount


def kept_of(account: str) -> list[str]:
    return [
        payments.set_digest(KEY, account, "2980", AT.date(), "4242"),
        payments.invoice_digest(KEY, account, "INV2026001"),
    ]


@pytest.mark.parametrize(
    ("said", "right"),
    [
        pytest.param(PaymentSaid("¥2,980", AT.date(), "4242"), True, id="the whole set"),
        pytest.param(
            PaymentSaid("2980", AT.date() + timedelta(days=1), "4242"), True, id="booked a day later"
        ),
        pytest.param(PaymentSaid("2980", AT.date() + timedelta(days=2), "4242"), False, id="two days off"),
        pytest.param(PaymentSaid("2980", AT.date(), ""), False, id="no digits"),
        pytest.param(PaymentSaid("2980", None, "4242"), False, id="no day"),
        pytest.param(PaymentSaid("", AT.date(), "4242"), False, id="no amount"),
        pytest.param(PaymentSaid("2980", AT.date(), "4243"), False, id="wrong digits"),
        pytest.param(PaymentSaid("2980", AT.date(), "4242424242424242"), False, id="a whole number"),
        pytest.param(PaymentSaid(invoice="inv-2026-001"), True, id="the invoice"),
        pytest.param(PaymentSaid(invoice="001"), False, id="a short number"),
        pytest.param(PaymentSaid(), False, id="nothing"),
    ],
)
def test_a_payment_is_known_by_a_whole_set_or_the_invoice(said, right):
    assert payments.knows(payments.candidates(KEY, "org_1", said), kept_of("org_1")) is right
    assert not payments.knows(payments.candidates(KEY, "org_2", said), kept_of("org_1"))
    assert not payments.knows(payments.candidates(KEY, "org_1", said), [])


def test_the_work_is_the_same_whatever_is_said():
    said = (PaymentSaid(), PaymentSaid("2980", AT.date(), "4242"), PaymentSaid(invoice="INV2026001"))
    assert {len(payments.candidates(KEY, "org_1", one)) for one in said} == {4}


# --- withdrawing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", pages.table(PAGE, "Doubt", "Money goes", "Then"), ids=" ".join)
def test_doubts_hold_back_money_to_another_place_alone(row):
    found, _ = payout(is_doubted=row[0] == "yes", is_same_method=row[1] == "back by the same means")
    assert found.value == row[2]


@given(st.text(max_size=400))
def test_what_a_stranger_wrote_makes_no_link_in_a_mail(words):
    line = harmless(words)
    assert not set("./:<>[]()\n\r\t%&?=") & set(line)
    assert len(line) <= 200
