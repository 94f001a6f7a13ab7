"""Law as data: one file a regime, read with every problem told at its place, as a compiler tells it.

No article and no number of days stands in code (`tests/compliance/test_law.py` looks). An installation whose lawyers
read the law otherwise puts files of its own into a folder and names it in the setting `law_dir`; a regime that has no
file there keeps the shipped one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

import yaml

from sekisho.base import settings
from sekisho.base.errors import SekishoError
from sekisho.base.text import LANGS, Text
from sekisho.cases.rules.holidays import REGIONS, Region
from sekisho.compliance.types import (
    Cited,
    ClockRule,
    Dsa,
    DutyRule,
    KindRule,
    Law,
    Matter,
    Profile,
    Regime,
    Route,
    Term,
    Uk,
    Unit,
)
from sekisho.policy.problems import PackError, Problem
from sekisho.policy.reading import Reader

SHIPPED = Path(__file__).parent
LAW_FIELDS = (
    *("regime", "title", "who", "source", "url", "reviewed", "review_days", "zone", "holidays", "regions"),
    *("applies", "duties", "clocks", "kinds", "routes"),
)
_TERM = re.compile(r"([1-9][0-9]{0,3})(min|h|d|wd|mo)", re.ASCII)
FIELDS: Mapping[str, tuple[str, ...]] = {
    name: tuple(type(value)) if isinstance(value, Dsa | Uk) else ("yes", "no")
    for name, value in ((one, getattr(Profile(), one)) for one in Profile().words())
}
"""Every field of the profile with the words that it takes."""
T = TypeVar("T")


def laws() -> Mapping[Regime, Law]:
    """Return every regime, in the order of `Regime`. Raises `LawError` for a file that cannot be used."""
    return _laws(settings.text("law_dir"))


def law(regime: Regime) -> Law:
    return laws()[regime]


class LawError(SekishoError):
    """A file of law that cannot be used. `problems` lists everything that is wrong, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        told = ("\n\n".join(one.told(lang) for one in self.problems) for lang in LANGS)
        super().__init__("law_invalid", Text(*told))


def load(text: str, source: str) -> Law:
    """Return the law that `text` describes. Raises `LawError` with all its problems, placed in `source`."""
    try:
        reader = Reader(text, source)
    except PackError as problem:  # no YAML at all
        raise LawError(problem.problems) from problem
    found = _law(reader)
    if reader.problems:
        raise LawError(sorted(reader.problems, key=lambda one: (one.line, one.column)))
    return found


def is_stale(law: Law, on: date) -> bool:
    """Return whether somebody should compare the file with the law again."""
    return on >= law.reviewed + timedelta(days=law.review_days)


@lru_cache(maxsize=4)
def _laws(folder: str) -> Mapping[Regime, Law]:
    return {regime: _loaded(regime, folder) for regime in Regime}


def _loaded(regime: Regime, folder: str) -> Law:
    own = Path(folder) / f"{regime}.yaml" if folder else None
    path = own if own and own.exists() else SHIPPED / f"{regime}.yaml"
    return load(path.read_text("utf-8"), path.name)


# --- reading --------------------------------------------------------------------------------------------------------
def _law(reader: Reader) -> Law:
    """The law as far as it can be read. Worth something only when the reader has no problems."""
    nodes = reader.mapping(reader.root, LAW_FIELDS)
    get = nodes.get
    return Law(
        regime=_sure(reader.choice(get("regime"), {one.value: one for one in Regime})),
        title=_sure(reader.text(get("title"))),
        who=_sure(reader.text(get("who"))),
        source=_sure(reader.word(get("source"))),
        url=_line(get("url")),
        reviewed=_sure(
            reader.parsed(get("reviewed"), date.fromisoformat, "a day: 2026-01-31", "日付 (2026-01-31)")
        ),
        review_days=_sure(reader.parsed(get("review_days"), _days, "a number of days", "日数")),
        zone=_sure(
            reader.parsed(get("zone"), _zone, "an IANA time zone: Europe/London", "IANA のタイムゾーン名")
        ),
        holidays=_region(reader, get("holidays")),
        regions=tuple(_line(one) for one in reader.items(get("regions"))),
        applies=_applies(reader, get("applies")),
        duties=tuple(_duty(reader, one) for one in reader.items(get("duties"))),
        clocks=tuple(_clock(reader, one) for one in reader.items(get("clocks"))),
        kinds=_unrepeated(reader, get("kinds"), _kind),
        routes=_unrepeated(reader, get("routes"), _route),
    )


def _region(reader: Reader, node: yaml.Node | None) -> Region:
    if not _line(node):
        return ""
    return reader.choice(node, {region: region for region in REGIONS if region}) or ""


def _applies(reader: Reader, node: yaml.Node | None) -> Mapping[str, tuple[str, ...]]:
    found = {}
    for name, value in reader.mapping(node, optional=tuple(FIELDS)).items():
        words = {word: word for word in FIELDS[name]}
        found[name] = tuple(_sure(reader.choice(one, words)) for one in reader.items(value))
    return found


def _cited(reader: Reader, nodes: Mapping[str, yaml.Node]) -> Cited:
    return Cited(_line(nodes.get("article")), bool(reader.flag(nodes.get("verified"))))


def _duty(reader: Reader, node: yaml.Node) -> DutyRule:
    nodes = reader.mapping(node, ("id", "article", "verified", "title", "page"))
    page = _line(nodes.get("page"))
    return DutyRule(_sure(reader.word(nodes.get("id"))), _title(reader, nodes), _cited(reader, nodes), page)


def _clock(reader: Reader, node: yaml.Node) -> ClockRule:
    required = ("duty", "matter", "article", "verified", "title", "statutory")
    nodes = reader.mapping(node, required, ("limit", "target", "urgent", "applies"))
    terms = {name: _term(reader, nodes.get(name)) for name in ("limit", "target", "urgent")}
    if not terms["limit"] and not terms["target"]:
        reader.say(node, "no_term", _NO_TERM)
    return ClockRule(
        _sure(reader.word(nodes.get("duty"))),
        _sure(reader.choice(nodes.get("matter"), {one.value: one for one in Matter})),
        _title(reader, nodes),
        _cited(reader, nodes),
        _sure(reader.text(nodes.get("statutory"))),
        **terms,
        applies=_applies(reader, nodes["applies"]) if "applies" in nodes else {},
    )


def _term(reader: Reader, node: yaml.Node | None) -> Term | None:
    if not isinstance(node, yaml.MappingNode):
        return _length(reader, node)
    nodes = reader.mapping(node, ("term",), ("from", "ends"))
    begins = reader.choice(nodes.get("from"), {"receipt": False, "next_day": True})
    rolls = reader.choice(nodes.get("ends"), {"as_counted": False, "next_working_day": True})
    plain = _length(reader, nodes.get("term"))
    return Term(plain.count, plain.unit, bool(begins), bool(rolls)) if plain else None


def _length(reader: Reader, node: yaml.Node | None) -> Term | None:
    return reader.parsed(
        node, _parsed_term, "a length of time: 5min, 24h, 7d, 10wd or 1mo", "長さ (5min、24h、7d、10wd、1mo)"
    )


def _kind(reader: Reader, node: yaml.Node) -> KindRule:
    nodes = reader.mapping(node, ("id", "article", "verified", "title", "plain"), ("leads_to", "measure"))
    leads = {"notice": "notice", "appeal": "appeal"}
    return KindRule(
        _sure(reader.word(nodes.get("id"))),
        _cited(reader, nodes),
        _title(reader, nodes),
        _sure(reader.text(nodes.get("plain"))),
        reader.choice(nodes.get("leads_to"), leads) or "",
        bool(reader.flag(nodes.get("measure"))),
    )


def _route(reader: Reader, node: yaml.Node) -> Route:
    nodes = reader.mapping(node, ("id", "article", "verified", "name", "what", "url"))
    name, what = _sure(reader.text(nodes.get("name"))), _sure(reader.text(nodes.get("what")))
    return Route(
        _sure(reader.word(nodes.get("id"))), name, what, _line(nodes.get("url")), _cited(reader, nodes)
    )


def _unrepeated(
    reader: Reader, node: yaml.Node | None, read: Callable[[Reader, yaml.Node], T]
) -> tuple[T, ...]:
    found: dict[str, T] = {}
    for item in reader.items(node):
        one = read(reader, item)
        id = cast(str, getattr(one, "id", ""))
        if id in found:
            reader.say(item, "repeated_id", _REPEATED.format(id=id))
        found.setdefault(id, one)
    return tuple(found.values())


def _title(reader: Reader, nodes: Mapping[str, yaml.Node]) -> Text:
    return _sure(reader.text(nodes.get("title")))


def _line(node: yaml.Node | None) -> str:
    """A text that may be empty."""
    return str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""


def _parsed_term(word: str) -> Term:
    match = _TERM.fullmatch(word)
    if not match:
        raise ValueError(word)
    return Term(int(match[1]), Unit(match[2]))


def _days(word: str) -> int:
    if not word.isdecimal() or not int(word):
        raise ValueError(word)
    return int(word)


def _zone(word: str) -> str:
    try:
        return ZoneInfo(word).key
    except (OSError, ValueError, KeyError) as problem:
        raise ValueError(word) from problem


def _sure(value: T | None) -> T:
    """A value that is missing only where a problem was noted already, so that the law is thrown away."""
    return cast(T, value)


_NO_TERM = Text(
    "A clock needs a `limit`, a `target`, or both: otherwise nothing would ever be due.",
    "期限には `limit` か `target`、またはその両方が必要です。どちらもないと、期日が定まりません。",
)
_REPEATED = Text(
    "`{id}` is used twice. Reports and cases name it, so it must be unique.",
    "`{id}` が重複しています。報告書や案件が参照するため、一意でなければなりません。",
)
