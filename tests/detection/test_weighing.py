"""Two steps as one model, and its thresholds: no sign of harm speaks for harmlessness, and few ordinary texts are
stopped, whatever the scores."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.detection.labels import ADVICE, CLAUSES, DOMAINS, HEADS, READER_HEADS, STANDARDS, VIOLATION
from sekisho.detection.train.calibrate import (
    ASKED_SHARE,
    BLOCK_SHARE,
    ENOUGH_OF_SOURCE,
    LEAST_ACT,
    LOOK_ALIKE_SHARE,
    NEVER,
    SOURCE_SHARE,
    Judged,
    suggest,
)
from sekisho.detection.train.data import (
    KNOWN,
    LEFT_OUT,
    NOT,
    POLICY_SET,
    WRAPPERS,
    Row,
    augment,
    read_policy_set,
    sample,
)
from sekisho.detection.train.weigh import (
    ENOUGH,
    LIKELIER_THAN_NOT,
    LOST,
    Twice,
    Weights,
    advised,
    both,
    clearances,
    doubtful,
    shares,
    together,
    weighings,
)

SEEDS = st.integers(0, 2**32 - 1)
_VIOLATION = HEADS.index(VIOLATION)


def twice(seed: int, rows: int = 400, quick: float = 1.0, reader: float = 1.0) -> Twice:
    """Return random rows, half of them violating; each step tells so far as its strength says (below 0: wrongly)."""
    draw = np.random.default_rng(seed)
    targets = draw.choice(
        np.array([KNOWN, NOT, LEFT_OUT], np.int8), (rows, len(READER_HEADS)), p=[0.3, 0.6, 0.1]
    )
    targets[:, _VIOLATION] = draw.integers(0, 2, rows)
    signal = np.where(targets == KNOWN, 1.0, -1.0)
    noise = draw.normal(0, 1.5, (2, rows, len(READER_HEADS)))
    return Twice(
        quick=(quick * signal + noise[0])[:, : len(HEADS)].astype(np.float32),
        read=(reader * signal + noise[1]).astype(np.float32),
        targets=targets,
        languages=draw.choice(["en", "ja"], rows),
        is_ordinary=np.asarray((targets[:, _VIOLATION] == NOT) & (draw.random(rows) < 0.7)),
    )


# --- how both steps are weighed ---


@settings(max_examples=5)
@given(SEEDS, st.floats(-2, 2), st.floats(-2, 2))
def test_no_slope_is_negative(seed: int, quick: float, reader: float) -> None:
    found = weighings(twice(seed, 200, quick, reader))
    assert set(found) == {"en", "ja"}
    for table in found.values():
        assert set(table) == set(READER_HEADS)
        assert all(min(slopes) >= 0 for *slopes, _ in table.values())
        assert np.isfinite(list(table.values())).all()


@settings(max_examples=4)
@given(SEEDS, st.data())
def test_more_of_any_sign_never_lowers_a_probability(seed: int, data: st.DataObject) -> None:
    rows = twice(seed, 200)
    table = weighings(rows)[data.draw(st.sampled_from(["en", "ja"]))]
    more = np.float32(data.draw(st.floats(0, 10, width=32)))
    quick, read = rows.quick.copy(), rows.read.copy()
    sign = data.draw(st.integers(0, len(READER_HEADS) - 1))
    read[:, sign] += more
    if sign < len(HEADS):
        quick[:, sign] += more
    before, after = both(rows.quick, rows.read, table), both(quick, read, table)
    assert (after >= before - 1e-4).all()


@pytest.mark.parametrize(
    "strength", [pytest.param(0.0, id="tells nothing"), pytest.param(-1.0, id="tells the opposite")]
)
def test_a_useless_reader_gets_no_weight(strength: float) -> None:
    rows = twice(1, 4000, reader=strength)
    table = weighings(rows)["en"]
    own = np.array([table[head][0] for head in HEADS])
    by_quick = np.array([table[head][2] for head in HEADS])
    assert own.max() < 0.1
    assert by_quick.min() > 0.5
    assert (own == 0).all() or strength == 0


def test_a_useless_quick_step_gets_no_weight() -> None:
    table = weighings(twice(2, 4000, quick=-1.0))["ja"]
    assert max(table[head][2] for head in HEADS) == 0
    assert min(table[head][0] for head in HEADS) > 0.5


def test_only_what_a_head_is_told_of_counts_for_it() -> None:
    """A domain is no harm, and the quick step knows nothing of advice."""
    for table in weighings(twice(3)).values():
        assert all(table[head][1] == 0 for head in (*DOMAINS, VIOLATION, ADVICE))
        assert table[ADVICE][2] == 0


def test_a_language_with_few_rows_takes_the_weighing_of_all() -> None:
    rows = twice(4)
    few = np.arange(len(rows.targets)) < ENOUGH
    found = weighings(replace(rows, languages=np.where(few, "ja", "en")))
    alone = weighings(replace(rows, languages=np.full(len(few), "xx")))["xx"]
    assert found["ja"] == alone
    assert found["en"] != alone


@pytest.mark.parametrize("label", [LEFT_OUT, NOT], ids=["left out", "always no"])
def test_a_question_that_nobody_answers_with_yes_is_told(label: int) -> None:
    """An even chance would be shown for everything, or high-risk domains would fall silent."""
    rows = twice(5)
    rows.targets[:, READER_HEADS.index(ADVICE)] = label
    with pytest.raises(ValueError, match=ADVICE):
        weighings(rows)


# --- which texts are read again ---


@settings(max_examples=30)
@given(SEEDS, st.floats(-1, 3))
def test_clearing_loses_at_most_the_stated_share(seed: int, strength: float) -> None:
    rows = twice(seed, 1200, quick=strength)
    clear = clearances(rows)
    again, lost = shares(rows, clear)
    for language, table in clear.items():
        inside = rows.languages == language
        concerned = rows.quick[inside & (rows.targets[:, _VIOLATION] == KNOWN), _VIOLATION]
        assert (concerned < table[VIOLATION]).mean() <= LOST + 2 / concerned.size
        assert lost[language] <= LOST + 0.01
        assert 0 <= again[language] <= 1


@given(SEEDS)
def test_what_the_quick_step_holds_for_likely_is_always_read_again(seed: int) -> None:
    rows = twice(seed, 300)
    for table in clearances(rows).values():
        likely = (rows.quick[:, : len(CLAUSES)] >= LIKELIER_THAN_NOT).any(axis=1)
        assert doubtful(rows.quick, table)[likely].all()


def test_the_weighing_is_the_scorers() -> None:
    rows, table = (
        twice(6, 50),
        dict.fromkeys(HEADS, (0.5, 0.25, 0.75, -1.0)) | {ADVICE: (2.0, 0.0, 0.0, 1.0)},
    )
    said = both(rows.quick, rows.read, dict[str, Weights](table))
    own, violation = rows.read[:, : len(HEADS)], rows.read[:, [_VIOLATION]]
    assert said[:, : len(HEADS)] == pytest.approx(
        0.5 * own + 0.25 * violation + 0.75 * rows.quick - 1, abs=1e-4
    )
    assert said[:, -1] == pytest.approx(2 * rows.read[:, -1] + 1, abs=1e-4)


def test_each_language_has_its_own_weighing() -> None:
    rows = twice(6, 50)
    one, other = (
        dict.fromkeys(READER_HEADS, (1.0, 0.0, 0.0, 0.0)),
        dict.fromkeys(READER_HEADS, (0.0, 0.0, 0.0, 3.0)),
    )
    said = together(rows, {"en": one, "ja": other})
    english = rows.languages == "en"
    assert np.array_equal(said[english], rows.read[english])
    assert (said[~english] == 3).all()


def test_general_information_about_a_domain_does_not_concern_its_clause() -> None:
    rows = twice(8)
    found, advice = advised(rows.targets), rows.targets[:, READER_HEADS.index(ADVICE)]
    for head in READER_HEADS:
        before, after = rows.targets[:, READER_HEADS.index(head)], found[:, READER_HEADS.index(head)]
        wanted = np.where(advice == NOT, NOT, before) if head in DOMAINS else before
        assert np.array_equal(after, wanted)


# --- thresholds ---


MYTHS = "truthfulqa"
"""A source of nothing but look-alikes."""


def judged(seed: int, rows: int, strength: float) -> tuple[Judged, np.ndarray]:
    """Return random rows with probabilities that tell harm from harmlessness so well as `strength` says."""
    draw = np.random.default_rng(seed)
    harmful = draw.random(rows) < 0.4
    targets = np.where(draw.random((rows, len(HEADS))) < 0.2, KNOWN, NOT).astype(np.int8)
    standards = slice(0, len(STANDARDS))
    targets[:, standards] = np.where(harmful[:, None], targets[:, standards], NOT)
    targets[:, _VIOLATION] = harmful
    with_violating, without = (
        draw.choice([f"{POLICY_SET}a", "forum"], rows),
        draw.choice(["news", "wiki", MYTHS], rows),
    )
    sources = np.where(harmful | (draw.random(rows) < 0.4), with_violating, without)
    signal = strength * (targets[:, : len(CLAUSES)] == KNOWN) + draw.normal(-3, 2, (rows, len(CLAUSES)))
    found = (1 / (1 + np.exp(-signal))).clip(0.0001, 0.9999).astype(np.float32)
    found = np.round(found, draw.integers(1, 5)).clip(0.0001, 0.9999)  # with ties, as small texts have them
    languages = draw.choice(["en", "ja", "fr"], rows)
    weights = np.ones(rows, np.float32)
    return Judged(np.zeros((rows, len(HEADS)), np.float32), targets, languages, weights, sources), found


def share_over(judged_rows: np.ndarray, found: np.ndarray, limits: list[float]) -> float:
    stopped = (found[judged_rows, : len(STANDARDS)] >= np.array(limits)).any(axis=1)
    return float(stopped.mean()) if stopped.size else 0.0


@settings(max_examples=12)
@given(SEEDS, st.sampled_from([40, 600, 2500]), st.floats(0, 8))
def test_thresholds_stop_and_ask_about_few_ordinary_texts(seed: int, rows: int, strength: float) -> None:
    rows_, found = judged(seed, rows, strength)
    languages = frozenset({"en", "ja"})
    table = suggest(rows_, found, languages)
    for language in ("en", "ja", "*"):
        inside = rows_.of(language, languages)
        acts, asks = (
            [getattr(table[clause][language], kind) for clause in STANDARDS] for kind in ("act", "ask")
        )
        ordinary, look_alikes = inside & rows_.ordinary, inside & rows_.look_alikes
        stopped = share_over(ordinary, found, acts)
        assert stopped <= BLOCK_SHARE
        assert share_over(look_alikes, found, acts) <= LOOK_ALIKE_SHARE
        myths = inside & rows_.harmless & (rows_.sources == MYTHS)
        assert myths.sum() < ENOUGH_OF_SOURCE or share_over(myths, found, acts) <= SOURCE_SHARE
        assert not (myths & ordinary).any()
        spared = ordinary if language != "*" else inside & rows_.unmixed
        assert share_over(spared, found, asks) - share_over(spared, found, acts) <= ASKED_SHARE
        for clause in CLAUSES:
            one = table[clause][language]
            assert 0 < one.ask <= one.act <= NEVER
            assert one.act >= LEAST_ACT


def test_what_tells_well_acts() -> None:
    """The bounds above would hold for thresholds that never act, too."""
    rows, found = judged(7, 12_000, 14.0)
    table = suggest(rows, found, frozenset({"en", "ja"}))
    assert sum(table[clause]["en"].act < NEVER for clause in STANDARDS) > len(STANDARDS) / 2


# --- what is learned from ---


def rows_of(source: str, count: int, harmful: bool | None = False, language: str = "en") -> list[Row]:
    labels = frozenset(["cyber"] if harmful else [])
    return [
        Row(f"{source}:{harmful}:{at}", f"text {at} of {source}", source, language, labels, harmful, "MIT")
        for at in range(count)
    ]


ROWS = [
    row
    for source, language in (("a", "en"), ("b", "ja"), ("c", "en"))
    for harmful in (True, False)
    for row in rows_of(source, 60, harmful, language)
]


@given(SEEDS, st.integers(0, 80), st.integers(0, 80))
def test_what_a_smaller_cap_takes_is_part_of_what_a_larger_one_takes(seed: int, one: int, other: int) -> None:
    few, many = (sample(ROWS, seed, cap) for cap in sorted((one, other)))
    assert {row.id for row in few} <= {row.id for row in many}
    assert len(few) == min(one, other, 60) * 6


@given(SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_the_pool_changes_nothing(seed: int, draw: object) -> None:
    shuffled = list(ROWS)
    draw.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sample(shuffled, seed, 10) == sample(ROWS, seed, 10)


def test_wrappers_carry_harmless_rows_as_often_as_harmful_ones() -> None:
    rows = rows_of("a", 3000, True) + rows_of("b", 3000)
    copies = augment(rows, seed=1)
    for wrapper in WRAPPERS:
        before, _, after = wrapper.replace("{{", "{").replace("}}", "}").rpartition("{}")
        sides = [
            row.harmful
            for row in copies
            if row.text.startswith(before + "text ") and row.text.endswith(after)
        ]
        assert len(sides) > 20
        assert 0.25 < np.mean(np.array(sides, bool)) < 0.75
        assert 0.4 < np.mean([bool(row.harmful) for row in copies]) < 0.6


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_a_wrapper_carries_every_text_whole(wrapper: str) -> None:
    text = 'a "quoted" {text} with {} braces'
    assert text in wrapper.format(text)


def test_the_held_back_author_is_only_read_by_name(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "en").mkdir()
    lines = [
        f'{{"id": "{author}1", "text": "t", "author": "{author}", "lang": "en", "labels": [], "harmful": false,'
        f' "pair": null,'
        f' "role": "output", "advice": null, "about": "cyber", "prompt": "asked"}}'
        for author in "av"
    ]
    (tmp_path / "en" / "cyber.jsonl").write_text("\n".join(lines))
    assert [row.id for row in read_policy_set(tmp_path)] == ["a1"]
    (held_back,) = read_policy_set(tmp_path, frozenset("v"))
    assert (held_back.id, held_back.source, held_back.prompt) == ("v1", f"{POLICY_SET}v", "asked")
