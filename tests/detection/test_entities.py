"""Secrets and personal data are found by proof, with exact spans; what only resembles them passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from sekisho.detection.detectors import entities
from sekisho.detection.stream import StreamWatch
from sekisho.detection.types import Passage

DETECTOR = entities.detector()
KEY = "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"


def my_number(eleven: str) -> str:
    body = [int(digit) for digit in reversed(eleven)]
    rest = sum(digit * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(body, 1)) % 11
    return eleven + str(0 if rest <= 1 else 11 - rest)


@pytest.mark.parametrize(
    ("code", "before", "entity", "after"),
    [
        pytest.param("card_number", "My card is ", "4111 1111 1111 1111", ", thanks", id="card"),
        pytest.param(
            "card_number", "card ", "378282246310005", " 12/29", id="card of 15 digits, with expiry"
        ),
        pytest.param(
            "card_number", "番号は", "４１１１１１１１１１１１１１１１"[:16], "です", id="full-width card"
        ),
        pytest.param("my_number", "マイナンバーは", my_number("12345678901"), "です", id="My Number"),
        pytest.param(
            "my_number", "", "1234-5678-901" + my_number("12345678901")[-1], "", id="My Number in groups"
        ),
        pytest.param("corporate_number", "法人番号 ", "5835678256246", "", id="corporate number"),
        pytest.param("iban", "Pay to ", "GB82 WEST 1234 5698 7654 32", " today", id="IBAN"),
        pytest.param("iban", "IBAN: ", "DE44500105175407324931", ".", id="IBAN without blanks"),
        pytest.param("ssn", "my SSN is ", "536-22-1234", ".", id="social security number"),
        pytest.param("phone_number", "電話は", "090-1234-5678", "です", id="phone"),
        pytest.param("passport_number", "passport no. ", "TK1234567", "", id="passport"),
        pytest.param("drivers_licence", "免許証番号 ", "301234567890", "", id="driving licence"),
        pytest.param("secret_anthropic_key", "key=", "sk-ant-api03-" + KEY, "", id="Anthropic key"),
        pytest.param("secret_aws_key", "aws: ", "AKIAQ3EGRNVTZ5WJ2K7P", "\n", id="AWS key"),
        pytest.param("secret_github_token", "", "ghp_" + KEY, " is it", id="GitHub token"),
        pytest.param("secret_slack_token", "", "xoxb-1234567890-" + KEY, "", id="Slack token"),
        pytest.param(
            "secret_connection_string", "", "postgres://app:s3cr3tpw@db.example.com", "/x", id="database"
        ),
    ],
)
def test_it_is_found_where_it_stands(code, before, entity, after):
    text = before + entity + after
    found = {f.code: text[f.span.start : f.span.end] for f in DETECTOR.find(Passage(text))}
    assert found.get(code) == entity


CARD = "4111111111111111"


@pytest.mark.parametrize(
    "text",
    [
        f"{CARD} 11111111",
        f"{CARD} 123",
        "4111 1111 1111 1111 5555 6666 7777",
        "4111-1111-1111-1111-99",
        f"12345 {CARD}",
        f"12345-{CARD}",
        f"12 34 {CARD} 56 78",
        f"card:{CARD}",
        f"card={CARD}&cvc=123",
        f"#{CARD} 2029 01",
        "3782 822463 10005 77",
        "6011 0009 9013 9424 000 12",
    ],
)
@pytest.mark.parametrize("step", [1, 3, 1000])
def test_no_digits_around_a_card_hide_it(text, step):
    """Read whole, and as it streams."""
    watch = StreamWatch()
    for at in range(0, len(text), step):
        watch.feed(text[at : at + step])
    watch.finish()
    for findings in (watch.findings, DETECTOR.find(Passage(text))):
        masked = [text[f.span.start : f.span.end] for f in findings if f.code == "card_number"]
        assert any(entities.is_card(one) for one in masked)


@pytest.mark.parametrize(
    "text",
    [
        "ISBN 978-4-87311-932-9",
        "ISBN-13: 9784873119328",
        "お問い合わせ番号 4012-3456-7890",
        "Order 4519-2281-0034",
        "Tracking 1Z 999 AA1 01 2345 6784",
        "tracking: 9400 1000 0000 0000 0000 00",
        "JAN 4901234567894 4901234567900",
        "2024-11-23 06:29:17 4111",
        "https://example.org/status/4111111111111111",
        "v4.1111.1111.1111.1111",
        "41 11 11 11 11 11 11 11 rows of a table",
        "090-1234-5678 03-1234-5678",
        "4111111111111112 and 4111 1111 1111 1113",
    ],
)
def test_other_long_numbers_are_no_cards(text):
    assert "card_number" not in {finding.code for finding in DETECTOR.find(Passage(text))}


def test_a_private_key_is_found():
    text = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA7x9" * 8
    assert DETECTOR.find(Passage(text))[0].code == "secret_private_key"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("4111 1111 1111 1112", id="wrong check digit"),
        pytest.param("Order 2025-11-23, total 120000 yen", id="date and sum"),
        pytest.param("pi is 3.14159265358979323846", id="a long fraction"),
        pytest.param("ISBN 978-4-00-310101-8", id="a book"),
        pytest.param("sk-your-key-here-please-replace-me", id="placeholder key"),
        pytest.param("AKIAXXXXXXXXXXXXXXXX", id="placeholder AWS key"),
        pytest.param("postgres://user:password@localhost", id="placeholder password"),
        pytest.param("送り状番号 1234-5678-9018", id="parcel number"),
        pytest.param("123-45-6789 is a part number", id="no word for it"),
    ],
)
def test_what_only_resembles_passes(text):
    assert DETECTOR.find(Passage(text)) == ()


@given(st.text("0123456789", min_size=11, max_size=11), st.integers(1, 9))
def test_one_wrong_check_digit_is_no_my_number(eleven, shift):
    right = my_number(eleven)
    wrong = right[:-1] + str((int(right[-1]) + shift) % 10)
    assert not entities.is_my_number(wrong)


@given(st.text("0123456789", min_size=14, max_size=14))
def test_cards_follow_luhn(fourteen):
    body = "4" + fourteen
    assert entities.is_card(body + luhn.calc_check_digit(body))
