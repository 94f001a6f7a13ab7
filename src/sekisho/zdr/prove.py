"""The proof: every road through every gateway, and everything that was written meanwhile."""

from __future__ import annotations

import asyncio
import os
import platform
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sekisho import __version__
from sekisho.gateway.fake import FakeUpstream
from sekisho.gateway.fake.scripts import Answer, Ask, Trouble
from sekisho.gateway.zdr.lines import is_catalogued
from sekisho.link.carriers.local import JournalFolder, journal_folder
from sekisho.link.journal import Delivery
from sekisho.zdr.canaries import Searcher
from sekisho.zdr.cases import CASES, KEPT, VERSION, Case, plan_of, said
from sekisho.zdr.report import Finding, Layer, Looked, Report, Result, Road, Run
from sekisho.zdr.said import HIGH_RISK_KEY, KEY, Said
from sekisho.zdr.site import Mode, Site, exchange
from sekisho.zdr.watching import disk, syscalls
from sekisho.zdr.watching.opens import Opened, Tap

SELF_TEST = "sekisho-zdr-"
"""How files are named by which a worker tries whether it could still write."""
Step = Callable[[Mode, str], None]


@dataclass(frozen=True, slots=True)
class Options:
    modes: tuple[Mode, ...] = tuple(Mode)
    rounds: int = 1
    """How often each road is taken, but for those that end the gateway."""
    scorer: bool = True
    """Whether gateways load the local scorer, as they do in production."""
    trace: bool = True
    """Whether system calls are watched (strace)."""
    ingest: bool = False
    """Whether a control plane takes in what gateways that keep nothing have recorded, and its database is searched
    too."""
    at_once: bool = False
    """Whether all gateways run side by side."""


SHORT = Options(modes=(Mode.KERNEL, Mode.SEALED, Mode.PLAIN), scorer=False, at_once=True)
FULL = Options(rounds=10, ingest=True)


async def prove(folder: Path, options: Options, step: Step) -> Report:
    """Run everything in `folder`, which must be empty, and return what was found. `step` hears of progress."""
    started, begin = datetime.now(UTC), time.monotonic()
    watched = [Watched(mode, folder / mode.value, options) for mode in options.modes]
    if options.at_once:
        runs = await asyncio.gather(*(one.run(step) for one in watched))
    else:
        runs = [await one.run(step) for one in watched]
    controls = dict(_controls(runs, options))
    not_done = () if options.trace else (Layer.SYSCALLS.value,)
    return Report(
        harness=VERSION,
        release=__version__,
        started_at=started,
        took_s=round(time.monotonic() - begin, 1),
        kernel=f"{platform.system()} {platform.release()}",
        fields=tuple(sorted({place for case in CASES for place in said(case).canaries.values()})),
        runs=tuple(runs),
        controls=controls,
        not_done=not_done,
        result=result_of(runs, controls, not_done),
    )


def result_of(runs: Iterable[Run], controls: Mapping[str, bool], not_done: tuple[str, ...]) -> Result:
    """Return what the runs come to: proved only where everything was looked at and the controls held."""
    claims = [run for run in runs if Mode(run.mode).keeps_nothing]
    if any(run.findings for run in claims):
        return Result.FOUND
    is_whole = claims and all(run.is_complete for run in claims) and all(controls.values()) and not not_done
    return Result.PROVED if is_whole else Result.NOT_PROVED


def _controls(runs: Iterable[Run], options: Options) -> Iterable[tuple[str, bool]]:
    """What the controls show, each by a sentence."""
    for run in runs:
        if run.mode == Mode.SEALED:
            yield "what is kept and sealed is not found in the clear", not run.findings
        elif run.mode == Mode.PLAIN:
            layers = [Layer.DISK, Layer.WIRE] + ([Layer.SYSCALLS] if options.trace else [])
            for layer in layers:
                seen = {finding.what.partition(":")[0] for finding in run.findings if finding.layer is layer}
                yield f"what is kept in the clear is found: {layer.value}", seen >= KEPT
            if options.trace:
                yield "a file that is gone at once is found", any(_is_unlinked(one) for one in run.findings)
            if _leaves_dumps():
                dumps = any(one.layer is Layer.DISK and "/core" in one.place for one in run.findings)
                yield "a memory dump is found", dumps
            opened = any(one.layer is Layer.OPENS and one.items for one in run.looked)
            yield "opens for writing are heard of", opened


def _is_unlinked(finding: Finding) -> bool:
    """Whether it is in the file that the control writes and lets go: nothing else there is named by nobody."""
    return finding.layer is Layer.SYSCALLS and "/plain/tmp/" in finding.place


def _leaves_dumps() -> bool:
    """Whether a process that aborts leaves its memory in the folder where it runs, and not with some program."""
    pattern = Path("/proc/sys/kernel/core_pattern")
    return pattern.is_file() and not pattern.read_text().startswith(("|", "/"))


class Watched:
    """One gateway, every road through it, and what is found afterwards."""

    def __init__(self, mode: Mode, folder: Path, options: Options) -> None:
        self._mode, self._folder, self._options = mode, folder, options
        self._plans: dict[str, Said] = {}
        self._asked: set[str] = set()
        self._sent: list[tuple[Case, Said, int]] = []
        self._policies: set[str] = set()

    async def run(self, step: Step) -> Run:
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        async with FakeUpstream(self._play) as provider, Tap() as tap:
            flags = {"SEKISHO_SCORER": "1" if self._options.scorer else "0"}
            environment = tap.environment | flags
            site = Site(self._mode, self._folder, provider, environment, self._options.trace)
            step(self._mode, "start")
            await site.start()
            try:
                for case in CASES:
                    step(self._mode, case.road)
                    await self._take(site, case)
            finally:
                await site.stop()
            entries = JournalFolder(journal_folder(site.folder / "data")).read(1_000_000)
            if self._options.ingest and self._mode.keeps_nothing:
                step(self._mode, "ingest")
                await site.take_in()
            step(self._mode, "search")
            return self._searched(site, tap.opened, entries)

    async def _take(self, site: Site, case: Case) -> None:
        for _ in range(self._options.rounds if case.ends_nothing else 1):
            told = said(case)
            self._plans |= dict.fromkeys(told.canaries, told)
            status, policy = await exchange(site, case, told)
            self._sent.append((case, told, status))
            self._policies |= {policy} if policy else set()

    def _play(self, ask: Ask) -> Answer | Trouble:
        told = plan_of(ask.prompt, self._plans)
        if told is None:
            return Answer(text="Hello.")
        self._asked |= told.canaries.keys()
        return told.answer

    # -- what is found -----------------------------------------------------------------------------------------

    def _searched(self, site: Site, opened: list[Opened], entries: list[Delivery]) -> Run:
        places = {
            word: f"{told.road}: {place}"
            for _, told, _ in self._sent
            for word, place in told.canaries.items()
        }
        places |= dict.fromkeys((KEY, HIGH_RISK_KEY), "every road: credential")
        searcher = Searcher(places)
        findings: dict[Finding, None] = {}
        looked: list[Looked] = []

        def look(layer: Layer, found: Iterable[tuple[str, bytes]], items: int | None = None) -> None:
            count = size = 0
            for place, data in found:
                count, size = count + 1, size + len(data)
                for word in sorted(searcher.find(data)):
                    findings[Finding(layer, place[-120:], places[word])] = None
            looked.append(Looked(layer, count if items is None else items, size))

        if self._options.trace:
            written = syscalls.Written()
            for log in site.logs:
                written.read(log)
            look(Layer.SYSCALLS, written, written.calls)
            findings |= dict.fromkeys(_mappings(written))
        look(Layer.DISK, disk.blocks(site.folder))
        look(Layer.OPENS, ((one.event, one.path.encode()) for one in opened))
        findings |= dict.fromkeys((*self._opens(site, opened), *_uncatalogued(site.folder)))
        look(Layer.WIRE, ((f"entry {one.position}", one.data) for one in entries))
        roads = tuple(self._roads())
        kept = findings if self._mode.keeps_nothing else _one_of_each(findings)
        return Run(self._mode.value, roads, tuple(looked), tuple(kept), tuple(sorted(self._policies)))

    def _opens(self, site: Site, opened: list[Opened]) -> Iterable[Finding]:
        """A confined worker has nothing to open for writing, whether it would be let or not."""
        for one in opened if self._mode is Mode.KERNEL else []:
            if one.pid in site.pids and SELF_TEST not in one.path and one.path != os.devnull:
                yield Finding(Layer.OPENS, one.path[-120:], f"{one.event} by a worker")

    def _roads(self) -> Iterable[Road]:
        by_road: dict[str, list[tuple[Case, Said, int]]] = {}
        for sent in self._sent:
            by_road.setdefault(sent[0].road, []).append(sent)
        for road, several in by_road.items():
            statuses = tuple(sorted({status for _, _, status in several}))
            canaries = sum(len(told.canaries) for _, told, _ in several)
            was_taken = any(map(self._was_taken, several)) or not self._mode.keeps_nothing
            yield Road(road, len(several), canaries, statuses, was_taken)

    def _was_taken(self, sent: tuple[Case, Said, int]) -> bool:
        """Whether the answer is that of its road, and the provider was asked where it has to be. Of several requests
        one is enough: to the scorer random words may look like anything, and what it refuses is one more refusal."""
        case, told, status = sent
        was_heard = status in case.statuses if case.statuses else status == 0
        return was_heard and (not case.asks_provider or not told.canaries.keys().isdisjoint(self._asked))


def _uncatalogued(folder: Path) -> Iterable[Finding]:
    """Lines of output that are no catalogued log lines: what they say, nobody has thought of (R-DATA-165)."""
    for path in sorted(folder.glob("output-*")):
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            if not is_catalogued(line):
                yield Finding(Layer.DISK, f"{path.name}, line {number}", "no catalogued log line")


def _one_of_each(findings: Iterable[Finding]) -> Iterable[Finding]:
    """Of each place, layer and road one: a control finds thousands, and shows no more by them."""
    kept = {(one.layer, one.place, one.what.partition(":")[0]): one for one in findings}
    return kept.values()


def _mappings(written: syscalls.Written) -> Iterable[Finding]:
    """Shared mappings through which bytes reach a file without a write. The index of the journal's database is one."""
    for path in sorted(written.mapped):
        if not path.endswith("-shm") and SELF_TEST not in path:
            yield Finding(Layer.SYSCALLS, path[-120:], "writable mapping of a file")
