"""Quoted replies: what Gmail, Outlook and Apple Mail really send, in English and Japanese, as golden mails."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.cases.mail import reading
from sekisho.cases.mail.rules.quoting import DELIMITER, said

GOLDEN = Path(__file__).parents[2] / "golden" / "mail"


@pytest.mark.parametrize("mail", sorted(GOLDEN.glob("*.eml")), ids=lambda path: path.stem)
def test_of_a_reply_what_was_written_anew_is_kept(mail: Path) -> None:
    letter = reading.read(mail.read_bytes(), "aiko@example.test", "desk.example")
    assert said(letter.text) + "\n" == mail.with_suffix(".txt").read_text("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("On Monday I wrote:\nnothing came back.", id="an own sentence that begins like one"),
        pytest.param("From: the beginning it failed.\nIt still does.", id="an own line with From:"),
        pytest.param("a > b\nand b < c", id="a mark within a line"),
        pytest.param("2026/01/05 9:00 に届きました:\n確認してください。", id="a date and a colon"),
    ],
)
def test_what_only_looks_like_a_quotation_stays(text: str) -> None:
    assert said(text) == text


@given(st.text(max_size=300))
def test_nothing_is_invented_and_nothing_becomes_empty(text: str) -> None:
    kept = said(text)
    assert bool(kept) == bool(text.strip())
    lines = {line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")}
    assert {line.strip() for line in kept.split("\n")} <= lines | {""}


@given(st.text(max_size=100).filter(lambda text: text.strip()), st.text(max_size=200))
def test_beneath_our_delimiter_everything_is_quoted(mine: str, theirs: str) -> None:
    assert said(f"{mine}\n{DELIMITER}\n{theirs}") == said(mine)
