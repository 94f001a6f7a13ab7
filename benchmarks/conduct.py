"""What watching beyond one message finds, and what it costs: campaigns among 10,000 turns of a day, in two languages.

python benchmarks/conduct.py [--turns 10000] [--seed 1]

The day is simulated. Campaigns: near-identical prompts about a clause, from eight to forty units with two to five each,
or from one unit in many variants; in each prompt a share of the words is swapped, names and numbers change, and in some
invisible characters stand between the letters. The detectors note four in five of them. Beside them, what only looks
like one: a homework question, harmless questions that are often noted by mistake, agents with one fixed opening,
batches with one instruction, greetings to order; of everything else two prompts in a hundred are noted by mistake.
Texts are drawn from harmless words: that a prompt concerns a clause is said by its decision, as the detectors' quality
is measured elsewhere (docs/rules/evaluation.md).

The cost is processor time of ingest with and without it, every other batch, over SQLite or what SEKISHO_DATABASE_URL
says.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

AT = datetime(2026, 3, 1, tzinfo=UTC)
CLAUSES = ("fraud_predation", "misinformation", "platform_abuse", "psych_harm")
ENGLISH = (
    "garden window river letter market winter cloud bridge silver table morning village coffee number street "
    "forest paper island music lamp water kitchen journey question holiday teacher picture evening station "
    "mountain basket summer colour harbour pocket circle engine flower shadow planet ticket blanket corner"
)
JAPANESE = (
    "庭先 窓辺 河原 手紙 市場 冬空 雲海 石橋 銀色 食卓 朝市 村里 珈琲 番号 大通り 森林 用紙 離島 音楽 灯台 水辺 台所 "
    "旅路 質問 休日 先生 絵画 夕方 駅前 山道 籠 夏祭り 色彩 港町 懐中 円形 機関車 草花 影絵 惑星 切符 毛布 街角"
)
WORDS = {"en": ENGLISH.split(), "ja": JAPANESE.split()}
JOIN = {"en": " ", "ja": ""}
PARTICLES = ("は", "を", "に", "の", "と", "で", "が")


@dataclass
class Said:
    """One simulated prompt."""

    organisation: int
    user: int
    text: str
    clause: str = ""
    campaign: int = -1


@dataclass
class Day:
    """The prompts of a day, and what is true of them."""

    drawn: random.Random
    prompts: list[Said] = field(default_factory=list)
    campaigns: int = 0

    def sentence(self, lang: str, words: int) -> str:
        some = self.drawn.choices(WORDS[lang], k=words)
        if lang == "ja":
            some = [word + self.drawn.choice(PARTICLES) for word in some]
        return JOIN[lang].join(some)

    def varied(self, text: str, lang: str, share: float) -> str:
        """Return a prompt with a share of its words swapped, another number, and sometimes invisible characters."""
        words = text.split(" ") if lang == "en" else [text[at : at + 3] for at in range(0, len(text), 3)]
        swapped = [self.drawn.choice(WORDS[lang]) if self.drawn.random() < share else word for word in words]
        made = f"{JOIN[lang].join(swapped)} {self.drawn.randrange(10_000)}"
        return "\u200b".join(made) if self.drawn.random() < 0.1 else made

    def say(self, text: str, clause: str = "", campaign: int = -1, by: tuple[int, int] | None = None) -> None:
        organisation, user = by or (self.drawn.randrange(40), self.drawn.randrange(20))
        share = 0.8 if clause else 0.02
        noted = (clause or self.drawn.choice(CLAUSES)) if self.drawn.random() < share else ""
        self.prompts.append(Said(organisation, user, text, noted, campaign))


def simulated(turns: int, seed: int) -> tuple[Day, dict[str, int]]:
    """Return a day, and how many prompts of each kind it has."""
    day, kinds = Day(random.Random(seed)), {}
    steps = (_many, _templated, _homework, _touchy, _openings, _batches, _greetings)
    for step in steps:
        before = len(day.prompts)
        step(day)
        kinds[step.__doc__ or ""] = len(day.prompts) - before
    rest = turns - len(day.prompts)
    for _ in range(rest):
        lang = day.drawn.choice(("en", "ja"))
        day.say(day.sentence(lang, day.drawn.randrange(10, 60)))
    kinds["ordinary prompts"] = rest
    day.drawn.shuffle(day.prompts)
    return day, kinds


def _many(day: Day) -> None:
    """campaigns of many units"""
    for number in range(16):
        lang, clause = ("en", "ja")[number % 2], CLAUSES[number % len(CLAUSES)]
        text, share = day.sentence(lang, 40), (0.0, 0.03, 0.06, 0.1)[number // 4]
        for unit in range(day.drawn.randrange(8, 41)):
            by = (100 + number * 50 + unit, 1000 + unit)
            for _ in range(day.drawn.randrange(2, 6)):
                day.say(day.varied(text, lang, share), clause, day.campaigns, by)
        day.campaigns += 1


def _templated(day: Day) -> None:
    """campaigns of one unit"""
    for number in range(8):
        lang, clause = ("en", "ja")[number % 2], CLAUSES[number % len(CLAUSES)]
        text = day.sentence(lang, 40)
        for _ in range(day.drawn.randrange(30, 61)):
            day.say(day.varied(text, lang, 0.03), clause, day.campaigns, (5000 + number, 5000 + number))
        day.campaigns += 1


def _homework(day: Day) -> None:
    """a homework question, by sixty people"""
    for lang in ("en", "ja"):
        text = day.sentence(lang, 30)
        for unit in range(60):
            day.say(day.varied(text, lang, 0.02), by=(6000 + unit, 6000 + unit))


def _touchy(day: Day) -> None:
    """harmless questions, each by thirty people, that detectors note four times in ten"""
    for number in range(6):
        lang = ("en", "ja")[number % 2]
        text = day.sentence(lang, 30)
        for unit in range(30):
            noted = CLAUSES[0] if day.drawn.random() < 0.4 else ""
            by = (6500 + unit, 6500 + 50 * number + unit)
            day.prompts.append(Said(*by, day.varied(text, lang, 0.02), noted))


def _openings(day: Day) -> None:
    """agents with one fixed opening"""
    text = day.sentence("en", 50)
    for unit in range(30):
        for _ in range(30):
            day.say(text, by=(7000 + unit % 5, 7000 + unit))


def _batches(day: Day) -> None:
    """batches: one instruction, other documents"""
    for lang in ("en", "ja"):
        instruction = day.sentence(lang, 8)
        for _ in range(250):
            day.say(instruction + JOIN[lang] + day.sentence(lang, 60), by=(8000, 8000 + len(lang)))


def _greetings(day: Day) -> None:
    """greetings to order, by many"""
    for lang in ("en", "ja"):
        text = day.sentence(lang, 25)
        for unit in range(150):
            day.say(day.varied(text, lang, 0.03), by=(9000 + unit % 30, 9000 + unit))


def entries(prompts: Sequence[Said]) -> list[bytes]:
    """Return the prompts as sealed entries of the journal."""
    from sekisho.link.journal import (
        FORMAT,
        Block,
        DecisionEntry,
        Entry,
        GroundEntry,
        TurnContent,
        encode,
        encode_content,
    )
    from sekisho.link.sealing import Sealer, generate_private_key, public_key_of
    from sekisho.records.keystore.actions import make_sealing_key

    private = generate_private_key()
    make_sealing_key(private, public_key_of(private), AT)
    sealer, made = Sealer(public_key_of(private)), []
    for number, one in enumerate(prompts):
        id, organisation, key = f"req_{number:012}", f"org_{one.organisation}", f"key_{one.organisation}"
        at = AT + timedelta(days=1) * number / len(prompts)
        ground = GroundEntry(one.clause, "annotate", 3, "scorer", "1", "", 0.8, 0.9, "unsure:skip")
        decided = DecisionEntry(
            f"dec_{number:012}", at, "prompt", "annotate" if one.clause else "allow", "reference@2025-09-15",
            clause=one.clause, grounds=(ground,) if one.clause else (),
        )  # fmt: skip
        said = TurnContent(
            (Block("user", "text", one.text),), (Block("assistant", "text", "an answer " * 50),)
        )
        sealed = sealer.seal(encode_content(said), entry=id, organisation=organisation, key=key)
        made.append(encode(Entry(
            FORMAT, id, at, at + timedelta(seconds=2), "bench", key, organisation, "anthropic", "messages",
            "completed", 200, end_user=f"u{one.user}", conversation=f"c{number // 4}", decisions=(decided,),
            plan="api", content=sealed,
        )))  # fmt: skip
    return made


class Waiting:
    """A journal in memory."""

    def __init__(self, data: Sequence[bytes]) -> None:
        from sekisho.link.journal import Delivery

        self._waiting = [Delivery("bench", position, one) for position, one in enumerate(data, 1)]

    def read(self, limit: int) -> Sequence[object]:
        return self._waiting[:limit]

    def acknowledge(self, deliveries: Sequence[object]) -> None:
        self._waiting = self._waiting[len(deliveries) :]


def take_in(data: Sequence[bytes]) -> tuple[list[float], list[float]]:
    """Take every batch in, every other one without watching and again with it, and return microseconds a turn.

    What was taken in without is watched afterwards, so that the whole day is known.
    """
    from sekisho.enforcement.conduct.actions import observe
    from sekisho.link import arrivals
    from sekisho.link.ingest import BATCHES, Ingest

    kept: list[object] = []
    took: tuple[list[float], list[float]] = ([], [])
    for number, first in enumerate(range(0, len(data), BATCHES["sqlite"])):
        some = data[first : first + BATCHES["sqlite"]]
        watched = number % 2
        arrivals.CONSEQUENCES = (observe,) if watched else (kept.append,)
        ingest, begun = Ingest(Waiting(some)), time.process_time()
        ingest.run_all()
        took[watched].append((time.process_time() - begun) / len(some) * 1e6)
    for arrived in kept:
        observe(arrived)  # type: ignore[arg-type]
    return took


def judged(day: Day) -> Iterable[str]:
    """Yield how well campaigns, and who takes part, were found."""
    from sekisho.accounts.types import system
    from sekisho.enforcement.conduct.queries import signals

    truth: dict[int, set[tuple[str, str]]] = {}
    for one in day.prompts:
        if one.campaign >= 0:
            truth.setdefault(one.campaign, set()).add((f"org_{one.organisation}", f"u{one.user}"))
    found = [one for one in signals(system("bench"), AT + timedelta(days=1)) if one.kind == "campaign"]
    groups = [{(unit.organisation, unit.id) for unit in one.units} for one in found]
    right = [group for group in groups if any(group & true for true in truth.values())]
    met = [true for true in truth.values() if any(group & true for group in groups)]
    units, true_units = set().union(*groups), set().union(*truth.values())
    yield f"campaigns: precision {len(right)}/{len(groups)}, recall {len(met)}/{len(truth)}"
    hit = len(units & true_units)
    yield (
        f"units that take part: precision {hit}/{len(units)} = {hit / max(len(units), 1):.1%}, "
        f"recall {hit}/{len(true_units)} = {hit / len(true_units):.1%}"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--turns", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        _set_up(Path(name) / "data")
        from django.db import connection

        print(f"Python {platform.python_version()}, {connection.vendor}, {os.cpu_count()} cores")
        day, kinds = simulated(chosen.turns, chosen.seed)
        print(f"a day of {len(day.prompts):,} prompts, seed {chosen.seed}:")
        print("\n".join(f"  {count:6,} {kind}" for kind, count in kinds.items()))
        without, watched = (statistics.median(some) for some in take_in(entries(day.prompts)))
        print(
            f"ingest: {without:.0f} µs a turn without watching, {watched:.0f} µs with it: "
            f"{watched - without:+.0f} µs, {watched / without - 1:+.1%}"
        )
        from sekisho.enforcement.conduct.actions import look_at_traffic

        begun = time.perf_counter()
        look_at_traffic(AT + timedelta(days=1))
        print(f"looking at the day: {time.perf_counter() - begun:.2f} s")
        print("\n".join(judged(day)))


def _set_up(data_dir: Path) -> None:
    os.environ.update(SEKISHO_DATA_DIR=str(data_dir), DJANGO_SETTINGS_MODULE="sekisho.settings")
    import django
    from django.core.management import call_command

    django.setup()
    for database in ("default", "keystore"):
        call_command("migrate", database=database, verbosity=0)


if __name__ == "__main__":
    main()
