"""The demonstration: a first administrator, an organisation, and keys declared for different uses.

Keys are stored hashed, so what the demonstration needs to show again is kept beside them in `demo.json` (mode 0600),
for a folder that exists to be tried out and thrown away.
"""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path

import msgspec

from sekisho.accounts.types import KeyDeclaration, Plan, StaffRole, UseCase, system
from sekisho.base.clock import system_clock

CLI = system("cli")
ADMIN_EMAIL = "admin@sekisho.example"
ROLES = [role for role in StaffRole if role not in (StaffRole.BILLING, StaffRole.SECURITY)]
"""All but those that nobody holds beside the others (`accounts.rules.DISJOINT`)."""
KEYS = {
    "general": KeyDeclaration(),
    "chatbot": KeyDeclaration(UseCase.CHATBOT, product="Tea Shop Assistant"),
    "legal": KeyDeclaration(UseCase.HIGH_RISK, domain="hr_legal", product="Contract Helper"),
}


class Demo(msgspec.Struct):
    email: str
    password: str
    organisation: str
    keys: dict[str, str]
    """What a key is declared for → the key."""


def prepare_demo(data_dir: Path) -> Demo:
    """Return the demonstration of this folder, made at the first call."""
    file = data_dir / "demo.json"
    if file.exists():
        return msgspec.json.decode(file.read_bytes(), type=Demo)
    demo = _made()
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(msgspec.json.encode(demo))
    return demo


def _made() -> Demo:
    from django.db import transaction

    from sekisho.accounts import actions

    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        person = actions.create_person(CLI, ADMIN_EMAIL, password, name="Administrator")
        for role in ROLES:
            actions.grant_staff_role(CLI, person, role)
        organisation = actions.create_organisation(CLI, "Demonstration", Plan.API, owner_email=ADMIN_EMAIL)
        keys = {
            name: actions.create_key(CLI, organisation, f"Demo: {name}", declaration=declaration).plain
            for name, declaration in KEYS.items()
        }
        _register_lawyer(person)
        _state_duties()
    return Demo(ADMIN_EMAIL, password, organisation, keys)


def _register_lawyer(person: str) -> None:
    """Let the administrator play the lawyer, so that answers which the demonstration holds back can be released."""
    from sekisho.enforcement.holds.actions import register

    register(
        CLI,
        person,
        name="Administrator",
        domains=["hr_legal"],
        jurisdictions=["JP"],
        licence="DEMO-0001",
        valid_until=system_clock().date() + timedelta(days=365),
        evidence="None: this is the demonstration.",
    )


def _state_duties() -> None:
    """Say that laws of several places apply, so that their pages can be tried; a real operator says it themselves."""
    from sekisho.compliance.actions import publish_contact, state_profile
    from sekisho.compliance.types import Dsa, Means, Point, Profile, Uk, Way

    profile = Profile(Dsa.HOSTING, Uk.U2U, au_dis=True, uk_gdpr=True, eu_gdpr=True)
    state_profile(CLI, profile, "A demonstration of every contact point.")
    ways = (Way(Means.FORM, "/complaints?region=EU", True), Way(Means.EMAIL, "contact@sekisho.example", True))
    publish_contact(CLI, Point.EU, ways, ("en", "ja"))
