"""Words about people and organisations that every room uses. Plain values, no Django."""

from __future__ import annotations

from enum import StrEnum


class Plan(StrEnum):
    """What an account has signed up for; exactly one each (R-DATA-001)."""

    FREE = "free"
    PRO = "pro"
    MAX = "max"
    TEAM = "team"
    ENTERPRISE = "enterprise"
    API = "api"
    THIRD_PARTY = "third_party"
    GOV = "gov"


class Role(StrEnum):
    """What a person may do in an organisation, from least to most."""

    MEMBER = "member"
    ADMIN = "admin"
    OWNER = "owner"
    PRIMARY_OWNER = "primary_owner"


class Scope(StrEnum):
    """What an API key may be used for."""

    MESSAGES = "messages"
    """Send requests to models through the gate."""
    MODELS = "models"
    """List models."""
