"""A notice, a complaint and an order, with ids that addresses can name, and an installation to which every law applies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole, system
from sekisho.base.clock import fixed_clock
from sekisho.base.text import Text
from sekisho.cases.actions import opening
from sekisho.compliance.actions import (
    begin_dispute,
    decide_notice,
    publish_contact,
    register_authority,
    register_flagger,
    state_profile,
    take_complaint,
    take_notice,
    take_order,
)
from sekisho.compliance.types import (
    Basis,
    Category,
    Complainant,
    ComplaintGiven,
    Decision,
    Dsa,
    Means,
    NoticeGiven,
    OrderGiven,
    OrderKind,
    Point,
    Profile,
    Regime,
    Uk,
    Way,
)
from tests.cast import Cast

NOTICED, COMPLAINED, ORDERED, DANGER = "tkt_notice", "tkt_complaint", "tkt_order", "tkt_danger"
EVERYTHING = Profile(Dsa.PLATFORM, Uk.U2U, au_dis=True, uk_gdpr=True, eu_gdpr=True, jp_large=True)


def plant(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Fumi belong to the legal team, and something of everything have arrived."""
    StaffAppointment.objects.get_or_create(person=cast.fumi, role=StaffRole.LEGAL)
    fumi, now = cast.viewer("fumi"), datetime.now(UTC)
    state_profile(system("test"), EVERYTHING, "Chats are shared in public.")
    ways = (Way(Means.EMAIL, "contact@example.test", True), Way(Means.FORM, "/complaints?region=EU", True))
    publish_contact(fumi, Point.EU, ways, ("en", "ja"), Text("We answer in a week.", "1 週間で回答します。"))
    register_flagger(fumi, "TF-7", "Shop watch")
    register_authority(fumi, "example.org", "Office of Example", "DE")
    begin_dispute(fumi, "apl_done", "Body of Example")
    with monkeypatch.context() as patched:
        names = iter((NOTICED, COMPLAINED, ORDERED, DANGER))
        more = count()
        patched.setattr(opening, "new_id", lambda kind: next(names, f"{kind}_more{next(more)}"))
        _taken(now)
    decide_notice(fumi, NOTICED, Decision.NO_ACTION, Basis.NONE, "It is the shop's own chat.")


def _taken(now: datetime) -> None:
    words = "共有されたチャットが、私の店を装っています。"
    place = ("https://ai.example.test/share/7",)
    given = NoticeGiven(
        "n", Category.FRAUD, words, place, "", "", "Chie", "chie@example.test", True, "TF-7", "EU", "ja"
    )
    take_notice(given)
    who = Complainant.AFFECTED_PERSON
    asked = ComplaintGiven("c", Regime.UK_DP, "data_use", who, "You use my name.", region="GB")
    take_complaint(asked, clock=fixed_clock(now - timedelta(days=40)))
    take_order(OrderGiven("o", OrderKind.ACT, "Office of Example", "DE", "Remove share 7.", "Article 9"))
    take_notice(NoticeGiven("d", Category.CHILD_ABUSE, "Look at this at once.", place, good_faith=True))
