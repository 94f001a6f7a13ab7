"""Pages of the mailroom, the host for files, and mail that a provider posts."""

from __future__ import annotations

import base64
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from sekisho.base.databases import KEYSTORE
from sekisho.cases import actions as cases
from sekisho.cases import queries
from sekisho.cases.mail import actions, attachments
from sekisho.cases.mail.models import Inbound, Pause
from sekisho.cases.mail.queries import reply_address
from sekisho.cases.models import Case
from sekisho.cases.types import CaseView, Enclosure
from sekisho.notices.models import Notice
from sekisho.webhooks.rules.signature import headers, new_secret
from tests.cases.conftest import opening
from tests.cases.mail.conftest import AIKO, BEN, CHIE, DESK, letter
from tests.cast import Cast
from tests.console.conftest import client_of

pytestmark = pytest.mark.django_db(databases=["default", KEYSTORE])
FILES = "files.desk.example"


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_SUPPORT_MAIL_ADDRESS", DESK)


@pytest.fixture
def case(cast: Cast) -> CaseView:
    files = (Enclosure("請求書.pdf", "text/html", b"%PDF-1.7 <script>alert(1)</script>"),)
    return cases.open_case(
        opening(requester=cast.aiko.id, organisation=cast.atelier.id, enclosures=files), clock=now
    )


def quarantined(case: CaseView, text: str = "Let me in.", html: str = "", sender: str = BEN) -> str:
    message = letter(text, sender)
    if html:
        message.add_alternative(html, subtype="html")
    actions.take_mail(message.as_bytes(), sender, reply_address(case.id, AIKO))
    return Inbound.objects.latest("id").id


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


# --- quarantine --------------------------------------------------------------------------------------------
def test_a_mail_that_waits_is_looked_at_and_added_to_its_case(cast: Cast, case: CaseView) -> None:
    mail = quarantined(
        case, "<b>Let me in.</b>", "<p>Hi<script>alert(1)</script><img src=https://evil.test/p.gif></p>"
    )
    daiki = client_of(cast, "daiki")
    assert mail in page(daiki, "/staff/desk/quarantine")
    shown = page(daiki, f"/staff/desk/mail/{mail}")
    assert "&lt;b&gt;Let me in.&lt;/b&gt;" in shown
    assert "<p>Hi</p>" in shown
    assert "evil.test" not in shown
    assert "alert(1)" not in shown
    assert f'value="{case.reference}"' in shown, "the case that its address names is offered"
    wrong = daiki.post(f"/staff/desk/mail/{mail}", {"attach": "1", "reference": "0000-0000"})
    assert wrong.status_code == 409, "what was typed stays"
    daiki.post(f"/staff/desk/mail/{mail}", {"attach": "1", "reference": case.reference})
    assert len(queries.messages(cast.viewer("aiko"), case.id)) == 2
    assert mail not in page(daiki, "/staff/desk/quarantine")
    again = daiki.post(f"/staff/desk/mail/{mail}", {"dismiss": "1"})
    assert again.status_code == 409


def test_a_mail_that_joined_a_case_is_shown_whole_only_for_a_reason(cast: Cast, case: CaseView) -> None:
    mail, daiki = quarantined(case, "Call me at 090-1234-5678."), client_of(cast, "daiki")
    daiki.post(f"/staff/desk/mail/{mail}", {"attach": "1", "reference": case.reference})
    shut = daiki.get(f"/staff/desk/mail/{mail}")
    assert (shut.status_code, shut["Location"]) == (302, f"/staff/desk/{case.id}")
    daiki.post(f"/staff/desk/{case.id}/do/unmask", {"reason": "They asked to be called."})
    assert "090-1234-5678" in page(daiki, f"/staff/desk/mail/{mail}")


def test_a_mail_is_put_away_and_an_address_that_imitates_is_pointed_out(cast: Cast, case: CaseView) -> None:
    mail = quarantined(case, sender="аiko@example.test")
    daiki = client_of(cast, "daiki", "ja")
    shown = page(daiki, f"/staff/desk/mail/{mail}")
    assert "аiko@example.test" in shown
    assert "似た" in shown
    daiki.post(f"/staff/desk/mail/{mail}", {"dismiss": "1"})
    assert Inbound.objects.get(id=mail).fate == "dismissed"


@pytest.mark.parametrize("who", ["", "aiko", "chie", "fumi"])
def test_nobody_else_sees_what_waits(who: str, cast: Cast, case: CaseView) -> None:
    mail = quarantined(case)
    client = client_of(cast, who)
    assert client.get(f"/staff/desk/mail/{mail}").status_code in (302, 404)
    assert mail not in client.get("/staff/desk/quarantine").content.decode()
    assert client.post(f"/staff/desk/mail/{mail}", {"dismiss": "1"}).status_code in (302, 404)


def test_a_pause_is_shown_and_ended_here(cast: Cast) -> None:
    Pause.objects.create(at=datetime(2026, 1, 2, tzinfo=UTC), bounces=21)
    daiki = client_of(cast, "daiki")
    assert "21" in page(daiki, "/staff/desk/quarantine")
    assert daiki.post("/staff/desk/quarantine", {"resume": "1"}).status_code == 302
    assert not Pause.objects.get().is_on


# --- the sender's own word ---------------------------------------------------------------------------------
def test_a_first_mail_becomes_a_case_where_the_plan_has_people_to_ask(cast: Cast) -> None:
    actions.take_mail(letter("助けてください。").as_bytes(), AIKO, DESK)
    path = Notice.objects.get(kind="mail_held").link
    client = Client()
    assert "助けてください" not in page(client, path), "the page shows no word of it"
    assert Case.objects.count() == 0, "looking at the link does nothing: mail scanners open it too"
    done = client.post(f"{path}/done", {"confirm": "1"})
    assert done.status_code == 200
    assert Case.objects.get().requester == cast.aiko.id


@pytest.mark.parametrize("sender", [BEN, "nobody@example.test"])
def test_who_may_not_ask_people_is_told_so_and_stays_unread(sender: str, cast: Cast) -> None:
    actions.take_mail(letter("Help", sender).as_bytes(), sender, DESK)
    path = Notice.objects.get(kind="mail_held").link
    done = Client().post(f"{path}/done", {"confirm": "1"})
    assert done.status_code == 403
    assert "/help" in done.content.decode()
    assert (Case.objects.count(), Inbound.objects.get().fate) == (0, "held")


def test_who_did_not_write_it_says_so(cast: Cast) -> None:
    actions.take_mail(letter("spam", CHIE).as_bytes(), CHIE, DESK)
    path = Notice.objects.get(kind="mail_held").link
    assert Client().post(f"{path}/done", {"decline": "1"}).status_code == 200
    assert Client().get(path).status_code == 404
    assert Client().get("/support/mail/forged").status_code == 404


# --- files -------------------------------------------------------------------------------------------------
def _file(case: CaseView, cast: Cast) -> str:
    (message,) = queries.messages(cast.viewer("aiko"), case.id)
    return f"/help/cases/{case.id}/files/{message.enclosures[0].id}"


def test_a_file_is_handed_out_on_a_host_of_its_own(
    cast: Cast, case: CaseView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEKISHO_ATTACHMENTS_ORIGIN", f"https://{FILES}")
    there = client_of(cast, "aiko").get(_file(case, cast))["Location"]
    assert there.startswith(f"https://{FILES}/attachments/")
    path = there.removeprefix(f"https://{FILES}")
    got = Client().get(path, headers={"Host": FILES})
    assert got.content.startswith(b"%PDF")
    _is_harmless(got)
    assert not got.cookies
    assert Client().get(path).status_code == 404, "the pages' host hands none out"
    assert Client().get("/", headers={"Host": FILES}).status_code == 404, "and that host has no pages"
    assert Client().get(path[:-2] + "xx", headers={"Host": FILES}).status_code == 404
    assert Client().post(path, headers={"Host": FILES}).status_code == 404


def test_a_link_to_a_file_ends_after_five_minutes(
    case: CaseView, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEKISHO_ATTACHMENTS_ORIGIN", f"https://{FILES}")
    (message,) = queries.messages(cast.viewer("aiko"), case.id)
    old = attachments.link(message.enclosures[0].id, now() - attachments.HOLDS)
    assert Client().get(old.removeprefix(f"https://{FILES}"), headers={"Host": FILES}).status_code == 410


def test_without_a_host_of_its_own_a_file_comes_in_a_sandbox(cast: Cast, case: CaseView) -> None:
    got = client_of(cast, "aiko").get(_file(case, cast))
    assert got.content.startswith(b"%PDF")
    _is_harmless(got)
    assert client_of(cast, "chie").get(_file(case, cast)).status_code == 404


def _is_harmless(got: Any) -> None:
    assert got["Content-Type"] == "application/pdf", "what it is, and not what its sender said"
    assert got["Content-Disposition"] == "attachment; filename*=utf-8''%E8%AB%8B%E6%B1%82%E6%9B%B8.pdf"
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("sys.exit(0 if b'PDF' in sys.stdin.buffer.read() else 1)", 200),
        ("sys.exit(1)", 403),
        ("sys.exit(2)", 503),
    ],
)
def test_a_scanner_has_its_say(
    code: str, status: int, cast: Cast, case: CaseView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEKISHO_ATTACHMENT_SCANNER", f'{sys.executable} -S -c "import sys; {code}"')
    assert client_of(cast, "aiko").get(_file(case, cast)).status_code == status


def test_a_scanner_that_is_not_there_lets_nothing_through(
    cast: Cast, case: CaseView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEKISHO_ATTACHMENT_SCANNER", "/nowhere/scanner -")
    assert client_of(cast, "aiko").get(_file(case, cast)).status_code == 503


# --- what a provider posts ---------------------------------------------------------------------------------
def _posted(raw: bytes, secret: str, **changed: str) -> int:
    signed = {**headers("msg_1", now(), raw, [secret]), **changed}
    kind = signed.pop("content-type", "message/rfc822")
    response = Client().post("/support/mail", raw, content_type=kind, headers=signed)
    return response.status_code


def test_mail_that_is_posted_and_signed_is_taken_in_once(
    cast: Cast, case: CaseView, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = new_secret()
    message = letter("返信です。")
    message.replace_header("To", reply_address(case.id, AIKO))
    raw = message.as_bytes()
    assert _posted(raw, secret) == 404, "nobody may post before a secret is set"
    monkeypatch.setenv("SEKISHO_SUPPORT_MAIL_WEBHOOK_SECRET", secret)
    assert _posted(raw, new_secret()) == 401
    assert _posted(raw, secret, **{"webhook-timestamp": "1"}) == 401
    assert [_posted(raw, secret) for _ in range(2)] == [202, 202]
    assert [one.text for one in queries.messages(cast.viewer("aiko"), case.id)][1:] == ["返信です。"]
    assert Client().get("/support/mail").status_code == 404
    monkeypatch.setenv("SEKISHO_SUPPORT_MAIL_MAX_BYTES", "100")
    assert _posted(raw, secret) == 413


@pytest.mark.parametrize(
    ("wrapped", "status"),
    [
        ({"content-type": "application/json"}, 415),
        ({"content-type": "multipart/form-data; boundary=x"}, 415),
        ({"content-encoding": "gzip"}, 415),
        ({"content-encoding": "identity"}, 202),
        ({"content-type": "text/plain; charset=utf-8"}, 202),
    ],
    ids=str,
)
def test_what_is_no_raw_mail_is_refused_and_not_passed_over(
    wrapped: dict[str, str], status: int, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = new_secret()
    monkeypatch.setenv("SEKISHO_SUPPORT_MAIL_WEBHOOK_SECRET", secret)
    assert _posted(letter("x", CHIE).as_bytes(), secret, **wrapped) == status
    assert Inbound.objects.exists() is (status == 202)


@pytest.mark.parametrize("secret", ["whsec_", "none", "whsec_" + "QUFB" * 7])
def test_a_secret_that_is_none_lets_nobody_post(
    secret: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEKISHO_SUPPORT_MAIL_WEBHOOK_SECRET", secret)
    assert _posted(letter("x", CHIE).as_bytes(), secret) == 401
    assert not Inbound.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "msg_2"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1a,QUFB"},
        {"webhook-timestamp": "99999999999999999999"},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "now"},
    ],
    ids=str,
)
def test_what_was_changed_after_signing_is_refused(
    changed: dict[str, str], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = new_secret()
    monkeypatch.setenv("SEKISHO_SUPPORT_MAIL_WEBHOOK_SECRET", secret)
    assert _posted(letter("x", CHIE).as_bytes(), secret, **changed) == 401


def test_what_is_larger_than_a_form_is_still_taken(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = new_secret()
    monkeypatch.setenv("SEKISHO_SUPPORT_MAIL_WEBHOOK_SECRET", secret)
    message = letter("x", CHIE)
    message.add_attachment(
        base64.b64encode(b"x" * 2_000_000), maintype="application", subtype="pdf", filename="a.pdf"
    )
    assert _posted(message.as_bytes(), secret) == 202
