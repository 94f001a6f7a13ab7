"""Telling: with the deed or not at all, once a key, each reader in their language, and nobody sees another's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction

from sekisho.accounts.types import NOBODY, Role
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotFoundError
from sekisho.base.text import Text
from sekisho.notices import queries
from sekisho.notices.actions import read, tell
from sekisho.notices.models import Delivery, Notice
from sekisho.notices.tasks import post_due
from sekisho.notices.types import Address, EndUser, Organisation, Person
from tests import factories

AT = datetime(2026, 1, 1, tzinfo=UTC)
SUBJECT = Text("A key was suspended", "キーを一時停止しました")
BODY = Text("One of your keys was suspended for a day.", "キーの一つを 1 日間停止しました。")


def told(to, key="one", at=AT, **more):
    return tell(to, "restriction", "rst_1", SUBJECT, BODY, key=key, at=at, **more)


def test_every_owner_is_written_to_in_their_own_language(cast):
    factories.member(cast.atelier, cast.daiki, Role.OWNER)
    assert len(told(Organisation(cast.atelier.id))) == 2
    assert post_due(fixed_clock(AT)) == 2
    assert {(each.to[0], each.subject) for each in mail.outbox} == {
        ("aiko@example.test", SUBJECT.ja),
        ("daiki@example.test", SUBJECT.en),
    }


def test_an_owner_whose_account_is_closed_is_not_written_to(cast):
    cast.aiko.is_active = False
    cast.aiko.save()
    assert told(Organisation(cast.atelier.id)) == told(Person(cast.aiko.id), "two") == ()


@pytest.mark.parametrize(
    ("to", "address", "subject"),
    [
        pytest.param("ben", "ben@example.test", SUBJECT.en, id="a person"),
        pytest.param(Address("chie@example.test", "ja"), "chie@example.test", SUBJECT.ja, id="an address"),
    ],
)
def test_one_reader_gets_one_mail(cast, to, address, subject):
    told(Person(cast.ben.id) if to == "ben" else to)
    post_due(fixed_clock(AT))
    assert [(each.to, each.subject) for each in mail.outbox] == [([address], subject)]


def test_an_end_user_gets_no_mail_and_their_notice_stays_theirs(cast):
    assert told(EndUser(cast.atelier.id, "eu_1")) == ()
    assert Notice.objects.get().end_user == "eu_1"
    assert queries.notices(cast.viewer("aiko"), cast.atelier.id) == ()


def test_telling_again_under_the_same_key_changes_nothing(cast):
    first = told(Organisation(cast.atelier.id))
    assert told(Organisation(cast.atelier.id), at=AT + timedelta(days=1)) == first
    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 1)
    assert told(Organisation(cast.atelier.id), "another") != first


def test_a_deed_that_is_undone_was_never_told(cast):
    with transaction.atomic():
        told(Organisation(cast.atelier.id))
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert post_due(fixed_clock(AT)) == 0


@pytest.mark.parametrize("name", ["aiko", "ben"])
def test_the_people_of_the_organisation_read_it_and_unread_ones_are_counted(cast, name):
    told(Organisation(cast.atelier.id))
    told(Organisation(cast.atelier.id), "two", at=AT + timedelta(hours=1))
    viewer, org = cast.viewer(name), cast.atelier.id
    newest, oldest = queries.notices(viewer, org)
    assert (oldest.subject, oldest.at, queries.unread(viewer, org)) == (SUBJECT, AT, 2)
    for _ in range(2):
        read(viewer, org, newest.id, fixed_clock(AT))
    assert queries.unread(viewer, org) == 1
    assert [each.is_read for each in queries.notices(viewer, org)] == [True, False]
    assert queries.notices(viewer, org, before=newest.id) == (oldest,)


def test_what_a_person_was_told_others_do_not_see(cast):
    told(Person(cast.ben.id))
    (mine,) = queries.notices(cast.viewer("ben"), "")
    assert queries.unread(cast.viewer("ben"), "") == 1
    for org in ("", cast.atelier.id):
        assert queries.notices(cast.viewer("aiko"), org) == ()
        with pytest.raises(NotFoundError):
            read(cast.viewer("aiko"), org, mine.id)
    with pytest.raises(NotFoundError):
        queries.notices(NOBODY, "")


@pytest.mark.parametrize("name", ["chie", "nobody"])
def test_outsiders_see_nothing(cast, name):
    told(Organisation(cast.atelier.id))
    viewer = NOBODY if name == "nobody" else cast.viewer(name)
    assert queries.unread(viewer, cast.atelier.id) == 0
    with pytest.raises(NotFoundError):
        queries.notices(viewer, cast.atelier.id)
    with pytest.raises(NotFoundError):
        queries.notice(viewer, cast.atelier.id, Notice.objects.get().id)


@pytest.mark.parametrize(
    ("link", "accepted"),
    [
        ("", True),
        ("/statements/abc", True),
        ("https://gate.example.test/x", True),
        ("//elsewhere.example.test", False),
        ("/\\elsewhere.example.test", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
    ],
)
def test_a_link_leads_to_a_page_and_nowhere_else(cast, link, accepted):
    if accepted:
        assert told(Person(cast.ben.id), link=link)
    else:
        with pytest.raises(ValueError, match="begins with one slash"):
            told(Person(cast.ben.id), link=link)


def test_an_address_that_would_write_a_header_of_its_own_is_not_written_to(db):
    told(Address("ben@example.test\nBcc: chie@example.test", "en"))
    assert post_due(fixed_clock(AT)) == 0
    assert mail.outbox == []


def test_a_subject_is_one_line(cast):
    tell(
        Person(cast.ben.id),
        "warning",
        "x",
        Text("One\r\nBcc: chie@example.test", "一\n二"),
        BODY,
        key="k",
        at=AT,
    )
    post_due(fixed_clock(AT))
    (sent,) = mail.outbox
    assert (sent.subject, sent.bcc) == ("One Bcc: chie@example.test", [])
