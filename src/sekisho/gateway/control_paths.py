"""Which paths under `/v1/` are the control plane's: reviews and reports need its database."""

from __future__ import annotations

CONTROL_PREFIXES = (
    "/v1/reviews",
    "/v1/reports",
    "/v1/feedback",
    "/v1/survey",
    "/v1/opendsr",
    "/v1/openapi.json",
)


def is_for_control(path: str) -> bool:
    """Return whether the control plane answers `path`."""
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in CONTROL_PREFIXES)
