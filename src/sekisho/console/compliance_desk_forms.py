"""Forms of the legal team: deciding, moving, answering authorities, and what the operator states."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sekisho.base.text import Text
from sekisho.compliance.law import FIELDS
from sekisho.compliance.rules.intake import TEXT_CHARS
from sekisho.compliance.types import (
    Basis,
    Decision,
    Effect,
    Law,
    Matter,
    Means,
    OrderKind,
    Outcome,
    Profile,
    Regime,
    Way,
)
from sekisho.console import compliance_words as words
from sekisho.console.appeal_words import GRAVITIES, INTENTS
from sekisho.console.compliance_forms import LONG, SHORT
from sekisho.console.review_forms import Choices
from sekisho.console.templatetags.console import reader_lang
from sekisho.enforcement.appeals.types import Gravity, Purposeful

WAYS = 4
"""Lines that the form of a contact point offers."""


class _Answer(forms.Form):
    reasons = forms.CharField(
        label=_("Reasons"),
        widget=LONG,
        max_length=TEXT_CHARS,
        help_text=_("The person reads exactly this. Redress and the regulator are added."),
    )
    automation_used = forms.BooleanField(
        label=_("Automated means were used in looking at it."), required=False
    )


class DecideNoticeForm(_Answer):
    decision = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect, choices=list(words.DECISIONS.items())
    )
    basis = forms.ChoiceField(label=_("On what does it rest?"), choices=list(words.BASES.items()))
    statement = forms.CharField(
        label=_("Statement of reasons"),
        required=False,
        max_length=40,
        help_text=_("Id (sor_…) of the measure, where one was taken."),
    )
    field_order = ("decision", "basis", "statement", "reasons")

    @property
    def chosen(self) -> tuple[Decision, Basis]:
        return Decision(self.cleaned_data["decision"]), Basis(self.cleaned_data["basis"])


class DecideComplaintForm(_Answer):
    outcome = forms.ChoiceField(
        label=_("Outcome"), widget=forms.RadioSelect, choices=list(words.OUTCOMES.items())
    )
    field_order = ("outcome", "reasons")

    @property
    def chosen(self) -> Outcome:
        return Outcome(self.cleaned_data["outcome"])


class EffectForm(forms.Form):
    effect = forms.ChoiceField(
        label=_("What was done?"), widget=forms.RadioSelect, choices=list(words.EFFECTS.items())
    )
    text = forms.CharField(label=_("Answer to the authority"), widget=LONG, max_length=TEXT_CHARS)

    @property
    def chosen(self) -> Effect:
        return Effect(self.cleaned_data["effect"])


class ReceiptForm(forms.Form):
    text = forms.CharField(label=_("Receipt to the authority"), widget=SHORT, max_length=TEXT_CHARS)


class MoveForm(forms.Form):
    """Where a case belongs: one line for each category of notices and each kind of each regime."""

    to = forms.ChoiceField(label=_("It is really"))
    reason = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, *args: Any, laws: tuple[Law, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = list(_places(laws))  # type: ignore[attr-defined]

    @property
    def place(self) -> tuple[Matter, Regime, str]:
        matter, regime, what = self.cleaned_data["to"].split(" ")
        return Matter(matter), Regime(regime), what


class TakeInForm(MoveForm):
    """A case of the legal queue that came by mail, or by the desk, and is a notice or a complaint."""

    reference = forms.CharField(label=_("Reference of the case"), max_length=20)
    field_order = ("reference", "to", "reason")


class MisuseForm(forms.Form):
    gravity = forms.ChoiceField(label=_("Gravity"), choices=list(GRAVITIES.items()))
    intent = forms.ChoiceField(label=_("Intent"), choices=list(INTENTS.items()))
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=30, initial=7)

    def __init__(self, *args: Any, is_pause: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_pause:
            del self.fields["days"]

    @property
    def criteria(self) -> tuple[Gravity, Purposeful]:
        return Gravity(self.cleaned_data["gravity"]), Purposeful(self.cleaned_data["intent"])


class MailboxForm(forms.Form):
    """What an authority wrote to the ordinary mailbox."""

    reference = forms.CharField(label=_("Reference of the ordinary case"), max_length=20)
    kind = forms.ChoiceField(label=_("What is it?"), choices=list(words.ORDER_KINDS.items()))
    authority = forms.CharField(label=_("Name of the authority"), max_length=200)
    country = forms.CharField(label=_("Country"), max_length=2, min_length=2)

    @property
    def chosen(self) -> OrderKind:
        return OrderKind(self.cleaned_data["kind"])


class ProfileForm(forms.Form):
    """Which duties apply: a field for each of the profile's, and why."""

    def __init__(self, *args: Any, held: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, said in FIELDS.items():
            choices: Choices = [(word, words.FIELD_WORDS[word]) for word in said]
            self.fields[name] = forms.ChoiceField(
                label=str(words.FIELDS[name]), choices=choices, initial=held.words()[name]
            )
        self.fields["reason"] = forms.CharField(
            label=_("Why"), max_length=500, help_text=_("It stays on record, with your name.")
        )


class ContactForm(forms.Form):
    """How one reaches us by a contact point: some lines, each with its means."""

    languages = forms.MultipleChoiceField(
        label=_("Languages in which one may write"),
        widget=forms.CheckboxSelectMultiple,
        choices=list(words.LANGUAGES.items()),
    )
    note_en = forms.CharField(label=_("Note, in English"), required=False, widget=SHORT, max_length=2000)
    note_ja = forms.CharField(label=_("Note, in Japanese"), required=False, widget=SHORT, max_length=2000)

    def __init__(self, *args: Any, ways: tuple[Way, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Choices = [("", _("Unused")), *words.MEANS.items()]
        for at in range(WAYS):
            held = ways[at] if at < len(ways) else None
            self.fields[f"means_{at}"] = forms.ChoiceField(
                label=_("Means %(number)s") % {"number": at + 1},
                required=False,
                choices=choices,
                initial=held.means.value if held else "",
            )
            self.fields[f"where_{at}"] = forms.CharField(
                label=_("Address or number"),
                required=False,
                max_length=300,
                initial=held.where if held else "",
            )
            self.fields[f"human_{at}"] = forms.BooleanField(
                label=_("A person answers it"), required=False, initial=held.is_human if held else False
            )

    @property
    def ways(self) -> tuple[Way, ...]:
        data = self.cleaned_data
        return tuple(
            Way(Means(data[f"means_{at}"]), data[f"where_{at}"], data[f"human_{at}"])
            for at in range(WAYS)
            if data[f"means_{at}"]
        )

    @property
    def note(self) -> Text | None:
        en, ja = self.cleaned_data["note_en"].strip(), self.cleaned_data["note_ja"].strip()
        return Text(en, ja) if en and ja else None


class FlaggerForm(forms.Form):
    number = forms.CharField(label=_("Number"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=200)


class AuthorityForm(forms.Form):
    domain = forms.CharField(label=_("Domain"), max_length=190)
    name = forms.CharField(label=_("Name"), max_length=200)
    country = forms.CharField(label=_("Country"), max_length=2, min_length=2)


class DisputeForm(forms.Form):
    about = forms.CharField(label=_("Id of the decision"), max_length=120)
    body = forms.CharField(label=_("Name of the body"), max_length=200)


def _places(laws: tuple[Law, ...]) -> list[tuple[str, str]]:
    lang = reader_lang()
    found = []
    for one in laws:
        title = one.title.in_(lang)
        if any(rule.matter is Matter.NOTICE for rule in one.clocks):
            found += [
                (f"notice {one.regime} {name}", f"{title}: {said}") for name, said in words.CATEGORIES.items()
            ]
        found += [
            (f"complaint {one.regime} {kind.id}", f"{title}: {kind.title.in_(lang)}") for kind in one.kinds
        ]
    return found
