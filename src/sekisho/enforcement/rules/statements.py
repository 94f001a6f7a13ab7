"""What a statement of reasons must hold, and how long the page that shows it can be opened. Pure.

Source: DSA (Regulation (EU) 2022/2065), art. 17(3), which `docs/rules/notices.md` lists point by point.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from sekisho.base.text import LANGS, Text
from sekisho.enforcement.types import NO_WORDS, RestrictionView, Statement, UnitKind
from sekisho.policy.types import Clause

LINK_LIFE = timedelta(days=193)
"""How long the signed page opens after somebody was told.

Six calendar months for an appeal (DSA art. 20(1)) are 184 days at most; two more for a day that ends later elsewhere,
and seven for a mail that is on its way for as long as the post tries (`notices.rules.MAX_TRIES`)."""


def missing(statement: Statement, clause: str) -> tuple[str, ...]:
    """Return what the statement lacks, as names of its fields (`facts_ja`, …); empty when it is complete.

    It lacks a `ground` when it names neither a clause of the policy nor a law (art. 17(3)(d) and (e)). Duration and
    restriction are the restriction's own; whether automation had a part, and whose initiative it was, is always said.
    """
    texts = {"facts": statement.facts, "explanation": statement.explanation, "redress": statement.redress}
    lacking = [
        f"{name}_{lang}" for name, text in texts.items() for lang in LANGS if not text.in_(lang).strip()
    ]
    return tuple(lacking) if clause or statement.law else (*lacking, "ground")


def explained(clause_id: str, clause: Clause | None, policy: str) -> Text:
    """Return why what happened is not compatible with a clause, in the clause's own words; no words without one.

    `clause` is None where the policy in force does not know it: then the clause is named alone.
    """
    if not clause_id:
        return NO_WORDS
    if clause is None:
        return _BY_NAME.format(clause=clause_id)
    version = policy.partition("@")[2].partition("+")[0] or policy
    return Text(
        _BY_TEXT.en.format(version=version, title=clause.title.en, text=clause.text.en),
        _BY_TEXT.ja.format(version=version, title=clause.title.ja, text=clause.text.ja),
    )


def informed_at(view: RestrictionView, at: datetime) -> datetime:
    """Return from when six months count (DSA art. 20(2): from the day of being informed), asked at the moment `at`.

    An organisation is written to as the restriction begins. An end user has no address that we know: the gate tells
    them each time it refuses them, so they count as told as long as the restriction stands.
    """
    if view.unit.kind is not UnitKind.END_USER:
        return view.since
    ends = [end for end in (view.until, view.lifted_at) if end is not None]
    return max(view.since, min([at, *ends]))


def link_expires(view: RestrictionView, at: datetime) -> datetime:
    """Return when a link to the statement's page that is given out at `at` stops opening it.

    Counted from the beginning of a day, so that each snapshot of a day names the same link.
    """
    told = informed_at(view, at).astimezone(UTC)
    return datetime.combine(told.date() + timedelta(days=1), time(), UTC) + LINK_LIFE


_BY_TEXT = Text(
    "The usage policy (version {version}) says under “{title}”: {text} What happened is not compatible with this.",
    "利用ポリシー（{version} 版）の「{title}」には、次のように定められています。{text}今回の行為はこれに反します。",
)
_BY_NAME = Text(
    "What happened is not compatible with the clause {clause} of the usage policy.",
    "今回の行為は、利用ポリシーの条項「{clause}」に反します。",
)
