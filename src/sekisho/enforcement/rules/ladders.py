"""The ladder's numbers out of a YAML file, and whether they make sense. Pure.

    window_days: 60
    warning: 250
    weights: {fraud_predation: 2}

What a file does not name stays as it is shipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from hashlib import sha256
from itertools import pairwise
from typing import Any

import msgspec
import yaml

from sekisho.base.text import Text
from sekisho.enforcement.rules.ladder import DEFAULT_LADDER
from sekisho.enforcement.types import Ladder
from sekisho.policy.problems import PackError
from sekisho.policy.reading import Reader

RUNGS = ("notice", "warning", "throttle", "suspension", "termination")
LONGEST_SUSPENSION_HOURS = 24
"""The longest that automation may ever suspend (P-060)."""
MOST_DAYS = 366
VERSION_SIGNS = 8
NUMBERS = tuple(each.name for each in fields(Ladder))
LISTS = ("throttled_models",)
SWITCHES = ("throttled_tools_off",)


def read_ladder(text: str, source: str) -> Ladder:
    """Return the ladder that a YAML file describes. Raises `PackError` with everything that is wrong, and where."""
    reader = Reader(text, source)
    nodes = reader.mapping(reader.root, (), NUMBERS)
    values = {name: _value(reader, name, node) for name, node in nodes.items()}
    if not reader.problems:
        ladder = replace(DEFAULT_LADDER, **values)
        for name, message in problems_of(ladder):
            reader.say(nodes.get(name), "does_not_fit", message)
    if reader.problems:
        raise PackError(reader.problems)
    return ladder


def problems_of(ladder: Ladder) -> Iterator[tuple[str, Text]]:
    """Yield what does not make sense, by the name of the number."""
    steps = [(name, getattr(ladder, name)) for name in RUNGS]
    for (lower, below), (upper, above) in pairwise(steps):
        if below >= above:
            yield upper, _RISES.format(upper=upper, lower=lower)
    for name, least, most in _BOUNDS:
        if not least <= getattr(ladder, name) <= most:
            yield name, _BETWEEN.format(name=name, least=least, most=most)
    if any(not 0 <= weight <= _MOST_WEIGHT for weight in ladder.weights.values()):
        yield "weights", _BETWEEN.format(name="weights", least=0, most=_MOST_WEIGHT)


def version_of(ladder: Ladder) -> str:
    """Return the name by which steps cite these numbers: the same numbers, the same name."""
    return sha256(msgspec.json.encode(asdict(ladder), order="deterministic")).hexdigest()[:VERSION_SIGNS]


def as_yaml(ladder: Ladder) -> str:
    """Return the numbers as a file that `read_ladder` reads."""
    plain = {
        **asdict(ladder),
        "weights": dict(ladder.weights),
        "throttled_models": list(ladder.throttled_models),
    }
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True)


def _value(reader: Reader, name: str, node: yaml.Node) -> Any:
    if name == "weights":
        return {clause: _whole(reader, value) for clause, (_, value) in reader.entries(node).items()}
    if name in LISTS:
        return tuple(item.value for item in reader.items(node) if isinstance(item, yaml.ScalarNode))
    if name in SWITCHES:
        return _switch(reader, node)
    return _whole(reader, node)


def _whole(reader: Reader, node: yaml.Node) -> int:
    if isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:int":
        try:
            return int(node.value)
        except ValueError:
            pass
    reader.say(node, "not_a_number", _NUMBER)
    return 0


def _switch(reader: Reader, node: yaml.Node) -> bool:
    if isinstance(node, yaml.ScalarNode) and node.value in ("true", "false"):
        return bool(node.value == "true")
    reader.say(node, "not_a_switch", _SWITCH)
    return False


_MOST_WEIGHT = 10
_BOUNDS = (
    ("window_days", 1, MOST_DAYS),
    ("notice", 1, 1_000_000),
    ("automatic_suspension_hours", 1, LONGEST_SUSPENSION_HOURS),
    ("masked", 0, _MOST_WEIGHT),
    ("knowing_after_minutes", 1, 7 * 24 * 60),
    ("spared_units", 1, 1_000_000),
    ("unit_points", 1, 1_000_000),
    ("throttled_requests_per_minute", 1, 1_000_000),
)
_RISES = Text("`{upper}` must be more than `{lower}`.", "`{upper}` は `{lower}` より大きくしてください。")
_BETWEEN = Text(
    "`{name}` must lie between {least} and {most}.", "`{name}` は {least} 以上 {most} 以下にしてください。"
)
_NUMBER = Text("Write a whole number here.", "整数を指定してください。")
_SWITCH = Text("Write `true` or `false` here.", "`true` か `false` を指定してください。")
