"""Receipts: issued with the deed, proven by the next checkpoint, checked by anybody, with our code or without it."""

from __future__ import annotations

import copy
import importlib.util
import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from sekisho.audit import checkpoints, proofs, pseudonyms, queries, receipts
from sekisho.audit.actions import record
from sekisho.audit.models import AuditReceipt
from sekisho.audit.notes import VerifierKey, parse_key
from sekisho.base.errors import NotFoundError
from tests.pages import table

AT = datetime(2026, 11, 23, 18, tzinfo=UTC)
FACTS = receipts.deletion(
    "conversation",
    counts={"turns": 3, "blocks": 41},
    keys=["ck_1", "ck_2"],
    partitions=["std30_20261024"],
    content_backups_until=AT.replace(day=30),
    key_backups_until=AT.replace(day=25),
)


def standalone(root):
    """The verifier that people are given, loaded as they have it: from its one file."""
    path = root / "docs/examples/verify_receipt.py"
    spec = importlib.util.spec_from_file_location("verify_receipt", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def proven(db):
    """A receipt whose entry stands in the middle of a log of seven."""
    for number in range(3):
        record("cli", "x.happened", f"key_{number}")
    receipt = receipts.issue("deletion", "org_1/eu_9", FACTS, at=AT)
    for number in range(3):
        record("cli", "y.happened", f"key_{number}")
    checkpoints.checkpoint(AT)
    return json.loads(json.dumps(receipts.document(receipt)))


def test_a_receipt_carries_all_that_a_deletion_has_to_say(proven):
    facts = proven["receipt"]["facts"]
    assert facts == {
        "scope": "conversation",
        "counts": {"turns": 3, "blocks": 41},
        "keys": ["ck_1", "ck_2"],
        "partitions": ["std30_20261024"],
        "backups": {
            "content_until": "2026-11-30T18:00:00.000000+00:00",
            "keys_until": "2026-11-25T18:00:00.000000+00:00",
        },
    }
    assert proven["inclusion"]["index"] == 3
    assert proven["checkpoint"].splitlines()[1] == "7"


def test_it_is_pending_until_the_next_checkpoint(db):
    receipt = receipts.issue("deletion", "org_1", {"turns": 1}, at=AT)
    document = receipts.document(receipt)
    assert document["state"] == "pending"
    found = proofs.check(document)
    assert isinstance(found, proofs.Sound)
    assert found.proven_at is None
    checkpoints.checkpoint(AT)
    assert proofs.check(receipts.document(receipt)).proven_at == AT


def test_it_exists_exactly_when_the_deed_does(db):
    with transaction.atomic():
        receipts.issue("deletion", "org_1", {}, at=AT)
        transaction.set_rollback(True)
    assert not AuditReceipt.objects.exists()
    assert queries.head().seq == 0


def test_both_verifiers_find_it_sound(proven, root):
    found = proofs.check(proven)
    assert isinstance(found, proofs.Sound)
    assert found.proven_at == AT
    receipt, is_proven, key = standalone(root).check(proven)
    assert (receipt, is_proven, key) == (proven["receipt"], True, str(found.key))


def test_an_earlier_receipt_is_proven_by_every_later_checkpoint(proven, root):
    record("cli", "z.happened", "later")
    checkpoints.checkpoint(AT)
    later = receipts.document(proven["receipt"]["id"])
    assert later["checkpoint"] != proven["checkpoint"]
    assert isinstance(proofs.check(later), proofs.Sound)


def places(value, path=()):
    """Every place in a document at which something stands."""
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    found = [place for name, child in children for place in places(child, (*path, name))]
    return found or [path]


def changed(document, path, value):
    found = copy.deepcopy(document)
    inner = found
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return found


def other(value):
    """Something else of the same shape."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return ("1" if value[:1] == "0" else "0") + value[1:]
    raise AssertionError(value)


PAGE = "docs/rules/proof.md"
REASONS = {place.strip("`"): reason.strip("`") for place, reason in table(PAGE, "what is changed", "reason")}
IN_NOTE = dict(table(PAGE, "in the checkpoint", "reason"))


def place_of(path):
    """The longest place in the page's table that the path begins with."""
    words = ".".join(map(str, path))
    return max((name for name in REASONS if f"{words}.".startswith(f"{name}.")), key=len)


def refusals(document, root, trusted=()):
    """What both verifiers say; they have to agree."""
    ours = proofs.check(document, [parse_key(key) for key in trusted])
    module = standalone(root)
    try:
        module.check(document, list(trusted))
        theirs = "sound"
    except module.Refused as flaw:
        theirs = str(flaw)
    assert theirs == (ours.flaw.value if isinstance(ours, proofs.Unsound) else "sound")
    return theirs


def test_every_field_that_is_changed_is_noticed_for_the_right_reason(proven, root):
    trusted, named = tuple(proven["keys"]), set()
    for path in places(proven):
        value = proven
        for name in path:
            value = value[name]
        named.add(place_of(path))
        assert refusals(changed(proven, path, other(value)), root, trusted) == REASONS[place_of(path)], path
    assert named == set(REASONS)


NOTE = {
    "size": lambda lines: [lines[0], "8", *lines[2:]],
    "root": lambda lines: [*lines[:2], other(lines[2]), *lines[3:]],
    "time": lambda lines: [*lines[:3], "time 2027-01-01T00:00:00Z", *lines[4:]],
    "name of the signer": lambda lines: [*lines[:5], lines[5].replace("— ", "— x"), *lines[6:]],
    "signature": lambda lines: [*lines[:5], lines[5][:-8] + "AAAAAAA=", *lines[6:]],
    "no signature": lambda lines: lines[:5],
}


@pytest.mark.parametrize("name", IN_NOTE)
def test_a_checkpoint_that_is_changed_is_noticed(proven, root, name):
    lines = NOTE[name](proven["checkpoint"].split("\n"))
    wrong = {**proven, "checkpoint": "\n".join(lines)}
    assert f"`{refusals(wrong, root, tuple(proven['keys']))}`" == IN_NOTE[name]


def test_each_part_that_is_missing_is_noticed(proven, root):
    for name in proven:
        wrong = {key: value for key, value in proven.items() if key != name}
        assert refusals(wrong, root) != "sound", name
    both = {key: value for key, value in proven.items() if key not in ("checkpoint", "inclusion")}
    assert refusals(both, root) == "unreadable"


def test_a_receipt_signed_by_somebody_else_is_refused(proven, root):
    key = Ed25519PrivateKey.generate()
    name = proven["keys"][0].partition("+")[0]
    words = str(VerifierKey(name, key.public_key().public_bytes_raw()))
    signature = key.sign(standalone(root).canonical(proven["receipt"]))
    forged = {**proven, "keys": [words], "signature": standalone(root).base64.b64encode(signature).decode()}
    assert refusals(forged, root, tuple(proven["keys"])) == "other_key"
    assert refusals(forged, root) == "other_key", "the checkpoint is still not theirs"


@pytest.mark.parametrize(
    "nonsense", [{}, {"receipt": 3}, {"receipt": {}, "keys": 7}, {"keys": ["x"]}], ids=str
)
def test_what_is_no_receipt_is_refused(nonsense, root):
    assert refusals(nonsense, root) == "unreadable"


def test_the_stand_alone_verifier_runs_without_this_package(proven, root, tmp_path):
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(proven), encoding="utf-8")
    script = (root / "docs/examples/verify_receipt.py").read_text(encoding="utf-8")
    assert "import sekisho" not in script
    assert "from sekisho" not in script
    (tmp_path / "verify_receipt.py").write_text(script, encoding="utf-8")

    def run(*extra):
        command = [sys.executable, "-I", "verify_receipt.py", str(file), *extra]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    done = run(proven["keys"][0])
    assert (done.returncode, done.stdout.splitlines()[0][:7]) == (0, "PROVEN:")
    proven["receipt"]["facts"]["counts"]["turns"] = 2
    file.write_text(json.dumps(proven), encoding="utf-8")
    assert (run().returncode, run().stdout.strip()) == (1, "REFUSED: receipt_altered")


def test_receipts_are_found_by_their_subject(db, monkeypatch):
    monkeypatch.setattr(pseudonyms, "_makers", [lambda subject, make: f"psn_{len(subject)}"])
    one = receipts.issue("deletion", "org_1/eu_9", {}, at=AT)
    receipts.issue("deletion", "org_1", {}, at=AT)
    assert [found.id for found in queries.receipts_of("org_1/eu_9")] == [one]
    assert receipts.document(one)["receipt"]["subject"] == "psn_10"


def test_an_unknown_receipt_is_not_found(db):
    with pytest.raises(NotFoundError):
        receipts.document("rcp_none")
