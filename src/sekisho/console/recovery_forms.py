"""Forms for who cannot sign in. Nothing is asked that every breach contains: it would show nothing."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sekisho.console.recovery_words import OF
from sekisho.support.recovery.actions import Lost
from sekisho.support.recovery.types import PaymentSaid, Statement, Wish

LINE = 200


def _one_line(words: str) -> str:
    return " ".join(words.replace("\x00", "\ufffd").split())


class BeginForm(forms.Form):
    """What somebody asks for, and the address on file."""

    wish = forms.ChoiceField(
        label=_("What do you need?"),
        widget=forms.RadioSelect,
        choices=[(wish.value, OF["recovery_wish"][wish.value]) for wish in Wish],
    )
    address = forms.EmailField(
        label=_("E-mail address of the account"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    @property
    def wanted(self) -> Wish:
        return Wish(self.cleaned_data["wish"])


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the mail"),
        max_length=20,
        help_text=_("Eight digits."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class PaymentForm(forms.Form):
    """One payment: the invoice's number, or amount, day and last four digits together."""

    invoice = forms.CharField(
        label=_("Number of an invoice"), max_length=60, required=False, help_text=_("Or the three below.")
    )
    amount = forms.CharField(label=_("Amount of one payment"), max_length=20, required=False)
    day = forms.DateField(
        label=_("Day of that payment"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last_four = forms.RegexField(
        r"^\d{4}$",
        label=_("Last four digits of the card"),
        required=False,
        max_length=4,
        help_text=_("Never the whole number, and never the code on the back."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    @property
    def said(self) -> PaymentSaid:
        data = self.cleaned_data
        return PaymentSaid(data["amount"], data["day"], data["last_four"], data["invoice"])


class LostForm(PaymentForm):
    """For who cannot read the address on file any more."""

    address = forms.EmailField(label=_("E-mail address of the account"), max_length=254)
    contact = forms.EmailField(
        label=_("An address that you can read"),
        max_length=254,
        help_text=_("We send a code there. If the change is made, it takes the place of the old one."),
    )
    recovery_code = forms.CharField(
        label=_("A recovery code"),
        max_length=40,
        required=False,
        help_text=_("From the list that you were given with your authenticator app. It is used up by this."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("address", "contact", "invoice", "amount", "day", "last_four", "recovery_code")

    @property
    def lost(self) -> Lost:
        data = self.cleaned_data
        return Lost(data["address"], data["contact"], self.said, data["recovery_code"])


class WithdrawalForm(forms.Form):
    """What the law lets one ask, and nothing else (CRD, Article 11a(2))."""

    name = forms.CharField(
        label=_("Your name"), max_length=LINE, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contract = forms.CharField(
        label=_("Which contract"),
        max_length=LINE,
        help_text=_("Such as the plan, the number of an invoice, or the address of the account."),
    )
    contact = forms.EmailField(
        label=_("Where we acknowledge it"),
        max_length=254,
        help_text=_("An e-mail address."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    @property
    def statement(self) -> Statement:
        data = self.cleaned_data
        return Statement(_one_line(data["name"]), _one_line(data["contract"]), data["contact"])
