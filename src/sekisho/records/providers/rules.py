"""What counts of what is known about a provider. Pure.

One law: what is not known, or was looked at too long ago, counts as the worst. It keeps, and it trains.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sekisho.base.text import Text
from sekisho.records.providers.types import Facts, Provider, ProviderState, Standing, Statement

WORST = Facts()
MOST_DAYS = 36_500
MOST_PATTERNS = 100
_PATTERN = re.compile(r"[A-Za-z0-9*?][A-Za-z0-9._:/@+*?\[\]-]{0,127}")
_REGION = re.compile(r"[a-z0-9][a-z0-9-]{0,39}|")

SHIPPED: Mapping[Provider, Facts] = {
    Provider(f"fake-{dialect}", ""): Facts(retains=False, trains=False, region="local")
    for dialect in ("anthropic", "openai")
}
"""The fake providers of this release: they run in the gateway's own process, hold the last requests in its memory, and
write nothing (`gateway/fake/upstream.py`)."""


def state_of(
    provider: Provider, statement: Statement | None, at: datetime, review: timedelta
) -> ProviderState:
    """Return what counts for the provider at the moment `at`. `statement` is the latest about this provider, and
    `review` how old one may be; the last instant still counts."""
    if (shipped := SHIPPED.get(provider)) is not None:
        return ProviderState(provider, Standing.SHIPPED, shipped)
    if statement is None or statement.provider != provider:
        return ProviderState(provider, Standing.UNSTATED, WORST)
    stale_at = statement.reviewed_at + review
    if not statement.reviewed_at <= at <= stale_at:
        return ProviderState(provider, Standing.STALE, WORST, statement, stale_at)
    return ProviderState(provider, Standing.STATED, statement.facts, statement, stale_at)


def fault(facts: Facts) -> Text | None:
    """Return what is wrong with facts that somebody is about to state; None for nothing."""
    address = urlsplit(facts.evidence)
    if address.scheme != "https" or not address.hostname or len(facts.evidence) > 500:
        return _NO_EVIDENCE
    if facts.retention_days is not None and not (facts.retains and 0 < facts.retention_days <= MOST_DAYS):
        return _DAYS
    if facts.zero_retention_contract and facts.trains:
        return _TRAINS
    if not _REGION.fullmatch(facts.region):
        return _NO_REGION
    wrong = [one for one in facts.requires_retention if not _PATTERN.fullmatch(one)]
    return _NO_PATTERN if wrong or len(facts.requires_retention) > MOST_PATTERNS else None


_NO_EVIDENCE = Text(
    "Name the evidence: the https address of the terms or the contract that say so, 500 characters at most.",
    "根拠として、規約または契約の https アドレスを 500 文字以内で入力してください。",
)
_DAYS = Text(
    "Days of retention belong to a provider that retains: a number from 1 on, or nothing when it does not say.",
    "保持日数は、保持する提供元にだけ指定できます。1 以上の数、または不明なら空欄にしてください。",
)
_TRAINS = Text(
    "A contract for zero retention and training exclude each other. Look at the contract again.",
    "ゼロデータ保持の契約と学習への利用は両立しません。契約をもう一度ご確認ください。",
)
_NO_REGION = Text(
    "A region is a short word such as eu, us or jp.", "地域は eu、us、jp のような短い語で入力してください。"
)
_NO_PATTERN = Text(
    "Models are named one a line, by their id or a pattern such as gpt-4*.",
    "モデルは 1 行に 1 つ、ID または gpt-4* のようなパターンで入力してください。",
)
