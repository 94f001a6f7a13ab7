"""Rows about people and organisations. Other rooms read them through `queries` and change them through
`actions`.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from sekisho.accounts.fields import IdField
from sekisho.accounts.types import AgeBand, Plan, Role, Scope, StaffRole, UseCase
from sekisho.base.text import DEFAULT_LANG, LANGS

LANGUAGE_CHOICES = [(lang, lang) for lang in LANGS]


def _choices(words: type[AgeBand | Plan | Role | Scope | StaffRole | UseCase]) -> list[tuple[str, str]]:
    return [(word.value, word.value) for word in words]


class PersonManager(BaseUserManager["Person"]):
    """Finds and makes people by e-mail address, which is kept in lower case."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody who can sign in. What they may do follows from memberships and staff roles, never from flags
    here.
    """

    id = IdField("usr")
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=LANGUAGE_CHOICES, default=DEFAULT_LANG)
    age_band = models.CharField(max_length=10, choices=_choices(AgeBand), default=AgeBand.UNKNOWN.value)
    age_reason = models.CharField(max_length=300, blank=True)
    """Why the person changed what they had said of their age, which they can do once."""
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ()  # type: ignore[assignment]
    objects = PersonManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.id

    def get_full_name(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Whether Django's table pages open for this person: operators only, and read-only."""
        return self.is_active and self.staff_roles.filter(role=StaffRole.OPERATOR).exists()

    @property
    def is_superuser(self) -> bool:
        return self.is_staff

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_staff

    def has_perms(self, perms: list[str], obj: object = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class StaffAppointment(models.Model):
    """A person's staff role. One row each."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="staff_roles")
    role = models.CharField(max_length=20, choices=_choices(StaffRole))
    since = models.DateTimeField(default=now, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "role"], name="one_appointment_a_role"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"


class Organisation(models.Model):
    """An account with a plan. People belong to it, keys speak for it."""

    id = IdField("org")
    name = models.CharField(_("name"), max_length=120)
    plan = models.CharField(max_length=20, choices=_choices(Plan))
    language = models.CharField(max_length=5, choices=LANGUAGE_CHOICES, default=DEFAULT_LANG)
    zero_retention = models.BooleanField(default=False)
    education = models.BooleanField(default=False)
    requests_per_minute = models.PositiveIntegerField(null=True, blank=True)
    tokens_per_day = models.PositiveBigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)

    def __str__(self) -> str:
        return self.id


class Membership(models.Model):
    """A person's role in an organisation."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=_choices(Role))
    is_guest = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "person"], name="one_membership_a_person"),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(role=Role.PRIMARY_OWNER.value),
                name="one_primary_owner",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.organisation_id}"


class Project(models.Model):
    """Keys of an organisation that belong together, and what holds for all of them."""

    id = IdField("prj")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="projects")
    name = models.CharField(_("name"), max_length=120)
    zero_retention = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "name"], name="one_project_of_a_name"),
        )

    def __str__(self) -> str:
        return self.id


class ApiKey(models.Model):
    """A key to the gate. Kept of it: its digest, and its first characters to know it by."""

    id = IdField("key")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="keys")
    project = models.ForeignKey(Project, models.SET_NULL, null=True, related_name="keys")
    name = models.CharField(_("name"), max_length=120)
    prefix = models.CharField(max_length=24)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list)
    use_case = models.CharField(max_length=20, choices=_choices(UseCase), default=UseCase.GENERAL.value)
    domain = models.CharField(max_length=40, blank=True)
    product = models.CharField(max_length=120, blank=True)
    zero_retention = models.BooleanField(default=False)
    requests_per_minute = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    created_by = models.CharField(max_length=120)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.id


class OrganisationSignIn(models.Model):
    """An organisation's own OpenID Connect provider, which `socialaccount.SocialApp` describes."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="sign_in")
    provider = models.CharField(max_length=200, unique=True)
    """`provider_id` of the `SocialApp`; part of the address of the organisation's sign-in."""

    def __str__(self) -> str:
        return self.organisation_id


class ComplianceStatement(models.Model):
    """One version of how an organisation says that it protects minors (P-031). Never changed; a new one follows."""

    id = IdField("cst")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="compliance_statements")
    version = models.PositiveIntegerField()
    age_verification = models.TextField()
    moderation = models.TextField()
    monitoring = models.TextField()
    education = models.TextField()
    stated_by = models.CharField(max_length=40)
    stated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "version"], name="one_statement_a_version"),
        )

    def __str__(self) -> str:
        return self.id
