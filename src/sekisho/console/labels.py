"""The form in which reviewers and the appeals desk write down what a decision's text was."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.console import words
from sekisho.detection.labels import CLAUSES
from sekisho.enforcement.types import Desk, Found

_ANSWERS = {"yes": True, "no": False, "unknown": None}


class LabelForm(forms.Form):
    """What somebody found. What makes sense is for the rules to say."""

    harmful = forms.ChoiceField(
        label=_("What was the text?"),
        widget=forms.RadioSelect,
        choices=[(name, words.HARMFUL[str(answer)]) for name, answer in _ANSWERS.items()],
    )
    labels = forms.MultipleChoiceField(
        label=_("What was it about?"),
        help_text=_("The standards that it violated, and the high-risk domains that it was about."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    advice = forms.ChoiceField(
        label=_("Did it ask for advice?"),
        required=False,
        choices=[
            ("", _("That was not the question")),
            ("yes", _("Advice on somebody's own case")),
            ("no", _("General information")),
        ],
    )

    def __init__(self, *args: Any, clauses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(id, title) for id, title in clauses if id in CLAUSES]
        self.fields["labels"].choices = known  # type: ignore[attr-defined]

    @property
    def found(self) -> Found:
        data = self.cleaned_data
        harmful, advice = (_ANSWERS.get(data[name]) for name in ("harmful", "advice"))
        return Found(harmful, tuple(data["labels"]), advice)


def desk_of(viewer: Viewer) -> Desk | None:
    """Return the desk at which a viewer labels, None for who does not."""
    if may(viewer, Permission.STAFF_CASE_DECIDE):
        return Desk.REVIEW
    return Desk.APPEAL if may(viewer, Permission.STAFF_APPEAL_DECIDE) else None
