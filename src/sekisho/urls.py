"""Where pages and the control plane's API live. The gateway's own paths never arrive here: see `asgi.py`."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.urls import include, path

from sekisho.accounts.admin import tables
from sekisho.api.app import api
from sekisho.api.problems import no_such_path
from sekisho.api.support_mail import post as take_support_mail

# Django's own sign-in form knows nothing of second factors and rate limits; allauth's does.
tables.login = secure_admin_login(tables.login)  # type: ignore[method-assign]

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("operator/tables/", tables.urls),
    path("v1/", api.urls),
    path("v1/<path:rest>", no_such_path),
    path("support/mail", take_support_mail),
    path("", include("sekisho.console.urls")),
]

handler400 = "sekisho.console.faults.bad_request"
handler403 = "sekisho.console.faults.permission_denied"
handler404 = "sekisho.console.faults.page_not_found"
handler500 = "sekisho.console.faults.server_error"
