"""Somebody leaves with everything: what was given of them is recalled first, and then nothing leads to them."""

from __future__ import annotations

import pytest

from sekisho.audit import checkpoints, proofs, receipts
from sekisho.base.clock import fixed_clock
from sekisho.base.inventory import Holder, Subject
from sekisho.records.retention import actions as retention
from sekisho.records.retention.models import Erasure
from sekisho.records.training import queries
from sekisho.records.training.models import DatasetItem
from sekisho.records.training.tasks import recall
from tests.records.training.makers import DAY, NOW, SYSTEM, allow, build, keep, turn

pytestmark = pytest.mark.usefixtures("same_connection")


def test_an_end_user_is_erased_and_recalled(tmp_path):
    allow()
    keep(turn("req_1", end_user="eu_9"), turn("req_2", conversation="c2"))
    version = build(tmp_path)
    leaving = Subject(Holder.END_USER, "org_aiko", end_user="eu_9")
    erasure = retention.erase("usr_aiko", leaving, at=NOW)
    retention.proceed(erasure, fixed_clock(NOW))
    assert DatasetItem.objects.filter(end_user="eu_9").exists(), (
        "what is not recalled yet must still be found"
    )

    assert recall(fixed_clock(NOW)) == 1
    (name,) = queries.recalled_items(SYSTEM, version)
    retention.proceed_all(fixed_clock(NOW + 2 * DAY))
    assert not DatasetItem.objects.filter(end_user="eu_9").exists()
    assert queries.memberships("org_aiko", end_user="eu_9") == ()
    assert list(queries.recalled_items(SYSTEM, version)) == [name], "the copies still have to leave it out"

    checkpoints.checkpoint(NOW)
    proof = receipts.document(Erasure.objects.get(id=erasure).receipt)
    assert isinstance(proofs.check(proof), proofs.Sound)
