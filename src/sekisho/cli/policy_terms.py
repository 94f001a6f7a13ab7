"""`sekisho policy overlay | exception | differences`: what organisations are held to, and what drafts would change."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from sekisho.accounts.types import Viewer, system
from sekisho.cli.control_plane import require_migrated, set_up
from sekisho.cli.output import emit_json, say, table
from sekisho.policy.types import Audience

CLI = system("cli")
DAY = click.DateTime(["%Y-%m-%d"])
as_option = click.option("--as", "person", required=True, metavar="EMAIL", help="Who decides it.")


def _person(data_dir: Path | None, email: str) -> Viewer:
    set_up(data_dir)
    require_migrated()
    from sekisho.accounts.queries import viewer_at

    return viewer_at(email)


@click.group("overlay")
def overlay() -> None:
    """Show, set and remove what an organisation lays over the policy; it may only tighten."""


@overlay.command("show")
@click.argument("organisation")
@click.pass_obj
def show_overlay(data_dir: Path | None, organisation: str) -> None:
    """Print the overlay of an organisation as it was handed in."""
    set_up(data_dir)
    require_migrated()
    from sekisho.policy import queries

    found = queries.overlay(CLI, organisation)
    click.echo(found.source if found else f"{organisation} lays nothing over the policy.", nl=not found)


@overlay.command("set")
@click.argument("organisation")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_option
@click.pass_obj
def set_overlay(data_dir: Path | None, organisation: str, file: Path, person: str) -> None:
    """Lay a YAML file over the policy. Every value that would loosen it is refused, with its line."""
    actor = _person(data_dir, person)
    from sekisho.policy import actions

    version = actions.set_overlay(actor, organisation, file.read_text(encoding="utf-8"), str(file))
    say(
        f"{organisation} is held to +org.{version} from now on.",
        f"{organisation} には今後 +org.{version} が適用されます。",
    )


@overlay.command("remove")
@click.argument("organisation")
@as_option
@click.pass_obj
def remove_overlay(data_dir: Path | None, organisation: str, person: str) -> None:
    """Take the overlay away: the organisation is judged by the policy alone again."""
    actor = _person(data_dir, person)
    from sekisho.policy import actions

    actions.remove_overlay(actor, organisation)
    say(
        f"{organisation} lays nothing over the policy any more.",
        f"{organisation} の上乗せはなくなりました。",
    )


@click.group("exception")
def exception() -> None:
    """List, propose, approve and revoke contract exceptions from soft clauses."""


@exception.command("list")
@click.argument("organisation")
@click.pass_obj
def list_exceptions(data_dir: Path | None, organisation: str) -> None:
    """List the exceptions of an organisation, the latest first, one JSON object each."""
    set_up(data_dir)
    require_migrated()
    from sekisho.policy import queries

    for each in queries.exceptions(CLI, organisation):
        emit_json(each)


@exception.command("propose")
@click.argument("organisation")
@click.argument("clauses", nargs=-1, required=True)
@click.option("--safeguards", required=True, help="What answers the harms instead, in a sentence or more.")
@click.option("--until", required=True, type=DAY, help="The day on which it ends (UTC).")
@click.option("--key", "keys", multiple=True, help="Only for this key. May be given again.")
@click.option(
    "--use",
    "uses",
    multiple=True,
    type=click.Choice([one.value for one in Audience]),
    help="Only for this use.",
)
@as_option
@click.pass_obj
def propose_exception(
    data_dir: Path | None,
    organisation: str,
    clauses: tuple[str, ...],
    safeguards: str,
    until: datetime,
    keys: tuple[str, ...],
    uses: tuple[str, ...],
    person: str,
) -> None:
    """Propose an exception. It has no effect until somebody else approves it; hard clauses know none."""
    actor = _person(data_dir, person)
    from sekisho.policy import actions

    end, scope = until.replace(tzinfo=UTC), [Audience(use) for use in uses]
    click.echo(
        actions.propose_exception(actor, organisation, clauses, safeguards, end, keys=keys, uses=scope)
    )


@exception.command("approve")
@click.argument("id")
@as_option
@click.pass_obj
def approve_exception(data_dir: Path | None, id: str, person: str) -> None:
    """Approve an exception that somebody else proposed."""
    actor = _person(data_dir, person)
    from sekisho.policy import actions

    actions.approve_exception(actor, id)
    say(f"{id} is in effect.", f"{id} が有効になりました。")


@exception.command("revoke")
@click.argument("id")
@as_option
@click.pass_obj
def revoke_exception(data_dir: Path | None, id: str, person: str) -> None:
    """End an exception now, or withdraw its proposal."""
    actor = _person(data_dir, person)
    from sekisho.policy import actions

    actions.revoke_exception(actor, id)
    say(f"{id} is revoked.", f"{id} を取り消しました。")


@click.command("differences")
@click.argument("label")
@click.option(
    "--since", type=DAY, default="1970-01-01", help="Decisions from this day on (UTC). Default: all."
)
@click.pass_obj
def differences(data_dir: Path | None, label: str, since: datetime) -> None:
    """Count how a draft in the shadow would have decided, beside what was decided."""
    set_up(data_dir)
    require_migrated()
    from sekisho.enforcement.queries import shadow_differences

    found = shadow_differences(CLI, label, since.replace(tzinfo=UTC))
    rows = ((one.decided, one.would_be, one.clause, str(one.count)) for one in found)
    table("", ["decided", "would be", "clause", "times"], rows)
