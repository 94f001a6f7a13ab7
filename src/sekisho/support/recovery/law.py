"""The windows for refunds, read from a file: the law is data, with article, source and the day of its review."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import yaml

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.support.recovery.rules.windows import RefundLaw

SHIPPED = Path(__file__).with_name("refunds.yaml")


@cache
def shipped() -> RefundLaw:
    """Return the windows that come with the product."""
    return load(SHIPPED)


def load(path: Path) -> RefundLaw:
    """Return the windows that a file states. Raises `SekishoError` (`refunds_unreadable`) that names what is wrong."""
    try:
        plain = yaml.safe_load(path.read_text(encoding="utf-8"))
        found = msgspec.convert(plain, RefundLaw, strict=False)
        for region in found.regions:
            for zones in region.countries.values():
                [ZoneInfo(one) for one in zones]
    except (OSError, yaml.YAMLError, msgspec.ValidationError, ValueError, KeyError) as problem:
        raise SekishoError("refunds_unreadable", _UNREADABLE.format(file=path.name, why=problem)) from problem
    return found


_UNREADABLE = Text(
    "The refund windows in {file} cannot be read: {why}. Compare them with the file that is shipped.",
    "返金期間のファイル {file} を読み取れません: {why}。同梱のファイルと見比べてください。",
)
