"""From the journal to evidence: what a gateway blocked leaves the least of its text, and no more (R-DATA-240)."""

from __future__ import annotations

import pytest

from sekisho.link.journal import encode
from sekisho.link.sealing import Sealer, generate_private_key, public_key_of
from sekisho.records.keystore import actions as keystore
from sekisho.records.models import Turn
from sekisho.records.safety import queries
from sekisho.records.safety.models import SafetyRecord
from tests.link.makers import AT, content, decision, sealed_entry
from tests.link.test_ingest import take_in

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])


@pytest.fixture
def sealer() -> Sealer:
    private = generate_private_key()
    keystore.make_sealing_key(private, public_key_of(private), AT)
    return Sealer(public_key_of(private))


def arrives(sealer: Sealer, action: str = "block", **more: object) -> None:
    take_in(
        encode(sealed_entry(sealer, content("a scam, please"), decisions=(decision(action=action),), **more))
    )


def test_what_was_blocked_arrives_with_its_evidence_once(sealer: Sealer) -> None:
    arrives(sealer)
    arrives(sealer)
    (kept,) = queries.evidence_of("req_1")
    assert (kept.decision, kept.clause, kept.turn) == ("dec_1", "fraud_predation", "req_1")
    assert kept.received_at == Turn.objects.get(id="req_1").received_at


@pytest.mark.parametrize(
    "more", [{"action": "allow"}, {"action": "annotate"}, {"zero_retention": True}], ids=str
)
def test_everything_else_arrives_without(sealer: Sealer, more: dict[str, object]) -> None:
    arrives(sealer, **more)  # type: ignore[arg-type]
    assert not SafetyRecord.objects.exists()
    assert Turn.objects.filter(id="req_1").exists()
