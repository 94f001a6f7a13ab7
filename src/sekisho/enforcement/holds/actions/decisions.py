"""What professionals do with a held answer, and what the client may add."""

from __future__ import annotations

from sekisho.accounts.queries import as_of_now, not_found
from sekisho.accounts.types import KeyView, Viewer
from sekisho.base.clock import Clock, system_clock
from sekisho.base.text import Lang
from sekisho.enforcement.holds import content, rules
from sekisho.enforcement.holds.actions.signing import attest
from sekisho.enforcement.holds.actions.step import Step, kept, step, written
from sekisho.enforcement.holds.diff import as_json, changes
from sekisho.enforcement.holds.notes import disclosure_of, language_of, note_of
from sekisho.enforcement.holds.queries import hold, hold_for_key, matter_of, qualified
from sekisho.enforcement.holds.rules import Qualified, Unqualified
from sekisho.enforcement.holds.types import Answer, Ended, TicketView
from sekisho.records.types import StoredBlock


def claim(actor: Viewer, hold_id: str, clock: Clock = system_clock) -> None:
    """Take the answer for 30 minutes: its content is shown to the actor, and to nobody else meanwhile.

    Claiming what one has already starts the 30 minutes anew. An answer whose conversation was erased expires instead.
    Raises `NotFoundError` for what the actor may not see, `NotAllowedError` for who is not qualified, and
    `SekishoError` with a code of `rules.Refused`: `claimed_by_other`, `decided_already`, ….
    """
    now, at = _seen(actor, hold_id, clock), clock()
    with step(now.id, hold_id, "claim", at) as one:
        one.to(rules.Claim(_who(now, one), now.id))
        if content.parts_of(one.row.turn) is not None:
            one.end("hold.claimed", lease_until=one.held.lease_until)
        else:
            one.to(rules.Gone())
            one.row.ended = Ended.ERASED.value
            one.end("hold.erased")


def give_back(actor: Viewer, hold_id: str, clock: Clock = system_clock) -> None:
    """Let others take it. Raises as `claim`."""
    now, at = _seen(actor, hold_id, clock), clock()
    with step(now.id, hold_id, "give_back", at) as one:
        one.to(rules.GiveBack(now.id))
        one.end("hold.given_back")


def release(
    actor: Viewer,
    hold_id: str,
    text: str | None = None,
    *,
    agreed: bool,
    language: Lang = "en",
    clock: Clock = system_clock,
) -> None:
    """Give the client the draft, or `text` in its place; a text that differs is an edit, and the diff is kept.

    `agreed`: the actor agreed to `attestation.statement` in `language`. What they attested to is signed and kept.
    Raises as `claim`, and `not_agreed`, `text_missing`, `text_too_long`, `erased`.
    """
    now, at = _seen(actor, hold_id, clock), clock()
    with step(now.id, hold_id, "release", at) as one:
        parts, who, row = one.parts(), _who(now, one), one.row
        draft = content.draft_of(parts)
        given = draft if text is None or written(text) == draft.strip() else written(text)
        is_edited = given != draft
        one.to(rules.Release(who, now.id, agreed, is_edited))
        salt = content.fresh_salt()
        told = [StoredBlock(content.GATE, content.SALT, salt)]
        if is_edited:
            told.append(StoredBlock(content.REVIEWER, content.DIFF, as_json(changes(draft, given))))
        spoken = language_of(row.language, row.organisation)
        answer = Answer(disclosure_of(row.key, at, spoken), given, note_of(row.domain, is_edited, spoken))
        kept(content.add_to_review(row.turn, parts, *told) and content.keep_released(row.turn, answer))
        one.end("hold.released", edited=is_edited, attestation=attest(one, parts, who, salt, given, language))


def reject(
    actor: Viewer, hold_id: str, reason: str, *, language: Lang = "en", clock: Clock = system_clock
) -> None:
    """Decide that the answer is not given. The client is told the reason in the actor's words. Raises as
    `release`."""
    now, at = _seen(actor, hold_id, clock), clock()
    with step(now.id, hold_id, "reject", at) as one:
        parts, who = one.parts(), _who(now, one)
        one.to(rules.Reject(who, now.id))
        salt = content.fresh_salt()
        words = StoredBlock(content.REVIEWER, content.REASON, written(reason))
        kept(content.add_to_review(one.row.turn, parts, StoredBlock(content.GATE, content.SALT, salt), words))
        one.end("hold.rejected", attestation=attest(one, parts, who, salt, "", language))


def ask_facts(actor: Viewer, hold_id: str, question: str, clock: Clock = system_clock) -> None:
    """Ask the client what one has to know first; they have seven days. Raises as `release`, and
    `asked_too_often`."""
    now, at = _seen(actor, hold_id, clock), clock()
    with step(now.id, hold_id, "ask_facts", at) as one:
        parts = one.parts()
        one.to(rules.Ask(_who(now, one), now.id))
        words = StoredBlock(content.REVIEWER, content.QUESTION, written(question))
        kept(content.add_to_review(one.row.turn, parts, words))
        one.end("hold.facts_asked", round=one.held.rounds)


def add_facts(key: KeyView, review_id: str, facts: str, clock: Clock = system_clock) -> TicketView:
    """Answer the reviewer's question, and return what the ticket has become: it waits again, with its timers anew.

    Raises `NotFoundError` for a ticket of another organisation, and `SekishoError`: `facts_not_asked`,
    `text_missing`, `text_too_long`, `decided_already`, `expired_already`, `erased`.
    """
    at = clock()
    hold_for_key(key, review_id, at)
    with step(key.id, review_id, "add_facts", at) as one:
        one.to(rules.Facts())
        words = StoredBlock(content.CLIENT, content.FACTS, written(facts))
        kept(content.add_to_review(one.row.turn, one.parts(), words))
        one.end("hold.facts_added")
    return hold_for_key(key, review_id, at)


def _seen(actor: Viewer, hold_id: str, clock: Clock) -> Viewer:
    """Return the actor as of now. Raises `NotFoundError` for a hold that they may not see; the system decides none."""
    now = as_of_now(actor)
    if now.is_system or not now.id:
        raise not_found("hold_not_found")
    hold(now, hold_id, clock())
    return now


def _who(now: Viewer, one: Step) -> Qualified | Unqualified:
    return qualified(now, matter_of(one.row), one.at)
