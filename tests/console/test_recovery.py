"""Pages for who cannot sign in, as people and staff press through them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import Plan, Role, StaffRole
from sekisho.cases.models import Case
from sekisho.notices.models import Notice
from sekisho.records.rights.models import Request
from sekisho.support.recovery import tasks
from sekisho.support.recovery.models import Cancellation, Claim, Evidence, Withdrawal
from tests import factories
from tests.console.conftest import client_of
from tests.support.recovery.makers import code_to, paid

BEGIN, PDF = "/help/locked-out", b"%PDF-1.7 passport"


@pytest.fixture
def home(cast):
    """An account of her own, with a payment."""
    cast.chie.memberships.all().delete()
    own = factories.organisation("Chie", plan=Plan.PRO)
    factories.member(own, cast.chie, Role.PRIMARY_OWNER)
    paid(own.id, paid_at=now() - timedelta(days=3), country="JP")
    return cast.chie


def shown(chie, wish: str):
    """A browser that has shown the code, and its page."""
    client = client_of(None, "")
    code = client.post(BEGIN, {"wish": wish, "address": chie.email}).headers["Location"]
    tasks.send_due()
    return client, client.post(code, {"code": code_to(chie.email)}).headers["Location"]


def test_exactly_three_things_are_offered(cast):
    page = client_of(cast, "").get(BEGIN).content.decode()
    assert re.findall(r'name="wish" value="(\w+)"', page) == ["deletion", "export", "subscription"]
    assert client_of(cast, "").get("/privacy/locked-out").headers["Location"] == BEGIN
    assert BEGIN in client_of(cast, "").get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    "wrong", [{"wish": "sign_in", "address": "a@example.test"}, {"wish": "export", "address": "x"}, {}]
)
def test_a_form_that_is_wrong_says_so(wrong, cast):
    assert client_of(cast, "").post(BEGIN, wrong).status_code == (422 if wrong else 200)
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    ("wish", "deed", "kind"), [("deletion", "delete", "erasure"), ("export", "export", "access")]
)
def test_a_deletion_and_a_copy_are_planned_and_can_be_stopped(wish, deed, kind, home):
    client, page = shown(home, wish)
    assert f'value="{deed}"' in client.get(page).content.decode()
    after = client.post(f"{page}/do", {"deed": deed}, follow=True).content.decode()
    assert Request.objects.get().kind == kind
    assert "Nothing happens before" in after
    link = Notice.objects.get(person=home.id, kind="data_asked").link
    client_of(None, "").post(f"{link}/stop")
    assert "Stopped" in client.get(page).content.decode()


def test_a_subscription_is_ended_and_a_payment_opens_the_rest(home):
    client, page = shown(home, "subscription")
    before = client.get(page).content.decode()
    assert "•••" not in before
    assert 'value="cancel_now"' not in before
    wrong = client.post(f"{page}/payment", {"invoice": "INV-9999-001"})
    assert (wrong.status_code, "not that of a payment" in wrong.content.decode()) == (422, True)
    after = client.post(f"{page}/payment", {"invoice": "inv 2026 001"}, follow=True).content.decode()
    assert "c•••@ex•••.test" in after
    assert home.email not in after
    assert "Refunded in full" in after
    for deed in ("cancel_renewal", "cancel_now"):
        client.post(f"{page}/do", {"deed": deed})
    assert Cancellation.objects.count() == 2


def test_a_lost_mailbox_goes_from_the_form_to_two_people_and_can_be_stopped(cast, home):
    StaffAppointment.objects.filter(person=cast.daiki).update(role=StaffRole.IDENTITY)
    StaffAppointment.objects.create(person=cast.emi, role=StaffRole.SECURITY)
    client = client_of(cast, "")
    asked = {"address": home.email, "contact": "chie@new.test", "invoice": "INV-2026-001"}
    code = client.post(f"{BEGIN}/mailbox", asked).headers["Location"]
    tasks.send_due()
    page = client.post(code, {"code": code_to("chie@new.test")}).headers["Location"]
    tasks.send_due()
    for content, count in ((b"<html>", 0), (PDF, 1)):
        client.post(f"{page}/evidence", {"file": SimpleUploadedFile("../x.html", content)})
        assert Evidence.objects.count() == count
    assert "sekisho-recovery=" in client.get(page).content.decode()
    claim, link = Claim.objects.get().id, Notice.objects.filter(kind="recovery_change").first().link
    staff = f"/staff/identity/{claim}"
    for name in ("daiki", "emi"):
        at = client_of(cast, name)
        assert staff in at.get("/staff/identity").content.decode()
        file = at.get(f"{staff}/evidence/{Evidence.objects.get().id}")
        assert (file.content, file.headers["X-Content-Type-Options"]) == (PDF, "nosniff")
        assert file.headers["Content-Disposition"].startswith("attachment")
        at.post(staff, {"deed": "yes", "reason": "Seen by video."})
    assert Claim.objects.get().state == "waiting"
    outside = client_of(cast, "")
    assert "stop it" in outside.get(link).content.decode()
    assert Claim.objects.get().state == "waiting", "reading the page stops nothing"
    outside.post(link)
    assert Claim.objects.get().state == "stopped"


@pytest.mark.parametrize("name", ["aiko", "chie", "fumi", ""])
def test_proof_is_for_two_roles_alone(name, cast, locked_out):
    evidence = Evidence.objects.get()
    for path in ("", f"/{evidence.claim_id}", f"/{evidence.claim_id}/evidence/{evidence.id}"):
        assert client_of(cast, name).get(f"/staff/identity{path}").status_code == (404 if name else 302)


def test_the_dns_is_looked_at_by_who_decides(cast, locked_out, monkeypatch):
    staff = f"/staff/identity/{Evidence.objects.get().claim_id}"
    monkeypatch.setattr("sekisho.support.recovery.dns._own_resolver", lambda: "127.0.0.1:none")
    said = client_of(cast, "daiki").post(staff, {"deed": "domain"}, follow=True).content.decode()
    assert "There is no such record." in said


@pytest.mark.parametrize(("answer", "state"), [("yes", "review"), ("no", "stopped")])
def test_an_owner_is_asked_about_a_member(answer, state, cast, locked_out):
    claim = Evidence.objects.get().claim_id
    page = f"/o/{cast.atelier.id}/recovery/{claim}"
    assert client_of(cast, "ben").get(page).status_code == 404
    client_of(cast, "aiko").post(page, {"answer": answer})
    found = Claim.objects.get(id=claim)
    assert (found.state, "owner" in found.proofs) == (state, answer == "yes")


def test_withdrawing_takes_one_form_and_is_acknowledged_at_once(cast):
    client = client_of(cast, "")
    assert "Withdraw from contract here" in client.get("/").content.decode()
    form = client.get("/withdraw").content.decode()
    assert re.findall(r'<input type="(?:text|email)" name="(\w+)"', form) == ["name", "contract", "contact"]
    assert "Confirm withdrawal" in form
    said = {"name": "Chie <b>Sato</b>", "contract": "Pro", "contact": "chie@example.test"}
    page = client.post("/withdraw", said).headers["Location"]
    shown_ = client.get(page).content.decode()
    assert "Chie &lt;b&gt;Sato" in shown_
    assert "UTC" in shown_
    file = client.get(f"{page}?file=1")
    assert file.headers["Content-Disposition"].startswith('attachment; filename="W-')
    assert "Chie <b>Sato</b>" in file.content.decode()
    tasks.send_due()
    link = "/withdraw/" + mail.outbox[-1].body.strip().rpartition("/withdraw/")[2]
    client.post(f"{page}/confirm")
    assert Case.objects.get(id=Withdrawal.objects.get().case).email == "", (
        "the browser's own link proves no address"
    )
    client_of(cast, "").post(f"{link}/confirm")
    assert Case.objects.get(id=Withdrawal.objects.get().case).is_proven


@pytest.mark.parametrize("path", ["code/x", "x", "stop/x"])
def test_links_that_are_none_say_so(path, cast):
    assert client_of(cast, "").get(f"{BEGIN}/{path}").status_code == 404
    assert client_of(cast, "").get("/withdraw/x").status_code == 404
