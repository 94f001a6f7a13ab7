"""Forms that people fill in. They read and check what was typed; deciding stays with the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sekisho.accounts.types import KeyDeclaration, Scope, UseCase
from sekisho.console import words


class KeyForm(forms.Form):
    """A new key: its name, what it may do, and what it is declared to be for (P-023)."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("So that you recognise it later, such as “web shop, production”."),
    )
    use_case = forms.ChoiceField(
        label=_("What is it used for?"),
        widget=forms.RadioSelect,
        initial=UseCase.GENERAL.value,
        choices=[(case.value, words.AUDIENCES[case.value]) for case in UseCase],
    )
    domain = forms.ChoiceField(
        label=_("High-risk domain"),
        required=False,
        help_text=_("Only for customer-facing advice in a high-risk domain."),
    )
    product = forms.CharField(
        label=_("Name of the product"),
        max_length=120,
        required=False,
        help_text=_("As people know it. It is shown where they are told that they talk to AI."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.MESSAGES.value, Scope.MODELS.value],
        choices=[(scope.value, words.SCOPES[scope.value]) for scope in Scope],
    )

    def __init__(self, *args: Any, domains: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"].choices = [("", _("None")), *domains]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_high_risk = data.get("use_case") == UseCase.HIGH_RISK
        if is_high_risk and not data.get("domain"):
            self.add_error("domain", _("Please choose the domain in which advice is given."))
        if not is_high_risk:
            data["domain"] = ""
        return data

    @property
    def declaration(self) -> KeyDeclaration:
        data = self.cleaned_data
        return KeyDeclaration(UseCase(data["use_case"]), data["domain"] or None, data["product"])

    @property
    def granted(self) -> frozenset[Scope]:
        return frozenset(Scope(name) for name in self.cleaned_data["scopes"])
