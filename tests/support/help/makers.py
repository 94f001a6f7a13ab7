"""Articles for tests: small, and of every audience that matters."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sekisho.accounts.types import Plan, Role, system
from sekisho.base.clock import fixed_clock
from sekisho.base.text import Lang
from sekisho.support.help import actions
from sekisho.support.help.types import Audience, Draft
from sekisho.support.types import Surface

AT = datetime(2026, 1, 2, 12, tzinfo=UTC)
CLOCK = fixed_clock(AT)
EDITOR = system("test")
AUDIENCES = {
    "for-all": Audience(),
    "for-team": Audience(plans=frozenset({Plan.TEAM, Plan.ENTERPRISE})),
    "for-owners": Audience(roles=frozenset({Role.OWNER, Role.PRIMARY_OWNER})),
    "for-team-owners": Audience(plans=frozenset({Plan.TEAM}), roles=frozenset({Role.OWNER})),
    "for-people": Audience(signed_in=True),
    "for-visitors": Audience(signed_in=False),
    "for-europe": Audience(regions=frozenset({"EU"})),
    "for-console": Audience(surfaces=frozenset({Surface.CONSOLE})),
}


def draft(slug: str = "lost-key", lang: Lang = "en", **changes: Any) -> Draft:
    texts = {"en": "A lost key cannot be shown again.", "ja": "なくしたキーはもう表示できません。"}
    fields: dict[str, Any] = {
        "title": {"en": "Lost keys", "ja": "キーをなくしたとき"}[lang],
        "category": "keys-and-api",
        "body": f"{texts[lang]}\n\n## Steps\n\n1. Make another.\n",
        "updated": date(2026, 1, 1),
        "reviewed": date(2026, 1, 1),
        "owner": "support",
    }
    return Draft(slug=slug, lang=lang, **{**fields, **changes})


def publish(slug: str = "lost-key", lang: Lang = "en", **changes: Any) -> str:
    return actions.publish(EDITOR, draft(slug, lang, **changes), clock=CLOCK)


def publish_every_audience() -> None:
    for slug, audience in AUDIENCES.items():
        publish(slug, audience=audience, title=f"Walrus {slug}", body="All about the walrus.\n")
