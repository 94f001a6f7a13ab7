"""Rows of who may ask whom: what the operator chose, and whom an organisation named."""

from __future__ import annotations

from django.db import models

from sekisho.accounts.fields import IdField


class PolicyVersion(models.Model):
    """One version of what the operator chooses. Never changed: the latest counts, and cases name the one in force."""

    version = models.PositiveIntegerField(primary_key=True)
    admins_are_owners = models.BooleanField()
    support_contacts = models.BooleanField()
    free_deletion_by_people = models.BooleanField()
    reason = models.CharField(max_length=300)
    set_by = models.CharField(max_length=120)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"support policy {self.version}"


class SupportContact(models.Model):
    """Somebody, or everybody with a role, whom an organisation named to be answered by people (R-SUP-058)."""

    id = IdField("sct")
    organisation = models.CharField(max_length=40)
    person = models.CharField(max_length=40, blank=True)
    role = models.CharField(max_length=20, blank=True)
    """Exactly one of the two is said."""
    named_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "person", "role"], name="support_contact_once"),
        )

    def __str__(self) -> str:
        return self.id
