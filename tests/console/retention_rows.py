"""Rows for the pages of destruction: sweeps, a hold in force, one that waits, and an erasure on its way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sekisho.records.retention.models import Erasure, ErasureStep, Guard, LegalHold, Sweep
from tests.cast import Cast


def make(cast: Cast) -> None:
    """Make them, under ids that addresses can name."""
    at = datetime.now(UTC)
    for number in range(24):
        began = at - timedelta(minutes=5 * number)
        Sweep.objects.create(
            began_at=began, ended_at=began, result="complete", turns=(number * 37) % 90, keys=number % 9, cut=number % 4,
            rows=(number * 80) % 300, pinned=6,
        )  # fmt: skip
    Sweep.objects.create(began_at=at - timedelta(hours=3), result="skipped", reason="clock_jumped")
    Guard.objects.create(id=1, good_at=at - timedelta(minutes=5))
    organisation = cast.atelier.id
    LegalHold.objects.create(
        id="hld_page", organisation=organisation, end_user="eu_page", reason="District court, 2026 (wa) 118: keep it.",
        proposed_by=cast.daiki.id, proposed_at=at - timedelta(days=200), approved_by=cast.emi.id,
        approved_at=at - timedelta(days=199), review_by=at - timedelta(days=19),
    )  # fmt: skip
    LegalHold.objects.create(
        id="hld_waits", organisation=organisation, reason="An authority announced an order.", tells_subject=False,
        why_silent="Code of Criminal Procedure, article 197", proposed_by=cast.emi.id, proposed_at=at,
    )  # fmt: skip
    erasure = Erasure.objects.create(
        id="ers_page", holder="organisation", organisation=organisation, subject=organisation, asked_by=cast.aiko.id,
        reason="asked", asked_at=at - timedelta(minutes=2), keys=41,
    )  # fmt: skip
    steps = (
        ("records_content", "done", 812, 0, "", ""),
        ("records_turn", "failed", 812, 0, "", "OperationalError"),
        ("enforcement_restriction", "remains", 2, 1, "The restriction is in force.", ""),
        ("enforcement_credit", "done", 1, 1, "Days that were credited belong to the accounts.", ""),
        ("webhooks_message", "done", 0, 0, "", ""),
        ("accounts_organisation", "waiting", 1, 0, "", ""),
    )
    for number, (table, state, found, kept, reason, problem) in enumerate(steps):
        ErasureStep.objects.create(
            erasure=erasure, number=number, table=table, how="delete", state=state, found=found, kept=kept,
            reason=reason, problem=problem, tries=1,
        )  # fmt: skip
