"""Reminding organisations in time of what gateways will otherwise refuse."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import ComplianceView, UseCase
from sekisho.base.clock import Clock, system_clock
from sekisho.base.text import Text
from sekisho.notices.actions import tell
from sekisho.notices.types import Organisation

AHEAD = (timedelta(days=30), timedelta(days=7))
"""How long before a compliance statement ends its organisation is reminded: time to ask around, and a last call."""


def remind_of_compliance(clock: Clock = system_clock) -> int:
    """Remind the organisations that serve minors before their statement ends, and return how many that concerns.

    May be called at any time and by several workers: each reminder has a key of its own.
    """
    at = clock()
    serving = {
        key.view.organisation_id
        for key in accounts.keys_for_gateway()
        if key.view.declaration.use_case is UseCase.MINORS
    }
    due = [one for one in accounts.latest_compliance() if one.organisation_id in serving]
    return sum(_reminded(one, at) for one in due if at < one.until <= at + AHEAD[0])


@transaction.atomic
def _reminded(stated: ComplianceView, at: datetime) -> bool:
    last = [ahead for ahead in AHEAD if stated.until <= at + ahead][-1]
    organisation, day = stated.organisation_id, f"{stated.until:%Y-%m-%d}"
    return bool(
        tell(
            Organisation(organisation),
            "compliance_ends",
            organisation,
            _SUBJECT.format(day=day),
            _BODY.format(day=day),
            key=f"compliance:{organisation}:{stated.version}:{last.days}",
            at=at,
            link=f"/o/{organisation}/declarations/minors",
        )
    )


_SUBJECT = Text(
    "Your statement on the protection of minors ends on {day}",
    "未成年者の保護についての表明は {day} に期限を迎えます",
)
_BODY = Text(
    "The usage policy asks organisations whose products serve minors to state every year how they protect them. Your "
    "statement ends on {day}.\n\nFrom then on, requests with keys that are declared for minors are refused. Please "
    "read your statement again and state it anew on the page below; if nothing has changed, that takes a minute.",
    "利用ポリシーにより、未成年者向けの製品を提供する組織には、未成年者をどのように保護しているかを毎年表明していただいて"
    "います。現在の表明は {day} に期限を迎えます。\n\n期限を過ぎると、未成年者向けに申告されたキーのリクエストは"
    "お通しできなくなります。下記のページで内容を読み直し、改めて表明してください。"
    "変更がなければ 1 分ほどで終わります。",
)
