"""Forms of the review queue, and the public form by which anybody reports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sekisho.console import review_words as words
from sekisho.console.traps import left_empty, trap
from sekisho.console.words import SEVERITIES
from sekisho.enforcement.review.actions.intake import TEXT_CHARS
from sekisho.enforcement.review.types import About, AboutKind, Answer, Category, Note, Reason, Verdict
from sekisho.enforcement.types import Intent, Measure
from sekisho.policy.types import Severity

Choices = list[tuple[str, str | Promise]]


class QueueForm(forms.Form):
    """Filters over the queue. What cannot be read is passed over."""

    source = forms.ChoiceField(
        label=_("Came from"), required=False, choices=[("", _("Any")), *words.SOURCES.items()]
    )
    clause = forms.ChoiceField(label=_("Clause"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Any")), *((name, word) for name, word in words.STATES.items() if name != "closed")],
    )

    def __init__(self, data: Any, clauses: Choices) -> None:
        super().__init__(data)
        self.fields["clause"].choices = [("", _("Any")), *clauses]  # type: ignore[attr-defined]
        self.is_valid()

    def said(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "")


class AnswerForm(forms.Form):
    """A reviewer's answer. What makes sense is for the rules to say."""

    verdict = forms.ChoiceField(
        label=_("What do you find?"), widget=forms.RadioSelect, choices=list(words.VERDICTS.items())
    )
    clause = forms.ChoiceField(
        label=_("Clause"),
        required=False,
        help_text=_("Of the policy as of the event. Needed for a violation."),
    )
    severity = forms.ChoiceField(
        label=_("Gravity"), required=False, choices=list(SEVERITIES.items()), initial="2"
    )
    intent = forms.ChoiceField(label=_("Intent"), required=False, choices=list(words.INTENTS.items()))
    measure = forms.ChoiceField(
        label=_("Measure"),
        required=False,
        choices=[("", _("None beyond what the ladder does")), *words.MEASURES.items()],
    )
    days = forms.IntegerField(
        label=_("Days"),
        required=False,
        min_value=1,
        max_value=365,
        help_text=_("How long the measure lasts. Without a number, 7."),
    )
    note = forms.ChoiceField(
        label=_("What is the reporter told?"),
        required=False,
        choices=[("", _("Only the outcome")), *words.NOTES.items()],
    )
    duplicate_of = forms.CharField(
        label=_("Reference of the earlier case"),
        required=False,
        max_length=20,
        help_text=_("If it is known already."),
    )

    def __init__(self, *args: Any, clauses: Choices, has_unit: bool, is_report: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].choices = [("", _("None")), *clauses]  # type: ignore[attr-defined]
        left_out = (["measure", "days"] if not has_unit else []) + (["note"] if not is_report else [])
        for name in left_out:
            del self.fields[name]

    @property
    def answer(self) -> Answer:
        data = self.cleaned_data
        return Answer(
            Verdict(data["verdict"]),
            data["clause"],
            Severity(int(data["severity"] or Severity.MEDIUM)),
            Intent(int(data["intent"] or Intent.UNCLEAR)),
            Measure(data["measure"]) if data.get("measure") else None,
            data.get("days"),
            Note(data["note"]) if data.get("note") else None,
            data["duplicate_of"].strip().upper(),
        )


class RevealForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why do you need to see it without masks?"),
        help_text=_("The reason is logged with your name."),
        choices=list(words.REASONS.items()),
        widget=forms.RadioSelect,
    )

    @property
    def chosen(self) -> Reason:
        return Reason(self.cleaned_data["reason"])


class MemoForm(forms.Form):
    memo = forms.CharField(
        label=_("Note for colleagues"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


ABOUT: Choices = [
    ("answer", _("An answer of an AI")),
    ("shared", _("Shared content")),
    ("connector", _("A connector")),
    ("other", _("None of these")),
]


class ReportForm(forms.Form):
    """What anybody tells us, without an account (R-SUP-115). It asks for nothing that is not needed."""

    category = forms.ChoiceField(
        label=_("What is wrong?"),
        widget=forms.RadioSelect,
        choices=list(words.CATEGORIES.items()),
        help_text=_(
            "If a child is in danger, or somebody may be hurt soon, a person is told at once. In an emergency, "
            "please call your local emergency number first."
        ),
    )
    about = forms.ChoiceField(label=_("What is it about?"), choices=ABOUT)
    place = forms.CharField(
        label=_("Where does it stand?"),
        required=False,
        max_length=1000,
        help_text=_("A link, the name of a connector, or how we find it."),
    )
    text = forms.CharField(
        label=_("What happened?"),
        max_length=TEXT_CHARS,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("In your own words and your own language."),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        help_text=_("To tell you the outcome, and for nothing else. It is stored encrypted."),
    )
    website = trap()

    def clean_website(self) -> str:
        return left_empty(self.cleaned_data["website"])

    @property
    def category_chosen(self) -> Category:
        return Category(self.cleaned_data["category"])

    def about_of(self, connector: str) -> About:
        """Return what it is about; `connector` is the one from whose page the reporter came."""
        if self.cleaned_data["about"] == "connector" and connector:
            return About(AboutKind.CONNECTOR, connector)
        return About()
