"""The line to the judge: its own pooled client, kept apart from the providers' (its key never meets theirs)."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal, cast
from urllib.parse import urlsplit

from sekisho.base import settings
from sekisho.detection.detectors.judgement import NAME, Judgement
from sekisho.detection.types import Finding, Outcome, Passage
from sekisho.gateway.screen.hearing import Hearing
from sekisho.gateway.types import Principal
from sekisho.link.snapshot import Route

if TYPE_CHECKING:
    from sekisho.detection.detectors.judge import Judge

AT_A_TIME = 32
"""Questions that one gateway process has open with the judge. Others wait, on their own time."""
DIALECTS = ("anthropic", "openai")


class JudgeLine:
    """A configured judge. Without one there is no line, and nothing is asked."""

    def __init__(self, base_url: str, model: str, key: str, dialect: str, budget_ms: float) -> None:
        self.budget_ms = budget_ms
        self.is_answering = True
        """Whether the last question was answered; an operator sees it in `/ready`."""
        self._address = (base_url, model, key, dialect)
        self._judge: Judge | None = None

    @property
    def problem(self) -> str:
        """What is wrong with the settings, as the name of one of them; empty when they can work."""
        base_url, model, _, dialect = self._address
        if not base_url.startswith(("http://", "https://")):
            return "judge_base_url"
        if not model:
            return "judge_model"
        return "" if dialect in DIALECTS and self.budget_ms > 0 else "judge_dialect"

    async def open(self) -> None:
        if self.problem:
            return
        import aiohttp  # ten MiB that a gate without a judge can spare

        from sekisho.detection.detectors.judge import Judge

        base_url, model, key, dialect = self._address
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=AT_A_TIME, keepalive_timeout=30),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        self._judge = Judge(session, base_url, model, key, cast("Literal['anthropic', 'openai']", dialect))

    async def close(self) -> None:
        if self._judge is not None:
            await self._judge.session.close()

    def hearing(self, principal: Principal, route: Route) -> Hearing | None:
        """Return what one request may ask; None where it may not ask at all. What is under zero retention goes to the
        provider that answers it, and to no third one (R-DATA-135, R-DATA-166): each clause then resolves doubt itself.
        """
        if principal.zero_retention and not self._stands_at(route):
            return None
        return Hearing(self, self.budget_ms)

    def _stands_at(self, route: Route) -> bool:
        base_url, model, _, _ = self._address
        ours, theirs = urlsplit(base_url), urlsplit(route.base_url)
        is_retained = any(fnmatchcase(model, one) for one in route.retaining_models)
        return bool(ours.netloc) and ours.netloc == theirs.netloc and not is_retained

    async def judge(self, passage: Passage, clauses: Mapping[str, str], *, budget_ms: float) -> Judgement:
        """Return the judge's opinion; one that cannot be asked is an ERROR about every clause."""
        if self._judge is None:
            errors = (Finding(clause, NAME, Outcome.ERROR, 0.0, "misconfigured") for clause in clauses)
            return Judgement(tuple(errors), frozenset())
        opinion = await self._judge.judge(passage, clauses, budget_ms=budget_ms)
        self.is_answering = all(finding.outcome is not Outcome.ERROR for finding in opinion.findings)
        return opinion


def configured() -> JudgeLine | None:
    """Return the line to the judge that the settings name, None when they name none."""
    if not (base_url := settings.text("judge_base_url")):
        return None
    return JudgeLine(
        base_url,
        settings.text("judge_model"),
        settings.text("judge_api_key"),
        settings.text("judge_dialect"),
        settings.integer("judge_budget_ms"),
    )
