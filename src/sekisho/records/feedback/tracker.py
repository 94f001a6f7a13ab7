"""Issues in a tracker of GitHub's shape: what a person typed, version and operating system (R-DATA-066).

The operator names API, repository and token. The address is judged like a webhook's, by name and by the numbers that
the name leads to, and nothing is redirected: a token never goes anywhere else.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from dataclasses import dataclass

import aiohttp
from yarl import URL

from sekisho import __version__
from sekisho.base import settings
from sekisho.records.feedback.types import Issue
from sekisho.webhooks.lookup import Lookup, system_lookup
from sekisho.webhooks.rules.targets import Good, judged
from sekisho.webhooks.sending import Checked

WHOLE_S, CONNECT_S = 15.0, 5.0
ANSWER_BYTES = 65_536
REPOSITORY = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
LONGEST_URL = 300


@dataclass(frozen=True, slots=True)
class Filed:
    url: str
    """Where the issue can be read; empty when the tracker does not say."""


@dataclass(frozen=True, slots=True)
class NotFiled:
    """It was surely not filed."""

    may_try_again: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer came in time: it may have been filed, so it is not sent again."""


def is_there() -> bool:
    """Return whether the operator named a tracker."""
    return REPOSITORY.fullmatch(settings.text("tracker_repository")) is not None


def file(
    issue: Issue, *, lookup: Lookup = system_lookup, tls: ssl.SSLContext | None = None
) -> Filed | NotFiled | Unknown:
    """Open the issue and return what came of it; never raises for what the network does."""
    repository, private = settings.text("tracker_repository"), settings.flag("tracker_private")
    address = f"{settings.text('tracker_url').rstrip('/')}/repos/{repository}/issues"
    if not is_there() or not isinstance(judged(address, private=private), Good):
        return NotFiled(False)
    try:
        return asyncio.run(_posted(address, issue, Checked(lookup, private), tls))
    except (aiohttp.ClientConnectorError, aiohttp.ClientConnectorDNSError):
        return NotFiled(True)
    except (TimeoutError, OSError, aiohttp.ClientError, ValueError):
        return Unknown()


async def _posted(
    address: str, issue: Issue, resolver: Checked, tls: ssl.SSLContext | None
) -> Filed | NotFiled:
    connector = aiohttp.TCPConnector(
        resolver=resolver, use_dns_cache=False, force_close=True, ssl=tls or ssl.create_default_context()
    )
    timeout = aiohttp.ClientTimeout(total=WHOLE_S, sock_connect=CONNECT_S)
    async with (
        aiohttp.ClientSession(
            connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()
        ) as session,
        session.post(
            URL(address),
            json={"title": issue.title, "body": issue.body},
            headers=_headers(),
            allow_redirects=False,
        ) as answer,
    ):
        if answer.status == 201:
            return Filed(_url_of(await answer.content.read(ANSWER_BYTES)))
        return NotFiled(answer.status == 429 or answer.status >= 500)


def _headers() -> dict[str, str]:
    return {
        "authorization": f"Bearer {settings.text('tracker_token')}",
        "accept": "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
        "user-agent": f"Sekisho/{__version__} (feedback)",
    }


def _url_of(body: bytes) -> str:
    """Return where the issue stands, if the answer says so in a way that can be shown as a link."""
    try:
        told = str(json.loads(body)["html_url"])
    except (ValueError, KeyError, TypeError):
        return ""
    good = judged(told, private=settings.flag("tracker_private"))
    return told if isinstance(good, Good) and len(told) <= LONGEST_URL else ""
