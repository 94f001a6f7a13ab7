"""An endpoint for embeddings, of OpenAI's shape: `POST {url}/embeddings` with model and texts."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from sekisho.base import settings
from sekisho.support.search.rules.vectors import packed

BUDGET_S = 0.5
"""Seconds that a search waits for the vector of its question."""
PATIENT_S = 20.0
"""Seconds that the worker waits for those of articles."""
REST_S = 60.0
"""Seconds for which an endpoint that failed is not asked by searches."""
ANSWER_BYTES = 32 * 1024 * 1024


class EndpointError(RuntimeError):
    """It did not answer, or not with vectors. Says nothing of what it was asked."""


class _NoRedirects(HTTPRedirectHandler):
    """The key goes where the operator said, and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = build_opener(_NoRedirects)
_rests_until = 0.0


def model() -> str:
    """Return the model to be asked; empty where no endpoint is set, and then nothing is asked."""
    url = settings.text("support_embeddings_url")
    return settings.text("support_embeddings_model") if urlsplit(url).scheme in ("http", "https") else ""


def embedded(texts: Sequence[str], *, budget_s: float = PATIENT_S) -> list[bytes]:
    """Return a vector for each text. Raises `EndpointError` for anything else, and then rests for a while."""
    global _rests_until
    try:
        return _asked(texts, budget_s)
    except (OSError, URLError, HTTPException, ValueError, KeyError, TypeError) as problem:
        _rests_until = time.monotonic() + REST_S
        raise EndpointError(type(problem).__name__) from None


def is_resting() -> bool:
    return time.monotonic() < _rests_until


def wake() -> None:
    """Ask it again at once, as after its address was changed."""
    global _rests_until
    _rests_until = 0.0


def _asked(texts: Sequence[str], budget_s: float) -> list[bytes]:
    headers = {"Content-Type": "application/json"}
    if key := settings.text("support_embeddings_key"):
        headers["Authorization"] = f"Bearer {key}"
    body = json.dumps({"model": model(), "input": list(texts), "encoding_format": "float"}).encode()
    address = f"{settings.text('support_embeddings_url').rstrip('/')}/embeddings"
    with _OPENER.open(Request(address, body, headers), timeout=budget_s) as answer:  # noqa: S310  (http or https: see `model`)
        data = json.loads(answer.read(ANSWER_BYTES))["data"]
    vectors = {int(one["index"]): packed(one["embedding"]) for one in data}
    return [vectors[at] for at in range(len(texts))]
