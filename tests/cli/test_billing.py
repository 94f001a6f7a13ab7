"""`sekisho billing`: payments in, ends of subscriptions out; nothing of a card is repeated or kept."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from sekisho.cli.billing import command
from sekisho.support.recovery.models import Cancellation, Payment
from tests.support.recovery.makers import AT

HEAD = "account,plan,sold_by,paid_at,amount,last_four,invoice,country,zone,usage,renewal,refunded_at\n"
GOOD = "{account},pro,web,2026-02-26T09:00:00+00:00,2980,4242,INV-2026-001,DE,Europe/Berlin,none,0,\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setattr("sekisho.cli.billing.set_up", lambda _: None)
    monkeypatch.setattr("sekisho.cli.billing.require_migrated", lambda: None)

    def run(*words: str, lines: str = ""):
        file = tmp_path / "payments.csv"
        file.write_text(HEAD + lines, encoding="utf-8")
        return CliRunner().invoke(command, [str(file) if one == "FILE" else one for one in words])

    return run


def test_payments_are_taken_in_once(run, atelier):
    lines = GOOD.format(account=atelier.id)
    assert json.loads(run("import", "FILE", "--json", lines=lines).output) == {"taken_in": 1}
    assert json.loads(run("import", "FILE", "--json", lines=lines).output) == {"taken_in": 0}
    assert "4242" not in str(list(Payment.objects.values()))


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("4242", "4242424242424242", "last_four"),
        ("pro", "gold", "plan"),
        ("+00:00", "", "paid_at"),
        ("DE", "Germany", "country"),
        ("Europe/Berlin", "Mars/Base", "zone"),
        ("{account}", "", "account"),
    ],
)
def test_a_line_that_is_wrong_is_named_by_column_and_nothing_is_taken_in(old, new, column, run, atelier):
    good = GOOD.format(account=atelier.id)
    bad = GOOD.replace(old, new, 1).format(account=atelier.id)
    done = run("import", "FILE", lines=good + bad)
    said = str(done.exception)
    assert done.exit_code != 0
    assert "Line 3" in said
    assert column in said
    assert "4242424242424242" not in said
    assert Payment.objects.count() == 0


def test_what_was_ended_is_listed_for_the_billing(run, atelier):
    Cancellation.objects.create(organisation=atelier.id, at_once=True, claim="rcl_1", at=AT)
    assert run("ended").output == f"2026-03-01 09:00Z  {atelier.id}  now\n"
    found = json.loads(run("ended", "--json", "--since", "2026-01-01").output)
    assert found == {"account": atelier.id, "ends": "now", "at": "2026-03-01T09:00:00+00:00"}
    assert run("ended", "--since", "2027-01-01").output == ""
