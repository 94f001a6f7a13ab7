"""How a request stands, in the fields of OpenDSR (sections 7.3 and 8.3)."""

from __future__ import annotations

from datetime import UTC, datetime

from sekisho.base import settings
from sekisho.records.rights.rules.controllers import API_VERSION, STATUSES
from sekisho.records.rights.types import BundleState, RequestView


def status_of(view: RequestView) -> dict[str, object]:
    """Return the status of a controller's request. `results_url` is fetched with the controller's key, once."""
    told: dict[str, object] = {
        "controller_id": view.subject.organisation,
        "expected_completion_time": moment(view.due_at),
        "subject_request_id": view.external,
        "request_status": STATUSES[view.state],
        "api_version": API_VERSION,
    }
    if view.bundle is BundleState.READY:
        told["results_url"] = f"{public_url()}/v1/opendsr/requests/{view.external}/results"
        told["results_count"] = view.done
    if view.receipt:
        told["receipt"] = view.receipt
    return told


def moment(at: datetime) -> str:
    """Return a moment as RFC 3339."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def public_url() -> str:
    return settings.text("public_url").rstrip("/")
