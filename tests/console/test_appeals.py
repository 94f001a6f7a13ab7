"""Appealing and hearing appeals, page by page: what works, what is refused, and what an attacker meets."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sekisho.accounts.types import StaffRole, system
from sekisho.audit import queries as audit
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.appeals.models import Appeal, Attachment
from sekisho.notices.links import Purpose, token
from sekisho.notices.models import Delivery
from tests import factories
from tests.cast import Cast
from tests.console.addresses import ANSWERED, APPEALED, TOLD
from tests.console.conftest import client_of

pytestmark = pytest.mark.usefixtures("decided", "told")
FAR = datetime(2100, 1, 1, tzinfo=UTC)
TEXT = "これは小説の一場面です。"
FORM = {"text": TEXT, "speaker": "self", "submission": "a" * 32}
PDF = b"%PDF-1.7\n<< >>\n"


@pytest.fixture
def page(db: None) -> str:
    return f"/appeals/new/{token(Purpose.STATEMENT, TOLD, FAR)}"


def sent(client: Client, page: str, *files: SimpleUploadedFile, **fields: str) -> str:
    """Send the form and return the page to which it leads, or the page that says why not."""
    response = client.post(page, {**FORM, **fields, "attachments": list(files)}, follow=True)
    return response.content.decode()


def entries(action: str) -> list[str]:
    found = audit.entries(system("test"), audit.EntryFilter(action=action))
    return [str(one.facts.get("code")) for one in found]


# --- making one ---------------------------------------------------------------------------------------------
def test_without_an_account_by_the_link_in_the_statement_with_a_receipt_at_once(page: str) -> None:
    client = Client(headers={"accept-language": "ja"})
    asked = client.get(page).content.decode()
    assert "どこが誤っていましたか" in asked
    assert "親族を装って" in asked
    shown = sent(client, page, SimpleUploadedFile("証拠.pdf", PDF), email="who@example.test")
    made = Appeal.objects.get()
    assert made.id in shown
    assert "受け付けました" in shown
    assert Attachment.objects.get().media_type == "application/pdf"
    assert Delivery.objects.filter(address="who@example.test", language="ja").exists()


def test_sent_twice_it_is_one_appeal_and_leads_to_the_same_receipt(page: str) -> None:
    client = Client()
    first, second = (client.post(page, FORM)["Location"] for _ in range(2))
    assert first == second
    assert Appeal.objects.count() == 1


def test_the_form_needs_the_sites_own_cookie_and_no_session(page: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(page, FORM).status_code == 403
    assert not Appeal.objects.exists()
    form = strict.get(page)
    assert "sessionid" not in form.cookies
    named = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.content.decode())
    assert named is not None
    assert strict.post(page, {**FORM, "csrfmiddlewaretoken": named[1]}).status_code == 302


def test_a_stopped_answer_is_appealed_against_by_its_request_id(db: None) -> None:
    assert (
        "Appeal against a decision" in sent(Client(), "/appeals/decision/req_0000") or Appeal.objects.exists()
    )
    assert Appeal.objects.get().about == "decision"


# --- bad input ----------------------------------------------------------------------------------------------
BIG = b"x" * (5 * 1024 * 1024 + 1)
BAD = [
    pytest.param({"text": " "}, (), "in your own words", id="no text"),
    pytest.param({"text": "x" * 10_001}, (), "10,000", id="text too long"),
    pytest.param({}, (("x.txt", b""),), "empty", id="an empty file"),
    pytest.param({}, (("x.txt", BIG),), "larger than 5 MB", id="a file too large"),
    pytest.param({}, (("x.txt", BIG), ("y.txt", BIG)), "10 MB together", id="files too large together"),
    pytest.param({}, (("x.txt", b"x"),) * 6, "more than five files", id="too many files"),
    pytest.param({}, (("x.exe", b"MZ\x90\x00\x03"),), "none of the kinds", id="a program"),
    pytest.param(
        {}, (("bomb.pdf", b"PK\x03\x04" + bytes(99)),), "none of the kinds", id="an archive named as a PDF"
    ),
    pytest.param({}, (("photo.png", b"<svg onload='x()'>"),), "none of the kinds", id="a drawing that acts"),
    pytest.param({}, (("x.pdf", b"%PDF-1.7 /JavaScript (x)"),), "acts by itself", id="a PDF that acts"),
    pytest.param({"speaker": "judge"}, (), "is not one of", id="somebody who is not asked for"),
    pytest.param({"email": "nobody"}, (), "valid email", id="no address"),
]


@pytest.mark.parametrize(("fields", "files", "says"), BAD)
def test_bad_input_is_told_and_the_form_keeps_the_text(
    fields: dict[str, str], files: tuple[tuple[str, bytes], ...], says: str, page: str
) -> None:
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    shown = sent(Client(), page, *uploads, **fields)
    assert says in shown
    assert fields.get("text", TEXT).strip() in shown
    assert not Appeal.objects.exists()


def test_markup_in_a_text_or_a_name_is_shown_as_it_was_written(page: str, cast: Cast) -> None:
    evil = "<script>alert(1)</script>"
    sent(Client(), page, SimpleUploadedFile('"><img src=x onerror=y>.txt', b"words"), text=evil)
    fumi = client_of(cast, "fumi")
    case = f"/staff/appeals/{Appeal.objects.get().id}"
    fumi.post(f"{case}/move/take")
    shown = fumi.get(case).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert" not in shown
    assert "<img" not in shown


@pytest.mark.parametrize("path", ["/appeals/new/{}", "/appeals/decision/{}", "/appeals/{}"])
@pytest.mark.parametrize(
    ("link", "status", "code"),
    [
        pytest.param("forged:link:x", 404, "link_forged", id="forged"),
        pytest.param("expired", 410, "link_expired", id="expired"),
    ],
)
def test_a_bad_link_says_what_to_do_and_is_audited(
    path: str, link: str, status: int, code: str, db: None
) -> None:
    purpose = Purpose.APPEAL if path == "/appeals/{}" else Purpose.STATEMENT
    past = datetime.now(UTC) - timedelta(days=1)
    address = path.format(token(purpose, TOLD, past) if link == "expired" else link)
    for response in (Client().get(address), Client().post(address, FORM)):
        assert response.status_code in {status, 405}
    assert "This link does not open" in Client().get(address).content.decode()
    assert entries("appeal.link_refused") == [code]


def test_an_altered_link_opens_nothing(page: str) -> None:
    assert Client().get(page[:-1] + ("A" if page[-1] != "A" else "B")).status_code == 404


def test_pages_behind_a_link_are_kept_by_no_cache_and_found_by_no_search(page: str) -> None:
    response = Client().get(page)
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"


# --- for an organisation ------------------------------------------------------------------------------------
def test_the_owner_appeals_from_the_list_and_reads_how_it_stands(cast: Cast) -> None:
    aiko, org = client_of(cast, "aiko"), cast.atelier.id
    new = f"/o/{org}/appeals/new/restriction/{TOLD}"
    assert new in aiko.get(f"/o/{org}/appeals").content.decode()
    assert "Being looked at" in sent(aiko, new)
    assert new not in aiko.get(f"/o/{org}/appeals").content.decode()
    assert Appeal.objects.get().by_person == cast.aiko.id


def test_a_member_reads_and_does_not_appeal(cast: Cast) -> None:
    ben, org = client_of(cast, "ben"), cast.atelier.id
    assert "/appeals/new/" not in ben.get(f"/o/{org}/appeals").content.decode()
    assert ben.get(f"/o/{org}/appeals/new/restriction/{TOLD}").status_code == 404


def test_a_decision_that_took_something_away_leads_to_its_appeal(cast: Cast) -> None:
    org = cast.atelier.id
    link = f"/o/{org}/appeals/new/decision/"
    aiko, ben = client_of(cast, "aiko"), client_of(cast, "ben")
    assert f"{link}dec_0000" in aiko.get(f"/o/{org}/decisions/dec_0000").content.decode()
    assert link not in aiko.get(f"/o/{org}/decisions/dec_0001").content.decode()
    assert link not in ben.get(f"/o/{org}/decisions/dec_0000").content.decode()
    assert aiko.get(f"{link}dec_0000").status_code == 200
    assert aiko.get(f"{link}dec_0001").status_code == 404


def test_another_organisations_matter_is_not_found_under_ones_own(cast: Cast) -> None:
    factories.member(cast.elsewhere, cast.aiko)
    aiko = client_of(cast, "aiko")
    assert aiko.get(f"/o/{cast.elsewhere.id}/appeals/new/restriction/{TOLD}").status_code == 404
    assert aiko.get(f"/o/{cast.atelier.id}/appeals/new/nonsense/{TOLD}").status_code == 404


# --- the desk -----------------------------------------------------------------------------------------------
CASE = f"/staff/appeals/{APPEALED}"
REASONS = {"reasons_en": "It was a scene of a novel.", "reasons_ja": "小説の一場面でした。"}


@pytest.mark.usefixtures("appealed")
@pytest.mark.parametrize("who", ["emi", "daiki", "aiko", "chie"])
def test_nobody_else_finds_the_desk(who: str, cast: Cast) -> None:
    client = client_of(cast, who)
    assert {client.get(path).status_code for path in ("/staff/appeals", CASE)} == {404}
    posts = ("/staff/appeals/next", f"{CASE}/move/take", f"{CASE}/reveal", f"{CASE}/channel")
    assert {client.post(path).status_code for path in posts} == {404}


@pytest.mark.usefixtures("appealed")
def test_a_file_is_only_ever_a_download(cast: Cast) -> None:
    fumi = client_of(cast, "fumi")
    file = Attachment.objects.get(appeal=APPEALED)
    response = fumi.get(f"{CASE}/attachments/{file.id}")
    assert response.content == b"%PDF-1.7\n"
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "no-store" in response["Cache-Control"]
    other = Attachment.objects.get(appeal=ANSWERED)
    assert fumi.get(f"{CASE}/attachments/{other.id}").status_code == 404


@pytest.mark.usefixtures("appealed")
def test_words_and_files_are_for_whoever_has_the_appeal_on_the_desk(cast: Cast) -> None:
    daiki = factories.staff("Second", StaffRole.APPEALS)
    other = Client(headers={"accept-language": "en"})
    other.force_login(daiki)
    file = Attachment.objects.get(appeal=APPEALED)
    shown = other.get(CASE).content.decode()
    assert "小説" not in shown.split("<main")[1]
    assert "Take the appeal to read" in shown
    assert other.get(f"{CASE}/attachments/{file.id}").status_code == 404
    assert "Somebody else has this appeal" in other.post(f"{CASE}/move/take", follow=True).content.decode()


@pytest.mark.usefixtures("appealed")
def test_the_case_shows_the_statement_the_words_and_what_came_before(cast: Cast) -> None:
    shown = client_of(cast, "fumi").get(CASE).content.decode()
    for part in (
        "Gift cards were asked for",
        "小説の一場面です",
        "原稿.pdf",
        "It was a scene of a novel.",
        "Decide",
    ):
        assert part in shown


@pytest.mark.usefixtures("appealed")
def test_reversed_on_the_page_it_is_lifted_and_told(cast: Cast) -> None:
    fumi = client_of(cast, "fumi")
    done = fumi.post(CASE, {"outcome": "reversed", **REASONS}, follow=True).content.decode()
    assert "What follows from it is done" in done
    assert enforcement.restrictions(cast.viewer("aiko"), cast.atelier.id, datetime.now(UTC)) == ()
    follow = f"/appeals/{token(Purpose.APPEAL, APPEALED, FAR)}"
    told = Client(headers={"accept-language": "ja"}).get(follow).content.decode()
    for part in ("小説の一場面でした。", "取消し", "裁判所", "解除した措置"):
        assert part in told
    again = fumi.post(CASE, {"outcome": "upheld", **REASONS})
    assert again.status_code == 422
    assert "has been decided" in again.content.decode()


@pytest.mark.usefixtures("appealed")
@pytest.mark.parametrize(
    ("fields", "says"),
    [
        pytest.param({"outcome": "reversed", "reasons_en": "x"}, "required", id="one language"),
        pytest.param({"outcome": "changed", **REASONS}, "has to be milder", id="changed to nothing"),
        pytest.param({**REASONS}, "required", id="no outcome"),
    ],
)
def test_a_finding_that_makes_no_sense_is_told_and_keeps_the_reasons(
    fields: dict[str, str], says: str, cast: Cast
) -> None:
    response = client_of(cast, "fumi").post(CASE, fields)
    assert response.status_code == 422
    assert says in response.content.decode()
    assert fields.get("reasons_en", "") in response.content.decode()


@pytest.mark.usefixtures("appealed")
def test_giving_back_and_taking_the_next_one(cast: Cast) -> None:
    fumi = client_of(cast, "fumi")
    fumi.post(f"{CASE}/move/give-back")
    assert fumi.post("/staff/appeals/next")["Location"] == CASE
    assert "Nothing waits" in fumi.post("/staff/appeals/next", follow=True).content.decode()


def test_what_the_conversation_said_is_hidden_until_a_reason_is_given_and_logged(cast: Cast) -> None:
    sent(Client(), "/appeals/decision/req_0000")
    fumi, case = client_of(cast, "fumi"), f"/staff/appeals/{Appeal.objects.get().id}"
    assert (
        "say why you need to read it"
        in fumi.post(f"{case}/reveal", {"reason": "x"}, follow=True).content.decode()
    )
    fumi.post(f"{case}/move/take")
    shown = fumi.get(case).content.decode()
    assert "as of version 2025-09-15" in shown
    assert "It is hidden until you say why" in shown
    refused = fumi.post(f"{case}/reveal", {"reason": "words " * 40})
    assert "(it has 239)" in refused.content.decode()
    assert "words " * 39 in refused.content.decode()
    revealed = fumi.post(f"{case}/reveal", {"reason": "The person says that it was a quotation."})
    assert "Nothing of it can be read" in revealed.content.decode()


# --- by the id of a request ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("named", "status", "says"),
    [
        pytest.param("req_0000", 302, "", id="one that was stopped"),
        pytest.param("req_0001", 422, "no such request", id="one that passed"),
        pytest.param("req_9999", 422, "no such request", id="one that is unknown"),
        pytest.param("dec_0000", 422, "begins with req_", id="the id of a decision"),
    ],
)
def test_the_id_of_a_stopped_request_leads_to_the_form(named: str, status: int, says: str) -> None:
    response = Client().get("/appeals/decision", {"request_id": named})
    assert response.status_code == status
    assert says in response.content.decode()
    assert status == 422 or response["Location"] == f"/appeals/decision/{named}"
