"""Rows are read strictly: a wrong one is named with its line and what to do, a right one is taken whole."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from sekisho.base.errors import SekishoError
from sekisho.detection.evaluation.rows import Reading, Row, Source, read
from sekisho.detection.evaluation.sources import sources
from sekisho.detection.types import Role
from tests.detection.evaluation.cases import row

GOOD = {"id": "a", "text": "hello", "lang": "en", "role": "prompt", "labels": [], "harmful": False}


def line(**changes: object) -> bytes:
    return json.dumps({**GOOD, **changes}).encode()


def lines(*given: bytes, **meanings: str) -> Reading:
    return read([Source("rows.jsonl", "rows", given)], meanings)


def test_a_whole_row_is_taken_with_every_field() -> None:
    more = {
        "pair": "p1",
        "kind": "quoted",
        "about": "cyber",
        "prompt": "before",
        "source": "ours",
        "advice": True,
    }
    (found,) = lines(line(labels=["cyber"], harmful=True, role="output", **more)).rows
    assert found == Row(
        "a",
        "hello",
        "en",
        Role.OUTPUT,
        frozenset({"cyber"}),
        True,
        True,
        "ours",
        "p1",
        "quoted",
        "cyber",
        "before",
    )


def test_what_is_not_said_is_plain() -> None:
    (found,) = lines(
        b'{"id": "a", "text": "\xe3\x81\x93\xe3\x82\x93\xe3\x81\xab\xe3\x81\xa1\xe3\x81\xaf", "harmful": null}'
    ).rows
    assert (found.language, found.role, found.source, found.harmful, found.advice) == (
        "ja",
        Role.PROMPT,
        "rows",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("prompt", Role.PROMPT),
        ("output", Role.OUTPUT),
        ("tool_call", Role.TOOL_CALL),
        ("tool_result", Role.TOOL_RESULT),
        ("document", Role.TOOL_RESULT),
        ("conversation", Role.PROMPT),
    ],
)
def test_roles(word: str, role: Role) -> None:
    assert lines(line(role=word)).rows[0].role is role


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param(b"not json", "this is not JSON", id="no JSON"),
        pytest.param(b'"text"', "not a JSON object", id="no object"),
        pytest.param(b'{"id": "\xff"}', "this is not JSON", id="no UTF-8"),
        pytest.param(line(id=None), '"id" is missing', id="no id"),
        pytest.param(b'{"id": "a", "harmful": null}', '"text" is missing', id="no text"),
        pytest.param(line(text=3), '"text" is a number, not text', id="text is a number"),
        pytest.param(line(harmful="yes"), '"harmful" is text. Write true, false, or null', id="harmful is text"),
        pytest.param(b'{"id": "a", "text": "b"}', '"harmful" is missing', id="not labelled"),
        pytest.param(line(advice=1), '"advice" is a number', id="advice is a number"),
        pytest.param(line(labels="cyber"), '"labels" is not a list', id="labels are text"),
        pytest.param(line(labels=[["cyber"]]), '"labels" is not a list', id="labels are lists"),
        pytest.param(line(labels=["cybr"]), "Did you mean “cyber”?", id="a label misspelt"),
        pytest.param(line(labels=["hate"]), "--map hate=OURS", id="a label of others"),
        pytest.param(line(lang="english!"), '"lang" is no language code', id="no language"),
        pytest.param(line(role="promt"), "Did you mean “prompt”?", id="a role misspelt"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_named_with_its_line_and_the_remedy(given: bytes, told: str) -> None:
    reading = lines(line(id="before"), b"", given)
    assert [found.id for found in reading.rows] == ["before"]
    (problem,) = reading.problems
    assert problem.place == "rows.jsonl:3"
    assert told in problem.message.en
    assert problem.message.ja


def test_every_wrong_row_is_told_at_once() -> None:
    assert [each.place for each in lines(b"x", line(), b"y").problems] == ["rows.jsonl:1", "rows.jsonl:3"]


def test_an_id_used_twice_is_told_with_both_places() -> None:
    (problem,) = lines(line(), line()).problems
    assert problem.place == "rows.jsonl:2"
    assert "rows.jsonl:1" in problem.message.en


def test_the_text_of_a_wrong_row_is_not_repeated() -> None:
    (problem,) = lines(line(text="a secret", labels=["nothing"])).problems
    assert "secret" not in problem.message.en + problem.message.ja


def test_what_moves_a_cursor_is_not_repeated() -> None:
    reading = lines(line(labels=["\x1b[2Jcyber"]), line(id="\x1b[1A"), line(id="\x1b[1A"))
    assert len(reading.problems) == 2
    assert "\x1b" not in "".join(each.message.en + each.message.ja for each in reading.problems)


def test_labels_of_others_are_translated_or_left_out() -> None:
    (found,) = lines(line(labels=["hate", "spam", "cyber"]), hate="violence_hate", spam="").rows
    assert found.labels == {"violence_hate", "cyber"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(row(about="cyber"), True, id="written to look like a standard"),
        pytest.param(row(about="hr_legal"), False, id="a topic is nothing to look like"),
        pytest.param(row(pair="p"), True, id="half of a pair"),
        pytest.param(row(pair="p", about="hr_legal"), False, id="half of a pair about advice"),
        pytest.param(row(kind="look_alike"), True, id="says so"),
        pytest.param(row(source="named"), True, id="its source is named"),
        pytest.param(row(harmful=True, about="cyber"), False, id="harmful"),
        pytest.param(row(harmful=None, kind="look_alike"), False, id="unknown"),
        pytest.param(row(), False, id="plain"),
    ],
)
def test_what_looks_alike(given: Row, expected: bool) -> None:
    assert given.looks_alike(frozenset({"named"})) is expected


# --- files ---


def test_a_folder_is_read_by_name_with_what_is_packed(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "b.jsonl").write_bytes(line(id="b"))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(line(id="a")))
    (tmp_path / "notes.txt").write_text("no rows")
    found = read(sources([str(tmp_path)]))
    assert [(each.id, each.source) for each in found.rows] == [("a", "a"), ("b", "b")]


def test_a_damaged_file_is_told_where_it_breaks(tmp_path: Path) -> None:
    whole = gzip.compress(b"\n".join(line(id=f"{number}", text="x" * 90) for number in range(3000)))
    (tmp_path / "rows.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    reading = read(sources([str(tmp_path)]))
    assert reading.rows
    (problem,) = reading.problems
    assert "cannot be read from here on" in problem.message.en


@pytest.mark.parametrize("name", ["none.jsonl", "empty"])
def test_a_name_that_names_nothing_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SekishoError) as told:
        list(sources([str(tmp_path / name)]))
    assert told.value.code == "data_missing"
    assert name in told.value.told("ja")
