"""The report is one file that needs no network and no script, in both languages, light and dark, on any screen."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pytest

from sekisho.base.text import LANGS, Text
from sekisho.detection.card import Interval
from sekisho.detection.evaluation import disguises, words
from sekisho.detection.evaluation.comparing import compare
from sekisho.detection.evaluation.drawings import (
    LEAST_RATE,
    LINEAR,
    RATES,
    Axis,
    Said,
    curves,
    histogram,
    interval_bar,
)
from sekisho.detection.evaluation.measuring import evaluate
from sekisho.detection.evaluation.page import page
from sekisho.detection.evaluation.resampling import Plan
from sekisho.detection.evaluation.results import Comparison, Evaluation, Kept
from sekisho.detection.evaluation.tasks import Case
from sekisho.detection.evaluation.transforms import titled
from sekisho.detection.evaluation.writing import between, number, signed
from sekisho.detection.labels import CLAUSES
from tests.detection.evaluation.cases import answer, row, separated

CHROMIUM = shutil.which("chromium")
REQUIRED = os.environ.get("SEKISHO_REQUIRE_BROWSER") == "1"
TITLES = {clause: Text(f"Title of {clause} <&>", f"{clause} の題名") for clause in CLAUSES}
TOKENS = (files("sekisho.console") / "static" / "console" / "css" / "tokens.css").read_text(encoding="utf-8")


def everything() -> list[Case]:
    """Cases in two languages, of which every section has something to say."""
    plain = [*separated(120, swapped=20), *separated(120, swapped=40, language="ja")]
    clauses = [
        Case(row(n, n % 2 == 0, labels={"cyber"} if n % 2 == 0 else set(), about="cyber", pair=f"p{n // 2}", source="<b>"),
             answer(0.2 + (n % 7) / 10, "unsure" if n % 3 else "block", cyber=0.2 + (n % 7) / 10))
        for n in range(1000, 1060)
    ]  # fmt: skip
    return plain + clauses


def disguised() -> Iterator[Kept]:
    """Two disguises, one of them of a later version, and with too few texts."""
    told = Interval(0.5, 0.4, 0.6)
    for measure in ("caught", "stopped", "violation"):
        for language in ("en", "ja"):
            yield Kept("zero_width", language, measure, 90, told, told, 45, told, 80, told, told)
        yield Kept("<later>", "en", measure, 9, None, None, 4, None, 8, None, None)


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    found = evaluate(everything(), "scorer", "model <1>", "pack@1", plan=Plan(40), by="source")
    return replace(found, robustness=tuple(disguised()))


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    cases = everything()
    worse = {case.row.id: answer(0.5, "block") for case in cases}
    return compare(cases, worse, ("old", "new"), Plan(40))


@pytest.fixture(scope="module")
def drawn(evaluation: Evaluation, comparison: Comparison) -> str:
    return page(evaluation, TITLES, TOKENS, comparison=comparison)


class Reader(HTMLParser):
    """Collects what stands in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words += data

    def values(self, name: str) -> list[str]:
        return [known[name] for _, known in self.tags if name in known]


def test_it_needs_nothing_else(drawn: str) -> None:
    found = Reader(drawn)
    names = {tag for tag, _ in found.tags}
    assert names.isdisjoint({"script", "link", "img", "iframe", "object", "embed"})
    assert found.values("style") == []
    assert [name for name in found.values("href") if not name.startswith("#")] == []
    assert "url(" not in re.sub(r"url\(#", "", drawn)
    assert "@import" not in drawn


def test_its_own_policy_allows_its_style_and_nothing_else(drawn: str) -> None:
    (policy,) = Reader(drawn).values("content")[:1]
    style = drawn.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'"


def test_every_id_is_one_of_a_kind_and_every_reference_leads_somewhere(drawn: str) -> None:
    found = Reader(drawn)
    ids = found.values("id")
    assert len(ids) == len(set(ids))
    named = {each for value in found.values("aria-labelledby") for each in value.split()}
    assert named | {href[1:] for href in found.values("href")} <= set(ids)


def test_what_others_wrote_is_escaped(drawn: str) -> None:
    assert "<b>" not in drawn
    assert "model <1>" not in drawn
    assert "model &lt;1&gt;" in drawn
    assert "Title of cyber &lt;&amp;&gt;" in drawn


@pytest.mark.parametrize("lang", LANGS)
def test_it_says_everything_in_each_language(lang: Any, drawn: str) -> None:
    article = drawn.partition(f'<article id="{lang}"')[2].partition("</article>")[0]
    said = Reader(article).words
    for title in (
        words.AT_A_GLANCE,
        words.STANDARDS,
        words.DECIDED,
        words.BY["source"],
        disguises.TITLE,
        titled("zero_width"),
        words.NUMBERS,
        words.HOW,
    ):
        assert title.in_(lang) in said
    assert words.COMPARED.format(before="old").in_(lang) in said
    assert TITLES["cyber"].in_(lang) in said
    assert words.LANGUAGES["ja"].in_(lang) in said


def test_disguises_have_a_bar_for_what_is_kept_and_the_numbers_beside_it(drawn: str) -> None:
    section = drawn.partition('aria-labelledby="en-disguises"')[2].partition("</section>")[0]
    assert section.count('class="interval"') == 3
    assert section.count('class="whisker') == 2
    said = Reader(section).words
    assert "50.0 % 40.0–60.0" in said
    assert "Of what is held or blocked: 50.0 %" in said
    assert "50.0 % → 50.0 %n = 90" in said
    assert "too few" in said
    assert "&lt;later&gt;" in section
    assert "On average over the disguises that have texts enough: English 50.0 % · Japanese 50.0 %." in said


def test_one_language_alone_has_no_way_to_another(evaluation: Evaluation) -> None:
    alone = page(evaluation, TITLES, TOKENS, ("ja",))
    assert '<html lang="ja">' in alone
    assert alone.count("<article") == 1
    assert 'href="#en"' not in alone


def test_drawings_have_a_name_and_the_figures_in_words(drawn: str) -> None:
    found = Reader(drawn)
    for tag, known in found.tags:
        if tag == "svg":
            assert "aria-labelledby" in known or known.get("aria-hidden") == "true"
    assert re.search(r"<desc [^>]*>AUROC: All languages 0\.\d{3}; English 0\.\d{3}", drawn)


def test_too_few_texts_are_told_and_not_drawn() -> None:
    few = evaluate(separated(4), "scorer", "1", "pack@1", plan=Plan(20))
    drawn = page(few, TITLES, TOKENS, ("en",))
    assert "Too few texts to measure" in drawn
    assert 'class="plot"' not in drawn


def test_an_empty_evaluation_is_a_page_all_the_same() -> None:
    assert "</html>" in page(evaluate([], "rules", "1", "pack@1"), TITLES, TOKENS)


# --- drawings ---


SAID = Said("name", "<title>", "what", "across", "up")


@pytest.mark.parametrize(
    ("axis", "value", "share"),
    [
        pytest.param(LINEAR, 0.25, 0.25, id="even"),
        pytest.param(LINEAR, 1.5, 1, id="no farther than the end"),
        pytest.param(RATES, 1, 1, id="all"),
        pytest.param(RATES, LEAST_RATE, 0, id="the least that is shown"),
        pytest.param(RATES, 0, 0, id="nothing stands with it"),
        pytest.param(RATES, LEAST_RATE**0.5, 0.5, id="half way between"),
    ],
)
def test_where_a_value_stands(axis: Axis, value: float, share: float) -> None:
    assert axis.share(value) == pytest.approx(share)


def test_a_line_goes_from_corner_to_corner() -> None:
    drawn = curves(SAID, [[(0, 0), (1, 1)]])
    (path,) = re.findall(r'd="(M[^"]+)" class="series-1"', drawn)
    assert path == "M64 254L376 12"
    assert "&lt;title&gt;" in drawn


def test_histograms_stand_back_to_back() -> None:
    drawn = histogram(SAID, (1, 3), (4, 0))
    assert (drawn.count('class="above"'), drawn.count('class="below"')) == (2, 1)
    assert histogram(SAID, (0, 0), (0, 0)).count("<rect") == 0


def test_a_bar_without_a_value_is_only_ground() -> None:
    assert interval_bar(None).count("<rect") == 1
    assert 'width="50"' in interval_bar(Interval(0.5, 0.4, 0.6))


@pytest.mark.parametrize(
    ("measure", "shown"),
    [("auroc", ("0.912", "0.901–0.920", "-0.012")), ("recall", ("91.2 %", "90.1–92.0", "-1.2 %"))],
)
def test_numbers_are_written_as_people_write_them(measure: str, shown: tuple[str, str, str]) -> None:
    told = Interval(0.9123, 0.9006, 0.9204)
    assert (number(told.value, measure), between(told, measure), signed(-0.0123, measure)) == shown


# --- in a browser ---


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None and not REQUIRED, reason="no Chromium on this machine")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize(("width", "lang"), [(390, "en"), (390, "ja"), (1280, "en"), (1280, "ja")])
def test_a_browser_shows_one_language_that_fits_and_is_accessible(
    width: int, lang: str, drawn: str, tmp_path: Path
) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    file, said = tmp_path / "report.html", list[str]()
    file.write_text(drawn, encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True, offline=True)
        shown = context.new_page()
        shown.on("console", lambda message: said.append(message.text))
        shown.goto(f"{file.as_uri()}#{lang}-numbers")
        other = "ja" if lang == "en" else "en"
        assert shown.locator(f"article#{lang}").is_visible()
        assert not shown.locator(f"article#{other}").is_visible()
        wider = shown.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider == 0
        schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
        for scheme in schemes:
            shown.emulate_media(color_scheme=scheme)
            found = Axe().run(shown).response["violations"]
            assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == []
        shown.locator(f"article#{lang} .tongue a").click()
        assert shown.locator(f"article#{other}").is_visible()
        browser.close()
    assert said == []
