"""What the pages of destruction call states, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RESULTS: Mapping[str, Promise] = {
    "complete": _("Complete"),
    "in_progress": _("In progress"),
    "skipped": _("Skipped"),
}
REASONS: Mapping[str, Promise] = {
    "clock_jumped": _("the clock jumped"),
    "restored": _("a database was restored"),
    "dry_run": _("counted only"),
}
HOLDS: Mapping[str, Promise] = {
    "proposed": _("Waits for a second person"),
    "in_force": _("In force"),
    "overdue": _("Review overdue"),
    "released": _("Released"),
    "refused": _("Refused"),
}
ERASURES: Mapping[str, Promise] = {
    "in_progress": _("In progress"),
    "held": _("Waits under a legal hold"),
    "done": _("Done"),
}
STEPS: Mapping[str, Promise] = {
    "waiting": _("Waiting"),
    "failed": _("Failed, tried again"),
    "remains": _("Some stay for now"),
    "done": _("Done"),
}
HOLDERS: Mapping[str, Promise] = {
    "organisation": _("An organisation"),
    "end_user": _("An end user"),
    "member": _("A member"),
    "person": _("A person"),
    "conversation": _("A conversation"),
    "turn": _("A turn"),
}
