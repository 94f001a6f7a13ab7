"""Nothing that a person types or pastes is cut off silently: it is taken whole, or refused with the words in the field."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.renderers import get_default_renderer
from django.test import Client
from django.utils import translation

from sekisho import accounts, console
from sekisho.accounts.types import KeyView
from sekisho.base.errors import SekishoError
from sekisho.base.lengths import whole
from sekisho.support.search.queries import QUERY_CHARS
from tests.cast import Cast
from tests.console import test_pages
from tests.console.addresses import ADDRESSES
from tests.console.conftest import client_of

END = "and this is the end"
LONG = "many words " * 19_000 + END
"""Longer than any text that is taken, but for a conversation sent as feedback (500,000 characters)."""
QUESTION = "many words " * 120 + END
OWN_ANSWER = {
    ("console:appeal-request", "request_id"): "an id of another shape",
    ("console:holds", "jurisdiction"): "no country has such a code",
    ("console:staff-mail", "reference"): "no case has such a reference",
    ("console:staff-policy-new", "source"): "the file is too large",
    ("console:terms", "source"): "the file is too large",
    ("console:own-connector-new", "name"): "a name of another shape",
}
"""Where another answer than the length is given: what is so long is no such thing at all."""
NOT_SENT = {("console:staff-mail", "dismiss"), ("console:staff-hold", "preview")}
"""Buttons that do not take what stands in the field."""


# --- forms --------------------------------------------------------------------------------------------------------
def _forms() -> list[type[forms.BaseForm]]:
    for room in (console, accounts):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if not module.name.startswith("sekisho.accounts.migrations"):
                importlib.import_module(module.name)
    found, waiting = set[type[forms.BaseForm]](), [forms.BaseForm]
    while waiting:
        below = waiting.pop().__subclasses__()
        found.update(one for one in below if one.__module__.startswith("sekisho."))
        waiting += below
    return sorted(found, key=lambda one: f"{one.__module__}.{one.__name__}")


def _bounded() -> list[tuple[str, forms.CharField]]:
    return [
        (f"{form.__module__}.{form.__name__}.{name}", one)
        for form in _forms()
        for name, one in form.base_fields.items()  # type: ignore[attr-defined]
        if isinstance(one, forms.CharField) and one.max_length and not one.widget.is_hidden
    ]


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_field_with_a_bound_refuses_one_letter_too_many_and_says_both_numbers(lang: str) -> None:
    silent, found = [], _bounded()
    with translation.override(lang):
        for name, one in found:
            said = _refusal(one, "あ" * (one.max_length + 1))  # type: ignore[operator]
            if not (str(one.max_length) in said and str(one.max_length + 1) in said):  # type: ignore[operator]
                silent.append(name)
    assert len(found) > 80
    assert silent == []


def test_no_field_of_a_form_lets_the_browser_cut() -> None:
    drawn = get_default_renderer()
    cutting = [name for name, one in _bounded() if "maxlength" in one.widget.render("x", "", renderer=drawn)]
    assert cutting == []


def _refusal(one: forms.CharField, text: str) -> str:
    try:
        one.clean(text)
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""


@pytest.mark.parametrize(("most", "fits"), [(11, True), (10, False)])
def test_a_text_is_taken_whole_or_not_at_all(most: int, fits: bool) -> None:
    if fits:
        assert whole("many words.", most) == "many words."
        return
    with pytest.raises(SekishoError) as refused:
        whole("many words.", most)
    assert refused.value.code == "text_too_long"
    assert refused.value.told("en").startswith("This text has 11 characters, and at most 10")
    assert refused.value.told("ja").startswith("この文章は 11 文字です。10 文字以内")


# --- pages --------------------------------------------------------------------------------------------------------
@dataclass
class Form:
    """A form of a page, as a browser would send it."""

    method: str
    action: str
    values: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, text: str, button: tuple[str, str] | None) -> dict[str, str]:
        return {**self.values, **dict.fromkeys(self.texts, text), **dict([button] if button else [])}


NO_BUTTON: list[tuple[str, str] | None] = [None]
KNOWN = {"email": "chie@chie.example", "date": "2026-01-01", "number": "1"}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.cutting: list[str] = []
        self._form: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if "maxlength" in known:
            self.cutting.append(known.get("name", tag))
        if tag == "form":
            self._form = Form(known.get("method", "get").lower(), known.get("action", ""))
            self.found.append(self._form)
        elif self._form is not None:
            self._control(self._form, tag, known)

    def _control(self, form: Form, tag: str, known: dict[str, str]) -> None:
        name, kind = "" if "disabled" in known else known.get("name", ""), known.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and known.get("value"):
            form.values[self._select] = known["value"]
        elif tag == "button" and name:
            form.buttons.append((name, known.get("value", "")))
        elif tag == "textarea" or (tag == "input" and kind in ("text", "search", "url")):
            form.texts += [name] if name else []
        elif tag == "input" and name and kind not in ("file", "password"):
            form.values[name] = known.get("value") or KNOWN.get(kind, "on" if kind == "checkbox" else "")

    def handle_endtag(self, tag: str) -> None:
        self._form = None if tag == "form" else self._form


@pytest.mark.usefixtures(*test_pages.pytestmark.args)
def test_whoever_pastes_too_much_is_told_so_and_keeps_every_word(cast: Cast, key: KeyView) -> None:
    wrong, asked = list[str](), 0
    for address in ADDRESSES:
        client, page = client_of(cast, address.who), _Forms()
        client.raise_request_exception = False
        path = address.of(cast, key.id)
        page.feed(client.get(path).content.decode())
        wrong += [f"{address.route} {name} is cut by the browser" for name in page.cutting]
        for form in page.found:
            for button in form.buttons or NO_BUTTON:
                if not form.texts or form.method == "dialog" or (address.route, _named(button)) in NOT_SENT:
                    continue
                asked += 1
                wrong += [
                    f"{address.route} {button} {what}"
                    for what in _lost(client, path, form, button, address.route)
                ]
    assert not wrong, wrong
    assert asked > 60


def _named(button: tuple[str, str] | None) -> str:
    name, value = button or ("", "")
    return value if name == "deed" else name


def _lost(client: Client, path: str, form: Form, button: tuple[str, str] | None, route: str) -> list[str]:
    """What is not as it should be once too much was sent; nothing of it stays in the database."""
    is_search = form.method == "get"
    text = QUESTION if is_search else LONG
    with transaction.atomic():
        send = client.get if is_search else client.post
        answer = send(form.action or path, form.filled(text, button))
        shown = answer.content.decode()
        transaction.set_rollback(True)
    if answer.status_code not in (200, 409, 422):
        return [f"answers {answer.status_code}"]
    if shown.count(END) < len(form.texts):
        return [f"keeps {shown.count(END)} of {form.texts}"]
    says = str(len(text)) in shown or f"{len(text):,}" in shown
    if is_search or says or all((route, name) in OWN_ANSWER for name in form.texts):
        return []
    return ["does not say how long it is"]


@pytest.mark.usefixtures("help_open")
@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "Your question has 1,339 characters. Its first 300"),
        ("ja", "ご質問は 1,339 文字です。はじめの 300 文字"),
    ],
)
def test_of_a_long_question_the_beginning_is_searched_for_and_the_page_says_so(
    lang: str, said: str, cast: Cast
) -> None:
    client = client_of(cast, "", lang)
    for path in ("/help/search", "/help/messenger"):
        assert said in client.get(path, {"q": QUESTION}).content.decode()
        assert said not in client.get(path, {"q": QUESTION[:QUERY_CHARS].strip()}).content.decode()
    told = client.get("/help/messenger", {"q": QUESTION}, headers={"accept": "application/json"}).json()[
        "told"
    ]
    assert said in told
