"""Pages on which a script cannot turn text into markup at all: Trusted Types, without any policy (R-SUP-023).

Source: W3C, Trusted Types, section 3.2. Our own scripts need none, but for the playground's, which reads a page of ours
for what the stages found. htmx writes markup, so the few pages that load it go without; what they get is our own
server's, under the same `script-src 'self'`.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

DIRECTIVES = {"require-trusted-types-for": ["'script'"], "trusted-types": ["'none'"]}
WITH_HTMX = frozenset(
    {
        "console:hold",
        "console:staff-decisions",
        "console:staff-hold",
        "console:staff-policy-backtest-run",
        "console:staff-policy-new",
        "console:terms",
    }
)
READ_MARKUP = WITH_HTMX | {"console:playground"}


class TrustedTypesMiddleware:
    """Adds the two directives to our pages' policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match and match.app_name == "console" and match.view_name not in READ_MARKUP:
            asked = getattr(response, "_csp_update", {})
            response._csp_update = {**asked, **DIRECTIVES}  # type: ignore[attr-defined]
        return response
