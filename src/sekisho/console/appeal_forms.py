"""The forms of appeals: what people write, and what the desk decides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sekisho.base.text import Text, as_lang
from sekisho.console import appeal_words as words
from sekisho.enforcement.appeals.rules.attachments import MAGIC, MAX_FILES
from sekisho.enforcement.appeals.rules.deciding import OUTCOMES
from sekisho.enforcement.appeals.rules.making import MAX_CHARS
from sekisho.enforcement.appeals.types import (
    About,
    File,
    Finding,
    Gravity,
    Outcome,
    Purposeful,
    Said,
    Speaker,
)
from sekisho.enforcement.types import Measure

ACCEPT = ",".join([*(media_type for _begin, media_type, _ending in MAGIC), "text/plain"])
SUBMISSION = re.compile(r"[0-9a-f]{32}")
MILDER = (Measure.THROTTLED, Measure.SUSPENDED)


class Files(forms.FileInput):
    allow_multiple_selected = True


class AppealForm(forms.Form):
    """What somebody writes. It asks for their own words and nothing else; all the rest may stay empty."""

    text = forms.CharField(
        label=_("Why was this wrong?"),
        help_text=_(
            "In your own words and your own language. You need no legal terms, and one sentence is enough. "
            "Up to 10,000 characters."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=MAX_CHARS,
        required=True,
        strip=False,
    )
    speaker = forms.ChoiceField(
        label=_("For whom do you write?"),
        widget=forms.RadioSelect,
        initial=Speaker.SELF.value,
        choices=[(one.value, words.SPEAKERS[one.value]) for one in Speaker],
    )
    for_minor = forms.BooleanField(
        label=_("This is about somebody under 18"),
        help_text=_("Then somebody who was trained for it reads it, and writes in plain words."),
        required=False,
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Only for the receipt and the answer. Without it, keep the link that you get next."),
        max_length=254,
        required=False,
    )
    attachments = forms.Field(
        label=_("Files"),
        help_text=_(
            "Up to 5 files, 5 MB each and 10 MB together: PDF, pictures (PNG, JPEG, WebP) or plain text. "
            "They are kept encrypted."
        ),
        widget=Files(attrs={"multiple": True, "accept": ACCEPT}),
        required=False,
    )
    submission = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, signed_in: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("submission", uuid4().hex)
        if signed_in:
            del self.fields["email"]

    def clean_submission(self) -> str:
        """A form without a name of its own counts as sent for the first time."""
        named = str(self.cleaned_data.get("submission") or "")
        return named if SUBMISSION.fullmatch(named) else uuid4().hex

    @property
    def said(self) -> Said:
        data = self.cleaned_data
        sent: Sequence[UploadedFile[bytes]] = self.files.getlist("attachments") if self.files else ()
        return Said(
            text=data["text"],
            speaker=Speaker(data["speaker"]),
            for_minor=data["for_minor"],
            email=data.get("email") or "",
            language=as_lang(get_language()),
            files=tuple(File(one.name or "", one.read()) for one in sent[: MAX_FILES + 1]),
        )


class RequestForm(forms.Form):
    """By which request somebody was refused."""

    request_id = forms.RegexField(
        r"^(req|rev)_[0-9a-z]{4,40}$",
        label=_("Id of the request"),
        help_text=_("It begins with req_ or rev_, and stands in the answer that you were given."),
        max_length=60,
        error_messages={"invalid": _("An id begins with req_ or rev_. Copy it whole.")},
    )


class DecideForm(forms.Form):
    """What the desk decides. Reasons go out as they are written, in both languages."""

    outcome = forms.ChoiceField(label=_("Outcome"), widget=forms.RadioSelect)
    measure = forms.ChoiceField(
        label=_("Milder measure"),
        help_text=_("Only for a changed decision."),
        required=False,
        choices=[("", _("None")), *((one.value, words.MEASURES[one.value]) for one in MILDER)],
    )
    until = forms.DateField(
        label=_("Until the end of (UTC)"),
        help_text=_("Only for a changed decision."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    reasons_en = forms.CharField(
        label=_("Reasons, in English"), widget=forms.Textarea(attrs={"rows": 4}), max_length=5000
    )
    reasons_ja = forms.CharField(
        label=_("Reasons, in Japanese"), widget=forms.Textarea(attrs={"rows": 4}), max_length=5000
    )
    unfounded = forms.BooleanField(
        label=_("Manifestly without ground"),
        help_text=_("Counted only against misuse of the channel. Being wrong is not enough."),
        required=False,
    )

    def __init__(self, *args: Any, about: About, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcomes = OUTCOMES[about]
        self.fields["outcome"].choices = [(one.value, words.OUTCOMES[one.value]) for one in outcomes]  # type: ignore[attr-defined]
        if Outcome.CHANGED not in outcomes:
            del self.fields["measure"], self.fields["until"]

    @property
    def finding(self) -> Finding:
        data = self.cleaned_data
        day, measure = data.get("until"), data.get("measure")
        return Finding(
            Outcome(data["outcome"]),
            Text(data["reasons_en"], data["reasons_ja"]),
            Measure(measure) if measure else None,
            datetime.combine(day, time(23, 59, 59), UTC) if day else None,
            unfounded=data["unfounded"],
        )


class RevealForm(forms.Form):
    """Why the content of the conversation has to be read. It goes into the audit log."""

    reason = forms.CharField(label=_("Why do you need to read it?"), max_length=200)


class ChannelForm(forms.Form):
    """By what a misuse of the channel is judged (DSA art. 23(3))."""

    gravity = forms.ChoiceField(
        label=_("How grave is it?"), choices=[(one.value, words.GRAVITIES[one.value]) for one in Gravity]
    )
    intent = forms.ChoiceField(
        label=_("Was it meant?"), choices=[(one.value, words.INTENTS[one.value]) for one in Purposeful]
    )
    days = forms.IntegerField(label=_("Days of pause"), min_value=1, max_value=30, initial=7)

    def __init__(self, *args: Any, is_pause: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_pause:
            del self.fields["days"]
