"""By what a mail is known again, by whichever road it comes."""

from __future__ import annotations

from dataclasses import astuple, replace
from hashlib import sha256

from sekisho.cases.mail import house, markup
from sekisho.cases.mail.reading import TEXT_CHARS
from sekisho.cases.mail.types import Letter, Proof

ID_CHARS = 200
"""Longest Message-ID by which a mail is known. Real ones have a third."""


def known_by(raw: bytes, letter: Letter, recipient: str, proof: Proof) -> str:
    """Return the keyed digest of all that decides what becomes of a mail and of all that it says: envelope sender and
    recipient, Message-ID, proof, every word and file. What servers write over it on their way is left out, so that it
    is one mail by two roads.

    Nobody suppresses another's mail by its Message-ID: only a mail that would become the very same is taken for it. One
    without Message-ID, or that is not known whole, is known by its bytes.
    """
    if not _is_known_whole(letter):
        return house.digest_of(sha256(raw).hexdigest(), recipient)
    files = [(one.name, one.media_type, sha256(one.content).hexdigest()) for one in letter.pieces]
    text, html = (words.replace("\r\n", "\n") for words in (letter.text, letter.html))
    said = repr((proof.value, astuple(replace(letter, text=text, html=html, pieces=())), files)).encode()
    return house.digest_of(f"letter {sha256(said).hexdigest()}", recipient)


def _is_known_whole(letter: Letter) -> bool:
    """Return whether two mails that read alike are alike: nothing was left out, cut, or could not be decoded."""
    words = (letter.subject, letter.text, letter.html)
    return (
        0 < len(letter.message_id) <= ID_CHARS
        and not letter.problem
        and not letter.left_out
        and len(letter.text) < TEXT_CHARS
        and len(letter.html) < markup.LARGEST
        and not any("\ufffd" in one for one in words)
    )
