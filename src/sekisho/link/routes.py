"""Which providers requests can go to, from the settings. No Django."""

from __future__ import annotations

from sekisho.base import settings
from sekisho.link.snapshot import Dialect, Route


def routes() -> tuple[Route, ...]:
    """Return a route for each dialect: the real provider where one is set, else the shipped fake.

    A real provider counts as retaining what it is sent until its terms are on record (R-DATA-135); the fake
    one keeps nothing.
    """
    real = tuple(route for route in (_anthropic(), _openai()) if route is not None)
    served = {route.dialect for route in real}
    return real + tuple(_fake(dialect) for dialect in Dialect if dialect not in served)


def _anthropic() -> Route | None:
    if not settings.text("anthropic_api_key"):
        return None
    base_url = settings.text("anthropic_base_url")
    return Route("anthropic", Dialect.ANTHROPIC, base_url, credential="anthropic_api_key")


def _openai() -> Route | None:
    """Ollama and vLLM take no key, so an address alone is enough; a key alone means the provider's own
    address."""
    has_key, base_url = bool(settings.text("openai_api_key")), settings.text("openai_base_url")
    if not has_key and not base_url:
        return None
    credential = "openai_api_key" if has_key else ""
    return Route("openai", Dialect.OPENAI, base_url or "https://api.openai.com/v1", credential=credential)


def _fake(dialect: Dialect) -> Route:
    return Route(f"fake-{dialect.value}", dialect, "", fake=True, zero_retention=True)
