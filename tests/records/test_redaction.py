"""Secrets leave texts, everything else stays: shapes, what stands before, randomness (R-DATA-064)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.records import redaction
from sekisho.records.redaction import MARK, Secret, redact, together

LETTERS = "q7Zt2KfW9bXc4RmLp8VsJd3HgN6yTuEa5PwQ"  # no key of anybody's: drawn for these tests
HEX = "9f3a1c7e5b2d8046" * 4
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{LETTERS}\n{LETTERS}\nab==\n-----END RSA PRIVATE KEY-----"

SECRETS = [
    pytest.param(f"sk-ant-api03-{LETTERS}", Secret.API_KEY, id="Anthropic"),
    pytest.param(f"sk-proj-{LETTERS}", Secret.API_KEY, id="OpenAI"),
    pytest.param(f"sk-sekisho-{LETTERS}", Secret.API_KEY, id="our own"),
    pytest.param("sk_live_" + LETTERS[:24], Secret.API_KEY, id="Stripe"),
    pytest.param("hf_" + LETTERS[:34], Secret.API_KEY, id="Hugging Face"),
    pytest.param("ghp_" + LETTERS[:36], Secret.API_KEY, id="GitHub"),
    pytest.param("github_pat_" + LETTERS[:30], Secret.API_KEY, id="GitHub, fine-grained"),
    pytest.param("glpat-" + LETTERS[:20], Secret.API_KEY, id="GitLab"),
    pytest.param("xoxb-" + HEX[:24], Secret.API_KEY, id="Slack"),
    pytest.param("AKIA" + "Q3EGRNVTZ5WJ2K7P", Secret.CLOUD_KEY, id="AWS"),
    pytest.param("AIza" + LETTERS[:35], Secret.CLOUD_KEY, id="Google"),
    pytest.param(PEM, Secret.PRIVATE_KEY, id="a private key"),
    pytest.param(PEM.replace("\n", "\\n"), Secret.PRIVATE_KEY, id="a private key in JSON"),
    pytest.param(PEM[:60], Secret.PRIVATE_KEY, id="a private key, cut off"),
    pytest.param(f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{LETTERS}", Secret.TOKEN, id="a JSON Web Token"),
    pytest.param(LETTERS, Secret.RANDOM, id="a long word drawn by lot"),
]
BEFORE = [
    pytest.param("Authorization: Bearer {}", "abcdef0123456789abcdef", Secret.TOKEN, id="bearer"),
    pytest.param("authorization: Basic {}", "YWlrbzpodW50ZXIy", Secret.TOKEN, id="basic"),
    pytest.param("postgresql://app:{}@db:5432/main", "p@ss", Secret.PASSWORD, id="address of a database"),
    pytest.param("DB_PASSWORD={}", "correct-horse-battery", Secret.ASSIGNED, id="setting"),
    pytest.param('export API_SECRET="{}"', "correct horse battery", Secret.ASSIGNED, id="setting, quoted"),
    pytest.param('{{"password": "{}"}}', "hunter2hunter2", Secret.ASSIGNED, id="JSON"),
    pytest.param("aws_secret_access_key = {}", "abc/def+1234567890", Secret.ASSIGNED, id="ini file"),
    pytest.param("signing_key: {}", HEX, Secret.ASSIGNED, id="hexadecimal, by its name"),
]
ORDINARY = [
    "def token_count(text: str) -> int: return len(text.split())",
    "password = getpass.getpass('Password: ')",
    "token: string;  // of the session, or undefined",
    "secret = settings.text('judge_api_key')",
    "API_KEY=$OPENAI_API_KEY npm start",
    "API_KEY=YOUR_API_KEY_GOES_HERE",
    'label = {"password": "Password", "token": "Token of the bearer"}',
    "git show 36e2aa2f0d4c1b8a97e65f3d2c1b0a9f8e7d6c5b",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    '"integrity": "sha512-' + LETTERS * 2 + '=="',
    "req_01k9ab3cd4ef5gh6jk7mn8pq9r was answered in 2.4 s",
    "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "src/sekisho/enforcement/transparency/rules/withholding.py:52",
    "AbstractSingletonProxyFactoryBean2TestConfigurationProvider",
    "https://example.com:8443/o/org_1/feedback?page=2#top",
    "A bearer of good news; basic internationalisation; the secret: patience.",
    "Write to aiko@example.com, or see https://example.com/@aiko",
    "パスワード: 8文字以上で入力してください。トークンの有効期限は30日です。",
    "秘密鍵は -----BEGIN PUBLIC KEY----- ではありません。",
]


@pytest.mark.parametrize(("secret", "kind"), SECRETS)
def test_a_secret_is_known_by_its_shape(secret: str, kind: Secret) -> None:
    redacted = redact(f"Before 前 {secret} 後 after")
    assert redacted.text == f"Before 前 {MARK} 後 after"
    assert redacted.counts == {kind: 1}
    assert secret not in repr(redacted)


@pytest.mark.parametrize(("form", "secret", "kind"), BEFORE)
def test_a_secret_is_known_by_what_stands_before_it(form: str, secret: str, kind: Secret) -> None:
    redacted = redact(form.format(secret))
    assert redacted.text == form.format(MARK)
    assert redacted.counts == {kind: 1}


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_code_and_prose_stay_as_they_are(text: str) -> None:
    assert redact(text).text == text
    assert redact(text).total == 0


def test_counts_of_several_texts_are_added() -> None:
    each = [redact(f"AKIA{'Q3EGRNVTZ5WJ2K7P'} {LETTERS}").counts, redact(LETTERS).counts]
    assert together(each) == {Secret.CLOUD_KEY: 1, Secret.RANDOM: 2}


PIECES: st.SearchStrategy[str] = st.sampled_from(
    [str(one.values[0]) for one in SECRETS]
    + [
        "password",
        "TOKEN",
        "api_key",
        "=",
        ": ",
        '"',
        "'",
        "`",
        "Bearer ",
        "://u:",
        "@",
        "/",
        "-",
        "_",
        "[",
        "]",
    ]
    + [
        MARK,
        " ",
        "\n",
        "前",
        "hunter2hunter2",
        "AKIA",
        "eyJ",
        "-----BEGIN PRIVATE KEY-----",
        "--",
        ".",
        "\\n",
        "x",
    ]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=14).map(lambda pieces: "".join(pieces)))


@given(TEXTS)
def test_redacting_again_changes_nothing(text: str) -> None:
    once = redact(text)
    assert redact(once.text).text == once.text


@given(TEXTS)
def test_what_remains_stood_in_the_text_in_this_order(text: str) -> None:
    redacted, at = redact(text), 0
    for piece in redacted.text.split(MARK):
        at = text.index(piece, at) + len(piece)
    assert len(redacted.text) <= len(text) + len(MARK) * redacted.total


class Counting:
    """A pattern that notes how many characters its matches covered."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern, self.read = pattern, 0

    def match(self, text: str, start: int) -> re.Match[str] | None:
        found = self._pattern.match(text, start)
        self.read += len(found[0]) if found else 1
        return found


@pytest.mark.parametrize(
    "unit", ["password=", "password=password=1", "token: 'a", 'token="', "secret:secret:"]
)
def test_no_character_of_a_value_is_read_twice(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All other looks are automata, or take each word once; this one would be quadratic if names inside values
    counted."""
    bare, quoted = Counting(redaction._BARE), Counting(redaction._QUOTED)
    monkeypatch.setattr(redaction, "_BARE", bare)
    monkeypatch.setattr(redaction, "_QUOTED", quoted)
    text = unit * 500
    redact(text)
    assert bare.read + quoted.read <= 2 * len(text)
