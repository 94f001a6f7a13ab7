"""When a mail is tried again: soon at first, then every six hours, and given up after more than four days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.notices.rules import MAX_TRIES, after_failure, rest_after
from sekisho.notices.types import GivenUp, Later

AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tries", "for_good", "expected"),
    [
        pytest.param(1, False, Later(AT + timedelta(minutes=1)), id="after the first, a minute"),
        pytest.param(4, False, Later(AT + timedelta(minutes=8)), id="doubling"),
        pytest.param(10, False, Later(AT + timedelta(hours=6)), id="six hours at most"),
        pytest.param(MAX_TRIES - 1, False, Later(AT + timedelta(hours=6)), id="once more"),
        pytest.param(MAX_TRIES, False, GivenUp("tried_too_often"), id="the last"),
        pytest.param(1, True, GivenUp("refused"), id="refused for good"),
    ],
)
def test_after_failure(tries, for_good, expected):
    assert after_failure(tries, AT, for_good=for_good) == expected


def test_more_than_four_days_pass_before_a_mail_is_given_up():
    assert sum(map(rest_after, range(1, MAX_TRIES)), timedelta()) > timedelta(days=4)
