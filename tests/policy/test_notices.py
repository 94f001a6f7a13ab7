"""Account holders hear of a new version before it takes effect, once and in their language."""

from __future__ import annotations

import pytest
from django.core.mail.backends.base import BaseEmailBackend

from sekisho.accounts.models import Membership
from sekisho.accounts.types import Role
from sekisho.base.clock import fixed_clock
from sekisho.policy.actions import install_reference
from sekisho.policy.models import PolicyVersion
from sekisho.policy.packs import reference_packs
from sekisho.policy.tasks import send_change_notices

CURRENT = reference_packs()[-1]
ANNOUNCED, IN_FORCE = fixed_clock(CURRENT.announced_at), fixed_clock(CURRENT.effective_at)


class RefusingBackend(BaseEmailBackend):
    """A mail server that is down."""

    def send_messages(self, email_messages) -> int:
        raise ConnectionRefusedError


@pytest.fixture
def scheduled(db) -> None:
    install_reference(clock=ANNOUNCED)
    PolicyVersion.objects.filter(version=CURRENT.version).update(notice_sent_at=None)


def test_owners_are_told_once_in_their_language(
    scheduled, cast, mailoutbox, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert send_change_notices(ANNOUNCED) == (CURRENT.label,)
        assert send_change_notices(ANNOUNCED) == ()
    told = {letter.to[0]: letter for letter in mailoutbox}
    assert set(told) == {cast.aiko.email, cast.chie.email}
    assert "利用ポリシーの改定" in told[cast.aiko.email].subject
    assert "コンピューターやネットワークを侵害しない (cyber)" in told[cast.aiko.email].body
    assert "Our usage policy changes on 2025-09-15" in told[cast.chie.email].subject


def test_who_owns_two_organisations_is_told_once(
    scheduled, cast, mailoutbox, django_capture_on_commit_callbacks
) -> None:
    Membership.objects.create(organisation=cast.elsewhere, person=cast.aiko, role=Role.OWNER)
    with django_capture_on_commit_callbacks(execute=True):
        send_change_notices(ANNOUNCED)
    assert [letter.to[0] for letter in mailoutbox].count(cast.aiko.email) == 1


def test_what_the_mail_server_refused_is_tried_again(
    scheduled, cast, settings, mailoutbox, django_capture_on_commit_callbacks
) -> None:
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.RefusingBackend"
    with pytest.raises(ConnectionRefusedError), django_capture_on_commit_callbacks(execute=True):
        send_change_notices(ANNOUNCED)
    settings.EMAIL_BACKEND = working
    with django_capture_on_commit_callbacks(execute=True):
        assert send_change_notices(ANNOUNCED) == (CURRENT.label,)
    assert len(mailoutbox) == 2


def test_what_is_in_force_already_is_no_news(scheduled, cast) -> None:
    assert send_change_notices(IN_FORCE) == ()


def test_the_shipped_versions_are_not_announced_by_the_installation(cast) -> None:
    install_reference(clock=ANNOUNCED)
    assert send_change_notices(ANNOUNCED) == ()
