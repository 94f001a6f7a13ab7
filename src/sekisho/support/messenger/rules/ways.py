"""The truth about the ways that are open to somebody, and when people come in (R-SUP-035, R-SUP-036). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sekisho.base.text import Text
from sekisho.support.bot.types import AnswerKind, Failure
from sekisho.support.messenger.types import Issue
from sekisho.support.types import Channel, Entitlements

FAILED_ANSWERS = 2
"""So many answers in a row that were none, and people come in. Source: R-SUP-036."""


class Way(StrEnum):
    """Something that can be pressed. Stored in events: the words never change."""

    PEOPLE = "people"
    OWNER = "owner"
    SIGN_IN = "sign_in"
    ISSUES = "issues"
    SEARCH = "search"


ALWAYS = ("safety_report", "privacy_request", "appeal", "cannot_sign_in")
"""Issues that stand below every answer about people: they are there for everybody (R-SUP-061)."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What is said, and what can be pressed: ways, then ids of issues."""

    text: Text
    offers: tuple[str, ...]


def channel_of(issue: Issue | None) -> Channel:
    """Return the channel by which people are reached on this issue."""
    return issue.people if issue else Channel.HUMAN


def may_reach_people(found: Entitlements, issue: Issue | None) -> bool:
    return found.of(channel_of(issue)).is_open


def ways(found: Entitlements, issue: Issue | None, *, is_signed_in: bool) -> Ways:
    """Return the answer to "may I talk to a person": people by e-mail, one's owner, or neither, and what is open to
    everybody. Never a telephone, never a live chat (R-SUP-050)."""
    people, owner = found.of(channel_of(issue)), found.of(Channel.OWNER)
    if people.is_open:
        return Ways(_joined(people.because, BY_MAIL), (Way.PEOPLE, Way.ISSUES))
    if owner.is_open:
        return Ways(_joined(people.because, EVERYBODY), (Way.OWNER, *ALWAYS))
    first = () if is_signed_in else (Way.SIGN_IN,)
    return Ways(_joined(people.because, EVERYBODY), (*first, Way.ISSUES, *ALWAYS))


class Next(StrEnum):
    """What follows an answer, or none."""

    NOTHING = "nothing"
    OFFER = "offer"
    """The ways are shown."""
    PEOPLE = "people"
    """It is handed over, where that is open; else the ways are shown."""


def after(outcome: AnswerKind | Failure, failures_before: int) -> Next:
    """Return what follows. It hangs on the kind of the answer, never on its words (R-SUP-032)."""
    if isinstance(outcome, Failure):
        return Next.PEOPLE if failures_before + 1 >= FAILED_ANSWERS else Next.OFFER
    if outcome is AnswerKind.HANDOFF:
        return Next.PEOPLE
    if outcome is AnswerKind.ABSTAIN:
        return Next.PEOPLE if failures_before + 1 >= FAILED_ANSWERS else Next.OFFER
    return Next.NOTHING


def is_failed(outcome: AnswerKind | Failure) -> bool:
    """Return whether it counts towards the two after which people come in."""
    return isinstance(outcome, Failure) or outcome is AnswerKind.ABSTAIN


def _joined(*texts: Text) -> Text:
    return Text(" ".join(one.en for one in texts), "".join(one.ja for one in texts))


BY_MAIL = Text(
    "A person reads what is written here and answers by e-mail. There is no telephone and no live chat.",
    "担当者がここに書かれた内容を読み、メールでお答えします。電話やライブチャットはありません。",
)
EVERYBODY = Text(
    "People always read what is about safety, your data, an appeal, or an account that you cannot get into.",
    "安全、個人データ、異議申立て、ログインできないアカウントについては、どなたの場合も必ず担当者が対応します。",
)
