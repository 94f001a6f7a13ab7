"""Pages of the desk, and of those who asked."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import translation

from sekisho.accounts.models import Membership, StaffAppointment
from sekisho.accounts.types import Plan, StaffRole
from sekisho.audit.models import AuditEntry
from sekisho.cases import actions as cases
from sekisho.cases import queries
from sekisho.cases.desk.models import Draft
from sekisho.cases.mail.actions.bouncing import mark_undeliverable
from sekisho.cases.models import Case, Delivery, Message
from sekisho.cases.types import Contact, Kind, Opening, Queue, State
from sekisho.console.templatetags import desk as names
from sekisho.support.messenger.actions import hand_over
from tests.cast import Cast
from tests.console import desk_rows
from tests.console.conftest import client_of
from tests.pages import table
from tests.support.messenger.talks import CLOCK, asker, begun, on

CASE = desk_rows.CASE
PAGE = f"/staff/desk/{CASE}"


@pytest.fixture
def daiki_at_desk(cast: Cast, desk_asked: None) -> Client:
    return client_of(cast, "daiki", "ja")


def body(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_queue_shows_what_is_due_and_what_is_mine(daiki_at_desk: Client) -> None:
    page = body(daiki_at_desk, "/staff/desk")
    assert Case.objects.get().reference in page
    assert "上限の引き上げについて" in page
    assert "法定" in page
    assert "ben@example.test" not in page
    assert Case.objects.get().reference not in body(daiki_at_desk, "/staff/desk?state=solved")
    for query in ("?queue=legal", "?queue=nowhere", "?state=x&language=xx&show=zz", "?cursor=zzz"):
        assert daiki_at_desk.get(f"/staff/desk{query}").status_code == 200


@pytest.mark.parametrize("who", ["aiko", "ben", "chie", "fumi"])
def test_the_case_is_for_staff_of_its_queue(who: str, cast: Cast, desk_asked: None) -> None:
    client = client_of(cast, who)
    assert client.get(PAGE).status_code == 404
    assert client.post(f"{PAGE}/do/unmask", {"reason": "x"}).status_code == 404
    assert client.get("/staff/desk/texts").status_code == (200 if who == "fumi" else 404)


def test_a_case_shows_everything_and_masks_what_leads_to_people(daiki_at_desk: Client) -> None:
    page = body(daiki_at_desk, PAGE)
    for shown in (
        "下書きです。",
        "上限の表を確認すること。",
        "該当する記事",
        "con_page",
    ):
        assert shown in page
    assert "03-1234-5678" not in page
    assert "b•••@ex•••.test" in page


NAMED = {
    "en": (
        "Decision on the notice", "Digital Services Act", "Plans, members and roles", "The support assistant, an AI", "Lost keys",
        "An article that is no longer here",
    ),
    "ja": (
        "通知についての判断", "デジタルサービス法", "プラン・メンバー・ロール", "サポートアシスタント（AI）",
        "キーをなくしたとき", "現在はない記事",
    ),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_what_stands_for_codes_is_named_in_the_readers_language(
    lang: str, cast: Cast, desk_asked: None
) -> None:
    client = client_of(cast, "daiki", lang)
    page = body(client, PAGE)
    words = re.sub(r"<[^>]*>", " ", page)
    for named in NAMED[lang]:
        assert named in words
    for code in ("notice_outcome", "plan_and_roles", "locked_out", "deletion_help", "dsa", "hav_gone", "api"):
        assert not re.search(rf"\b{code}\b", words), code
    assert 'href="/help/articles/lost-key"' in page
    queue = re.sub(r"<[^>]*>", " ", body(client, "/staff/desk"))
    assert NAMED[lang][2] in queue
    assert "plan_and_roles" not in queue


def test_what_an_older_version_wrote_stands_for_itself() -> None:
    for name in (names.duty_name, names.law_name, names.channel_name, names.issue_name):
        assert name("of_old") == "of_old"
    assert names.law_name("crd") == names.law_name("eu_crd") != "crd"
    assert names.issue_name("withdrawal") != "withdrawal"
    assert names.issue_name("fraud") != "fraud"


def test_details_are_named_as_the_form_asked_for_them(cast: Cast) -> None:
    said = {"wish": "stop", "of_old": "x"}
    contact = Contact("aiko@example.test", True, "en")
    case = cases.open_case(
        Opening(
            Kind.SUPPORT, Queue.BILLING, "d", "Money", "", contact, "console", cast.aiko.id, issue="billing",
            details=said,
        )
    )  # fmt: skip
    with translation.override("en"):
        named = list(names.details_named(case))
    assert named == [("wish", "What is it about?", "I want to stop paying"), ("of_old", "of_old", "x")]


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_staff_see_on_the_case_that_mail_comes_back(lang: str, cast: Cast, desk_asked: None) -> None:
    words = {"en": "Mail there comes back", "ja": "メールが差し戻されます"}[lang]
    client = client_of(cast, "daiki", lang)
    assert words not in body(client, PAGE)
    mark_undeliverable(Delivery.objects.filter(case=CASE)[0], "5.1.1", datetime.now(UTC))
    assert words in body(client, PAGE)


def test_whoever_asked_is_told_on_the_page_of_their_case_that_mail_comes_back(
    cast: Cast, desk_asked: None
) -> None:
    told = "Mail to ben@example.test comes back"
    pages = {name: client_of(cast, name) for name in ("ben", "aiko")}
    assert told not in body(pages["ben"], f"/help/cases/{CASE}")
    mark_undeliverable(Delivery.objects.filter(case=CASE)[0], "5.1.1", datetime.now(UTC))
    assert told in body(pages["ben"], f"/help/cases/{CASE}")
    assert "Our answer is mailed to" not in body(pages["ben"], f"/help/cases/{CASE}")
    assert "comes back" not in body(pages["aiko"], f"/help/cases/{CASE}"), "it is Ben's address"


def test_unmasking_asks_why_and_is_logged(daiki_at_desk: Client, cast: Cast) -> None:
    daiki_at_desk.post(f"{PAGE}/do/unmask", {"reason": ""})
    assert "03-1234-5678" not in body(daiki_at_desk, PAGE)
    daiki_at_desk.post(f"{PAGE}/do/unmask", {"reason": "折り返しのため"})
    assert "03-1234-5678" in body(daiki_at_desk, PAGE)
    assert AuditEntry.objects.get(action="case.unmasked").actor == cast.daiki.id


def test_an_answer_is_sent_once_however_often_it_is_posted(daiki_at_desk: Client) -> None:
    form = {
        "submission": "a1", "text": "<script>alert(1)</script>", "reach": "everybody", "then": "waiting_for_actor",
    }  # fmt: skip
    for _ in range(2):
        assert daiki_at_desk.post(PAGE, form).status_code == 302
    assert Message.objects.filter(submission="a1").count() == 1
    page = body(daiki_at_desk, PAGE)
    assert "&lt;script&gt;alert(1)" in page
    assert Case.objects.get().state == "waiting_for_actor"
    snapshot = Message.objects.get(submission="a1").entitlements
    assert snapshot["role"] == "member"


def test_what_cannot_be_done_is_said_and_what_was_typed_stays(daiki_at_desk: Client) -> None:
    form = {"submission": "a2", "text": "解決しました。", "reach": "everybody", "then": "solved"}
    answer = daiki_at_desk.post(PAGE, form)
    assert answer.status_code == 200
    assert "法定の期限" in answer.content.decode()
    assert "解決しました。" in answer.content.decode()
    assert not Message.objects.filter(submission="a2").exists()


def test_a_text_is_filled_into_the_draft_or_refused(daiki_at_desk: Client) -> None:
    shown = body(daiki_at_desk, f"{PAGE}?macro=mac_page")
    assert 'name="day"' in shown
    for typed, said in [("明日", "day"), ("明日" * 151, "302 文字")]:
        refused = daiki_at_desk.post(f"{PAGE}/do/fill", {"macro": "mac_page", "day": typed, "before": ""})
        assert f'value="{typed}"' in refused.content.decode()
        assert said in refused.content.decode()
    assert "に引き上げます" not in body(daiki_at_desk, PAGE).split('id="drafts"')[1]
    answer = daiki_at_desk.post(f"{PAGE}/do/fill", {"macro": "mac_page", "day": "2026-02-01", "before": ""})
    assert "2026-02-01 に引き上げます。" in body(daiki_at_desk, answer["Location"])
    assert Delivery.objects.filter(kind="reply").count() == 2


def test_drafts_notes_states_and_links_by_plain_forms(daiki_at_desk: Client) -> None:
    other = cases.open_case(
        Opening(Kind.SUPPORT, Queue.SUPPORT, "other", "x", "y", Contact("z@example.test", True), "mail")
    )
    deeds = [
        ("note", {"submission": "n2", "text": "二つ目"}),
        ("draft", {"text": "続き"}),
        ("state", {"state": "waiting_internal", "reason": "経理に確認"}),
        ("link", {"reference": other.reference}),
        ("give-back", {}),
        ("take", {}),
    ]
    for how, said in deeds:
        assert daiki_at_desk.post(f"{PAGE}/do/{how}", said).status_code == 302
    page = body(daiki_at_desk, PAGE)
    for shown in ("二つ目", "続き", "経理に確認", other.reference):
        assert shown in page
    draft = Draft.objects.get()
    daiki_at_desk.post(f"{PAGE}/do/drop", {"draft": draft.id})
    assert not Draft.objects.exists()
    assert daiki_at_desk.post(f"{PAGE}/do/anything").status_code == 404


def test_without_a_model_what_was_typed_for_it_stays_in_the_field(daiki_at_desk: Client) -> None:
    refused = daiki_at_desk.post(f"{PAGE}/do/translate", {"text": "まだ訳されていない文"}).content.decode()
    assert "SEKISHO_DESK_URL" in refused
    assert "まだ訳されていない文</textarea>" in refused


def test_moved_away_it_is_seen_no_more(daiki_at_desk: Client) -> None:
    answer = daiki_at_desk.post(f"{PAGE}/do/move", {"queue": "billing", "kind": "support", "reason": "請求"})
    assert answer["Location"] == "/staff/desk"
    assert daiki_at_desk.get(PAGE).status_code == 404


def test_who_else_looks_is_told(daiki_at_desk: Client, cast: Cast) -> None:
    StaffAppointment.objects.create(person=cast.emi, role=StaffRole.SUPPORT)
    body(daiki_at_desk, PAGE)
    daiki_at_desk.post(f"{PAGE}/look", {"answering": "1"})
    emi = client_of(cast, "emi")
    assert "Daiki is writing an answer to this case." in body(emi, PAGE)
    assert emi.post(f"{PAGE}/look", {}).content.decode().strip() == "Daiki is writing an answer to this case."
    emi_writes = emi.post(PAGE, {"submission": "e", "text": "me", "reach": "everybody", "then": ""})
    assert "A colleague has this case" in emi_writes.content.decode()


def test_a_file_is_a_download_that_runs_nowhere(daiki_at_desk: Client, cast: Cast) -> None:
    file = queries.messages(cast.viewer("daiki"), CASE)[0].enclosures[0].id
    for client, path in (
        (daiki_at_desk, f"{PAGE}/files/{file}"),
        (client_of(cast, "ben"), f"/help/cases/{CASE}/files/{file}"),
    ):
        answer = client.get(path)
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
    assert client_of(cast, "chie").get(f"/help/cases/{CASE}/files/{file}").status_code == 404


def test_a_conversation_is_read_by_its_owners_grant_alone(daiki_at_desk: Client, cast: Cast) -> None:
    body(daiki_at_desk, f"{PAGE}/conversations/con_page")
    assert AuditEntry.objects.filter(
        facts__contains=CASE, actor=cast.daiki.id, action__contains="read"
    ).exists()
    assert daiki_at_desk.get(f"{PAGE}/conversations/con_other").status_code == 404


# --- who asked --------------------------------------------------------------------------------------------------
def test_who_asked_reads_and_replies_without_a_script(cast: Cast, desk_asked: None) -> None:
    ben = client_of(cast, "ben", "ja")
    assert "上限の引き上げについて" in body(ben, "/help/cases")
    page = body(ben, f"/o/{cast.atelier.id}/help/cases/{CASE}")
    for shown in ("確認いたします。", "英語から AI が翻訳", "03-1234-5678", "ben@example.test", "月曜"):
        assert shown in page
    for hidden in ("上限の表を確認すること。", "下書きです。", "Daiki", cast.daiki.id):
        assert hidden not in page
    ben.post(f"/help/cases/{CASE}", {"submission": "b1", "text": "承知しました。"})
    assert "承知しました。" in body(ben, f"/help/cases/{CASE}")
    aiko = body(client_of(cast, "aiko", "ja"), f"/help/cases/{CASE}")
    assert "承知しました。" in aiko
    assert "ben@example.test" not in aiko


def test_who_left_the_organisation_reads_what_they_wrote(cast: Cast, desk_asked: None) -> None:
    Membership.objects.filter(person=cast.ben).delete()
    ben = client_of(cast, "ben")
    assert "確認いたします。" in body(ben, f"/help/cases/{CASE}")
    assert ben.get(f"/o/{cast.atelier.id}/help/cases/{CASE}").status_code == 404


@pytest.mark.parametrize("path", [f"/help/cases/{CASE}", "/help/cases/tkt_none"])
def test_chie_finds_no_case(path: str, cast: Cast, desk_asked: None) -> None:
    assert client_of(cast, "chie").get(path).status_code == 404
    assert client_of(cast, "daiki").get(path).status_code == 404


def test_an_address_is_confirmed_by_a_person_and_not_by_a_program_that_opens_links(cast: Cast) -> None:
    made = cases.open_case(
        Opening(Kind.SUPPORT, Queue.SUPPORT, "c", "x", "y", Contact("new@example.test"), "help_centre"),
        clock=lambda: datetime.now(UTC),
    )
    path, client = queries.contact_path(made.id), Client()
    body(client, path)
    assert not Case.objects.get().is_proven
    assert "n•••@ex•••.test" in client.post(path).content.decode()
    assert Case.objects.get().is_proven
    assert "not complete" in client.post("/help/confirm/forged").content.decode()


def test_a_settled_case_says_how_to_go_on(cast: Cast, desk_asked: None) -> None:
    cases.meet_clock(CASE, "notice_outcome", datetime.now(UTC))
    cases.change_state(cast.viewer("daiki"), CASE, State.SOLVED, "done")
    page = body(client_of(cast, "ben"), f"/help/cases/{CASE}")
    assert "Your reply" in page
    Case.objects.update(settled_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert "ask anew" in body(client_of(cast, "ben"), f"/help/cases/{CASE}")


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "Conversations that wait for an answer"), ("ja", "回答を待っている会話")]
)
def test_who_waits_for_an_answer_is_counted_apart_from_what_ended(
    lang: str, words: str, cast: Cast, desk_asked: None
) -> None:
    who = asker(cast.ben, on(cast.atelier, Plan.PRO))
    hand_over(who, begun(who, "bug").id, clock=CLOCK)
    page = body(client_of(cast, "daiki", lang), "/staff/desk/numbers")
    assert re.search(rf"{words}</dt><dd>1</dd>", page)


def test_every_key_that_is_documented_is_on_the_page(daiki_at_desk: Client) -> None:
    pages = {"queue": body(daiki_at_desk, "/staff/desk"), "case": body(daiki_at_desk, PAGE)}
    daiki_at_desk.post(f"{PAGE}/do/give-back")
    pages["case"] += body(daiki_at_desk, PAGE)
    for key, where, _ in table("docs/rules/cases.md", "key", "where", "does"):
        assert ", " in key or f'data-key="{key}"' in pages[where]
