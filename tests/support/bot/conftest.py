"""A help centre with two articles for everybody and one for Enterprise alone, and a model that is asked about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from sekisho.accounts.types import Plan
from sekisho.support.help.types import Audience
from tests.support.bot.models_of_others import Model, speaking
from tests.support.help.makers import publish

Speaks = Callable[..., Model]


@pytest.fixture
def centre(db: None) -> None:
    publish(
        "rotate-a-key",
        title="Rotate a key",
        body="A key can be rotated at any hour.\n\n## Steps\n\n1. Open **Keys** at `/o/ORG/keys`.\n2. Press Rotate.\n\n"
        "The old key goes on working for 24 hours, and costs nothing.\n",
        keywords=("rotate", "renew key"),
    )
    publish(
        "rotate-a-key",
        lang="ja",
        title="キーを更新する",
        body="キーはいつでも更新できます。以前のキーは 24 時間使えます。\n",
        keywords=("更新", "キー"),
    )
    publish("webhook-order", title="Order of webhooks", body="Webhooks arrive in order, within 30 seconds.\n")
    publish(
        "enterprise-line",
        title="The secret line of Enterprise: rotate a key by phone",
        body="Rotate a key within 7 minutes by the secret line.\n",
        audience=Audience(plans=frozenset({Plan.ENTERPRISE})),
    )


@pytest.fixture
def speaks(centre: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Speaks]:
    """Return what makes the installation's model say what it is given."""
    with ExitStack() as running:

        def speaks(*script: str | int | bytes | None) -> Model:
            model = running.enter_context(speaking(*script))
            monkeypatch.setenv("SEKISHO_SUPPORT_BOT_URL", model.url)
            monkeypatch.setenv("SEKISHO_SUPPORT_BOT_MODEL", "small")
            monkeypatch.setenv("SEKISHO_SUPPORT_BOT_KEY", "sk-of-the-desk")
            return model

        yield speaks
