"""Checkpoints: signed when the log has the last one as its beginning, and only then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection

from sekisho.accounts.types import system
from sekisho.audit import checkpoints, merkle, notes, queries, receipts, tree
from sekisho.audit.actions import record
from sekisho.audit.chain import GENESIS, Leaf, canonical, verify
from sekisho.audit.models import AuditCheckpoint, AuditEntry, AuditHead, AuditTile, AuditTree
from sekisho.audit.notes import Checkpoint, NoteError, VerifierKey
from sekisho.audit.tasks import keep_proofs
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import SekishoError
from tests.pages import table

AT = datetime(2026, 11, 23, 18, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
FOUND = dict(table("docs/rules/proof.md", "what is found", "what happens"))


@pytest.fixture
def witness(tmp_path, monkeypatch):
    """The second place."""
    monkeypatch.setenv("SEKISHO_AUDIT_WITNESS_PATH", str(tmp_path / "witness"))
    return tmp_path / "witness"


@pytest.fixture
def log(db, witness):
    """A log of five entries with a checkpoint in both places."""
    write(5)
    checkpoints.checkpoint(AT)


def write(count):
    for number in range(count):
        record("cli", "x.happened", f"key_{number}")


def execute(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rewrite_from(seq):
    """Change an entry and chain all that follows anew, as somebody who owns the database can; the tree too."""
    prev = GENESIS
    for row in AuditEntry.objects.order_by("seq"):
        actor = "usr_other" if row.seq == seq else row.actor
        leaf = Leaf(row.seq, row.leaf.at, actor, row.action, row.subject, row.leaf.facts, prev)
        execute(
            f"UPDATE audit_auditentry SET actor = '{actor}', prev = '{prev}', digest = '{leaf.digest}' "
            f"WHERE seq = {row.seq}"
        )
        prev = leaf.digest
    AuditHead.objects.update(digest=prev)
    AuditTile.objects.all().delete()
    AuditTree.objects.all().delete()


def break_the_new_end():
    write(2)
    execute("UPDATE audit_auditentry SET actor = 'usr_other' WHERE seq = 7")


def cut_off():
    execute("DELETE FROM audit_auditentry WHERE seq = 5")
    AuditHead.objects.update(seq=4, digest=AuditEntry.objects.get(seq=4).digest)
    AuditTile.objects.all().delete()
    AuditTree.objects.all().delete()


def rewind_with_checkpoints():
    cut_off()
    AuditCheckpoint.objects.all().delete()


CASES = {
    "the log has grown": lambda witness: write(1),
    "nothing happened since": lambda witness: None,
    "an old entry was changed, the chain with it, and the tree made anew": lambda witness: rewrite_from(2),
    "an entry that is not in the tree yet does not follow the one before it": lambda witness: (
        break_the_new_end()
    ),
    "the tail was cut off, or a backup restored": lambda witness: cut_off(),
    "the database was rewound with its checkpoints, the second place was not": lambda witness: (
        rewind_with_checkpoints()
    ),
    "the second place holds a checkpoint that we did not sign": lambda witness: foreign(witness),
    "the second place holds an altered checkpoint": lambda witness: altered(witness),
}


def foreign(witness):
    key = Ed25519PrivateKey.generate()
    stated = Checkpoint(checkpoints.origin(), 5, tree.root(5), AT)
    note = notes.signed(stated, key.public_key().public_bytes_raw(), key.sign)
    next(witness.iterdir()).write_text(note, encoding="utf-8")


def altered(witness):
    file = next(witness.iterdir())
    file.write_text(file.read_text(encoding="utf-8").replace("\n5\n", "\n4\n"), encoding="utf-8")


@pytest.mark.parametrize("case", FOUND)
def test_what_is_signed_and_what_is_refused(log, witness, case):
    CASES[case](witness)
    before = list(AuditCheckpoint.objects.values_list("note", flat=True))
    if FOUND[case].startswith("refused"):
        with pytest.raises(SekishoError) as refused:
            checkpoints.checkpoint(LATER)
        assert FOUND[case] == f"refused: `{refused.value.code}`"
        assert list(AuditCheckpoint.objects.values_list("note", flat=True)) == before, "nothing was signed"
    else:
        stated = checkpoints.read(checkpoints.checkpoint(LATER), "new")
        assert (stated.size, stated.at) == (queries.head().seq, LATER)


def test_a_checkpoint_states_the_root_of_the_definition(log, witness):
    write(300)
    stated = checkpoints.read(checkpoints.checkpoint(LATER), "new")
    growing = merkle.Growing()
    for row in AuditEntry.objects.order_by("seq"):
        growing.add(merkle.leaf_hash(canonical(row.leaf)))
    assert (stated.size, stated.root) == (305, growing.root())
    assert sorted(path.name for path in witness.iterdir()) == [
        "00000000000000000005.checkpoint",
        "00000000000000000305.checkpoint",
    ]


def test_proofs_hold_across_tiles_and_however_the_tree_grew(db, monkeypatch):
    """Grown in one step, entry by entry or in batches: the tiles are the same."""
    write(270)
    tree.grow()
    at_once = {(tile.level, tile.index): bytes(tile.hashes) for tile in AuditTile.objects.all()}
    AuditTile.objects.all().delete()
    AuditTree.objects.all().delete()
    monkeypatch.setattr(tree, "BATCH", 7)
    assert tree.grow() == 270
    assert {(tile.level, tile.index): bytes(tile.hashes) for tile in AuditTile.objects.all()} == at_once
    hashes = [merkle.leaf_hash(canonical(row.leaf)) for row in AuditEntry.objects.order_by("seq")]
    for seq, size in ((1, 270), (256, 257), (257, 270), (270, 270), (3, 3)):
        proof = tree.inclusion(seq, size)
        assert merkle.root_by_inclusion(hashes[seq - 1], seq - 1, size, proof) == tree.root(size)
    assert merkle.is_consistent(100, 265, tree.root(100), tree.root(265), tree.consistency(100, 265))


@pytest.mark.parametrize(
    ("wait", "signs"),
    [(timedelta(minutes=59), False), (timedelta(hours=1), True)],
    ids=["before the hour", "on the hour"],
)
def test_one_is_signed_every_hour(log, wait, signs):
    assert bool(keep_proofs(fixed_clock(AT + wait))) is signs


def test_one_is_signed_as_soon_as_a_receipt_waits(log):
    receipts.issue("deletion", "org_1", {}, at=AT)
    assert keep_proofs(fixed_clock(AT))
    assert not keep_proofs(fixed_clock(AT))


def test_the_whole_log_is_counted_again_against_both_places(log, witness):
    write(3)
    checkpoints.checkpoint(LATER)
    assert checkpoints.recount() == 4
    rewrite_from(3)
    AuditCheckpoint.objects.all().delete()
    with pytest.raises(SekishoError) as refused:
        checkpoints.recount()
    assert refused.value.code == "audit_altered"


def test_a_log_that_is_shorter_than_its_checkpoints_does_not_count(log):
    cut_off()
    with pytest.raises(SekishoError) as refused:
        checkpoints.recount()
    assert refused.value.code == "audit_rewound"


def test_the_chain_is_what_it_was(log):
    lines = list(queries.export_lines(system("test")))
    assert verify(lines, queries.head()).head == queries.head()


def test_keys_are_written_and_read_as_signed_notes_have_them():
    """The example key of c2sp.org/signed-note."""
    words = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert str(notes.parse_key(words)) == words
    for wrong in ("", "x", words.replace("c7", "c8"), words[:-4]):
        with pytest.raises(NoteError):
            notes.parse_key(wrong)


def test_the_published_note_opens():
    """The example note of c2sp.org/signed-note, whose key signed a text that is no checkpoint."""
    key = notes.parse_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    words = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    raw = notes._bytes(words)
    assert raw[:4] == key.mark
    assert notes.holds(key.raw, raw[4:], text.encode())
    with pytest.raises(NoteError):
        notes.opened(f"{text}\n— PeterNeumann {words}\n", [key])


def test_a_witness_of_another_name_signs_beside_us():
    """Other lines of signature are no fault: witnesses add theirs (c2sp.org/tlog-cosignature)."""
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    stated = Checkpoint("gate.example/audit", 3, b"r" * 32, AT)
    note = notes.signed(stated, key.public_key().public_bytes_raw(), key.sign)
    theirs = notes.signed(
        Checkpoint("witness.example", 3, b"r" * 32, AT), other.public_key().public_bytes_raw(), other.sign
    )
    both = note + theirs.rpartition("\n\n")[2]
    ours = VerifierKey("gate.example/audit", key.public_key().public_bytes_raw())
    assert notes.opened(both, [ours]) == stated
