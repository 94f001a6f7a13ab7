"""Addresses of the pages, by audience. Routes are named once here and referred to by name everywhere."""

from __future__ import annotations

from django.urls import path

from sekisho.console import customer, model, operator, playground, preferences, public, staff

app_name = "console"

PUBLIC = [
    path("", public.front, name="front"),
    path("preferences", preferences.preferences, name="preferences"),
    path("policy", public.current, name="policy"),
    path("policy/versions", public.versions, name="policy-versions"),
    path("policy/diff/<str:before>..<str:after>", public.diff, name="policy-diff"),
    path("policy/<str:version>", public.version, name="policy-version"),
]
CUSTOMER = [
    path("o/<str:org>", customer.home, name="home"),
    path("o/<str:org>/decisions", customer.decisions, name="decisions"),
    path("o/<str:org>/decisions/<str:decision>", customer.decision, name="decision"),
    path("o/<str:org>/keys", customer.keys, name="keys"),
    path("o/<str:org>/keys/new", customer.key_new, name="key-new"),
    path("o/<str:org>/keys/<str:key>/revoke", customer.key_revoke, name="key-revoke"),
]
PLAYGROUND = [
    path("playground", playground.page, name="playground"),
    path("playground/requests/<str:request_id>", playground.found, name="playground-found"),
]
STAFF = [
    path("staff/decisions", staff.decisions, name="staff-decisions"),
    path("staff/decisions/<str:decision>", staff.decision, name="staff-decision"),
    path("staff/policy", staff.policy_versions, name="staff-policy"),
    path("staff/policy/<str:label>", staff.policy_version, name="staff-policy-version"),
    path("staff/policy/<str:label>/activate", staff.policy_activate, name="staff-policy-activate"),
    path("staff/model", model.page, name="staff-model"),
]
OPERATOR = [path("operator", operator.page, name="operator")]

urlpatterns = [*PUBLIC, *CUSTOMER, *PLAYGROUND, *STAFF, *OPERATOR]
