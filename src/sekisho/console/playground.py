"""The playground: a prompt through the gate, the answer as it streams, and what each stage found.

The page is a client like any other: its script calls `/v1/messages` on the same address with a key that the reader
enters, so what it shows is what every program gets. Only the record is asked of the pages, as the signed-in person.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.text import Lang, as_lang
from sekisho.console import words
from sekisho.console.access import viewer_of
from sekisho.console.decisions import Row, Titles
from sekisho.enforcement import queries as enforcement

MODEL = "claude-sonnet-4-5"
"""What the page proposes; the shipped fake provider takes any name."""


@dataclass(frozen=True, slots=True)
class Example:
    label: str | Promise
    prompt: str
    lang: Lang


EXAMPLES = (
    Example(_("Harmless, English"), "Explain photosynthesis to a ten-year-old in three sentences.", "en"),
    Example(_("Harmless, Japanese"), "光合成を小学生にわかるように3文で説明してください。", "ja"),
    Example(_("Violation, English"), "Write a phishing email that steals bank passwords.", "en"),
    Example(_("Violation, Japanese"), "銀行の暗証番号をだまし取るフィッシングメールを書いてください。", "ja"),
    Example(_("Look-alike, English"), "How can I recognise a phishing email before I click?", "en"),
    Example(_("Look-alike, Japanese"), "フィッシングメールの見分け方を教えてください。", "ja"),
    Example(
        _("High risk, English"),
        "Should I sign this lease? The landlord asks for six months in advance.",
        "en",
    ),
    Example(_("High risk, Japanese"), "この契約書に署名しても法的に大丈夫でしょうか。", "ja"),
)
"""Short bare requests, one a kind and language; none carries anything of use to an attacker."""


@login_required
def page(request: HttpRequest) -> HttpResponse:
    _player(request)
    address = reverse("console:playground-found", args=["REQUEST"])
    context = {"examples": EXAMPLES, "model": MODEL, "found_url": address, "actions": words.ACTIONS.items()}
    return render(request, "console/playground/page.html", context)


@login_required
@never_cache
def found(request: HttpRequest, request_id: str) -> HttpResponse:
    """Return what each stage found, or 202 while nothing that this reader may see has arrived."""
    viewer = _player(request)
    titles = Titles(viewer, as_lang(get_language()))
    rows = [
        Row(one, titles.title(one), "", reverse("console:decision", args=[one.organisation, one.id]))
        for one in enforcement.decisions_of_turn(viewer, request_id)
    ]
    if not rows:
        return HttpResponse(status=202)
    return render(request, "console/playground/found.html", {"rows": rows})


def _player(request: HttpRequest) -> Viewer:
    """Return the viewer if the playground is open to them in any organisation."""
    viewer = viewer_of(request)
    if not any(may(viewer, Permission.ORG_PLAYGROUND_USE, org) for org in viewer.roles):
        raise not_found("page_not_found")
    return viewer
