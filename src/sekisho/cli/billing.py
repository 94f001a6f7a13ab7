"""`sekisho billing`: what the operator's billing hands over, and what it has to do."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

import click

from sekisho.accounts.types import Plan, system
from sekisho.base.text import Text
from sekisho.cli import bilingual
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.output import say
from sekisho.support.recovery.types import PaymentRow, SoldBy, Usage
from sekisho.support.recovery.words import refusal

CLI = system("cli")
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
json_option = bilingual.option(
    "--json",
    "as_json",
    is_flag=True,
    help=Text("One JSON object a line.", "1 行に 1 つの JSON を出力します。"),
)


@bilingual.group(
    "billing",
    help=Text(
        "Hand over payments for people who cannot sign in, and see which subscriptions they ended.",
        "サインインできない方の確認に使うお支払いを取り込み、解約された契約を一覧します。",
    ),
)
@data_dir_option
def command(data_dir: Path | None) -> None:
    set_up(data_dir)
    require_migrated()


@command.command(
    "import",
    help=Text(
        """Take payments in from a CSV file with a header.

        Columns: account (org_… or the owner's e-mail address), plan, sold_by (web, invoice, app_store, play_store),
        paid_at (ISO 8601 with its zone), amount, last_four, invoice, country, zone, usage (none, some, all), renewal (1
        or 0), refunded_at. Amount, digits and number are compared by keyed digests and never kept; a whole number of a
        card is refused. The same payment is taken in once.
        """,
        """ヘッダー付きの CSV ファイルからお支払いを取り込みます。

        列: account（org_… またはオーナーのメールアドレス）、plan、sold_by（web, invoice, app_store, play_store）、
        paid_at（タイムゾーン付き ISO 8601）、amount、last_four、invoice、country、zone、usage（none, some, all）、
        renewal（1 または 0）、refunded_at。金額・下 4 桁・請求書番号は鍵付きダイジェストで照合し、保存しません。
        カード番号の全桁は受け付けません。同じお支払いは一度だけ取り込みます。
        """,
    ),
)
@bilingual.argument(
    "file", Text("FILE", "ファイル"), type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@json_option
def import_(file: Path, as_json: bool) -> None:
    from sekisho.support.recovery.actions import import_payments

    with file.open(encoding="utf-8-sig", newline="") as lines:
        count = import_payments(CLI, list(_rows(lines)))
    if as_json:
        click.echo(json.dumps({"taken_in": count}))
    else:
        say(f"Taken in: {count:,} payments.", f"{count:,} 件のお支払いを取り込みました。")


@command.command(
    "ended",
    help=Text(
        "List the subscriptions that people who cannot sign in ended, oldest first, for the billing to act on.",
        "サインインできない方が解約した契約を古い順に一覧します。請求システムでの処理に使います。",
    ),
)
@bilingual.option(
    "--since",
    type=click.DateTime(),
    help=Text("Only from this moment (UTC) on.", "この時点（UTC）以降に限ります。"),
)
@json_option
def ended(since: datetime | None, as_json: bool) -> None:
    from sekisho.support.recovery.queries import cancellations

    for account, at_once, at in cancellations(CLI, since.replace(tzinfo=UTC) if since else LONG_AGO):
        how = "now" if at_once else "renewal"
        if as_json:
            click.echo(json.dumps({"account": account, "ends": how, "at": at.isoformat()}))
        else:
            click.echo(f"{at:%Y-%m-%d %H:%M}Z  {account}  {how}")


def _rows(file: IO[str]) -> Iterator[PaymentRow]:
    """Read the lines. Raises `SekishoError` (`payments_unreadable`) with the first that is wrong: all are taken in, or
    none. What is wrong is named by its column; its content is not repeated, as it may be the number of a card."""
    for line, row in enumerate(csv.DictReader(file), 2):
        found = {}
        for column, (name, read) in COLUMNS.items():
            try:
                found[name] = read((row.get(column) or "").strip())
            except (ValueError, KeyError):
                raise refusal("payments_unreadable", line=line, why=column) from None
        yield PaymentRow(**found)  # type: ignore[arg-type]  # the table says which column is which field


def _filled(words: str) -> str:
    if not words:
        raise ValueError(words)
    return words


def _moment(words: str) -> datetime:
    found = datetime.fromisoformat(words)
    if found.tzinfo is None:
        raise ValueError(words)
    return found


def _like(pattern: str) -> Callable[[str], str]:
    """Return what reads a column that is empty or looks so."""

    def read(words: str) -> str:
        if words and not re.fullmatch(pattern, words):
            raise ValueError(words)
        return words

    return read


COLUMNS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "account": ("account", _filled),
    "plan": ("plan", Plan),
    "sold_by": ("sold_by", SoldBy),
    "paid_at": ("paid_at", _moment),
    "amount": ("amount", str),
    "last_four": ("last_four", _like("[0-9]{4}")),
    "invoice": ("invoice", str),
    "country": ("country", _like("[A-Z]{2}")),
    "zone": ("zone", lambda words: ZoneInfo(words).key if words else ""),
    "usage": ("usage", lambda words: Usage(words or "none")),
    "renewal": ("is_renewal", lambda words: words == "1"),
    "refunded_at": ("refunded_at", lambda words: _moment(words) if words else None),
}
"""Column → the field it fills, and how it is read."""
