"""Mails as the pages of the mailroom find them: one in quarantine, one that waits for its sender's word."""

from __future__ import annotations

import pytest

from sekisho.cases.mail import actions, house
from tests.cases.mail.conftest import BEN, CHIE, letter
from tests.console.desk_rows import CASE

QUARANTINED, HELD = "eml_page", "eml_held"


def plant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both come in; the first answers a mail that was sent to somebody else."""
    message = letter("領収書を添付します。\n\n> 確認いたします。", CHIE)
    message.add_alternative("<p>領収書を<b>添付</b>します。</p>", subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="領収書.pdf")
    reply = house.keeper().reply_to(CASE, BEN)
    for mail, raw, to in ((QUARANTINED, message, reply), (HELD, letter("x", CHIE), house.own_address())):
        with monkeypatch.context() as fixed:
            fixed.setattr("sekisho.cases.mail.actions.keeping.new_id", lambda _, mail=mail: mail)
            actions.take_mail(raw.as_bytes(), CHIE, to)
