"""A trap in public forms for programs that fill in everything; a person who falls into it is told so, and loses
nothing."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


def trap() -> forms.CharField:
    """Return a field that stays empty; pages keep it out of sight."""
    return forms.CharField(
        label=_("Leave this empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )


def left_empty(typed: str) -> str:
    """Return nothing. Raises `ValidationError` for a field that was filled in."""
    if typed:
        raise forms.ValidationError(
            _("This field has to stay empty. Please clear it and send the form again.")
        )
    return ""
