"""Pages of rights: one's own copy and nobody else's, deletion with eyes open, who looked, whom one lets look."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.utils import translation

from sekisho.accounts.models import Person
from sekisho.accounts.queries import account_known_by
from sekisho.accounts.types import Plan, Role
from sekisho.base.inventory import Holder
from sekisho.base.text import Text
from sekisho.console.rights_parts import ends_chart
from sekisho.console.rights_words import OF
from sekisho.notices.links import Purpose, token
from sekisho.notices.models import Notice
from sekisho.records import registry
from sekisho.records.models import Turn
from sekisho.records.queries.clocks import Stored
from sekisho.records.rights import actions, queries
from sekisho.records.rights.actions.links import Download
from sekisho.records.rights.models import Grant, Request
from sekisho.records.rights.streaming import streamed
from sekisho.records.rights.types import BundleState, RequestKind, RequestState
from tests import factories
from tests.console.conftest import client_of
from tests.records.rights.makers import files, store, turn

HREF = re.compile(r'href="(/privacy/export/dsr_\w+/take/[^"]+)"')


@pytest.fixture
def said(cast):
    now = datetime.now(UTC)
    for number, name in ((1, "aiko"), (2, "ben")):
        one = turn(number, cast.atelier.id, member=getattr(cast, name).id, conversation=name)
        store(at_(one, now - timedelta(days=number)))


def at_(one, at):
    return replace(one, stamp=replace(one.stamp, received_at=at), finished_at=at)


def copy_of(cast, name):
    """The link to the copy that somebody asked for on the page."""
    client = client_of(cast, name)
    client.post("/privacy/export", {"account": cast.atelier.id})
    made = Request.objects.get(person=getattr(cast, name).id)
    actions.finish(made.id)
    shown = client.post(f"/privacy/export/{made.id}/link").content.decode()
    return client, made, HREF.search(shown)[1]


def test_a_copy_is_asked_for_linked_and_fetched_once(cast, said):
    client, made, href = copy_of(cast, "ben")
    assert client.head(href).status_code == 204
    answer = client.get(href)
    assert answer["Content-Disposition"] == f'attachment; filename="sekisho-{made.id}.zip"'
    found = files(b"".join(answer.streaming_content))
    assert b"question 2" in b"".join(found.values())
    assert b"question 1" not in b"".join(found.values())
    again = client.get(href)
    assert (again.status_code, "was used" in again.content.decode()) == (410, True)
    assert client.post(f"/privacy/export/{made.id}/link", follow=True).status_code == 200


@pytest.mark.parametrize("name", ["ben", "chie", "daiki", ""])
def test_nobody_else_uses_it(name, cast, said):
    _, made, href = copy_of(cast, "aiko")
    other = client_of(cast, name)
    assert other.get(href).status_code == (404 if name else 302)
    assert other.post(f"/privacy/export/{made.id}/link").status_code == (404 if name else 302)
    assert other.post(f"/privacy/export/{made.id}/take-back").status_code == (404 if name else 302)
    assert queries.request(cast.viewer("aiko"), made.id).bundle is BundleState.LINKED


def test_a_look_ahead_uses_nothing(cast, said):
    client, made, href = copy_of(cast, "aiko")
    assert client.get(href, headers={"sec-purpose": "prefetch;prerender"}).status_code == 204
    assert queries.request(cast.viewer("aiko"), made.id).bundle is BundleState.LINKED


async def test_under_asgi_it_is_read_piece_by_piece():
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    answer = streamed(ASGIRequest(scope, BytesIO()), Download("x.zip", iter([b"a", b"b"])))
    assert [part async for part in answer] == [b"a", b"b"]


def test_deleting_shows_what_goes_and_asks_who_it_is(cast, said):
    client = client_of(cast, "aiko")
    page = client.get("/privacy/delete").content.decode()
    assert "records_turn" in page
    assert "Conversations" in page
    assert "What stays, and why" in page
    sure = client.post("/privacy/delete/sure", {"account": cast.atelier.id, "sure": "on"})
    assert (sure.status_code, "reauthenticate" in sure["Location"]) == (302, True)
    assert Request.objects.count() == 0


@pytest.mark.parametrize("name", ["ben", "chie"])
def test_members_and_outsiders_do_not_delete_the_account(name, cast, said):
    page = client_of(cast, name).get(f"/privacy/delete?account={cast.atelier.id}").content.decode()
    assert "records_turn" not in page or name == "chie"
    assert cast.atelier.name not in page or name == "ben"


def test_a_conversation_is_deleted_from_the_list(cast, said):
    client = client_of(cast, "ben")
    page = client.get("/privacy/stored").content.decode()
    (href,) = re.findall(r'action="(/privacy/stored/[^"]+/delete)"', page)
    assert client_of(cast, "chie").post(href).status_code == 404
    assert client.post(href, follow=True).status_code == 200
    assert "/delete" not in client.get("/privacy/stored").content.decode().replace("/privacy/delete", "")
    assert Turn.objects.get(id="req_00001").deadline_at > datetime.now(UTC)


def test_a_member_does_not_delete_anothers_conversation(cast, said):
    conversation = Turn.objects.get(id="req_00001").conversation_id
    href = f"/privacy/stored/{cast.atelier.id}/{conversation}/delete"
    assert client_of(cast, "ben").post(href).status_code == 404


def test_support_is_let_in_and_out_again(cast, said):
    client, conversation = client_of(cast, "ben"), Turn.objects.get(id="req_00002").conversation_id
    sent = {"account": cast.atelier.id, "ticket": "T-7", "to": "support", "days": "7"}
    assert client.post("/privacy/grants", sent).status_code == 422
    assert client.post("/privacy/grants", {**sent, "conversations": ["cnv_other"]}).status_code == 422
    client.post("/privacy/grants", {**sent, "conversations": [conversation]})
    made = Grant.objects.get()
    queries.content_for_ticket(cast.viewer("daiki"), "T-7", "req_00002", datetime.now(UTC))
    seen = client.get("/privacy/access").content.decode()
    assert "T-7" in seen
    assert "Daiki" not in seen
    assert cast.daiki.id not in seen
    client.post(f"/privacy/grants/{made.id}/revoke")
    assert Grant.objects.get().revoked_at is not None


def test_the_owner_answers_members(cast, said):
    aiko = client_of(cast, "aiko")
    page, do = f"/o/{cast.atelier.id}/export", f"/o/{cast.atelier.id}/export/do"
    aiko.post(do, {"deed": "close"})
    client_of(cast, "ben").post("/privacy/export", {"account": cast.atelier.id})
    made = Request.objects.get()
    assert made.id in aiko.get(page).content.decode()
    for name in ("ben", "chie"):
        client_of(cast, name).post(do, {"deed": "allow", "request": made.id})
        assert Request.objects.get().waits_for_owner
    assert made.id not in client_of(cast, "ben").get(page).content.decode()
    aiko.post(do, {"deed": "refuse", "request": made.id})
    assert Request.objects.get().state == RequestState.REFUSED


@pytest.mark.parametrize("name", ["aiko", "chie", "emi", "fumi", "daiki"])
def test_requests_are_for_privacy_staff(name, cast, rights_asked):
    allowed = name == "daiki"
    answer = client_of(cast, name).get("/staff/requests")
    assert answer.status_code == (200 if allowed else 404)
    refused = client_of(cast, name).post(f"/staff/requests/{Request.objects.last().id}/refuse")
    assert refused.status_code == (302 if allowed else 404)


def test_who_did_not_ask_stops_it_by_the_link_of_the_mail(cast):
    own = factories.organisation("Home", plan=Plan.PRO)
    factories.member(own, cast.chie, Role.PRIMARY_OWNER)
    known, begins = account_known_by(cast.chie.email), datetime.now(UTC) + timedelta(hours=72)
    actions.ask_from_outside(RequestKind.ACCESS, known, begins)
    link = Notice.objects.get(person=cast.chie.id).link
    outside = client_of(cast, "")
    assert "Nothing happens before" in outside.get(link).content.decode()
    assert outside.get(f"{link}/stop").status_code == 405
    outside.post(f"{link}/stop")
    assert Request.objects.get().state == RequestState.CANCELLED


def test_the_link_of_a_mail_fetches_the_copy_once(cast, rights_asked):
    made = Request.objects.get(channel="page", state="completed")
    link = token(Purpose.RIGHTS, made.id, datetime.now(UTC) + timedelta(days=1))
    client = client_of(cast, "")
    assert (
        client.post(f"/privacy/locked-out/{link}/fetch").status_code == 404
    )  # it was asked for on the pages
    Request.objects.filter(id=made.id).update(channel="locked_out")
    page = client.get(f"/privacy/locked-out/{link}").content.decode()
    assert "Download" in page
    assert files(b"".join(client.post(f"/privacy/locked-out/{link}/fetch").streaming_content))
    assert client.post(f"/privacy/locked-out/{link}/fetch").status_code == 410


@pytest.mark.parametrize("where", ["locked-out/x", "deleted/x"])
def test_a_link_of_ones_own_making_opens_nothing(where, cast):
    assert client_of(cast, "").get(f"/privacy/{where}").status_code == 404
    other = token(Purpose.REPORT, "dsr_page", datetime.now(UTC) + timedelta(days=1))
    assert client_of(cast, "").get(f"/privacy/{where[:-1]}{other}").status_code == 404


def test_who_belongs_nowhere_sees_pages_without_an_account(cast):
    client = client_of(cast, "emi")
    for page in ("stored", "export", "delete", "access", "grants"):
        assert client.get(f"/privacy/{page}").status_code == 200
    assert Person.objects.filter(id=cast.emi.id).exists()


def test_every_reason_and_every_kind_of_row_has_words_for_people():
    own = [entry for entry in registry.walk() if entry.data.reach and entry.data.reach.organisation]
    erasing = [entry.data.erasing(Holder.ORGANISATION) for entry in own]
    reasons = {erase.reason for erase in erasing if erase and erase.reason}
    assert reasons - OF["kept_because"].keys() == set()
    assert {entry.table.partition("_")[0] for entry in own} - OF["kind_of_rows"].keys() == set()


def test_ends_are_drawn_by_span_and_reason():
    at = datetime(2026, 3, 1, tzinfo=UTC)

    def stored(rule, days, turns):
        end = at + timedelta(days=days)
        return Stored(at.date(), turns, end, end, rule, Text("x", "x"), False, False)

    with translation.override("en"):
        chart = ends_chart([stored("R-DATA-101", 3, 5), stored("R-DATA-100", 1_800, 2)], at)
    assert chart is not None
    assert [(name, values) for name, values in chart.rows] == [("7 days", [0, 5]), ("5 years", [2, 0])]
    assert ends_chart([], at) is None
