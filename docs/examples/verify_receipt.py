"""Check a receipt of Sekisho, such as that of a deletion, without Sekisho.

    pip install cryptography
    python verify_receipt.py receipt.json "gate.example.com/audit+9f2c41aa+AUn3…"

The second argument is the operator's public key as they publish it (`sekisho audit keys`). Without it the key in the
receipt is believed and printed: compare it yourself. Ends with status 0 when the receipt is proven, 1 when it proves
nothing, 3 when it is signed but the log's next checkpoint has yet to prove it.

What is checked: the operator signed the receipt (Ed25519); the entry of the audit log holds its digest (SHA-256); the
entry is in the log (Merkle proof of RFC 6962); and the operator signed that state of the log (a C2SP checkpoint).
"""

import base64
import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Refused(Exception):  # noqa: N818  (it is an answer)
    """The receipt proves nothing; the message is the reason in one word."""


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        document = json.load(file)
    try:
        receipt, proven, key = check(document, sys.argv[2:])
    except Refused as flaw:
        print(f"REFUSED: {flaw}")
        sys.exit(1)
    print(
        f"{'PROVEN' if proven else 'PENDING'}: {receipt['kind']} of {receipt['subject']} at {receipt['at']}"
    )
    print(f"signed by {key}")
    sys.exit(0 if proven else 3)


def check(document: dict, trusted: list[str] = ()) -> tuple[dict, bool, str]:
    """Return the receipt, whether the log proves it, and the key that signed it. Raises `Refused`."""
    try:
        receipt = document["receipt"]
        own = document["keys"]
        key = signer(receipt, document["signature"], trusted or own, own)
        leaf_is_of(document["leaf"], receipt)
        proven = "checkpoint" in document
        if document["state"] != ("proven" if proven else "pending"):
            raise Refused("unreadable")
        if proven:
            size, root = checkpoint(document["checkpoint"], trusted or own)
            included(document["leaf"], document["inclusion"], size, root)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as problem:
        raise Refused("unreadable") from problem
    return receipt, proven, key


def signer(receipt: dict, signature: str, trusted: list[str], own: list[str]) -> str:
    ours = [key for key in trusted if raw(key) in map(raw, own)]
    if not ours:
        raise Refused("other_key")
    for key in ours:
        if receipt.get("format") == "sekisho receipt v1" and signs(
            key, decoded(signature), canonical(receipt)
        ):
            return key
    raise Refused("receipt_altered")


def leaf_is_of(leaf: dict, receipt: dict) -> None:
    digest = hashlib.sha256(canonical(receipt)).hexdigest()
    facts = {"receipt": receipt["id"], "kind": receipt["kind"], "digest": digest}
    if (leaf["action"], leaf["subject"], leaf["facts"]) != ("receipt.issued", receipt["subject"], facts):
        raise Refused("other_entry")


def checkpoint(note: str, trusted: list[str]) -> tuple[int, bytes]:
    """Return size and root of the log that the signed note states. Source: c2sp.org/signed-note."""
    text, _, lines = note.rpartition("\n\n")
    try:
        _, size, root, *_ = text.split("\n")
        stated = int(size), base64.b64decode(root, validate=True)
        signatures = [line.removeprefix("— ").split(" ") for line in lines.splitlines()]
        signed = [(name, base64.b64decode(words, validate=True)) for name, words in signatures]
    except ValueError as problem:
        raise Refused("checkpoint_altered") from problem
    ours = [(key, made[4:]) for name, made in signed for key in trusted if is_of(name, made[:4], key)]
    if not ours:
        raise Refused("other_key")
    if not all(signs(key, signature, f"{text}\n".encode()) for key, signature in ours):
        raise Refused("checkpoint_altered")
    return stated


def is_of(name: str, mark: bytes, key: str) -> bool:
    """Return whether a signature line is of this key: it names it, and four bytes of a digest of it."""
    return name == key.partition("+")[0] and mark == mark_of(name, raw(key))


def included(leaf: dict, inclusion: dict, size: int, root: bytes) -> None:
    """RFC 9162, section 2.1.3.2."""
    if inclusion["index"] != leaf["seq"] - 1 or inclusion["size"] != size:
        raise Refused("misplaced")
    names = ("seq", "at", "actor", "action", "subject", "facts", "prev")
    found = hashlib.sha256(b"\x00" + canonical([leaf[name] for name in names])).digest()
    at, last = inclusion["index"], size - 1
    for step in map(bytes.fromhex, inclusion["path"]):
        if last == 0:
            raise Refused("not_in_log")
        if at & 1 or at == last:
            found = hashlib.sha256(b"\x01" + step + found).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + step).digest()
        at, last = at >> 1, last >> 1
    if last or found != root:
        raise Refused("not_in_log")


def signs(key: str, signature: bytes, data: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(raw(key)).verify(signature, data)
    except InvalidSignature:
        return False
    return True


def raw(key: str) -> bytes:
    """Return the 32 bytes of a key written `name+mark+Base64 of 0x01 and the key`."""
    name, mark, words = key.split("+", 2)
    found = base64.b64decode(words, validate=True)[1:]
    if mark != mark_of(name, found).hex():
        raise ValueError("the key is not written as a signed note writes it")
    return found


def mark_of(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]


def decoded(words: str) -> bytes:
    try:
        return base64.b64decode(words, validate=True)
    except ValueError:
        return b""


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


if __name__ == "__main__":
    main()
