"""What the help centre's pages show: articles, counts, a remark, a question that led nowhere."""

from __future__ import annotations

from datetime import UTC, datetime

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole
from sekisho.support.help import actions
from sekisho.support.help.models import ArticleVersion
from sekisho.support.help.types import Count
from sekisho.support.search.actions import note_miss
from sekisho.support.types import Actor
from tests.cast import Cast
from tests.support.help.makers import EDITOR, publish

SHOWN = "arv_page"
"""Id of the English text of the first article."""
BODY = """A key is shown **once**. See `/help/support`.

## Steps

1. Make another key.
2. Put it into your program:

   ```python
   client = Client(api_key="…")
   ```

## What it means

| what | how long |
| --- | --- |
| the old key | until you revoke it |
"""


def plant(cast: Cast) -> None:
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.EDITOR)
    ArticleVersion.objects.filter(id=publish("lost-key", body=BODY)).update(id=SHOWN)
    publish("lost-key", "ja")
    publish("refunds", title="Refunds", category="plans-roles-billing", body="Money goes back.\n")
    actions.review(EDITOR, "lost-key", datetime.now(UTC).date())
    actions.count(SHOWN, Count.VIEW)
    actions.vote(Actor(), SHOWN, False, "The steps for Windows are missing.")
    note_miss("walrus", "en")
