"""When an answer to the survey is counted, and when a month is told. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from sekisho.base.text import Text
from sekisho.records.feedback.rules.suppression import told
from sekisho.records.feedback.types import RATINGS, Answer, May, MayNot, Month, SurveyCircumstances

VERSION = 1
"""Of the question that is asked now."""
NEAR = timedelta(days=1)
"""How far a client's day may lie from ours: it is another day elsewhere. More would let a day say something else."""
CLOSES_AFTER = timedelta(days=3)
"""How long after its end a month is told first: no answer comes to it any more, so it never changes (and whoever looks
twice learns nothing)."""
OTHERS = 0
"""Stands for the clients whose numbers are withheld: a name in the list would say that somebody with it answered."""
CLIENT = re.compile(r"(\d{1,2})\.(\d{1,3})")


def may_answer(now: SurveyCircumstances) -> May | MayNot:
    """Return whether answers are counted (R-DATA-088, R-DATA-089)."""
    if now.zero_retention and now.chosen is not True:
        return MayNot("feature_disabled_by_zdr", BY_ZDR)
    if now.chosen is False:
        return MayNot("feature_disabled_by_organisation", BY_ORGANISATION)
    if now.do_not_track:
        return MayNot("do_not_track", DO_NOT_TRACK)
    if not now.is_switched_on:
        return MayNot("feature_disabled_here", HERE)
    return May()


def answer(day: date, version: int, rating: int, client: str, today: date) -> Answer | None:
    """Return the answer, None for one that says what no client of ours says. Nothing in it is free text."""
    found = CLIENT.fullmatch(client)
    if found is None or rating not in RATINGS or version != VERSION or abs(day - today) > NEAR:
        return None
    return Answer(day, version, rating, int(found[1]) * 1000 + int(found[2]))


def client_of(number: int) -> str:
    return f"{number // 1000}.{number % 1000}"


def is_closed(first: date, today: date) -> bool:
    """Return whether the month that begins on `first` is told."""
    return _next(first) + CLOSES_AFTER <= today


def month(first: date, counts: Iterable[tuple[Answer, int]]) -> Month:
    """Return what is told of a month: two tables of one dimension each, never one of two. Both tell, or neither."""
    ratings, clients = Counter(dict.fromkeys(RATINGS, 0)), Counter[int]()
    for one, count in counts:
        ratings[one.rating] += count
        clients[one.client] += count
    of_ratings, of_clients = told(ratings), told(clients)
    if of_ratings[0] is None or of_clients[0] is None:
        return Month(first, None, dict.fromkeys(ratings), {OTHERS: None} if clients else {})
    shown: dict[int, int | None] = {one: count for one, count in of_clients[1].items() if count is not None}
    return Month(
        first, of_ratings[0], of_ratings[1], shown | ({OTHERS: None} if len(shown) < len(clients) else {})
    )


def _next(first: date) -> date:
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)


BY_ZDR = Text(
    "The survey is off under zero data retention. An owner of the organisation can let it be counted.",
    "ゼロデータ保持が適用されているため、アンケートは無効です。組織のオーナーが集計を許可できます。",
)
BY_ORGANISATION = Text(
    "Your organisation turned the survey off. Nothing was counted.",
    "組織の設定でアンケートが無効になっています。回答は集計していません。",
)
DO_NOT_TRACK = Text(
    "You asked not to be tracked, so no survey is shown and nothing was counted.",
    "追跡拒否の設定に従い、アンケートは表示せず、回答も集計していません。",
)
HERE = Text(
    "The survey is turned off on this server. Nothing was counted.",
    "このサーバーではアンケートが無効になっています。回答は集計していません。",
)
QUESTION = Text("How is it doing this session?", "このセッションの調子はいかがですか。")
