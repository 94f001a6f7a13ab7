"""`sekisho policy overlay | exception | shadow | differences`, from the first word to the last."""

from __future__ import annotations

import msgspec
import pytest
from click.testing import CliRunner

from sekisho.accounts.types import Plan
from sekisho.base.clock import system_clock
from sekisho.cli.policy import command
from sekisho.policy import actions, queries
from sekisho.policy.problems import PackError
from tests.policy.makers import NEXT, appointed, next_source

EMI, FUMI, AIKO = ("--as", "emi@example.test"), ("--as", "fumi@example.test"), ("--as", "aiko@example.test")


@pytest.fixture
def run(db, cast, monkeypatch):
    monkeypatch.setattr("sekisho.cli.policy.set_up", lambda folder: None)
    monkeypatch.setattr("sekisho.cli.policy_terms.set_up", lambda folder: None)
    actions.install_reference()
    appointed(cast.emi)
    appointed(cast.fumi)

    def said(*words: str) -> str:
        return CliRunner().invoke(command, words, catch_exceptions=False).output.strip()

    return said


def test_an_overlay_is_set_shown_and_removed(run, cast, tmp_path) -> None:
    file, org = tmp_path / "own.yaml", cast.atelier.id
    file.write_text("unscreened: block\n")
    assert "is held to +org." in run("overlay", "set", org, str(file), *AIKO)
    assert run("overlay", "show", org) == "unscreened: block"
    assert "any more" in run("overlay", "remove", org, *AIKO)
    assert "lays nothing" in run("overlay", "show", org)
    file.write_text("clauses: {weapons: {on_input: allow}}")
    with pytest.raises(PackError, match=r"own\.yaml:1:31: loosens"):
        run("overlay", "set", org, str(file), *AIKO)


def test_an_exception_is_proposed_approved_and_revoked(run, cast) -> None:
    cast.atelier.plan = Plan.GOV
    cast.atelier.save()
    end = f"{system_clock().year + 1}-01-01"
    words = ("cyber", "--safeguards", "Officers read along.", "--until", end, "--use", "agent")
    made = run("exception", "propose", cast.atelier.id, *words, *EMI)
    assert "in effect" in run("exception", "approve", made, *FUMI)
    listed = msgspec.json.decode(run("exception", "list", cast.atelier.id))
    assert (listed["terms"]["id"], listed["terms"]["uses"]) == (made, ["agent"])
    assert "revoked" in run("exception", "revoke", made, *EMI)
    assert queries.exceptions_for_gateway(system_clock()) == ()


def test_a_draft_goes_into_the_shadow_and_out_of_it(run, cast, tmp_path) -> None:
    file = tmp_path / "next.yaml"
    file.write_text(next_source(), encoding="utf-8")
    assert run("propose", str(file), *EMI) == NEXT
    assert "in the shadow" in run("shadow", NEXT, *EMI)
    assert "would be" in run("differences", NEXT)
    assert "out of the shadow" in run("shadow", NEXT, "--stop", *FUMI)
