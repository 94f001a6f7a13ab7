"""The access bundle: all of it, nobody else's, whole, sealed, and handed out once."""

from __future__ import annotations

import tracemalloc
from base64 import b64decode
from datetime import timedelta
from zipfile import ZipFile

import pytest

from sekisho.accounts import actions as accounts
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.text import Text
from sekisho.enforcement.actions import impose, record_decisions
from sekisho.enforcement.appeals import actions as appeals
from sekisho.enforcement.appeals.types import About, File, Said
from sekisho.enforcement.models import StatementOfReasons
from sekisho.enforcement.types import Measure, Statement, Unit, UnitKind
from sekisho.policy.actions import install_reference
from sekisho.records import queries, registry
from sekisho.records.actions import append
from sekisho.records.actions.history import Circumstances
from sekisho.records.feedback.types import Scope as FeedbackScope
from sekisho.records.feedback.types import Sender
from sekisho.records.keystore.queries import purpose_keys
from sekisho.records.rights import actions
from sekisho.records.rights.actions.working import advance, finish
from sekisho.records.rights.bundle import tables
from sekisho.records.rights.bundle.verifying import Flawed, Whole, verify
from sekisho.records.rights.models import Bundle, Chunk, Request
from sekisho.records.rights.rules.masking import SOMEBODY
from sekisho.records.rights.types import BundleState, RequestState
from sekisho.records.types import Kind, Part, Scope, StoredBlock
from sekisho.records.types.purposes import Purpose
from tests.records.feedback.makers import sent as feedback_sent
from tests.records.rights.makers import (
    AT,
    LATER,
    NOW,
    account,
    asked,
    files,
    member,
    ready,
    rows,
    store,
    taken,
    turn,
)

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def said(cast):
    """Three turns of Aiko's conversation, one of Ben's, one of Chie's own organisation."""
    own = cast.atelier.id
    store(*(turn(number, own, member=cast.aiko.id) for number in (1, 2, 3)))
    store(turn(4, own, "Ben asks", member=cast.ben.id, conversation="c2"))
    store(turn(5, cast.elsewhere.id, "Chie asks", member=cast.chie.id))


def test_everything_that_was_said_is_in_it(cast, said):
    found = taken(cast.viewer("aiko"), account(cast.atelier.id))
    lines = [line for name, data in found.items() if name.startswith("conversations/") for line in rows(data)]
    texts = [block["text"] for line in lines for block in line["content"]["prompt"]]
    assert sorted(texts) == ["Ben asks", "question 1", "question 2", "question 3"]
    assert {line["id"] for line in rows(found["turns.jsonl"])} == {f"req_{n:05}" for n in (1, 2, 3, 4)}


def test_each_turn_says_until_when_and_by_which_rule(cast, said):
    found = taken(cast.viewer("aiko"), account(cast.atelier.id), language="ja")
    first = rows(found["explain.jsonl"])[0]
    assert (first["turn"], first["rule"]) == ("req_00001", "R-DATA-103")
    assert first["deadline"] == (AT + timedelta(seconds=1, days=30)).isoformat()
    assert first["training"]["eligible"] is False
    assert any("規約" in one["text"] for one in first["because"])


def test_a_member_gets_their_own_turns_alone(cast, said):
    found = taken(cast.viewer("ben"), member(cast.atelier.id, cast.ben.id))
    everything = b"".join(found.values()).decode()
    assert "Ben asks" in everything
    assert "question 1" not in everything
    assert cast.aiko.id not in everything
    assert cast.aiko.email not in everything


def test_the_readme_is_in_the_persons_language(cast, said):
    found = taken(cast.viewer("aiko"), account(cast.atelier.id), language="ja")
    assert found["README.txt"].decode().startswith("あなたのデータ")


def test_what_the_gate_withheld_does_not_leave_by_an_export(cast):
    hidden = (StoredBlock("assistant", "text", "the withheld words", "w"),)
    held = (StoredBlock("assistant", "text", "the draft nobody was given", "h"),)
    store(turn(1, cast.atelier.id, content={Part.WITHHELD: hidden}))
    store(turn(2, cast.atelier.id, review="rev_1", content={Part.ANSWER: held}))
    everything = b"".join(taken(cast.viewer("aiko"), account(cast.atelier.id)).values()).decode()
    assert "the withheld words" not in everything
    assert "the draft nobody was given" not in everything
    assert '"kind": "withheld"' in everything
    assert '"kind": "held"' in everything


def test_sealed_content_is_its_subjects_to_take_along(cast, said):
    own = cast.atelier.id
    append(Kind.ZERO_RETENTION_ON, Scope(own), Circumstances(cast.aiko.id, "test"), at=NOW)
    found = taken(cast.viewer("aiko"), account(own))
    assert any("question 1" in data.decode() for data in found.values())


def test_destroyed_content_is_said_to_be_so(cast, said):
    from sekisho.records.keystore.actions import destroy_subject_keys

    destroy_subject_keys(f"{cast.atelier.id}/", NOW)
    found = taken(cast.viewer("aiko"), account(cast.atelier.id))
    lines = [line for name, data in found.items() if name.startswith("conversations/") for line in rows(data)]
    assert {line["content"] for line in lines} == {"destroyed"}


def test_consents_are_records_of_the_standard(cast, said):
    told = Circumstances(cast.aiko.id, "privacy_page", "2025-08-28", "ab" * 32, "ja", "allowed")
    append(Kind.DENIED, Scope(cast.atelier.id, cast.aiko.id), told, at=NOW)
    (one,) = rows(taken(cast.viewer("aiko"), account(cast.atelier.id))["consents.jsonl"])
    assert (one["schema"], one["event"]) == ("ISO/IEC TS 27560:2023", "denied")
    assert (one["notice_version"], one["notice_sha256"]) == ("2025-08-28", "ab" * 32)


def test_decisions_come_with_their_reasons_and_without_names_of_staff(cast, said):
    from tests.console.conftest import decision

    install_reference()
    key = accounts.create_key(cast.viewer("aiko"), cast.atelier.id, "Shop").view
    record_decisions([decision(0, NOW, cast, key)])
    (one,) = rows(taken(cast.viewer("aiko"), account(cast.atelier.id))["safety_decisions.jsonl"])
    assert (one["action"], one["clause"]) == ("block", "fraud_predation")
    assert one["grounds"]


def test_who_read_it_stands_in_it_by_role_and_never_by_name(cast, said):
    queries.content_of(cast.viewer("emi"), "req_00001", "case case_1", purpose=Purpose.REVIEW)
    found = taken(cast.viewer("aiko"), account(cast.atelier.id))
    (one,) = rows(found["access_log.jsonl"])
    assert (one["role"], one["purpose"], one["reason"]) == ("professional+reviewer", "review", "case case_1")
    assert cast.emi.id not in b"".join(found.values()).decode()


def test_secrets_stay_here(cast, said):
    made = accounts.create_key(cast.viewer("aiko"), cast.atelier.id, "Shop")
    found = taken(cast.viewer("aiko"), account(cast.atelier.id))
    everything = b"".join(found.values()).decode()
    assert made.view.prefix in everything
    assert made.plain not in everything
    assert cast.aiko.password not in everything
    for word in ('"password"', '"digest":', '"wrapped"', '"ciphertext"'):
        assert word not in everything.replace(found["manifest.json"].decode(), "")


def test_feedback_is_in_the_copy_of_who_sent_it_and_masked_in_anothers(cast, said):
    sender = Sender(cast.atelier.id, member=cast.ben.id)
    feedback_sent(sender, at=AT, text="The answer stopped.", scope=FeedbackScope.TEXT, transcript=())
    (own,) = rows(taken(cast.viewer("ben"), member(cast.atelier.id, cast.ben.id))["feedback/report.jsonl"])
    assert own["text"] == "The answer stopped."
    (masked,) = rows(taken(cast.viewer("aiko"), account(cast.atelier.id))["feedback/report.jsonl"])
    assert masked["text"] == SOMEBODY


def test_an_appeals_words_are_in_the_copy_of_who_wrote_them(cast, said):
    install_reference()
    unit = Unit(UnitKind.ORGANISATION, cast.atelier.id, cast.atelier.id)
    facts = Text("Scam messages were written.", "詐欺のメッセージが作成されました。")
    impose(cast.viewer("emi"), unit, Measure.THROTTLED, "fraud_predation", None, Statement(facts))
    matter = StatementOfReasons.objects.get().id
    words = Said("It was a scene of a novel.", files=(File("page.txt", b"chapter one"),))
    appeals.make(cast.viewer("aiko"), About.RESTRICTION, matter, words, submission="0" * 32)
    found = taken(cast.viewer("aiko"), account(cast.atelier.id))
    (one,) = rows(found["safety/appeal.jsonl"])
    (file,) = rows(found["safety/attachment.jsonl"])
    assert one["text"] == "It was a scene of a novel."
    assert (file["name"], b64decode(file["content_base64"])) == ("page.txt", b"chapter one")


def test_a_legal_hold_of_which_they_must_not_learn_is_not_in_it(cast, said):
    from sekisho.records.retention.models import LegalHold

    for silent in (True, False):
        hold = LegalHold.objects.create(
            organisation=cast.atelier.id,
            reason=f"case silent={silent}",
            tells_subject=not silent,
            proposed_by=cast.daiki.id,
            proposed_at=AT,
            approved_by=cast.emi.id,
            approved_at=AT,
        )
        told = Circumstances(cast.emi.id, "staff_page")
        append(Kind.HOLD_PLACED, Scope(cast.atelier.id), told, at=AT, hold=hold.id)
    found = taken(cast.viewer("aiko"), account(cast.atelier.id))
    everything = b"".join(found.values()).decode()
    assert "case silent=False" in everything
    assert "case silent=True" not in everything
    assert len(rows(found["consents.jsonl"])) == 1
    assert "hold_placed" not in found["audit_log.jsonl"].decode()


# --- coverage -------------------------------------------------------------------------------------------------


def test_every_table_that_says_so_is_exported():
    promised = {entry.table for entry in registry.walk() if tables.says_exported(entry.data)}
    unreachable = {
        entry.table
        for entry in registry.walk()
        if entry.table in promised and entry.data.reach is None and entry.data.whose != "nobody"
    }
    written = {entry.table for entry in tables.exported()} | tables.TOLD_ELSEWHERE.keys()
    about_nobody = {entry.table for entry in registry.walk() if entry.data.reach is None}
    assert unreachable == set()
    assert promised - written - about_nobody == set()


def test_no_two_tables_share_a_file_unless_a_section_tells_both():
    names = [tables.file_of(entry.table) for entry in tables.exported()]
    assert len(names) == len(set(names))


# --- proof ----------------------------------------------------------------------------------------------------


def test_a_copy_can_be_checked_without_us(cast, said, tmp_path):
    made = ready(cast.viewer("aiko"), account(cast.atelier.id))
    link = actions.make_link(cast.viewer("aiko"), made.id, clock=LATER)
    path = tmp_path / "copy.zip"
    path.write_bytes(b"".join(actions.take(cast.viewer("aiko"), made.id, link.secret, clock=LATER).parts))
    found = verify(path)
    assert isinstance(found, Whole)
    assert (found.request, verify(path, found.key)) == (made.id, found)
    other = "A" * 43 + "="
    assert isinstance(verify(path, other), Flawed)


@pytest.mark.parametrize("harm", ["changed", "added", "removed", "cut", "manifest"])
def test_a_copy_that_was_altered_is_found_out(harm, cast, said, tmp_path):
    told = taken(cast.viewer("aiko"), account(cast.atelier.id))
    match harm:
        case "changed":
            told["turns.jsonl"] += b" "
        case "added":
            told["more.jsonl"] = b"{}\n"
        case "removed":
            del told["turns.jsonl"]
        case "manifest":
            told["manifest.json"] = told["manifest.json"].replace(b'"records": 4', b'"records": 3')
    path = tmp_path / "copy.zip"
    with ZipFile(path, "w") as archive:
        for name, data in told.items():
            archive.writestr(name, data)
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:-200])
    assert isinstance(verify(path), Flawed)


def test_the_receipt_names_the_manifest(cast, said):
    from hashlib import sha256

    from sekisho.audit.receipts import document

    aiko, subject = cast.viewer("aiko"), account(cast.atelier.id)
    made = ready(aiko, subject)
    link = actions.make_link(aiko, made.id, clock=LATER)
    found = files(b"".join(actions.take(aiko, made.id, link.secret, clock=LATER).parts))
    facts = document(made.receipt)["receipt"]["facts"]
    assert facts["manifest_sha256"] == sha256(found["manifest.json"]).hexdigest()
    assert facts["request"] == made.id


# --- the one link ---------------------------------------------------------------------------------------------


def test_a_link_is_made_once_and_used_once(cast, said):
    aiko = cast.viewer("aiko")
    made = ready(aiko, account(cast.atelier.id))
    link = actions.make_link(aiko, made.id, clock=LATER)
    with pytest.raises(SekishoError) as again:
        actions.make_link(aiko, made.id, clock=LATER)
    b"".join(actions.take(aiko, made.id, link.secret, clock=LATER).parts)
    with pytest.raises(SekishoError) as second:
        actions.take(aiko, made.id, link.secret, clock=LATER)
    assert (again.value.code, second.value.code) == ("link_made", "bundle_taken")
    assert Chunk.objects.count() == 0
    assert purpose_keys([Bundle.objects.get().key]) == {}


def test_from_the_moment_of_use_nothing_opens_it_though_nobody_reads_to_the_end(cast, said):
    aiko = cast.viewer("aiko")
    made = ready(aiko, account(cast.atelier.id))
    link = actions.make_link(aiko, made.id, clock=LATER)
    next(actions.take(aiko, made.id, link.secret, clock=LATER).parts)
    row = Bundle.objects.get()
    assert (bytes(row.wrapped), purpose_keys([row.key])) == (b"", {})
    actions.expire(fixed_clock(NOW + timedelta(hours=24)))
    assert Chunk.objects.count() == 0


def test_once_there_is_a_link_database_and_keystore_do_not_open_it(cast, said):
    from sekisho.records.keystore.wrapping import UnreadableError
    from sekisho.records.rights.bundle import sealing

    aiko = cast.viewer("aiko")
    made = ready(aiko, account(cast.atelier.id))
    link = actions.make_link(aiko, made.id, clock=LATER)
    row = Bundle.objects.get()
    key = purpose_keys([row.key])[row.key].secret
    with pytest.raises(UnreadableError):
        sealing.unwrapped(bytes(row.wrapped), key, made.id)
    assert link.secret.encode() not in bytes(row.wrapped) + row.link_digest.encode()
    assert len(sealing.unwrapped(bytes(row.wrapped), key, made.id, link.secret)) == 32


@pytest.mark.parametrize("secret", ["", "x" * 43, "\ud800"], ids=["none", "another", "no text"])
def test_another_link_does_not_open_it_and_does_no_harm(secret, cast, said):
    aiko = cast.viewer("aiko")
    made = ready(aiko, account(cast.atelier.id))
    link = actions.make_link(aiko, made.id, clock=LATER)
    with pytest.raises(SekishoError) as refusal:
        actions.take(aiko, made.id, secret, clock=LATER)
    assert refusal.value.code == "link_forged"
    assert files(b"".join(actions.take(aiko, made.id, link.secret, clock=LATER).parts))


@pytest.mark.parametrize("name", ["ben", "chie", "daiki", "emi"])
def test_a_link_opens_for_its_subject_alone(name, cast, said):
    made = ready(cast.viewer("aiko"), account(cast.atelier.id))
    link = actions.make_link(cast.viewer("aiko"), made.id, clock=LATER)
    with pytest.raises(NotFoundError):
        actions.take(cast.viewer(name), made.id, link.secret, clock=LATER)


def test_after_a_day_key_and_file_are_gone(cast, said):
    aiko = cast.viewer("aiko")
    made = ready(aiko, account(cast.atelier.id))
    assert made.expires_at == NOW + timedelta(hours=24)
    link = actions.make_link(aiko, made.id, clock=LATER)
    over = fixed_clock(made.expires_at)
    with pytest.raises(SekishoError) as late:
        actions.take(aiko, made.id, link.secret, clock=over)
    assert late.value.code == "bundle_expired"
    assert actions.expire(over) == 1
    assert (actions.expire(over), Chunk.objects.count()) == (0, 0)
    row = Bundle.objects.get()
    assert (row.state, bytes(row.wrapped), purpose_keys([row.key])) == (BundleState.EXPIRED, b"", {})


def test_at_rest_there_is_only_ciphertext(cast, said):
    ready(cast.viewer("aiko"), account(cast.atelier.id))
    kept = b"".join(bytes(row.ciphertext) for row in Chunk.objects.all())
    assert kept
    assert b"question" not in kept
    assert b"req_0" not in kept


# --- written step by step -------------------------------------------------------------------------------------


def test_whoever_falls_leaves_whole_steps_behind(cast, said, monkeypatch):
    whole = taken(cast.viewer("aiko"), account(cast.atelier.id))
    monkeypatch.setattr("sekisho.records.rights.bundle.turns.PAGE", 1)
    monkeypatch.setattr("sekisho.records.rights.bundle.turns.METADATA_PAGE", 1)
    monkeypatch.setattr("sekisho.records.rights.bundle.tables.PAGE", 1)
    made = asked(cast.viewer("aiko"), account(cast.atelier.id))
    steps = 0
    while _falls_and_goes_on(made.id, monkeypatch):
        steps += 1
    assert steps > 20
    link = actions.make_link(cast.viewer("aiko"), made.id, clock=LATER)
    found = files(b"".join(actions.take(cast.viewer("aiko"), made.id, link.secret, clock=LATER).parts))
    for name in ("turns.jsonl", "explain.jsonl", *(one for one in whole if one.startswith("conv"))):
        assert found[name] == whole[name], name


def _falls_and_goes_on(request: str, monkeypatch) -> bool:
    """One step that is cut off before it is durable, and then once more."""
    with monkeypatch.context() as patch:
        patch.setattr("sekisho.records.rights.models.Chunk.objects.bulk_create", _falls, raising=False)
        try:
            advance(request, LATER)
        except ZeroDivisionError:
            pass
        else:
            return Request.objects.get(id=request).state == RequestState.IN_PROGRESS
    return advance(request, LATER)


def _falls(rows) -> None:
    raise ZeroDivisionError


def test_erasing_the_subject_ends_a_copy_that_is_being_made(cast, said):
    from sekisho.records.keystore.actions import destroy_subject_keys

    made = asked(cast.viewer("aiko"), account(cast.atelier.id))
    assert advance(made.id, LATER)
    destroy_subject_keys(f"{cast.atelier.id}/", NOW)
    assert finish(made.id, LATER).state is RequestState.CANCELLED
    assert Chunk.objects.count() == 0


def test_progress_is_shown(cast, said):
    made = asked(cast.viewer("aiko"), account(cast.atelier.id))
    seen = [made.share]
    while advance(made.id, LATER):
        view = actions_view(cast, made.id)
        seen.append(view.share)
    assert seen == sorted(seen)
    assert seen[-1] > 0


def actions_view(cast, request: str):
    from sekisho.records.rights.queries import request as view

    return view(cast.viewer("aiko"), request)


def test_memory_holds_one_step_however_much_there_is(cast, monkeypatch):
    store(*(turn(number, cast.atelier.id, "w" * 2000 + str(number)) for number in range(400)))
    made = asked(cast.viewer("aiko"), account(cast.atelier.id))
    tracemalloc.start()
    finish(made.id, LATER)
    _, first = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert first < 400 * 2000 * 8  # all of it, said again with each of 50 turns a step, would be far more
