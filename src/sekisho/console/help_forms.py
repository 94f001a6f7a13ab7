"""Forms of the help centre's editors: what both languages share, and each language's own text."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sekisho.accounts.types import Plan, Role
from sekisho.base.text import LANGS, Lang
from sekisho.support.help.categories import CATEGORIES
from sekisho.support.help.rules.audience import unpacked
from sekisho.support.help.rules.sources import BODY_CHARS, SLUG, SLUG_CHARS, TITLE_CHARS
from sekisho.support.help.types import EVERYBODY, ArticleView, Draft
from sekisho.support.types import Surface

SIGNED_IN = (
    ("", _("Does not matter")),
    ("yes", _("Only people who have signed in")),
    ("no", _("Only visitors")),
)


class SharedForm(forms.Form):
    """What both languages share."""

    slug = forms.RegexField(
        regex=f"^{SLUG.pattern}$",
        label=_("Address"),
        max_length=SLUG_CHARS,
        help_text=_("Small letters, digits and hyphens, as in lost-key. It never changes afterwards."),
    )
    category = forms.ChoiceField(label=_("Shelf"))
    owner = forms.CharField(label=_("Who looks after it"), max_length=80)
    plans = forms.MultipleChoiceField(
        label=_("Plans"), required=False, choices=[(one.value, one.value) for one in Plan],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    roles = forms.MultipleChoiceField(
        label=_("Roles"), required=False, choices=[(one.value, one.value) for one in Role],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    surfaces = forms.MultipleChoiceField(
        label=_("Where it is shown"), required=False, choices=[(one.value, one.value) for one in Surface],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    regions = forms.CharField(
        label=_("Regions"),
        max_length=100,
        required=False,
        help_text=_("Codes such as EU GB AU, divided by blanks."),
    )
    signed_in = forms.ChoiceField(label=_("Signed in"), required=False, choices=SIGNED_IN)

    def __init__(self, *args: Any, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [(one.id, one.id) for one in CATEGORIES]  # type: ignore[attr-defined]
        if not is_new:
            del self.fields["slug"]

    @property
    def audience_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("plans", "roles", "surfaces", "regions", "signed_in")]

    @property
    def own_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("slug", "category", "owner") if name in self.fields]


class TextForm(forms.Form):
    """One language's text. All of it left empty: there is none in this language."""

    title = forms.CharField(label=_("Title"), max_length=TITLE_CHARS, required=False)
    keywords = forms.CharField(
        label=_("Words to find it by"), max_length=500, required=False,
        help_text=_("Divided by commas: what people call it who do not know our words."),
    )  # fmt: skip
    body = forms.CharField(
        label=_("Text"), max_length=BODY_CHARS, required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 26, "class": "source", "spellcheck": "true"}),
        help_text=_("Markdown. HTML is shown as it is written, and pictures are left out."),
    )  # fmt: skip
    after = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if bool(data.get("title")) != bool((data.get("body") or "").strip()):
            raise forms.ValidationError(_("A text needs a title, and a title needs a text."))
        return data

    @property
    def is_empty(self) -> bool:
        return not self.cleaned_data["title"]


def shared_initial(view: ArticleView | None) -> dict[str, Any]:
    if view is None:
        return {"owner": "support"}
    audience = view.audience
    signed_in = {None: "", True: "yes", False: "no"}[audience.signed_in]
    return {
        "category": view.category,
        "owner": view.owner,
        "plans": [one.value for one in audience.plans],
        "roles": [one.value for one in audience.roles],
        "surfaces": [one.value for one in audience.surfaces],
        "regions": " ".join(sorted(audience.regions)),
        "signed_in": signed_in,
    }


def text_initial(view: ArticleView | None) -> dict[str, Any]:
    if view is None:
        return {}
    return {
        "title": view.title,
        "keywords": ", ".join(view.keywords),
        "body": view.body,
        "after": view.version,
    }


def draft_of(slug: str, lang: Lang, shared: SharedForm, text: TextForm, today: date) -> Draft:
    """Return what the forms say as an article; both are valid, and the text is not empty."""
    data, words = shared.cleaned_data, text.cleaned_data
    stated: dict[str, object] = {name: data[name] for name in ("plans", "roles", "surfaces") if data[name]}
    if data["regions"]:
        stated["regions"] = data["regions"].split()
    if data["signed_in"]:
        stated["signed_in"] = data["signed_in"] == "yes"
    keywords = tuple(word.strip() for word in words["keywords"].replace("、", ",").split(",") if word.strip())
    return Draft(
        slug=slug, lang=lang, title=words["title"], category=data["category"],
        body=words["body"].replace("\r\n", "\n").strip() + "\n", updated=today, reviewed=today,
        owner=data["owner"], keywords=keywords, audience=unpacked(stated) if stated else EVERYBODY,
    )  # fmt: skip


def text_forms(views: dict[Lang, ArticleView], data: Any = None) -> dict[Lang, TextForm]:
    return {lang: TextForm(data, prefix=lang, initial=text_initial(views.get(lang))) for lang in LANGS}
