"""What sign-up asks besides address and password."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sekisho.accounts.actions.own import state_age
from sekisho.accounts.models import Person
from sekisho.accounts.queries import viewer
from sekisho.accounts.types import AgeBand
from sekisho.base.text import as_lang

AGES = [(AgeBand.ADULT.value, _("I am 18 or older")), (AgeBand.MINOR.value, _("I am under 18"))]


class SignUpForm(forms.Form):
    """The age, as far as it is needed (R-DATA-008). Nothing is preselected, and no answer is an answer: unknown."""

    age = forms.ChoiceField(
        label=_("Your age"),
        required=False,
        widget=forms.RadioSelect,
        choices=AGES,
        help_text=_("You need not say. Until you do, you are protected as if you were under 18."),
    )

    def signup(self, request: HttpRequest, user: Person) -> None:
        """Keep what was said, once allauth has made the person."""
        user.language = as_lang(get_language())
        user.save(update_fields=["language"])
        if said := self.cleaned_data["age"]:
            state_age(viewer(user.pk), AgeBand(said))
