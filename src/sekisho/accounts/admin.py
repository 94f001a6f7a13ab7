"""Tables for operators to look at. Read-only: what changes anything is an action, which checks and audits.

They stand on a site of our own, for what other packages register on Django's is neither: addresses that can be edited
there, and secrets of second factors that can be read, are everybody's accounts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from sekisho.accounts.models import ApiKey, Membership, Organisation, Person, StaffAppointment

if TYPE_CHECKING:
    _Table = admin.ModelAdmin[Model]
else:
    _Table = admin.ModelAdmin


tables = admin.AdminSite()


class ReadOnly(_Table):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Person, site=tables)
class PersonTable(ReadOnly):
    list_display = ("id", "email", "name", "language", "is_active", "created_at")
    exclude = ("password",)


@admin.register(Organisation, site=tables)
class OrganisationTable(ReadOnly):
    list_display = ("id", "name", "plan", "language", "zero_retention", "created_at")


@admin.register(ApiKey, site=tables)
class ApiKeyTable(ReadOnly):
    list_display = ("id", "organisation_id", "name", "prefix", "use_case", "created_at", "revoked_at")


@admin.register(Membership, site=tables)
class MembershipTable(ReadOnly):
    list_display = ("organisation_id", "person_id", "role", "joined_at")


@admin.register(StaffAppointment, site=tables)
class StaffAppointmentTable(ReadOnly):
    list_display = ("person_id", "role", "since")
