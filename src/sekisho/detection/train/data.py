"""The labelled rows: read, sampled evenly over sources, and lightly augmented; always the same for the same
seed."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sekisho.detection.labels import ADVICE, CLAUSES, DOMAINS, HEADS, STANDARDS, VIOLATION
from sekisho.detection.types import Role

CAP = 1500
"""How many harmful, and how many harmless, rows of one source and language are used: large templated
sources teach their template, not the matter."""

CARRIED = 4
"""One row in so many gets a copy inside an ordinary text, so that a request does not hide in one."""
SPACED = 40
"""One row in so many gets a copy with its letters spaced out."""
WRAPPED = 12
"""One row in so many gets a copy as chats, agents and people who quote write it."""
WRAPPERS = (
    "User: {}\nAssistant:",
    "Human: {}\n\nAI:",
    '{{"role": "user", "content": "{}"}}',
    "<message>{}</message>",
    "```\n{}\n```",
    "> {}",
    "“{}”",
    "「{}」",
    "Q: {}\nA:",
    "Q. {}",
    "Please help me with this: {}",
    "次の質問に答えてください。{}",
)
"""Ways to write what somebody says. None is one of those that robustness is measured with."""

KNOWN, NOT, LEFT_OUT = 1, 0, -1

POLICY_SET = "policy_set_"
"""How the sources begin that were written for this project from the policy itself, one an author."""
HELD_BACK = frozenset({"v"})
"""Authors of the policy set whose rows measure a model and are never learned from."""
POLICY_SET_LICENSE = "Apache-2.0"

INCOMPLETE = frozenset(
    (
        *(
            "advbench",
            "air_bench_2024",
            "catqa",
            "dangerousqa",
            "forbidden_questions",
            "harmfulqa",
            "multijail",
        ),
        *("navirocker_redteam", "sg_safety_questions", "strongreject", "trustllm_jailbreak"),
        *("trustllm_misuse", "xsafety"),
    )
)
"""Sources whose upstream says harmful and whose categories are incomplete: another category is no
counter-example."""

LOOK_ALIKES = frozenset(("cyberseceval_benign", "gpteacher_roleplay", "synthetic_benign", "truthfulqa"))
"""Sources without any violating row that were chosen or written for what they look like: attacks, threats and myths
that are none. Source: the pool's own table of sources. It counts `awesome_prompts` among them, for their likeness to
jailbreaks; but personas and system prompts are what applications send all day."""


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text."""

    id: str
    text: str
    source: str
    language: str
    labels: frozenset[str]
    harmful: bool | None
    """None: unknown, or it depends on who asks."""
    license: str
    augmented: bool = False
    role: Role = Role.PROMPT
    advice: bool | None = None
    """Whether advice on somebody's own case is asked for or given; None: the row does not tell."""
    about: str = ""
    """The clause that a row of the policy set was written for, whichever side it is on."""
    prompt: str = ""
    """What was asked, of an answer."""
    kin: str = ""
    """Rows of the policy set that are seen or held back together: the two of a minimal pair. Whole authors are not held
    back in turn: some clauses have one author in a language, and nobody would be left to learn them from."""

    @property
    def target(self) -> tuple[int, ...]:
        """For each head of the quick step `KNOWN`, `NOT` or `LEFT_OUT`."""
        return self.targets(HEADS)

    def targets(self, heads: Sequence[str]) -> tuple[int, ...]:
        """For each of these heads `KNOWN`, `NOT` or `LEFT_OUT`."""
        return tuple(_target(self, head) for head in heads)


def read(path: Path) -> Iterator[Row]:
    """Yield the rows of a file of gzip JSON lines, in its order."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Row(
                row["id"], row["text"], row["source"], row["lang"],
                frozenset(row["labels"]), row["harmful"], row["license"], role=_ROLES[row["role"]],
            )  # fmt: skip


_ROLES = {
    "prompt": Role.PROMPT,
    "output": Role.OUTPUT,
    "conversation": Role.OUTPUT,
    "document": Role.TOOL_RESULT,
    "tool_result": Role.TOOL_RESULT,
}
"""What was said where. A conversation is read as its last answer, a document as what a tool brought."""


def read_policy_set(folder: Path, authors: frozenset[str] | None = None) -> list[Row]:
    """Return the rows that were written for this project from the policy, ordered by file; those of some
    authors, or of all but the held-back ones when None.

    Raises `FileNotFoundError` when the folder holds none.
    """
    paths = sorted(folder.glob("*/*.jsonl"))
    if not paths:
        raise FileNotFoundError(f"{folder} holds no policy set. Name the folder with its languages' folders.")
    lines = (json.loads(line) for path in paths for line in path.read_bytes().splitlines())
    return [
        Row(
            line["id"], line["text"], POLICY_SET + line["author"], line["lang"], frozenset(line["labels"]),
            line["harmful"], POLICY_SET_LICENSE, role=_ROLES[line["role"]], advice=line["advice"],
            about=line["about"], prompt=line.get("prompt", ""), kin=line.get("pair") or line["id"],
        )
        for line in lines
        if (line["author"] in authors if authors else line["author"] not in HELD_BACK)
    ]  # fmt: skip


def read_folder(folder: Path) -> list[Row]:
    """Return the rows of every source that a shipped model may learn from, ordered by file.

    Sources under a non-commercial licence are left out twice over: by the name of their file and by the
    row's licence.
    """
    paths = sorted(path for path in folder.glob("*.jsonl.gz") if not path.name.startswith("nc-"))
    if not paths:
        raise FileNotFoundError(
            f"{folder} holds no *.jsonl.gz. Name the folder that holds one file a source."
        )
    return [row for path in paths for row in read(path) if "-NC" not in row.license.upper()]


def digest(rows: Iterable[Row]) -> str:
    """Return the SHA-256 over ids, labels and texts, in order."""
    total = hashlib.sha256()
    for row in rows:
        fields = (row.id, row.text, row.language, sorted(row.labels), row.harmful)
        total.update(json.dumps(fields, ensure_ascii=True).encode())
    return total.hexdigest()


def sample(rows: Iterable[Row], seed: int, cap: int = CAP) -> list[Row]:
    """Return at most `cap` rows of each source, language and side; rows that teach no head are left out. What a
    smaller cap takes is part of what a larger one takes."""
    cells: dict[tuple[str, str, bool | None], list[Row]] = defaultdict(list)
    for row in rows:
        if any(value != LEFT_OUT for value in row.target):
            cells[row.source, row.language, row.harmful].append(row)
    return [
        row
        for key in sorted(cells, key=repr)
        for row in sorted(cells[key], key=lambda row: draw(row, seed))[:cap]
    ]


def augment(rows: list[Row], seed: int) -> list[Row]:
    """Return copies of some rows, carried inside a harmless text of their language, wrapped or spaced out.

    Harmless rows are carried and wrapped just as often, so that it tells nothing.
    """
    carriers: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.harmful is False and not row.labels:
            carriers[row.language].append(row)
    copies = []
    for row in rows:
        number = draw(row, seed + 1)
        if number % CARRIED == 0 and carriers[row.language]:
            carrier = carriers[row.language][(number >> 8) % len(carriers[row.language])]
            copies.append(replace(row, text=_carried(row.text, carrier.text, number >> 4), augmented=True))
        if number % WRAPPED == 2:
            wrapper = WRAPPERS[(number >> 8) % len(WRAPPERS)]
            copies.append(replace(row, text=wrapper.format(row.text), augmented=True))
        if number % SPACED == 1 and len(row.text) < 120:
            copies.append(replace(row, text=" ".join(row.text), augmented=True))
    return copies


def draw(row: Row, seed: int) -> int:
    """Return a number that depends on the row and the seed alone."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{row.id}".encode()).digest()[:8], "big")


def _carried(text: str, carrier: str, number: int) -> str:
    carrier = carrier[:300]
    return f"{carrier}\n{text}" if number % 2 else f"{text}\n{carrier}"


def _target(row: Row, head: str) -> int:
    if head in DOMAINS:
        return _domain_target(row, head)
    if head == ADVICE:
        return LEFT_OUT if row.advice is None else int(row.advice)
    if row.harmful is None:
        return LEFT_OUT
    if not row.harmful or head == VIOLATION:
        return int(row.harmful)
    if head in row.labels:
        return KNOWN
    named = row.labels.intersection(CLAUSES)
    return NOT if named and row.source not in INCOMPLETE else LEFT_OUT


def _domain_target(row: Row, head: str) -> int:
    if head in row.labels:
        return KNOWN
    is_elsewhere = (
        row.about in STANDARDS
    )  # a question of a patient, written beside a standard, may be of a domain
    return LEFT_OUT if row.harmful is None or is_elsewhere else NOT
