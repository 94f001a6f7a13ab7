"""`sekisho restrict`: throttle, suspend or terminate a key, an organisation or an end user, and take it back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotFoundError
from sekisho.base.text import Text
from sekisho.cli.control_plane import data_dir_option, require_migrated, set_up
from sekisho.cli.output import emit_json, say, table
from sekisho.enforcement.types import Measure, Statement, Unit, UnitKind

if TYPE_CHECKING:
    from sekisho.enforcement.types import RestrictionView

SPAN = re.compile(r"(\d+)([mhd])")
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class Span(click.ParamType[timedelta]):
    """A length of time such as `30m`, `12h` or `7d`."""

    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        found = SPAN.fullmatch(str(value))
        if found is None:
            self.fail(
                f"{value!r} is no length of time. Write a number and m, h or d, such as 12h.", param, ctx
            )
        return int(found[1]) * UNITS[found[2]]


as_option = click.option("--as", "person", required=True, metavar="EMAIL", help="Who decides.")


@click.group("restrict")
@data_dir_option
def command(data_dir: Path | None) -> None:
    """Throttle, suspend or terminate; gateways know within a second.

    Every restriction has a statement of reasons in both languages, and is audited.
    """
    set_up(data_dir)
    require_migrated()


@command.command("impose")
@click.argument("unit")
@click.argument("measure", type=click.Choice([each.value for each in Measure]))
@click.option("--organisation", help="Id of its organisation. Needed for the pseudonym of an end user.")
@click.option("--clause", required=True, help="The clause that it rests on, such as fraud_predation.")
@click.option("--for", "length", type=Span(), help="How long: 30m, 12h, 7d. Without it, until it is lifted.")
@click.option("--facts-en", required=True, help="What happened, in English, as the person will read it.")
@click.option("--facts-ja", required=True, help="What happened, in Japanese.")
@click.option("--requests-per-minute", type=click.IntRange(1), help="The rate that remains, when throttled.")
@as_option
@click.option("--seconded-by", metavar="EMAIL", help="The second person, whom a termination needs.")
def impose(
    unit: str,
    measure: str,
    organisation: str | None,
    clause: str,
    length: timedelta | None,
    facts_en: str,
    facts_ja: str,
    requests_per_minute: int | None,
    person: str,
    seconded_by: str | None,
) -> None:
    """Impose MEASURE on UNIT: a key (key_…), an organisation (org_…), or an end user's pseudonym."""
    from sekisho.enforcement import actions

    made = actions.impose(
        _person(person),
        _unit(unit, organisation),
        Measure(measure),
        clause,
        datetime.now(UTC) + length if length else None,
        Statement(Text(facts_en, facts_ja), was_detected_automatically=False),
        seconded_by=_person(seconded_by) if seconded_by else None,
        requests_per_minute=requests_per_minute,
    )
    click.echo(made)


@command.command("lift")
@click.argument("restriction")
@as_option
def lift(restriction: str, person: str) -> None:
    """Lift a restriction (rst_…) now."""
    from sekisho.enforcement import actions

    actions.lift(_person(person), restriction)
    say(f"{restriction} is lifted.", f"{restriction} を解除しました。")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a restriction.")
def list_restrictions(as_json: bool) -> None:
    """List what is in force."""
    from sekisho.enforcement.queries import restrictions_for_gateway

    found = list(restrictions_for_gateway(datetime.now(UTC)))
    if as_json:
        for each in found:
            emit_json(_plain(each))
        return
    columns = ["id", "unit", "measure", "clause", "until (UTC)"]
    rows = ((each.id, each.unit.id, each.measure.value, each.clause, _until(each)) for each in found)
    table("", columns, rows)


def _person(email: str) -> Viewer:
    from sekisho.accounts.queries import viewer_at

    return viewer_at(email)


def _unit(named: str, organisation: str | None) -> Unit:
    if named.startswith("org_"):
        return Unit(UnitKind.ORGANISATION, named, named)
    if named.startswith("key_"):
        return Unit(UnitKind.KEY, named, organisation or _organisation_of(named))
    if organisation is None:
        raise click.UsageError("An end user is named by pseudonym and --organisation.")
    return Unit(UnitKind.END_USER, named, organisation)


def _organisation_of(key: str) -> str:
    from sekisho.accounts.queries import keys_for_gateway

    found = next((each.view for each in keys_for_gateway() if each.view.id == key), None)
    if found is None:
        message = Text(f"There is no active key {key}.", f"有効なキー {key} はありません。")
        raise NotFoundError("key_not_found", message)
    return found.organisation_id


def _until(view: RestrictionView) -> str:
    return f"{view.until:%Y-%m-%d %H:%M}" if view.until else "lifted by a person"


def _plain(view: RestrictionView) -> dict[str, object]:
    return {
        "id": view.id,
        "unit": view.unit.id,
        "kind": view.unit.kind,
        "organisation": view.unit.organisation,
        "measure": view.measure,
        "clause": view.clause,
        "since": view.since,
        "until": view.until,
    }
