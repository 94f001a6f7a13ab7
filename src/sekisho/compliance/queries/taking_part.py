"""Who took part in what a complaint is about."""

from __future__ import annotations

from sekisho.accounts.types import system
from sekisho.base.errors import NotFoundError
from sekisho.compliance.models import Complaint, Notice
from sekisho.enforcement.queries import statement


def took_part(person: str, about: str) -> bool:
    """Return whether a person decided on the notice or the complaint that this is about, or on the measure of the
    statement."""
    if not about:
        return False
    if about.startswith("sor_"):
        try:
            return person in statement(system("compliance"), about).imposed_by
        except NotFoundError:
            return False
    decided = Notice.objects.filter(case=about, decided_by=person).exists()
    return decided or Complaint.objects.filter(case=about, reviewer=person).exists()
