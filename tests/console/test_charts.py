"""Charts are values in, markup out."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from sekisho.console import charts, icons
from sekisho.console.charts import Series

SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def a_chart(*series: Series, columns: tuple[str, ...] = ("Mon", "Tue")) -> charts.Stacked:
    return charts.stacked("c", "Decisions", "10 allowed", columns, series)


def heights(chart: charts.Stacked, tone: str) -> list[float]:
    boxes = parsed(chart.svg).iter(f"{SVG}rect")
    return [float(box.get("height", 0)) for box in boxes if box.get("class") == f"fill-{tone}"]


def test_columns_are_as_high_as_their_values_and_stand_on_each_other() -> None:
    chart = a_chart(Series("Allowed", "allow", (10, 5)), Series("Blocked", "block", (10, 0)))
    assert chart.top == 20
    assert heights(chart, "allow") == [88, 44]
    assert heights(chart, "block") == [88]


def test_a_chart_says_what_it_shows_to_those_who_do_not_see_it() -> None:
    drawing = parsed(a_chart(Series("Allowed", "allow", (1, 2))).svg)
    named = {child.get("id"): child.text for child in drawing if child.tag in (f"{SVG}title", f"{SVG}desc")}
    assert drawing.get("role") == "img"
    assert drawing.get("aria-labelledby") == "c-title c-desc"
    assert named == {"c-title": "Decisions", "c-desc": "10 allowed"}


def test_series_differ_by_pattern_too() -> None:
    chart = a_chart(Series("Held", "hold", (1, 1)), Series("Noted", "annotate", (1, 1)))
    assert 'fill="url(#c-hold)"' in chart.svg
    assert 'fill="url(#c-annotate)"' in chart.svg


def test_words_are_escaped() -> None:
    chart = a_chart(Series("<b>&", "allow", (1, 1)), columns=("<Mon>", "Tue"))
    assert "<b>" not in chart.svg
    assert parsed(chart.svg) is not None
    assert parsed(charts.score(0.5, 0.5, '"<x>')) is not None


def test_the_table_beside_a_chart_leaves_out_empty_columns() -> None:
    chart = a_chart(Series("Allowed", "allow", (0, 2)), Series("Blocked", "block", (0, 1)))
    assert chart.rows == [("Tue", [2, 1])]


def test_a_series_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="1 values for 2 columns"):
        a_chart(Series("Allowed", "allow", (1,)))


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (1, 1), (2, 2), (3, 5), (6, 10), (11, 20), (21, 50), (51, 100), (101, 200)]
)
def test_nice_top(value: int, top: int) -> None:
    assert charts.nice_top(value) == top


@pytest.mark.parametrize(
    ("score", "width"),
    [pytest.param(0.25, "25", id="inside"), pytest.param(7.0, "100", id="beyond the scale")],
)
def test_a_score_stays_within_its_scale(score: float, width: str) -> None:
    assert f'width="{width}" height="10" class="fill-block"' in charts.score(score, 0.5, "s", "block")


def test_a_bar_of_nothing_is_empty() -> None:
    assert 'width="0"' in charts.bar(0, 0)


@pytest.mark.parametrize("name", icons.PATHS)
def test_icons_are_well_formed_and_silent(name: str) -> None:
    assert parsed(icons.icon(name)).get("aria-hidden") == "true"
