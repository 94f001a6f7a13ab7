"""Training: the same data and seed make the same model, byte for byte; non-commercial sources never get in."""

from __future__ import annotations

import gzip
import json

import numpy as np
import pytest

from sekisho.detection.labels import HEADS, VIOLATION
from sekisho.detection.train.__main__ import main
from sekisho.detection.train.canaries import CANARIES
from sekisho.detection.train.data import CAP, Row, augment, read_folder, sample
from sekisho.detection.train.fit import folds
from sekisho.detection.train.make import Order, make

LICENSE = "Apache-2.0"


def row(number, text, source="a", labels=(), harmful=False, language="en", license=LICENSE):
    return {
        "id": f"{source}:{number}", "text": text, "source": source, "lang": language, "role": "prompt",
        "labels": list(labels), "harmful": harmful, "license": license,
    }  # fmt: skip


def write(folder, name, rows):
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in rows)


@pytest.fixture
def data(tmp_path):
    """Two sources made of the canaries' own words: enough to learn from, nothing to read."""
    folder = tmp_path / "data"
    folder.mkdir()
    for source in ("a", "b"):
        rows = []
        for number in range(12):
            for at, canary in enumerate(CANARIES):
                harmful = canary.rises and not canary.clause.startswith("hr_")
                labels = [canary.clause] if canary.rises else []
                text = f"{canary.text} ({number})"
                rows.append(row(number * 100 + at, text, source, labels, harmful, canary.language))
        write(folder, source, rows)
    return folder


def made(data, out, seed=1):
    return make(Order(data, out / "tiny-1", seed, folds=3))


def test_the_same_data_and_seed_make_the_same_model(data, tmp_path):
    first, second = made(data, tmp_path / "one"), made(data, tmp_path / "two")
    assert first == second
    for name in ("weights.npy", "card.json"):
        one, two = ((tmp_path / each / "tiny-1" / name).read_bytes() for each in ("one", "two"))
        assert one == two


def test_another_seed_or_text_makes_another_model(data, tmp_path):
    first = made(data, tmp_path / "one")
    assert made(data, tmp_path / "two", seed=2).digest != first.digest
    write(data, "c", [row(1, "One more sentence about trains.", "c")])
    assert made(data, tmp_path / "three").data_digest != first.data_digest


def test_the_command_writes_model_and_page(data, tmp_path, capsys):
    page = tmp_path / "card.md"
    assert (
        main(
            [
                str(data),
                "--out",
                str(tmp_path / "tiny-1"),
                "--dev",
                str(data / "a.jsonl.gz"),
                "--page",
                str(page),
            ]
        )
        == 0
    )
    digest = json.loads((tmp_path / "tiny-1" / "card.json").read_text())["digest"]
    assert digest in capsys.readouterr().out
    assert digest in page.read_text()


def test_non_commercial_rows_are_left_out_by_file_and_by_licence(data):
    write(data, "nc-secret", [row(1, "left out by its file", "nc-secret")])
    write(
        data,
        "mixed",
        [row(1, "kept", "mixed"), row(2, "left out by its licence", "mixed", license="CC-BY-NC-4.0")],
    )
    texts = [each.text for each in read_folder(data)]
    assert "kept" in texts
    assert not [text for text in texts if text.startswith("left out")]


def test_a_folder_without_data_says_what_to_name(tmp_path):
    with pytest.raises(FileNotFoundError, match="Name the folder"):
        read_folder(tmp_path)


def rows_of(source, count, harmful=False, labels=(), language="en"):
    return [
        Row(
            f"{source}:{number}",
            f"text {number} of {source}",
            source,
            language,
            frozenset(labels),
            harmful,
            LICENSE,
        )
        for number in range(count)
    ]


def test_a_large_source_is_cut_to_the_cap():
    assert len(sample(rows_of("big", CAP + 50) + rows_of("small", 3), seed=1)) == CAP + 3


def test_a_source_is_whole_in_one_fold():
    rows = rows_of("a", 30, harmful=True) + rows_of("b", 20) + rows_of("c", 10, harmful=True)
    fold = folds(rows, 2)
    for source in "abc":
        assert len({int(fold[at]) for at, each in enumerate(rows) if each.source == source}) == 1
    assert len(set(fold.tolist())) == 2


def test_harmless_rows_are_carried_as_often_as_harmful_ones():
    rows = rows_of("a", 400, harmful=True, labels=["cyber"]) + rows_of("b", 400)
    copies = augment(rows, seed=1)
    harmful = np.mean([copy.harmful for copy in copies])
    assert all(copy.augmented for copy in copies)
    assert 0.35 < harmful < 0.65


@pytest.mark.parametrize(
    ("labels", "harmful", "head", "expected"),
    [
        pytest.param(["cyber"], True, "cyber", 1, id="its own category"),
        pytest.param(["cyber"], True, "weapons", 0, id="another category"),
        pytest.param([], True, "weapons", -1, id="harmful in a way nobody named"),
        pytest.param([], True, VIOLATION, 1, id="harmful at all"),
        pytest.param([], False, "cyber", 0, id="harmless"),
        pytest.param(["hr_legal"], None, "hr_legal", 1, id="a topic needs no harm"),
        pytest.param(["hr_legal"], None, VIOLATION, -1, id="unknown harm is left out"),
    ],
)
def test_what_a_row_teaches_a_head(labels, harmful, head, expected):
    (each,) = rows_of("a", 1, harmful, labels)
    assert each.target[HEADS.index(head)] == expected
