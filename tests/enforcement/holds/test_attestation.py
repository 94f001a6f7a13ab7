"""An attestation proves who decided what, to anybody who has the public key, and nothing to who tries texts."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.enforcement.holds.attestation import (
    CHECKED,
    REJECTION,
    RESPONSIBILITY,
    AttestationError,
    Attested,
    digest,
    digest_of,
    signed,
    statement,
    verified,
)
from sekisho.enforcement.holds.types import HoldState

KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()
SALT, ANSWER = "5a" * 16, "See a doctor. 医師にご相談ください。"
ATTESTED = Attested(
    hold="rev_1",
    turn="req_1",
    prompt_digest=digest_of(SALT, ["What should I take?"]),
    draft_digest=digest(SALT, "Take two."),
    released_digest=digest(SALT, ANSWER),
    reviewer="usr_emi",
    registration="pro_1",
    licence_digest="0" * 64,
    domain="hr_healthcare",
    jurisdiction="JP",
    decision=HoldState.RELEASED_EDITED,
    policy="reference@2025-09-15",
    statement_version="2026-11-23",
    statement=RESPONSIBILITY.ja,
    at=datetime(2026, 1, 1, tzinfo=UTC),
)
DOCUMENT = signed(ATTESTED, KEY.private_bytes_raw())


def test_it_is_verified_with_the_public_key_alone():
    told = verified(DOCUMENT, [PUBLIC], answer=ANSWER, salt=SALT)
    assert (told["hold"], told["reviewer"], told["decision"]) == ("rev_1", "usr_emi", "released_edited")
    assert told["statement"] == RESPONSIBILITY.ja


@pytest.mark.parametrize(
    "field", ["hold", "reviewer", "licence_digest", "decision", "statement", "at", "released_digest"]
)
def test_no_word_of_it_can_be_changed(field):
    document = json.loads(DOCUMENT)
    document["attestation"][field] = "another"
    with pytest.raises(AttestationError, match="altered"):
        verified(json.dumps(document), [PUBLIC])


def test_nor_can_anybody_else_have_signed_it():
    forged = signed(ATTESTED, OTHER.private_bytes_raw())
    assert verified(forged)["hold"] == "rev_1"  # nobody said whom to trust
    with pytest.raises(AttestationError, match="other_key"):
        verified(forged, [PUBLIC])


@pytest.mark.parametrize(("answer", "salt"), [(ANSWER + " ", SALT), (ANSWER, "00" * 16)])
def test_another_text_is_told_apart_and_none_can_be_tried_without_the_salt(answer, salt):
    with pytest.raises(AttestationError, match="other_text"):
        verified(DOCUMENT, [PUBLIC], answer=answer, salt=salt)


@pytest.mark.parametrize(
    "document",
    ["", "[]", "{}", '{"attestation": {}, "key": "x", "signature": "y"}', '{"attestation": 1, "key": 2}'],
)
def test_what_is_no_attestation_is_refused(document):
    with pytest.raises(AttestationError, match="unreadable"):
        verified(document, [PUBLIC])


def test_texts_cut_in_two_have_another_digest():
    assert digest_of(SALT, ["ab"]) != digest_of(SALT, ["a", "b"])


@pytest.mark.parametrize(
    ("decision", "domain", "expected"),
    [
        (HoldState.RELEASED, "hr_legal", RESPONSIBILITY),
        (HoldState.RELEASED_EDITED, "", CHECKED),
        (HoldState.REJECTED, "hr_legal", REJECTION),
    ],
)
def test_one_agrees_to_what_one_can_answer_for(decision, domain, expected):
    assert statement(decision, domain) is expected
