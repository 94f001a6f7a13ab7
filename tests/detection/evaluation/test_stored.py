"""Evaluations are written as JSON whose form does not change unseen, and read back to be compared.

`SEKISHO_WRITE_GOLDEN=1` writes the file anew; read the difference before it is committed, and raise `FORMAT` when
an earlier reader would misread it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sekisho.base.errors import SekishoError
from sekisho.detection.evaluation.measuring import answers_by_id, evaluate
from sekisho.detection.evaluation.resampling import Plan
from sekisho.detection.evaluation.results import NEEDS, Evaluation
from sekisho.detection.evaluation.stored import base_of, read_base, written
from sekisho.detection.evaluation.tasks import QUESTIONS, Case
from tests.detection.evaluation.cases import answer, row, separated

GOLDEN = Path(__file__).parent / "golden.json"


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    topic = [
        Case(row(900 + n, None, labels={"hr_legal"}, advice=n < 6), answer(0.1, advice=0.4))
        for n in range(12)
    ]
    cases = [*separated(12, swapped=2), *topic]
    return evaluate(cases, "scorer", "model-1", "pack@1", plan=Plan(20), by="source")


def test_the_form_is_the_one_that_is_documented(evaluation: Evaluation) -> None:
    found = written(evaluation)
    if os.environ.get("SEKISHO_WRITE_GOLDEN"):
        GOLDEN.write_bytes(found)
    assert found == GOLDEN.read_bytes()


def test_every_field_is_documented(evaluation: Evaluation, root: Path) -> None:
    page = (root / "docs" / "rules" / "evaluation.md").read_text(encoding="utf-8")
    plain = json.loads(written(evaluation))
    names = {
        *plain,
        *plain["lines"][0],
        *plain["outcomes"][0],
        *plain["answers"],
        *NEEDS,
        *plain["lines"][0]["curves"],
    }
    assert {name for name in names if f"`{name}`" not in page} == set()


def test_it_carries_no_text(evaluation: Evaluation) -> None:
    assert b"text 0" not in written(evaluation)


@pytest.mark.parametrize("whole", [True, False], ids=["the evaluation", "its base"])
def test_answers_are_read_back(whole: bool, evaluation: Evaluation, tmp_path: Path) -> None:
    file = tmp_path / "stored.json"
    file.write_bytes(written(evaluation if whole else base_of(evaluation)))
    base = read_base(file)
    assert (base.version, base.data) == ("model-1", evaluation.data)
    assert answers_by_id(base.answers) == answers_by_id(evaluation.answers)
    assert set(base.answers.probabilities) == set(QUESTIONS)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"not json", id="no JSON"),
        pytest.param(b'{"detector": "scorer"}', id="fields are missing"),
        pytest.param(b"\xff", id="no UTF-8"),
        pytest.param(None, id="of a later format"),
        pytest.param(b"short", id="answers are missing"),
    ],
)
def test_what_is_no_evaluation_is_refused(
    given: bytes | None, evaluation: Evaluation, tmp_path: Path
) -> None:
    file, plain = tmp_path / "stored.json", json.loads(written(evaluation))
    if given is None:
        plain["format"] = 99
        given = json.dumps(plain).encode()
    if given == b"short":
        plain["answers"]["ids"] = plain["answers"]["ids"][1:]
        given = json.dumps(plain).encode()
    file.write_bytes(given)
    with pytest.raises(SekishoError) as told:
        read_base(file)
    assert told.value.code == "base_unreadable"
    assert str(file) in told.value.told("ja")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SekishoError):
        read_base(tmp_path / "none.json")
