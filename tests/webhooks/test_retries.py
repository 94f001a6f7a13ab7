from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.webhooks.rules.retries import (
    JITTER,
    LONGEST_WAIT_S,
    PROBLEMS,
    SENDINGS,
    Again,
    GiveUp,
    after_failure,
)

HOUR = 3600.0


@pytest.mark.parametrize(
    ("sendings", "wait_s"),
    [(1, 5), (2, 20), (3, 80), (4, 320), (5, 1280), (6, 5120), (7, 20480), (8, 6 * HOUR), (10, 6 * HOUR)],
)
def test_each_wait_is_four_times_the_one_before_up_to_six_hours(sendings, wait_s):
    assert after_failure(sendings, 0.0) == Again(timedelta(seconds=wait_s))


def test_after_the_last_sending_it_is_given_up():
    assert after_failure(SENDINGS, 0.0) == GiveUp()
    assert after_failure(SENDINGS + 1, 0.0, 60.0) == GiveUp()


@given(st.floats(0, 1))
def test_a_message_is_tried_for_a_day_and_a_bit(chance):
    waits = [after_failure(sendings, chance) for sendings in range(1, SENDINGS)]
    hours = sum(one.wait.total_seconds() for one in waits if isinstance(one, Again)) / HOUR
    assert 25 <= hours <= 26 * (1 + JITTER)


@given(st.integers(1, SENDINGS - 1), st.floats(0, 1), st.floats(-10, 1e9))
def test_the_receiver_may_ask_for_more_time_but_not_without_bound(sendings, chance, asked):
    given_time, plain = after_failure(sendings, chance, asked), after_failure(sendings, chance)
    assert isinstance(given_time, Again)
    assert isinstance(plain, Again)
    assert plain.wait <= given_time.wait <= timedelta(seconds=LONGEST_WAIT_S * (1 + JITTER))


def test_every_reason_is_told_in_both_languages():
    assert all(told.en and told.ja and told.en != told.ja for told in PROBLEMS.values())
