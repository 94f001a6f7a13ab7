"""The codes that were handed out with a second factor, for who has lost everything else."""

from __future__ import annotations

from collections.abc import Collection

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes


def use_recovery_code(person_id: str, said: str) -> bool:
    """Return whether `said` is one of the person's recovery codes that was not used yet, and use it up. It signs nobody
    in; whoever calls says what it shows."""
    kept = Authenticator.objects.filter(user_id=person_id, type=Authenticator.Type.RECOVERY_CODES).first()
    digits = "".join(said.split())
    return kept is not None and digits.isascii() and bool(RecoveryCodes(kept).validate_code(digits))


def methods_of(person_id: str, *, has_password: bool) -> tuple[str, ...]:
    """Return how somebody signs in, by name: `password`, `code` (by mail), `totp`."""
    has_totp = Authenticator.objects.filter(user_id=person_id, type=Authenticator.Type.TOTP).exists()
    return (*(("password",) if has_password else ()), "code", *(("totp",) if has_totp else ()))


def with_second_step(people: Collection[str]) -> frozenset[str]:
    """Return who of these people has a second step, by id."""
    held = Authenticator.objects.filter(user_id__in=list(people), type=Authenticator.Type.TOTP)
    return frozenset(held.values_list("user_id", flat=True))
