"""Signed links: they open one thing, for one purpose, until they expire; whatever else is said to be forged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.base.errors import SekishoError
from sekisho.notices.links import Purpose, opened, token

AT = datetime(2026, 1, 1, tzinfo=UTC)
END = AT + timedelta(days=1)


def test_it_opens_what_it_was_made_for_until_it_expires():
    made = token(Purpose.STATEMENT, "sor_1", END)
    assert opened(Purpose.STATEMENT, made, END - timedelta(seconds=1)) == "sor_1"
    with pytest.raises(SekishoError, match="link_expired"):
        opened(Purpose.STATEMENT, made, END)


def test_made_again_it_is_the_same():
    assert token(Purpose.STATEMENT, "sor_1", END) == token(Purpose.STATEMENT, "sor_1", END)


@pytest.mark.parametrize("other", [one for one in Purpose if one is not Purpose.STATEMENT])
def test_it_opens_nothing_else(other):
    with pytest.raises(SekishoError, match="link_forged"):
        opened(other, token(Purpose.STATEMENT, "sor_1", END), AT)


@given(st.text(max_size=200))
def test_what_we_did_not_make_is_forged(words):
    with pytest.raises(SekishoError, match="link_forged"):
        opened(Purpose.STATEMENT, words, AT)


@given(st.integers(0, 200), st.characters(codec="ascii"))
def test_one_other_character_is_enough_to_close_it(place, letter):
    made = token(Purpose.STATEMENT, "sor_1", END)
    place %= len(made)
    changed = made[:place] + letter + made[place + 1 :]
    if changed != made:
        with pytest.raises(SekishoError, match="link_forged"):
            opened(Purpose.STATEMENT, changed, AT)


def test_a_link_made_with_the_key_before_still_opens(settings):
    made = token(Purpose.STATEMENT, "sor_1", END)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = (
        [settings.SECRET_KEY],
        "another-key-of-the-installation",
    )
    assert opened(Purpose.STATEMENT, made, AT) == "sor_1"
