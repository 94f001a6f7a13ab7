"""What every action here asks before it writes, and tells after."""

from __future__ import annotations

from django.db import transaction

from sekisho.accounts.events import access_changed
from sekisho.accounts.models import Organisation
from sekisho.accounts.queries import as_of_now, not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Role, Viewer
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.text import Text


def allowed(actor: Viewer, permission: Permission, organisation_id: str | None = None) -> Viewer:
    """Return the actor with the roles held now. Raises `NotAllowedError` without the permission."""
    now = as_of_now(actor)
    if not may(now, permission, organisation_id):
        raise refusal(permission)
    return now


def refusal(permission: Permission, code: str = "not_allowed") -> NotAllowedError:
    return NotAllowedError(code, REFUSALS[code], permission=permission)


REFUSALS = {
    "not_allowed": Text(
        "Your role does not allow this. Ask an owner of the organisation.",
        "現在の役割ではこの操作を行えません。組織のオーナーにご相談ください。",
    ),
    "role_above_own": Text(
        "You cannot give or change a role above your own. Ask an owner of the organisation.",
        "ご自身より上位の役割を与えたり変更したりすることはできません。組織のオーナーにご相談ください。",
    ),
    "primary_owner_by_transfer_only": Text(
        "The primary owner changes only by handing ownership over, which they can do under Members.",
        "代表オーナーは、所有権の引き継ぎによってのみ替わります。引き継ぎは、代表オーナーが「メンバー」のページで行えます。",
    ),
    "last_owner": Text(
        "This is the organisation's last owner. Make somebody else an owner first.",
        "この方は組織の最後のオーナーです。先に別の方をオーナーにしてください。",
    ),
}


def own_role(actor: Viewer, permission: Permission, organisation_id: str) -> Role:
    """Return the actor's role, having checked the permission.

    Outsiders are told "not found", members "not allowed".
    """
    now = as_of_now(actor)
    if now.is_system:
        if not Organisation.objects.filter(id=organisation_id).exists():
            raise not_found("organisation_not_found")
        return Role.PRIMARY_OWNER
    role = now.roles.get(organisation_id)
    if role is None:
        raise not_found("organisation_not_found")
    if not may(now, permission, organisation_id):
        raise refusal(permission)
    return role


def lock(organisation_id: str) -> None:
    """Let changes of one organisation happen one after the other: they read roles and count owners, then write.

    Lock before reading roles, so that who was lowered a moment ago lifts nobody.
    """
    Organisation.objects.select_for_update().filter(id=organisation_id).first()


def named(name: str) -> str:
    """Return the name without space around it. Raises `SekishoError` when it is empty or too long."""
    name = name.strip()
    if not 1 <= len(name) <= 120:
        raise SekishoError(
            "name_missing",
            Text("Give a name of 1 to 120 characters.", "名前を1〜120文字で入力してください。"),
        )
    return name


def tell(organisation_id: str) -> None:
    """Tell `link` that gateways need a new snapshot, once the transaction is durable."""
    transaction.on_commit(lambda: access_changed.send(sender=Organisation, organisation_id=organisation_id))
