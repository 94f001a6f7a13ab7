"""The public forms of notices, complaints and orders. They read; deciding stays with the actions."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sekisho.compliance.law import law
from sekisho.compliance.rules.intake import TEXT_CHARS
from sekisho.compliance.types import (
    Category,
    Complainant,
    Law,
    Matter,
    Regime,
)
from sekisho.console import compliance_words as words
from sekisho.console.templatetags.console import reader_lang
from sekisho.console.traps import left_empty, trap

LONG = forms.Textarea(attrs={"rows": 6})
SHORT = forms.Textarea(attrs={"rows": 3})


def drawn() -> str:
    """Return what tells two sendings of one form from two forms."""
    return secrets.token_urlsafe(16)


class _Public(forms.Form):
    """What the public forms have in common: a place, a number of their own, and a trap for programs."""

    region = forms.ChoiceField(
        label=_("Where do you live?"),
        required=False,
        choices=list(words.REGIONS.items()),
        help_text=_("It decides which law applies to you. Change it if it is wrong."),
    )
    submission = forms.CharField(widget=forms.HiddenInput, max_length=40, initial=drawn)
    website = trap()

    def clean_website(self) -> str:
        return left_empty(self.cleaned_data["website"])


class NoticeForm(_Public):
    """What anybody tells us of illegal content. `rules.intake` says what is needed."""

    category = forms.ChoiceField(
        label=_("What is it?"), widget=forms.RadioSelect, choices=list(words.CATEGORIES.items())
    )
    locations = forms.CharField(
        label=_("Where is it?"),
        widget=SHORT,
        help_text=_("One place a line: the address of a page, or the id of a conversation or a shared chat."),
    )
    explanation = forms.CharField(
        label=_("Why do you think that it is illegal?"),
        widget=LONG,
        max_length=TEXT_CHARS,
        help_text=_("In your own words and your own language."),
    )
    law_claimed = forms.CharField(
        label=_("Which law or rule?"), required=False, max_length=300, help_text=_("If you know it.")
    )
    identification = forms.CharField(
        label=_("What else helps us to find it?"), required=False, max_length=1000
    )
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=200,
        help_text=_(
            "Not needed when a child is abused. Whom it is about does not see it unless the law says so."
        ),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        help_text=_("To tell you what we decide. Not needed when a child is abused."),
    )
    flagger = forms.CharField(
        label=_("Number as a trusted flagger"),
        required=False,
        max_length=40,
        help_text=_("Only for organisations that an authority has named so."),
    )
    good_faith = forms.BooleanField(
        label=_("I believe in good faith that what I say here is right and complete.")
    )
    field_order = ("region", "category", "locations", "explanation")

    @property
    def category_chosen(self) -> Category:
        return Category(self.cleaned_data["category"])

    @property
    def places(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.cleaned_data["locations"].splitlines() if line.strip())


class ComplaintForm(_Public):
    """A complaint under one regime. Nothing is needed but what it is about and some words."""

    kind = forms.ChoiceField(label=_("What is your complaint about?"), widget=forms.RadioSelect)
    complainant = forms.ChoiceField(
        label=_("Who are you?"),
        widget=forms.RadioSelect,
        choices=list(words.COMPLAINANTS.items()),
        initial=Complainant.USER.value,
    )
    text = forms.CharField(
        label=_("What happened?"),
        widget=LONG,
        max_length=TEXT_CHARS,
        help_text=_("Write as you like. You do not have to know any law."),
    )
    is_minor = forms.BooleanField(
        label=_("I am under 18."), required=False, help_text=_("Then we write to you in plain words.")
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        help_text=_("If you leave it empty, you read our answer on a page whose address you keep."),
    )
    name = forms.CharField(label=_("Your name"), required=False, max_length=200)
    also = forms.MultipleChoiceField(
        label=_("Does the same concern another law?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A case of its own is opened for each, with its own deadline."),
    )
    field_order = ("region", "kind", "complainant", "text", "is_minor", "email", "name", "also")

    def __init__(self, *args: Any, law: Law, others: tuple[Law, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lang = reader_lang()
        asked = [one for one in law.kinds if not one.leads_to]
        kinds = [(one.id, f"{one.title.in_(lang)}: {one.plain.in_(lang)}") for one in asked]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        also = [(one.regime.value, one.title.in_(lang)) for one in others]
        if also:
            self.fields["also"].choices = also  # type: ignore[attr-defined]
        else:
            del self.fields["also"]

    @property
    def others(self) -> tuple[Regime, ...]:
        return tuple(Regime(name) for name in self.cleaned_data.get("also", []))


class OrderForm(_Public):
    """What an authority sends. It goes to a sealed queue."""

    kind = forms.ChoiceField(
        label=_("What is it?"), widget=forms.RadioSelect, choices=list(words.ORDER_KINDS.items())
    )
    authority = forms.CharField(label=_("Name of the authority"), max_length=200)
    country = forms.CharField(
        label=_("Country"), max_length=2, min_length=2, help_text=_("Two letters, such as DE.")
    )
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=300)
    text = forms.CharField(label=_("The order"), widget=LONG, max_length=TEXT_CHARS)
    email = forms.EmailField(
        label=_("Official e-mail address"),
        max_length=254,
        help_text=_("We answer there once we have made sure that it is yours."),
    )
    field_order = ("kind", "authority", "country", "legal_basis", "text", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["region"]


def title_of(regime: Regime, matter: Matter, what: str) -> str:
    """Return what a matter is about, in the reader's language."""
    if matter is Matter.NOTICE:
        return str(words.CATEGORIES[what])
    if matter is Matter.ORDER:
        return str(words.ORDER_KINDS[what])
    kind = law(regime).kind(what)
    return kind.title.in_(reader_lang()) if kind else what
