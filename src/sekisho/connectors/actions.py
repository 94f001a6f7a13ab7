"""Writes of the directory: registered, fetched, handed in, listed, watched, taken down."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial

from django.db import IntegrityError, transaction
from msgspec import convert, to_builtins

from sekisho.accounts.queries import as_of_now
from sekisho.accounts.queries import organisation as organisation_of
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer, system
from sekisho.audit.actions import record
from sekisho.base import settings
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.lengths import whole
from sekisho.base.text import Text
from sekisho.connectors import letters
from sekisho.connectors.checklist import ITEMS
from sekisho.connectors.events import directory_changed
from sekisho.connectors.fetching import FetchError, fetch
from sekisho.connectors.models import Connector, ConnectorRule
from sekisho.connectors.queries import view_of
from sekisho.connectors.rules.digests import changes, digest_of, matters
from sekisho.connectors.rules.listing import may_list, may_move, may_submit
from sekisho.connectors.rules.scan import GivesOrders, scan
from sekisho.connectors.types import Allowed, ConnectorView, Descriptor, Details, Listing, Refused, Rule
from sekisho.notices.actions import tell
from sekisho.notices.types import Organisation
from sekisho.webhooks.rules.targets import Good, judged

WATCHER = system("connectors")
EVERY = timedelta(hours=1)
"""How often a listed server is asked again what it says of itself."""
REASON_CHARS = 500
"""Longest reason for taking a connector down; its organisation is told."""
Fetch = Callable[[str], Descriptor]


def register(
    actor: Viewer,
    organisation: str,
    details: Details,
    answered: Collection[str] = (),
    clock: Clock = system_clock,
) -> str:
    """Register a connector as a draft, and return its id. Nothing is called yet.

    Raises `NotAllowedError`, or `name_malformed`, `address_not_public`, `connector_exists`.
    """
    _may_change(actor, organisation)
    _sound(details)
    made = Connector(
        organisation=organisation, registered_by=actor.id, registered_at=clock(),
        answered=sorted(ITEMS & set(answered)), **asdict(details),
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            record(actor.id, "connector.registered", made.id, organisation=organisation, name=details.name)
    except IntegrityError:
        raise SekishoError("connector_exists", REFUSALS["connector_exists"]) from None
    return made.id


@transaction.atomic
def answer_checklist(actor: Viewer, connector_id: str, answered: Collection[str]) -> None:
    """Note which items of the checklist its people answer for."""
    row = _own_row(actor, connector_id)
    row.answered = sorted(ITEMS & set(answered))
    row.save(update_fields=["answered"])
    record(actor.id, "connector.answered", row.id, items=row.answered)


def look(
    actor: Viewer,
    connector_id: str,
    gives_orders: GivesOrders,
    ask: Fetch | None = None,
    clock: Clock = system_clock,
) -> ConnectorView:
    """Ask the server what it says of itself now, scan it, and return how it stands.

    One that was listed and says something else than what was checked is `CHANGED` from this moment: gateways refuse
    its calls within a second, and its organisation is told. One that does not answer stays what it was.
    """
    row = _readable(actor, connector_id)
    try:
        found = (ask or _ask)(row.url)
    except FetchError as problem:
        return _unseen(row.id, problem.code, clock())
    return _seen(row.id, found, gives_orders, clock())


def submit(actor: Viewer, connector_id: str) -> None:
    """Hand a draft in. Raises `checklist_incomplete`, `never_fetched` or `not_from_here`."""
    with transaction.atomic():
        row = _own_row(actor, connector_id)
        _require(may_move(Listing(row.listing), Listing.SUBMITTED))
        _require(may_submit(row.answered, row.fetched_at is not None))
        _moved(row, Listing.SUBMITTED, actor.id)


def accept_finding(actor: Viewer, connector_id: str, finding: str) -> None:
    """Write down that a finding means no harm, as somebody of the staff has seen. `finding` is its code and place."""
    _may_list(actor)
    with transaction.atomic():
        row = _row(connector_id)
        row.accepted = sorted({*row.accepted, finding})
        row.save(update_fields=["accepted"])
        record(actor.id, "connector.finding_accepted", row.id, finding=finding[:200])


def list_(actor: Viewer, connector_id: str, clock: Clock = system_clock) -> None:
    """List a connector as it now describes itself: that is what is pinned.

    Raises `own_connector` for who registered it, `grave_findings_open`, `not_from_here`, `never_fetched`.
    """
    _may_list(actor)
    with transaction.atomic():
        row = _row(connector_id)
        view = view_of(row)
        _require(may_move(view.listing, Listing.LISTED))
        _require(may_submit(row.answered, row.fetched_at is not None))
        _require(may_list(view.findings, view.accepted, actor.id, row.registered_by))
        at = clock()
        row.pinned, row.digest = row.descriptor, digest_of(view.descriptor)
        row.listed_by, row.listed_at, row.due_at, row.reason = actor.id, at, at + EVERY, ""
        _moved(row, Listing.LISTED, actor.id)
        _write(row, at, letters.LISTED)


def take_down(
    actor: Viewer, connector_id: str, to: Listing, reason: str, clock: Clock = system_clock
) -> None:
    """Suspend or delist a connector, for a reason that its organisation is told. Gateways refuse it within a second."""
    _may_list(actor)
    if not reason.strip():
        raise SekishoError("reason_missing", REFUSALS["reason_missing"])
    with transaction.atomic():
        row = _row(connector_id)
        _require(may_move(Listing(row.listing), to))
        row.reason = whole(reason.strip(), REASON_CHARS)
        if to is Listing.DELISTED:
            row.due_at = None
        _moved(row, to, actor.id)
        _write(row, clock(), letters.TAKEN_DOWN)


@transaction.atomic
def set_rule(actor: Viewer, organisation: str, rule: Rule, clock: Clock = system_clock) -> None:
    """Choose which connectors an organisation lets its models call. Gateways know within a second."""
    _may_change(actor, organisation)
    ConnectorRule.objects.update_or_create(
        organisation=organisation, defaults={"rule": rule.value, "set_by": actor.id, "set_at": clock()}
    )
    record(actor.id, "connector_rule.set", organisation, rule=rule)
    _tell(organisation)


# --- parts ---


@transaction.atomic
def _seen(connector_id: str, found: Descriptor, gives_orders: GivesOrders, at: datetime) -> ConnectorView:
    row = _row(connector_id)
    pinned = convert(row.pinned, Descriptor) if row.pinned is not None else None
    row.descriptor, row.fetched_at, row.problem = to_builtins(found), at, ""
    row.findings = [asdict(one) for one in scan(found, gives_orders)]
    row.due_at = at + EVERY if row.listing != Listing.DELISTED else None
    row.save(update_fields=["descriptor", "fetched_at", "problem", "findings", "due_at"])
    changed = changes(pinned, found) if pinned is not None else ()
    if row.listing == Listing.LISTED and matters(changed):
        record(WATCHER.id, "connector.changed", row.id, parts=[one.where[:200] for one in changed][:50])
        _moved(row, Listing.CHANGED, WATCHER.id)
        _write(row, at, letters.CHANGED)
    return view_of(row)


@transaction.atomic
def _unseen(connector_id: str, code: str, at: datetime) -> ConnectorView:
    row = _row(connector_id)
    row.problem, row.due_at = code, at + EVERY if row.listing != Listing.DELISTED else None
    row.save(update_fields=["problem", "due_at"])
    return view_of(row)


def _ask(url: str) -> Descriptor:
    return fetch(url, private=settings.flag("connector_private_targets"))


def _moved(row: Connector, to: Listing, by: str) -> None:
    before, row.listing = row.listing, to.value
    row.save()
    record(by, "connector.moved", row.id, before=before, after=to, digest=row.digest)
    _tell(row.id)


def _tell(connector: str) -> None:
    transaction.on_commit(partial(directory_changed.send, sender=Connector, connector=connector))


def _write(row: Connector, at: datetime, letter: letters.Letter) -> None:
    subject, body = letter.about(row.title, row.name, row.reason)
    tell(
        Organisation(row.organisation), letter.kind, row.id, subject, body,
        key=f"{letter.kind} {row.id} {at.isoformat()}", at=at, link=f"/o/{row.organisation}/connectors/{row.id}",
    )  # fmt: skip


def _row(connector_id: str) -> Connector:
    row = Connector.objects.select_for_update().filter(id=connector_id).first()
    if row is None:
        raise NotFoundError("connector_not_found", REFUSALS["connector_not_found"])
    return row


def _own_row(actor: Viewer, connector_id: str) -> Connector:
    row = _row(connector_id)
    _may_change(actor, row.organisation)
    return row


def _readable(actor: Viewer, connector_id: str) -> Connector:
    """Return the row to whoever may have the server asked: its organisation's people, or staff."""
    row = Connector.objects.filter(id=connector_id).first()
    if row is None:
        raise NotFoundError("connector_not_found", REFUSALS["connector_not_found"])
    if not may(as_of_now(actor), Permission.STAFF_CONNECTOR_LIST):
        _may_change(actor, row.organisation)
    return row


def _may_change(actor: Viewer, organisation: str) -> None:
    now = as_of_now(actor)
    organisation_of(now, organisation)
    if not may(now, Permission.ORG_CONNECTOR_CHANGE, organisation):
        permission = Permission.ORG_CONNECTOR_CHANGE.value
        raise NotAllowedError("not_allowed", REFUSALS["not_allowed"], permission=permission)


def _may_list(actor: Viewer) -> None:
    if not may(as_of_now(actor), Permission.STAFF_CONNECTOR_LIST):
        permission = Permission.STAFF_CONNECTOR_LIST.value
        raise NotAllowedError("not_allowed", REFUSALS["not_allowed"], permission=permission)


def _sound(details: Details) -> None:
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?", details.name):
        raise SekishoError("name_malformed", REFUSALS["name_malformed"])
    private = settings.flag("connector_private_targets")
    for url in filter(None, (details.url, details.privacy_url)):
        if not isinstance(judged(url, private=private), Good):
            raise SekishoError("address_not_public", REFUSALS["address_not_public"])


def _require(answer: Allowed | Refused) -> None:
    if isinstance(answer, Refused):
        raise SekishoError(answer.code, REFUSALS[answer.code])


REFUSALS = {
    "name_malformed": Text(
        "A name has small letters, digits and hyphens, 60 at most, such as `team-calendar`.",
        "名前には英小文字・数字・ハイフンを 60 文字以内で使えます（例：`team-calendar`）。",
    ),
    "address_not_public": Text(
        "The address has to be a public one that begins with https://.",
        "アドレスは、https:// で始まる、公開されたものにしてください。",
    ),
    "connector_exists": Text(
        "A connector with this name or address is registered already. Choose another name, or look at the directory.",
        "同じ名前またはアドレスのコネクターがすでに登録されています。別の名前にするか、一覧を確認してください。",
    ),
    "checklist_incomplete": Text(
        "Some items of the checklist are not confirmed. Confirm them, or say by mail why one does not apply.",
        "チェックリストに未確認の項目があります。確認するか、当てはまらない理由をメールでお知らせください。",
    ),
    "never_fetched": Text(
        "The server has not been asked yet what it offers. Let it be fetched first.",
        "サーバーの内容をまだ取得していません。先に取得してください。",
    ),
    "not_from_here": Text(
        "The connector does not stand where this can be done. Load the page again to see where it stands.",
        "コネクターの現在の状態では、この操作はできません。ページを読み直して状態を確認してください。",
    ),
    "own_connector": Text(
        "Who registered a connector does not list it. Ask a colleague.",
        "登録した本人は掲載を承認できません。同僚に依頼してください。",
    ),
    "grave_findings_open": Text(
        "Some findings are grave and open. Read each, and accept those that mean no harm.",
        "重大な指摘が残っています。それぞれを確認し、問題のないものを承認してください。",
    ),
    "reason_missing": Text(
        "Say why: the organisation is told.",
        "理由を入力してください。組織に通知されます。",
    ),
    "not_allowed": Text(
        "Owners register connectors, and the staff role `policy` lists them. Ask one of them.",
        "コネクターの登録は組織のオーナー、掲載はスタッフの役割 `policy` が行います。担当者にご依頼ください。",
    ),
    "connector_not_found": Text(
        "There is no such connector. The directory is under /connectors.",
        "該当するコネクターはありません。一覧は /connectors でご覧いただけます。",
    ),
}
