"""What sign-in through an organisation's own provider asks of the browser."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from allauth.socialaccount.models import SocialApp
from django.http import HttpRequest, HttpResponse


class ProviderFormMiddleware:
    """Lets the one page that leads to an organisation's provider do so.

    Browsers hold the redirect that answers a form against `form-action`, which elsewhere names this site
    alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match and match.url_name == "openid_connect_login":
            app = SocialApp.objects.filter(provider_id=match.kwargs["provider_id"]).first()
            if app:
                server = urlsplit(app.settings["server_url"])
                update = {"form-action": [f"{server.scheme}://{server.netloc}"]}
                response._csp_update = update  # type: ignore[attr-defined]
        return response
