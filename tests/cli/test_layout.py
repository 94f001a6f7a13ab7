"""Lines are measured as a terminal measures them, and break where Japanese may break."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.cli.layout import Formatter, columns, paragraphs, summary, wrapped

TEXTS = st.text(st.sampled_from("abc 関所を通る。、（）「」データベースー[]- \n"), max_size=200)


@given(TEXTS, st.integers(20, 100))
def test_wrapping_loses_nothing_and_keeps_within_the_width(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert columns(line) <= width or " " not in line.strip()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("関所を通る。", ["関所を", "通る。"], id="a Japanese character takes two columns"),
        pytest.param("門は通った。", ["門は", "通っ", "た。"], id="not before a small kana or a full stop"),
        pytest.param("門（関所）", ["門（関", "所）"], id="marks stay with their characters"),
        pytest.param("API キー", ["API", "キー"], id="between a word and Japanese"),
        pytest.param("three two", ["three", "two"], id="at a space"),
        pytest.param("unbreakable", ["unbreakable"], id="a long word stays whole"),
        pytest.param("", [""], id="nothing"),
    ],
)
def test_where_lines_break(text: str, lines: list[str]) -> None:
    assert wrapped(text, 7) == lines


@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param("one\ntwo", "one two", id="words need a space"),
        pytest.param("関所を\n通る", "関所を通る", id="Japanese needs none"),
        pytest.param("通る。\nAPI キー", "通る。API キー", id="nor after a mark"),
        pytest.param("API\nキー", "API キー", id="but beside a word"),
    ],
)
def test_lines_of_the_source_are_joined(source: str, line: str) -> None:
    assert wrapped(source, 78) == [line]


def test_paragraphs_stand_between_empty_lines() -> None:
    assert list(paragraphs("one\n        two\n\n        three\n        ")) == ["one\ntwo", "three"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("Do this. Then that.", "Do this.", id="English"),
        pytest.param("Do this with a.b at\nonce. Then that.", "Do this with a.b at once.", id="over a line"),
        pytest.param("これをします。次にあれをします。", "これをします。", id="Japanese"),
        pytest.param("Do this\n\nThen that", "Do this", id="a paragraph"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_the_summary_is_the_first_sentence(text: str, first: str) -> None:
    assert summary(text) == first


def test_a_long_term_has_its_text_beneath() -> None:
    page = Formatter(width=60)
    with page.section("引数"):
        page.write_dl(
            [("--名前 文字列", "挨拶する相手の名前です。"), ("--" + "x" * 40, "下に書きます。"), ("--y", "")]
        )
    assert page.getvalue() == (
        "引数:\n"
        "  --名前 文字列                   挨拶する相手の名前です。\n"
        f"  --{'x' * 40}\n"
        "                                  下に書きます。\n"
        "  --y\n"
    )
