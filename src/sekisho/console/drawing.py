"""How fields of forms are drawn."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest


class Whole(DjangoTemplates):
    """Draws every field without `maxlength`: with it a browser cuts off what is pasted and says nothing.

    Without, the form itself refuses what is too long, says how long it is and how long it may be, and what was typed
    stays in the field.
    """

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        widget = context.get("widget", {})
        for one in (widget, *widget.get("subwidgets", ())):
            one.get("attrs", {}).pop("maxlength", None)
        return str(super().render(template_name, context, request))
