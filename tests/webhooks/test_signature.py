"""Messages are signed as Standard Webhooks has it, and what a receiver needs to find a forgery is in three headers."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from sekisho.webhooks.rules.signature import TOLERANCE, headers, is_authentic, new_secret, signature
from tests.webhooks.conftest import AT

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes....").decode()
OTHER = "whsec_" + base64.b64encode(b"another one of as many bytes....").decode()
BODY = b'{"type":"review.released"}'


def test_the_signature_is_that_of_the_specifications_own_example():
    """Source: the test vector of Standard Webhooks' reference libraries."""
    body = b'{"test": 2432232314}'
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    wanted = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body) == wanted


def test_what_was_signed_is_authentic():
    assert is_authentic(SECRET, headers("msg_1", AT, BODY, [SECRET]), BODY, AT)


def test_while_a_secret_is_rotated_either_proves_it():
    both = headers("msg_1", AT, BODY, [OTHER, SECRET])
    assert is_authentic(SECRET, both, BODY, AT)
    assert is_authentic(OTHER, both, BODY, AT)


@pytest.mark.parametrize(
    ("change", "body", "late"),
    [
        pytest.param({"webhook-id": "msg_2"}, BODY, timedelta(), id="another id"),
        pytest.param({"webhook-timestamp": "1763888401"}, BODY, timedelta(), id="another moment"),
        pytest.param({}, BODY + b" ", timedelta(), id="another body"),
        pytest.param({"webhook-signature": ""}, BODY, timedelta(), id="no signature"),
        pytest.param({"webhook-signature": "v2,abc v1,"}, BODY, timedelta(), id="of another kind"),
        pytest.param({"webhook-signature": "v1,\u3042"}, BODY, timedelta(), id="not ASCII"),
        pytest.param({"webhook-timestamp": "soon"}, BODY, timedelta(), id="no moment"),
        pytest.param({"webhook-timestamp": "9" * 30}, BODY, timedelta(), id="a moment beyond time"),
        pytest.param({}, BODY, TOLERANCE + timedelta(seconds=1), id="too old"),
        pytest.param({}, BODY, -TOLERANCE - timedelta(seconds=1), id="from the future"),
    ],
)
def test_what_was_not_signed_so_is_not_authentic(change, body, late):
    received = headers("msg_1", AT, BODY, [SECRET]) | change
    assert not is_authentic(SECRET, received, body, AT + late)


def test_another_secret_proves_nothing():
    assert not is_authentic(OTHER, headers("msg_1", AT, BODY, [SECRET]), BODY, AT)


def test_a_message_may_be_as_late_as_the_tolerance():
    assert is_authentic(SECRET, headers("msg_1", AT, BODY, [SECRET]), BODY, AT + TOLERANCE)


def test_secrets_are_long_and_never_the_same():
    drawn = {new_secret() for _ in range(100)}
    assert len(drawn) == 100
    assert {len(base64.b64decode(each.removeprefix("whsec_"))) for each in drawn} == {32}
