"""Account holders hear of a new version before it takes effect, once and in their language."""

from __future__ import annotations

import pytest

from sekisho.accounts.models import Membership
from sekisho.accounts.types import Role, system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.notices import queries as notices
from sekisho.notices.tasks import post_due
from sekisho.policy import tasks
from sekisho.policy.actions import install_reference
from sekisho.policy.models import PolicyVersion
from sekisho.policy.packs import reference_packs
from sekisho.policy.tasks import send_change_notices

CURRENT = reference_packs()[-1]
ANNOUNCED, IN_FORCE = fixed_clock(CURRENT.announced_at), fixed_clock(CURRENT.effective_at)


@pytest.fixture
def scheduled(db) -> None:
    install_reference(clock=ANNOUNCED)
    PolicyVersion.objects.filter(version=CURRENT.version).update(notice_sent_at=None)


def test_owners_are_told_once_in_their_language(scheduled, cast, mailoutbox) -> None:
    assert send_change_notices(ANNOUNCED) == (CURRENT.label,)
    assert send_change_notices(ANNOUNCED) == ()
    assert post_due(ANNOUNCED) == 2
    told = {letter.to[0]: letter for letter in mailoutbox}
    assert set(told) == {cast.aiko.email, cast.chie.email}
    assert "利用ポリシーの改定" in told[cast.aiko.email].subject
    assert "コンピューターやネットワークを侵害しない (cyber)" in told[cast.aiko.email].body
    assert "Our usage policy changes on 2025-09-15" in told[cast.chie.email].subject
    assert "/policy/diff/2024-06-06..2025-09-15" in told[cast.chie.email].body
    (seen,) = notices.notices(cast.viewer("aiko"), "")
    assert (seen.kind, seen.about) == ("policy_change", CURRENT.label)


def test_who_owns_two_organisations_is_told_once(scheduled, cast, mailoutbox) -> None:
    Membership.objects.create(organisation=cast.elsewhere, person=cast.aiko, role=Role.OWNER)
    send_change_notices(ANNOUNCED)
    post_due(ANNOUNCED)
    assert [letter.to[0] for letter in mailoutbox].count(cast.aiko.email) == 1


def test_a_worker_that_dies_half_way_is_taken_over_and_nobody_is_told_twice(
    scheduled, cast, monkeypatch
) -> None:
    told = []

    def tell(to, *said, **more):
        if told:
            raise KeyboardInterrupt
        told.append(to)
        return real(to, *said, **more)

    real = tasks.tell
    with monkeypatch.context() as dying:
        dying.setattr(tasks, "tell", tell)
        with pytest.raises(KeyboardInterrupt):
            send_change_notices(ANNOUNCED)
    assert send_change_notices(ANNOUNCED) == (CURRENT.label,)
    assert post_due(ANNOUNCED) == 2
    (noted,) = audit.entries(system("test"), audit.EntryFilter(action="policy_version.announced"))
    assert noted.facts["recipients"] == 2


def test_what_is_in_force_already_is_no_news(scheduled, cast) -> None:
    assert send_change_notices(IN_FORCE) == ()


def test_the_shipped_versions_are_not_announced_by_the_installation(cast) -> None:
    install_reference(clock=ANNOUNCED)
    assert send_change_notices(ANNOUNCED) == ()
