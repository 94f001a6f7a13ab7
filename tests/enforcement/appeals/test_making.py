"""Appeals are taken in from whoever may make them, kept encrypted, told of at once; what is refused is audited."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from sekisho.accounts.types import KeyView, system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.enforcement.appeals import actions, queries
from sekisho.enforcement.appeals.actions.making import TRIES_AN_HOUR
from sekisho.enforcement.appeals.models import Appeal, Attachment
from sekisho.enforcement.appeals.types import About, AttachmentView, File, Speaker, State
from sekisho.enforcement.types import Unit, UnitKind
from sekisho.notices.links import Purpose, token
from sekisho.notices.models import Delivery, Notice
from sekisho.records.keystore.actions import destroy_subject_keys
from sekisho.records.types import Destroyed
from tests.cast import Cast
from tests.enforcement.appeals.conftest import AT, DAY, PDF, SAID, Suspend, appeal, decision, link_of

END_USER = "eu_5f1c"


def entries(action: str) -> list[dict[str, object]]:
    found = audit.entries(system("test"), audit.EntryFilter(action=action))
    return [dict(one.facts) for one in found]


def test_whoever_holds_the_link_appeals_without_signing_in(suspend: Suspend, cast: Cast) -> None:
    view = suspend()
    receipt = actions.make_by_link(
        link_of(view), replace(SAID, email="who@example.test"), submission="a" * 32, clock=fixed_clock(AT)
    )
    followed = queries.followed(receipt.token, AT)
    assert (followed.id, followed.state, followed.due_at) == (receipt.id, State.OPEN, AT + 14 * DAY)
    assert (followed.about, followed.matter, followed.clause) == (
        About.RESTRICTION,
        view.statement_id,
        view.clause,
    )
    told = Notice.objects.filter(about=receipt.id, kind="appeal_received")
    assert all(receipt.id in one.body_ja and receipt.token in one.link for one in told)
    mails = Delivery.objects.filter(notice__in=told)
    assert set(mails.values_list("address", "language")) == {
        ("who@example.test", "ja"),
        (cast.aiko.email, "ja"),
    }
    (noted,) = entries("appeal.made")
    assert SAID.text not in str(noted)


def test_what_is_written_and_attached_is_ciphertext_in_every_column(suspend: Suspend) -> None:
    made = appeal(suspend(), replace(SAID, files=(PDF,)))
    with connection.cursor() as cursor:
        for table in ("appeals_appeal", "appeals_attachment"):
            cursor.execute(f"SELECT * FROM {table}")
            kept = [
                bytes(cell) if isinstance(cell, memoryview) else str(cell).encode()
                for row in cursor
                for cell in row
            ]
            assert not any(
                one in cell for cell in kept for one in (SAID.text.encode(), PDF.content, "証拠".encode())
            )
    assert Attachment.objects.get().appeal_id == made


def test_the_desk_reads_words_and_files_and_each_reading_is_logged(suspend: Suspend, cast: Cast) -> None:
    made, fumi = appeal(suspend(), replace(SAID, files=(PDF,))), cast.viewer("fumi")
    assert queries.words_of(fumi, made) == SAID.text
    (listed,) = queries.attachments(fumi, made)
    assert listed == AttachmentView(listed.id, "証拠.pdf", "application/pdf", len(PDF.content))
    opened = queries.attachment(fumi, made, listed.id)
    assert not isinstance(opened, Destroyed)
    assert opened.content == PDF.content
    assert [one["what"] for one in entries("appeal.read")] == [listed.id, "text"]


@pytest.mark.parametrize("who", ["aiko", "ben", "chie", "daiki", "emi"])
def test_nobody_else_reads_them(who: str, suspend: Suspend, cast: Cast) -> None:
    made, viewer = appeal(suspend(), replace(SAID, files=(PDF,))), cast.viewer(who)
    file = Attachment.objects.get().id
    for read in (
        lambda: queries.words_of(viewer, made),
        lambda: queries.attachments(viewer, made),
        lambda: queries.attachment(viewer, made, file),
        lambda: queries.case(viewer, made),
        lambda: queries.queue(viewer, AT),
        lambda: queries.precedents(viewer, made),
    ):
        with pytest.raises(NotFoundError):
            read()


def test_erasing_the_end_user_makes_their_appeal_unreadable(suspend: Suspend, cast: Cast) -> None:
    view = suspend(unit=Unit(UnitKind.END_USER, END_USER, cast.atelier.id))
    made, fumi = appeal(view, replace(SAID, files=(PDF,))), cast.viewer("fumi")
    file = Attachment.objects.get().id
    destroy_subject_keys(f"{cast.atelier.id}/{END_USER}", AT)
    assert queries.words_of(fumi, made) == Destroyed()
    assert queries.attachment(fumi, made, file) == Destroyed()
    assert queries.attachments(fumi, made) == ()


def test_the_same_form_sent_twice_is_one_appeal(suspend: Suspend) -> None:
    view = suspend()
    assert appeal(view) == appeal(view)
    assert Appeal.objects.count() == 1
    assert Notice.objects.filter(kind="appeal_received").count() == 1


# --- for an organisation ------------------------------------------------------------------------------------------
def test_an_organisation_appeals_signed_in_and_follows_it(suspend: Suspend, cast: Cast) -> None:
    view, aiko = suspend(), cast.viewer("aiko")
    receipt = actions.make(
        aiko, About.RESTRICTION, view.statement_id, SAID, submission="b" * 32, clock=fixed_clock(AT)
    )
    assert [one.id for one in queries.appeals(cast.viewer("ben"), cast.atelier.id)] == [receipt.id]
    assert queries.appeal(aiko, cast.atelier.id, receipt.id).state is State.OPEN
    with pytest.raises(NotFoundError):
        queries.appeals(cast.viewer("chie"), cast.atelier.id)
    with pytest.raises(NotFoundError):
        queries.appeal(cast.viewer("chie"), cast.elsewhere.id, receipt.id)


@pytest.mark.parametrize("who", ["ben", "chie", "fumi"])
def test_only_whom_it_lets_speak_for_it(who: str, suspend: Suspend, cast: Cast) -> None:
    view = suspend()
    with pytest.raises(NotFoundError):
        actions.make(cast.viewer(who), About.RESTRICTION, view.statement_id, SAID, submission="b" * 32)


def test_what_an_end_user_wrote_by_their_own_link_is_not_shown_to_the_organisation(
    suspend: Suspend, cast: Cast
) -> None:
    appeal(suspend(unit=Unit(UnitKind.END_USER, END_USER, cast.atelier.id)))
    assert queries.appeals(cast.viewer("aiko"), cast.atelier.id) == ()


# --- against single answers ---------------------------------------------------------------------------------------
def test_a_stopped_answer_by_the_request_id_that_only_its_client_was_given(
    policy: None, key: KeyView
) -> None:
    decision(1, key, turn="req_1")
    decision(2, key, turn="req_1", action="allow")
    by_request = queries.matter_of_link("req_1", AT)
    by_link = queries.matter_of_link(token(Purpose.DECISION, "dec_0001", AT + DAY), AT)
    assert by_request == by_link
    assert (by_link.about, by_link.decisions, by_link.was_automatic) == (About.DECISION, ("dec_0001",), True)


def test_what_passed_cannot_be_appealed_against(policy: None, key: KeyView) -> None:
    decision(1, key, turn="req_1", action="allow")
    for link in ("req_1", "req_2", token(Purpose.DECISION, "dec_0001", AT + DAY)):
        with pytest.raises(NotFoundError):
            queries.matter_of_link(link, AT)


# --- minors -------------------------------------------------------------------------------------------------------
def test_an_appeal_of_a_minor_goes_to_the_trained_and_is_answered_in_plain_words(suspend: Suspend) -> None:
    made = appeal(
        suspend(), replace(SAID, for_minor=True, speaker=Speaker.PARENT, email="parent@example.test")
    )
    assert Appeal.objects.get(id=made).for_minors
    body = Notice.objects.filter(about=made).first()
    assert body is not None
    assert "grown-up" in body.body_en


def test_so_does_one_about_a_product_for_minors(suspend: Suspend, key_for_minors: KeyView) -> None:
    unit = Unit(UnitKind.KEY, key_for_minors.id, key_for_minors.organisation_id)
    assert Appeal.objects.get(id=appeal(suspend(unit=unit))).for_minors


# --- bad input ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "code"),
    [
        pytest.param(replace(SAID, text="  "), "text_missing", id="no text"),
        pytest.param(replace(SAID, text="x" * 10_001), "text_too_long", id="too long"),
        pytest.param(replace(SAID, files=(PDF,) * 6), "too_many_files", id="too many files"),
        pytest.param(replace(SAID, files=(File("x.zip", b"PK\x03\x04" * 9),)), "file_type", id="an archive"),
        pytest.param(
            replace(SAID, files=(File("photo.png", b"<html><script>"),)),
            "file_type",
            id="a page named as a picture",
        ),
    ],
)
def test_bad_input_is_refused_audited_and_leaves_nothing(said: object, code: str, suspend: Suspend) -> None:
    view = suspend()
    with pytest.raises(SekishoError) as refused:
        appeal(view, said)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert not Appeal.objects.exists()
    assert [one["code"] for one in entries("appeal.refused")] == [code]


@pytest.mark.parametrize(
    ("link", "code"),
    [
        pytest.param("sor_1:forged", "link_forged", id="forged"),
        pytest.param("", "link_forged", id="empty"),
        pytest.param(token(Purpose.APPEAL, "sor_1", AT + DAY), "link_forged", id="made to follow an appeal"),
        pytest.param(token(Purpose.STATEMENT, "sor_1", AT), "link_expired", id="expired this instant"),
    ],
)
def test_a_bad_link_opens_nothing(link: str, code: str, db: None) -> None:
    with pytest.raises(SekishoError) as refused:
        queries.matter_of_link(link, AT)
    assert refused.value.code == code


def test_a_link_to_follow_opens_no_form_and_the_reverse(suspend: Suspend) -> None:
    view = suspend()
    for link in (link_of(view), token(Purpose.APPEAL, "apl_1", AT)):
        with pytest.raises(SekishoError):
            queries.followed(link, AT)


def test_bad_links_are_in_the_audit_log_and_cannot_flood_it(db: None) -> None:
    for _ in range(50):
        actions.note_bad_link("link_forged", "made up")
    (noted,) = entries("appeal.link_refused")
    assert "made up" not in str(noted)


def test_after_six_months_it_is_closed_and_says_what_to_do(suspend: Suspend) -> None:
    view = suspend()
    shut = datetime(2026, 12, 3, 12, tzinfo=UTC)
    with pytest.raises(SekishoError, match="support") as refused:
        appeal(view, at=shut)
    assert refused.value.code == "window_closed"
    assert appeal(view, at=shut - timedelta(microseconds=1))


def test_an_end_user_who_is_told_by_each_refusal_can_appeal_as_long_as_it_stands(
    suspend: Suspend, cast: Cast
) -> None:
    unit = Unit(UnitKind.END_USER, END_USER, cast.atelier.id)
    view = suspend(unit=unit, until=AT + 300 * DAY)
    later = AT + 299 * DAY
    link = token(Purpose.STATEMENT, view.statement_id, later + DAY)
    assert actions.make_by_link(link, SAID, submission="c" * 32, clock=fixed_clock(later)).id


def test_one_open_appeal_a_person_and_five_a_day_a_matter(suspend: Suspend, cast: Cast) -> None:
    view = suspend()
    appeal(view)
    with pytest.raises(SekishoError, match="already"):
        appeal(view, submission="2" * 32)
    row = Appeal.objects.get()
    for number in range(4):
        row.pk, row.appellant, row.submission = f"apl_{number}", f"usr_{number}", f"{number}a" * 16
        row.save(force_insert=True)
    with pytest.raises(SekishoError) as refused:
        actions.make(
            cast.viewer("aiko"),
            About.RESTRICTION,
            view.statement_id,
            SAID,
            submission="9" * 32,
            clock=fixed_clock(AT + timedelta(hours=1)),
        )
    assert refused.value.code == "too_many_appeals"


def test_whoever_hammers_the_form_is_no_longer_read_nor_noted(suspend: Suspend) -> None:
    view = suspend()
    for _ in range(TRIES_AN_HOUR + 5):
        with pytest.raises(SekishoError):
            appeal(view, replace(SAID, text=""))
    assert len(entries("appeal.refused")) == TRIES_AN_HOUR
