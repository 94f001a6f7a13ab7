"""What is withheld cannot be worked out, not even by who knows how it was chosen."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.enforcement.transparency.rules.withholding import OPEN, SMALLEST, is_small, withheld

PAGE = Path(__file__).parents[3] / "docs" / "rules" / "transparency.md"


def table() -> list[tuple[str, str, str]]:
    lines = PAGE.read_text("utf-8").splitlines()
    begin = lines.index("| counts of a table | told | total |") + 2
    rows = []
    for line in lines[begin:]:
        if not line.startswith("|"):
            break
        counts, told, total = (cell.strip() for cell in line.strip("|").split("|"))
        rows.append((counts, told, total))
    return rows


def public(counts: tuple[int, ...]) -> tuple[object, ...]:
    """What everybody is told of a table: its numbers, None for a withheld one, and the total."""
    keyed = {f"v{at}": count for at, count in enumerate(counts)}
    hidden = withheld(keyed)
    if hidden is None or is_small(sum(counts)):
        return (*[None] * len(counts), None)
    return (*(None if key in hidden else count for key, count in keyed.items()), sum(counts))


@pytest.mark.parametrize(("counts", "told", "total"), [pytest.param(*row, id=row[0]) for row in table()])
def test_withholding_by_the_table(counts, told, total):
    numbers = tuple(int(one) for one in counts.split(","))
    *shown, sum_ = public(numbers)
    expected = [] if told == "nothing" else [int(one) for one in told.split(",")]
    assert [one for one in shown if one is not None] == expected
    assert sum_ == (None if total == "withheld" else int(total))


numbers = st.lists(st.integers(1, 400), min_size=1, max_size=8).map(tuple)


@given(numbers)
def test_no_small_number_is_told(counts):
    *shown, total = public(counts)
    assert not any(one is not None and is_small(one) for one in (*shown, total))


@given(numbers)
def test_what_the_total_leaves_open_is_never_one_value(counts):
    *shown, total = public(counts)
    hidden = sum(one is None for one in shown)
    if hidden and total is not None:
        told = [one for one in shown if one is not None]
        left = total - sum(told)
        assert hidden >= 2
        assert left - hidden >= OPEN
        assert min(told, default=left) * hidden >= left


@given(numbers)
def test_nothing_is_withheld_where_nothing_is_small(counts):
    if min(counts) >= SMALLEST:
        assert public(counts) == (*counts, sum(counts))


@given(numbers, st.randoms(use_true_random=False))
def test_the_order_of_counts_makes_no_difference(counts, drawn):
    keyed = list({f"v{at}": count for at, count in enumerate(counts)}.items())
    drawn.shuffle(keyed)
    assert withheld(dict(keyed)) == withheld({f"v{at}": count for at, count in enumerate(counts)})


@pytest.mark.parametrize(("size", "most"), [(2, 30), (3, 20), (4, 11)])
def test_who_knows_the_rule_cannot_work_out_a_small_number(size, most):
    """Every table of small size with the same public face is a candidate; the small numbers differ among them."""
    faces: dict[tuple[object, ...], list[tuple[int, ...]]] = {}
    for counts in product(range(1, most), repeat=size):
        faces.setdefault(public(counts), []).append(counts)
    for face, candidates in faces.items():
        for at in range(size):
            if face[at] is None and any(is_small(one[at]) for one in candidates):
                assert len({one[at] for one in candidates}) > 1, face


def test_a_table_lists_what_happened():
    with pytest.raises(ValueError, match="at least 1"):
        withheld({"a": 0, "b": 7})
