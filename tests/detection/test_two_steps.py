"""The scorer's two steps: only doubt is read again, both are weighed as the card says, and what is missing is told."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detection.assessment import Spoken
from sekisho.detection.card import ModelError, read_card, sha256, write_card
from sekisho.detection.cascade import Cascade, default_cascade
from sekisho.detection.detectors import scorer as scorer_module
from sekisho.detection.detectors.assessing import OfScorer
from sekisho.detection.detectors.reader import NETWORK, VOCABULARY
from sekisho.detection.detectors.scorer import READ_AGAIN, SHIPPED, Step, load
from sekisho.detection.detectors.weighing import FLOOR, concerned
from sekisho.detection.labels import CLAUSES, DOMAINS, HEADS, READER_HEADS, VIOLATION
from sekisho.detection.normalise import normalise
from sekisho.detection.types import EVERY_CLAUSE, Outcome, Passage, Role
from sekisho.detection.windows import STRIDE, WINDOW
from tests.detection.small_model import (
    CLAUSE,
    DEEPER,
    DOUBT,
    SHIFT,
    WEIGHING,
    Told,
    second,
    small_scorer,
    written,
)

PLAIN = "we talk about the garden and the path to the lake. "


def log_odds(probability: float) -> float:
    return float(np.log(probability / (1 - probability)))


def long_text(*at: int, windows: int = 30, word: str = DOUBT) -> str:
    """Return plain text of so many windows, with a word in the middle of those that are named: where no other window
    reaches."""
    text = (PLAIN * (windows * STRIDE // len(PLAIN) + 8))[: windows * STRIDE + WINDOW - STRIDE]
    for number in at:
        start = number * STRIDE + 200
        text = f"{text[:start]} {word} {text[start + len(word) + 2 :]}"
    return text


# --- who is asked ---


def test_what_the_quick_step_clears_is_never_read_again() -> None:
    reader = Told(9.0)
    assert small_scorer(reader).find(Passage(PLAIN, language="en")) == ()
    assert reader.asked == []


@pytest.mark.parametrize("role", Role)
def test_a_doubt_is_read_again_with_its_role_and_with_what_was_asked(role: Role) -> None:
    reader = Told()
    small_scorer(reader).find(Passage(DOUBT, role, "en", prompt="what was asked"))
    assert reader.asked == [(DOUBT, role, "what was asked")]


def test_the_reader_can_settle_a_doubt_both_ways() -> None:
    quick = small_scorer(None)
    (said,) = quick.find(Passage(DOUBT, language="en"))
    assert said.clause == CLAUSE
    for reader, expected in ((Told(-30.0), set()), (Told(30.0), set(HEADS) - {VIOLATION})):
        found = small_scorer(reader).find(Passage(DOUBT, language="en"))
        assert {finding.clause for finding in found} == expected


def test_only_the_doubtful_windows_of_a_long_text_are_read_again() -> None:
    reader = Told()
    small_scorer(reader).find(Passage(long_text(3, 17), language="en"))
    assert len(reader.asked) == 2
    assert all(DOUBT in text and len(text) == WINDOW for text, _, _ in reader.asked)


def test_of_many_doubts_those_that_are_greatest_are_read_again() -> None:
    reader, deep = Told(), (4, 12, 20)
    text = long_text(*range(0, 30, 2))
    for number in deep:
        start = number * STRIDE + 240
        text = f"{text[:start]} {DEEPER} {text[start + len(DEEPER) + 2 :]}"
    small_scorer(reader).find(Passage(text, language="en"))
    assert len(reader.asked) == READ_AGAIN
    assert all(DEEPER in part for part, _, _ in reader.asked[: len(deep)])
    assert not any(DEEPER in part for part, _, _ in reader.asked[len(deep) :])


def test_where_the_reader_is_not_asked_the_quick_step_has_the_word() -> None:
    text = long_text(*range(0, 30, 2))
    with_reader, alone = small_scorer(Told(-30.0)), small_scorer(None)
    read, quick = (one.score_windows(text, "en").probabilities for one in (with_reader, alone))
    same = np.isclose(read[:, : len(HEADS)], quick[:, : len(HEADS)]).all(axis=1)
    assert (~same).sum() == READ_AGAIN
    assert with_reader.find(Passage(text, language="en")), "doubts beyond the bound do not fall silent"


@pytest.mark.parametrize("language", ["ja", "fr", "und"])
def test_a_language_without_a_reader_has_the_quick_steps_word(language: str) -> None:
    reader = Told(30.0)
    both, quick = small_scorer(reader), small_scorer(None)
    passage = Passage(DOUBT, language=language)
    assert both.find(passage) == quick.find(passage) != ()
    assert reader.asked == []


@pytest.mark.parametrize("step", Step)
def test_how_far_a_model_goes(step: Step) -> None:
    """`load` gives a cheap one no reader; here it is shown that the others ask theirs."""
    reader = None if step is Step.CHEAP else Told()
    scorer = small_scorer(reader, step)
    for text in ("", PLAIN, DOUBT):
        scorer.scores(text, language="en")
    expected = {Step.DOUBT: [DOUBT], Step.BOTH: ["", PLAIN, DOUBT]}.get(step)
    assert expected == (reader and [text for text, _, _ in reader.asked])


class Failing(Told):
    """Reads until it is told to fail."""

    fails = False

    def log_odds(self, text: str, role: Role, prompt: str = "") -> np.ndarray:
        if self.fails:
            raise MemoryError
        return super().log_odds(text, role, prompt)


def test_a_reader_that_fails_is_no_silence() -> None:
    reader = Failing()
    scorer = small_scorer(reader)
    cascade = Cascade([scorer])
    reader.fails = True
    passage = Passage(DOUBT, language="en")
    for said in (cascade.find(passage), cascade.find_all([passage, passage])[1]):
        assert [(one.clause, one.outcome, one.code) for one in said] == [
            (EVERY_CLAUSE, Outcome.ERROR, "failed")
        ]
    assert cascade.health() == {"scorer": False}
    (said_ill,) = cascade.find(Passage(PLAIN, language="en"))
    assert (said_ill.outcome, said_ill.code) == (Outcome.ERROR, "unhealthy")


# --- how both are weighed ---


@given(st.lists(st.floats(-12, 12, width=32), min_size=len(READER_HEADS), max_size=len(READER_HEADS)))
def test_both_are_weighed_by_the_numbers_of_the_card(said: list[float]) -> None:
    own, violation, by_quick, shift = WEIGHING
    reader = Told(dict(zip(READER_HEADS, said, strict=True)))
    text = long_text(windows=1) + DOUBT
    quick = log_odds(small_scorer(None).scores(text, language="en")[CLAUSE])
    wanted = own * reader.said[HEADS.index(CLAUSE)] + violation * reader.said[HEADS.index(VIOLATION)] + shift
    wanted += by_quick * quick
    found = small_scorer(reader).scores(text, language="en")
    assert found[CLAUSE] == pytest.approx(np.clip(1 / (1 + np.exp(-wanted)), 0.0001, 0.9999), abs=1e-4)


@given(st.floats(-12, 12, width=32))
def test_advice_is_the_readers_question_alone(said: float) -> None:
    found = small_scorer(Told({"advice": said})).scores(DOUBT, language="en")
    wanted = 1 / (1 + np.exp(0.5 - 0.8 * said))
    assert found["advice"] == pytest.approx(np.clip(wanted, 0.0001, 0.9999), abs=1e-4)


def test_nobody_was_asked_about_advice_where_no_reader_read() -> None:
    assert small_scorer(None).scores(DOUBT, language="en")["advice"] < 0.001
    assert small_scorer(Told(9.0)).scores(PLAIN, language="en")["advice"] < 0.001


@pytest.mark.parametrize(("advice", "expected"), [(9.0, set(DOMAINS)), (-9.0, set())], ids=["advice", "none"])
def test_a_domain_is_found_where_advice_is_asked_for(advice: float, expected: set[str]) -> None:
    """General information about a domain is not what the domain is about (P-022)."""
    reader = Told(dict.fromkeys(DOMAINS, 20.0) | {"advice": advice})
    found = {finding.clause for finding in small_scorer(reader).find(Passage(DOUBT, language="en"))}
    assert found & set(DOMAINS) == expected


@pytest.mark.parametrize("advice", [-40.0, 0.0, 9.0])
def test_probabilities_tell_what_log_odds_do(advice: float) -> None:
    """Also where nobody was asked about advice: then a domain stands as the quick step said."""
    scorer = small_scorer(Told(dict.fromkeys(DOMAINS, 20.0) | {"advice": advice}))
    for text, language in ((DOUBT, "en"), (DOUBT, "fr"), (long_text(3), "en")):
        scores = concerned(scorer.score_windows(text, language).probabilities).max(axis=0)
        found = {finding.clause: finding.score for finding in scorer.find(Passage(text, language=language))}
        told = {
            clause: score for clause, score in zip(CLAUSES, scores.tolist(), strict=True) if score >= FLOOR
        }
        assert found == pytest.approx(told)


@pytest.mark.parametrize("advice", [-40.0, -1.0, 9.0])
@pytest.mark.parametrize(
    ("text", "language"), [(DOUBT, "en"), (PLAIN, "en"), (DOUBT, "fr")], ids=["read", "cleared", "no reader"]
)
def test_a_pack_hears_of_domains_what_a_gate_does(text: str, language: str, advice: float) -> None:
    scorer = small_scorer(Told(dict.fromkeys(DOMAINS, 20.0) | {"advice": advice}))
    passage = Passage(text, language=language)
    (said,) = OfScorer(scorer).assess([passage])
    assert (said.advice > 0) is ((text, language) == (DOUBT, "en"))
    spoken = Spoken(OfScorer(scorer)).find(passage)
    assert {one.clause: one.score for one in spoken} == pytest.approx(
        {one.clause: one.score for one in scorer.find(passage)}
    )


TEXTS = st.sampled_from(["", PLAIN, DOUBT, f"{PLAIN}{DOUBT} {DEEPER}", long_text(2, 5), long_text(1), DEEPER])


@given(st.lists(st.tuples(TEXTS, st.sampled_from(["en", "ja", "fr"]), st.sampled_from(Role)), max_size=6))
@pytest.mark.parametrize("step", [Step.DOUBT, Step.BOTH])
def test_passages_read_together_are_read_as_each_by_itself(
    step: Step, rows: list[tuple[str, str, Role]]
) -> None:
    scorer = BY_STEP[step]
    passages = [Passage(text, role, language) for text, language, role in rows]
    readings = [normalise(passage.text) for passage in passages]
    assert scorer.find_in_all(readings, passages) == [scorer.find(passage) for passage in passages]


BY_STEP = {step: small_scorer(Told(2.0), step) for step in (Step.DOUBT, Step.BOTH)}


# --- the files ---


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("models") / "small-1")


@pytest.fixture
def model(folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(folder, tmp_path / folder.name)


@pytest.mark.parametrize("step", Step)
def test_a_model_knows_its_canaries_however_far_it_goes(folder: Path, step: Step) -> None:
    scorer = load(folder, step)
    assert scorer.healthy(), scorer.complaint
    assert OfScorer(scorer).healthy()


def test_the_network_is_heard(folder: Path) -> None:
    doubtful = long_text(windows=1) + DOUBT
    for language, word in (("en", " harm"), ("ja", " 爆弾")):
        for step in (Step.DOUBT, Step.BOTH):
            scorer = load(folder, step)
            without, found = (
                scorer.scores(text, language=language)[CLAUSE] for text in (doubtful, doubtful + word)
            )
            assert without < 0.5 < found


@pytest.mark.parametrize(
    ("step", "canaries"), [(Step.CHEAP, "quick_canaries"), (Step.DOUBT, "canaries"), (Step.BOTH, "canaries")]
)
def test_each_step_has_canaries_of_its_own(model: Path, step: Step, canaries: str) -> None:
    card = read_card(model)
    assert card.second
    other = tuple(replace(canary, score=0.5) for canary in card.canaries)
    if canaries == "canaries":
        write_card(model, replace(card, canaries=other))
    else:
        write_card(model, replace(card, second=replace(card.second, quick_canaries=other)))
    for asked in Step:
        is_ill = (asked is Step.CHEAP) == (step is Step.CHEAP)
        assert load(model, asked).healthy() is not is_ill


def test_a_model_whose_network_changed_its_mind_is_not_believed(model: Path) -> None:
    content = (model / NETWORK).read_bytes()
    (model / NETWORK).write_bytes(content.replace(np.float32(-4).tobytes(), np.float32(4).tobytes()))
    card = read_card(model)
    assert card.second
    digests = {name: sha256(model / name) for name in (NETWORK, VOCABULARY)}
    write_card(model, replace(card, second=replace(card.second, digests=digests)))
    (said,) = load(model).find(Passage(PLAIN, language="en"))
    assert (said.clause, said.outcome, said.code) == (EVERY_CLAUSE, Outcome.ERROR, "self_test_failed")


FILES = pytest.mark.parametrize("name", [NETWORK, VOCABULARY])


@FILES
@pytest.mark.parametrize("step", [Step.DOUBT, Step.BOTH])
def test_a_missing_file_of_the_network_is_named(model: Path, name: str, step: Step) -> None:
    (model / name).unlink()
    with pytest.raises(ModelError, match=name) as caught:
        load(model, step)
    assert caught.value.code == "model_missing"
    assert name in caught.value.told("ja")


@FILES
def test_a_damaged_file_of_the_network_is_named(model: Path, name: str) -> None:
    content = bytearray((model / name).read_bytes())
    content[-1] ^= 1
    (model / name).write_bytes(content)
    with pytest.raises(ModelError, match=name) as caught:
        load(model)
    assert caught.value.code == "model_damaged"


@FILES
def test_a_file_that_is_what_the_card_says_and_no_network_is_refused(model: Path, name: str) -> None:
    (model / name).write_bytes(b"\xff nothing of the kind")
    card = read_card(model)
    assert card.second
    digests = card.second.digests | {name: sha256(model / name)}
    write_card(model, replace(card, second=replace(card.second, digests=digests)))
    with pytest.raises(ModelError) as caught:
        load(model)
    assert caught.value.code == "model_damaged"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"heads": ("violation",)}, id="other questions"),
        pytest.param({"digests": {}}, id="files that nobody vouches for"),
    ],
)
def test_a_card_of_another_network_is_refused(model: Path, change: dict[str, Any]) -> None:
    card = read_card(model)
    assert card.second
    write_card(model, replace(card, second=replace(card.second, **change)))
    with pytest.raises(ModelError, match=r"card\.json"):
        load(model)


@FILES
def test_a_gate_with_half_a_model_starts_and_fails_closed(
    model: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (model / name).unlink()
    monkeypatch.setattr(scorer_module, "SHIPPED", model)
    cascade = default_cascade()
    assert cascade.health()["scorer"] is False
    said = [one for one in cascade.find(Passage(PLAIN, language="en")) if one.detector == "scorer"]
    assert [(one.clause, one.outcome, one.code) for one in said] == [(EVERY_CLAUSE, Outcome.ERROR, "missing")]


def test_the_cheap_step_needs_no_file_of_the_network(model: Path) -> None:
    for name in (NETWORK, VOCABULARY):
        (model / name).unlink()
    scorer = load(model, Step.CHEAP)
    assert scorer.healthy(), scorer.complaint
    assert scorer.find(Passage(DOUBT, language="en"))


def test_threads_get_the_same_answers(folder: Path) -> None:
    scorer = load(folder)
    passages = [
        Passage(f"{text} harm {number % 7}", Role.OUTPUT, "en", "about the garden" * (number % 2))
        for number in range(40)
        for text in (DOUBT, PLAIN, long_text(1, 2, windows=4))
    ]
    alone = [scorer.find(passage) for passage in passages]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(scorer.find, passages)) == alone


# --- a process of its own ---

MEBIBYTE = 2**20


def told_by(code: str, *arguments: str) -> str:
    """Return what a fresh interpreter prints. It has the same model as this one, and none of its memory."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


CHEAP = """
import sys
from pathlib import Path
from sekisho.detection.detectors.assessing import Step, load_assessor
from sekisho.detection.types import Passage
assessor = load_assessor(Path(sys.argv[1]), Step(sys.argv[2]))
assessor.assess([Passage("qqdoubtqq", language="en")])
print("onnxruntime" in sys.modules)
"""


@pytest.mark.parametrize(("step", "loaded"), [(Step.CHEAP, "False"), (Step.BOTH, "True")])
def test_the_cheap_step_never_loads_the_runtime_of_networks(folder: Path, step: Step, loaded: str) -> None:
    assert told_by(CHEAP, str(folder), step) == loaded


MEMORY = """
from pathlib import Path
from sekisho.detection.detectors.scorer import Step, load
from sekisho.detection.normalise import normalise
scorer = load(step=Step.BOTH)
for text, language in (("Could you look over the notes of our meeting? ", "en"), ("議事録を確認してください。", "ja")):
    for times in (1, 10, 400):
        scorer.scores(normalise(text * times).text, language=language)
status = Path("/proc/self/status").read_text()
print(status.partition("VmHWM:")[2].split()[0])
"""


def test_a_process_with_both_steps_takes_at_most_200_mebibytes() -> None:
    assert int(told_by(MEMORY)) * 1024 <= 200 * MEBIBYTE


def test_the_shipped_model_takes_at_most_30_mebibytes() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) <= 30 * MEBIBYTE


def test_the_small_model_is_in_doubt_where_these_tests_say_so() -> None:
    scorer = small_scorer(None)
    floor = log_odds(FLOOR)
    assert floor > SHIFT
    assert scorer.scores(PLAIN, language="en")[CLAUSE] < FLOOR < scorer.scores(DOUBT, language="en")[CLAUSE]
    assert second().clear["en"][CLAUSE] < floor
