"""When a decision is overturned, gateways forget what they remember of the organisation (P-062)."""

from __future__ import annotations

from sekisho.accounts.types import Plan
from sekisho.base.clock import system_clock
from sekisho.link.snapshot import OrganisationEntry
from tests.gateway.conftest import running


async def test_what_was_remembered_is_judged_again_once_a_decision_was_overturned():
    async with running() as site:
        await site.messages("Good morning")
        screen = site.gate.screen._input
        read = screen.screened_chars
        await site.messages("Good morning")
        assert screen.screened_chars == read
        site.snapshots.publish(
            organisations={
                "org_atelier": OrganisationEntry("org_atelier", Plan.API, verdicts_since=system_clock())
            }
        )
        await site.messages("Good morning")
        assert screen.screened_chars == 2 * read


async def test_a_long_history_is_read_again_too():
    turns = [
        {"role": "user" if at % 2 == 0 else "assistant", "content": f"step {at} of the work " * 40}
        for at in range(21)
    ]
    async with running() as site:
        screen = site.gate.screen._input
        costs = []
        for since in (None, None, system_clock()):
            atelier = OrganisationEntry("org_atelier", Plan.API, verdicts_since=since)
            site.snapshots.publish(organisations={"org_atelier": atelier})
            before = screen.screened_chars
            assert (await site.messages("", messages=turns)).status == 200
            costs.append(screen.screened_chars - before)
    assert costs[1] == 0
    assert costs[2] == costs[0] > 0
