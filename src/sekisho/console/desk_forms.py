"""Forms of the desk. They read and check what was typed; deciding stays with the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sekisho.cases.desk.types import MacroView, Type
from sekisho.cases.types import Kind, Queue, Reach, State
from sekisho.console import desk_words

MOST_CHARS = 20_000
_INPUTS = {Type.DATE: "date", Type.LINK: "url"}


class FilterForm(forms.Form):
    """Which cases to list."""

    queue = forms.ChoiceField(label=_("Queue"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Something to do")), *((one.value, desk_words.STATES[one.value]) for one in State)],
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("All")), ("ja", _("Japanese")), ("en", _("English"))],
    )
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("All")), ("mine", _("Mine")), ("late", _("Past a legal deadline"))],
    )

    def __init__(self, *args: Any, queues: list[Queue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(one.value, desk_words.QUEUES[one.value]) for one in queues]
        self.fields["queue"].choices = [("", _("All of mine")), *named]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """What is sent, to whom, and how the case goes on."""

    submission = forms.CharField(widget=forms.HiddenInput, max_length=64)
    translated_from = forms.CharField(widget=forms.HiddenInput, required=False, max_length=5)
    text = forms.CharField(
        label=_("Answer"),
        max_length=MOST_CHARS,
        widget=forms.Textarea(attrs={"rows": 10, "data-answer-text": ""}),
        help_text=_("It is mailed to everybody who may read it, in your words."),
    )
    reach = forms.ChoiceField(
        label=_("Who reads it"),
        widget=forms.RadioSelect,
        initial=Reach.EVERYBODY.value,
        choices=[(one.value, desk_words.REACHES[one.value]) for one in (Reach.EVERYBODY, Reach.SPONSOR)],
    )
    then = forms.ChoiceField(
        label=_("Then the case"),
        initial=State.WAITING_FOR_ACTOR.value,
        choices=[
            (State.WAITING_FOR_ACTOR.value, _("waits for the person")),
            (State.WAITING_INTERNAL.value, _("waits for us")),
            (State.SOLVED.value, _("is solved")),
            ("", _("stays as it is")),
        ],
        required=False,
    )


class NoteForm(forms.Form):
    submission = forms.CharField(widget=forms.HiddenInput, max_length=64)
    text = forms.CharField(
        label=_("Note"), max_length=MOST_CHARS, widget=forms.Textarea(attrs={"rows": 3, "id": "id_note"})
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why?"), max_length=500)


class StateForm(ReasonForm):
    state = forms.ChoiceField(
        label=_("State"),
        choices=[(one.value, desk_words.STATES[one.value]) for one in State if one is not State.NEW],
    )
    field_order = ("state", "reason")


class MoveForm(ReasonForm):
    queue = forms.ChoiceField(
        label=_("Queue"), choices=[(one.value, desk_words.QUEUES[one.value]) for one in Queue]
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(one.value, desk_words.KINDS[one.value]) for one in Kind]
    )
    field_order = ("queue", "kind", "reason")


class LinkForm(forms.Form):
    reference = forms.CharField(label=_("Reference of the other case"), max_length=12)


class MacroForm(forms.Form):
    """A text that is used again, in both languages."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("Short; the same for both languages."))
    ja = forms.CharField(
        label=_("Japanese"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8, "lang": "ja"})
    )
    en = forms.CharField(
        label=_("English"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8, "lang": "en"}),
        help_text=_("Placeholders are written like {day:date}. Types: text, date, number, link, reference."),
    )


class PlaceholdersForm(forms.Form):
    """What the placeholders of a text hold; made from the text."""

    def __init__(self, *args: Any, macro: MacroView, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, kind in macro.placeholders.items():
            widget = forms.TextInput(attrs={"type": _INPUTS.get(kind, "text")})
            self.fields[name] = forms.CharField(label=name, max_length=300, widget=widget)
