"""Which providers requests can go to, from the settings, and what is on record of them. No Django."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from msgspec import structs

from sekisho.base import settings
from sekisho.link.snapshot import Dialect, Route
from sekisho.records.providers.types import Provider, ProviderState


def routes() -> tuple[Route, ...]:
    """Return a route for each dialect: the real provider where one is set, else the shipped fake. What is known of them
    comes from the registry (`on_record`): until then each counts as keeping and training (R-DATA-135)."""
    real = tuple(route for route in (_anthropic(), _openai()) if route is not None)
    served = {route.dialect for route in real}
    return real + tuple(_fake(dialect) for dialect in Dialect if dialect not in served)


def provider_of(route: Route) -> Provider:
    """Return under which name the registry knows who stands behind a route."""
    return Provider(route.id, (urlsplit(route.base_url).hostname or "").lower())


def on_record(found: Iterable[Route], policies: Mapping[Provider, ProviderState]) -> tuple[Route, ...]:
    """Return the routes with what counts of their providers, whatever was said of them before."""
    return tuple(_on_record(route, policies.get(provider_of(route))) for route in found)


def _on_record(route: Route, state: ProviderState | None) -> Route:
    if state is None:
        return structs.replace(route, zero_retention=False, retaining_models=())
    return structs.replace(
        route, zero_retention=state.keeps_nothing, retaining_models=state.facts.requires_retention
    )


def _anthropic() -> Route | None:
    if not settings.text("anthropic_api_key"):
        return None
    base_url = settings.text("anthropic_base_url")
    return _real("anthropic", Dialect.ANTHROPIC, base_url, "anthropic_api_key")


def _openai() -> Route | None:
    """Ollama and vLLM take no key, so an address alone is enough; a key alone means the provider's own
    address."""
    has_key, base_url = bool(settings.text("openai_api_key")), settings.text("openai_base_url")
    if not has_key and not base_url:
        return None
    credential = "openai_api_key" if has_key else ""
    return _real("openai", Dialect.OPENAI, base_url or "https://api.openai.com/v1", credential)


def _real(id: str, dialect: Dialect, base_url: str, credential: str) -> Route:
    return Route(id, dialect, base_url, credential=credential, upstream=upstream_of(base_url))


FIRST_PARTY = frozenset({"api.anthropic.com", "api.openai.com"})
"""Hosts at which the makers of models serve them themselves. Source: their public API references."""
_CLOUDS = (
    (re.compile(r"bedrock-runtime[\w.-]*\.amazonaws\.com(\.cn)?"), "bedrock"),
    (re.compile(r"([\w-]+-)?aiplatform\.googleapis\.com"), "vertex"),
)


def upstream_of(base_url: str) -> str:
    """Return who stands behind an address: decided by its host alone, never by what it is called (R-DATA-044)."""
    host = (urlsplit(base_url).hostname or "").lower()
    if host in FIRST_PARTY:
        return "first_party"
    return next((name for pattern, name in _CLOUDS if pattern.fullmatch(host)), "other")


def _fake(dialect: Dialect) -> Route:
    return Route(f"fake-{dialect.value}", dialect, "", fake=True)
