"""Who belongs to an organisation: added, given another role, removed; leaving it, and handing it over.

What may be done follows from `accounts.rules` and is asked again by every action. Where somebody may not, the page says
why instead of leaving a button out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from sekisho.accounts import actions, queries
from sekisho.accounts.actions.checks import REFUSALS, refusal
from sekisho.accounts.rules import CONSUMER_PLANS, Permission, Refused, may, role_change, roles_to_give
from sekisho.accounts.types import KeyView, MemberView, OrganisationView, Role, Viewer
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.console import words
from sekisho.console.access import proven, viewer_of
from sekisho.console.customer import crumbs
from sekisho.console.templatetags.console import reader_lang

OWNERS = (Role.OWNER, Role.PRIMARY_OWNER)


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation with its people, as one of them sees it."""

    viewer: Viewer
    organisation: OrganisationView
    members: tuple[MemberView, ...]

    @property
    def own(self) -> Role:
        return self.viewer.roles[self.organisation.id]

    @property
    def owners(self) -> int:
        return sum(one.role in OWNERS for one in self.members)

    @property
    def is_personal(self) -> bool:
        return self.organisation.plan in CONSUMER_PLANS

    def may(self, permission: Permission) -> bool:
        return may(self.viewer, permission, self.organisation.id)

    def roles(self, one: MemberView) -> tuple[Role, ...]:
        """What the viewer may make of a member, the role that they have included; empty for nothing."""
        changes = self.may(Permission.ORG_MEMBER_CHANGE)
        return roles_to_give(self.own, one.role, self.owners) if changes else ()

    def why_stays(self, one: MemberView) -> str:
        """Why the viewer's role does not end this membership, in their language; empty when it does."""
        match role_change(self.own, one.role, None, self.owners):
            case Refused(code):
                return REFUSALS[code].in_(reader_lang())
        return ""


@dataclass(frozen=True, slots=True)
class Row:
    member: MemberView
    is_self: bool
    may_change: bool
    why_not: str
    """Why the reader may not change it, in short."""
    two_step: bool


class AddForm(forms.Form):
    """Whom to add, and as what."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy(
            "They are told by mail, and sign in with a code that is sent to this address."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect, initial=Role.MEMBER.value)
    guest = forms.BooleanField(
        label=gettext_lazy("A guest or contractor"),
        required=False,
        help_text=gettext_lazy("What they send is never given by the partner program."),
    )

    def __init__(self, *args: Any, roles: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = _choices(roles)  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    """Another role."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, roles: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = _choices(roles)  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """To whom, and that one means it."""

    successor = forms.ChoiceField(label=gettext_lazy("Who takes it over?"), widget=forms.RadioSelect)
    sure = forms.BooleanField(
        label=gettext_lazy("Yes, hand it over. I know that only the new primary owner can give it back.")
    )

    def __init__(self, *args: Any, members: list[MemberView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.person_id, f"{one.name} · {one.email}" if one.name else one.email) for one in members]
        self.fields["successor"].choices = choices  # type: ignore[attr-defined]


# --- the list -------------------------------------------------------------------------------------------------
@login_required
@never_cache
def listed(request: HttpRequest, org: str) -> HttpResponse:
    """List who belongs to the organisation, and add somebody."""
    place = _place(request, org)
    adds = place.may(Permission.ORG_MEMBER_ADD) and not place.is_personal
    form = AddForm(request.POST or None, roles=_below(place.own))
    if request.method == "POST" and not adds:
        raise refusal(Permission.ORG_MEMBER_ADD)
    if form.is_valid() and _added(request, place, form):
        return _home(org)
    steps = queries.second_steps(place.viewer, org)
    context = {
        "organisation": place.organisation,
        "rows": [_row(place, one, one.person_id in steps) for one in place.members],
        "own": place.own.value,
        "is_personal": place.is_personal,
        "may_change": place.may(Permission.ORG_MEMBER_CHANGE),
        "may_hand_over": place.may(Permission.ORG_OWNERSHIP_TRANSFER),
        "form": form if adds else None,
        "why_stays": place.why_stays(_self(place)),
        "crumbs": [*crumbs(place.organisation), (_("Members"), "")],
    }
    return render(request, "console/customer/members.html", context, status=422 if form.errors else 200)


def _row(place: Place, one: MemberView, two_step: bool) -> Row:
    may_change, is_primary = bool(place.roles(one)), one.role is Role.PRIMARY_OWNER
    why_not = ""
    if not may_change and not place.is_personal:
        why_not = _("Changes by handing over") if is_primary else _("Above your role")
    return Row(one, one.person_id == place.viewer.id, may_change, why_not, two_step)


def _added(request: HttpRequest, place: Place, form: AddForm) -> bool:
    said, lang = form.cleaned_data, reader_lang()
    if said["email"].strip().lower() in {one.email for one in place.members}:
        form.add_error("email", _("This person is a member already. You can change their role in the list."))
        return False
    try:
        actions.add_member(
            place.viewer, place.organisation.id, said["email"], Role(said["role"]), is_guest=said["guest"]
        )
    except (NotFoundError, NotAllowedError):
        raise
    except SekishoError as refused:
        form.add_error(None, refused.told(lang))
        return False
    messages.success(request, _("%(email)s is a member now, and is told by mail.") % {"email": said["email"]})
    return True


# --- one member -----------------------------------------------------------------------------------------------
@login_required
@never_cache
def member(request: HttpRequest, org: str, person: str) -> HttpResponse:
    """Show one member, and give them another role."""
    place = _place(request, org)
    one = _member(place, person)
    roles = place.roles(one)
    form = RoleForm(request.POST or None, roles=roles, initial={"role": one.role.value})
    if request.method == "POST" and not roles:
        raise refusal(Permission.ORG_MEMBER_CHANGE)
    if form.is_valid():
        actions.change_role(place.viewer, org, person, Role(form.cleaned_data["role"]))
        messages.success(request, _("The role is changed. It holds from now on, and they are told by mail."))
        return _home(org)
    context = {
        **_about(place, one),
        "form": form if roles else None,
        "why_not": place.why_stays(one),
        "own": place.own.value,
        "two_step": person in queries.second_steps(place.viewer, org),
        "crumbs": _crumbs(place.organisation, one.name or one.email),
    }
    return render(request, "console/customer/members_one.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
def remove(request: HttpRequest, org: str, person: str) -> HttpResponse:
    """Say what follows, ask once more, then end the membership."""
    place = _place(request, org)
    one = _member(place, person)
    if one.person_id == place.viewer.id:
        return HttpResponseRedirect(reverse("console:member-leave", args=[org]))
    if request.method == "POST":
        with_keys = request.POST.get("keys") == "revoke"
        revoked = actions.remove_member(place.viewer, org, person, with_keys=with_keys)
        who = one.name or one.email
        messages.success(request, _("%(who)s no longer belongs to the organisation.") % {"who": who})
        if revoked:
            messages.success(request, _revoked(revoked))
        return _home(org)
    context = {
        **_about(place, one),
        "why_not": place.why_stays(one),
        "crumbs": _crumbs(place.organisation, _("Remove from the organisation")),
    }
    return render(request, "console/customer/members_remove.html", context)


def _revoked(count: int) -> str:
    return ngettext("%(count)d key is revoked.", "%(count)d keys are revoked.", count) % {"count": count}


# --- oneself --------------------------------------------------------------------------------------------------
@login_required
@never_cache
def leave(request: HttpRequest, org: str) -> HttpResponse:
    """Say what follows, ask once more, then end one's own membership."""
    place = _place(request, org)
    if request.method == "POST":
        actions.leave(place.viewer, org)
        messages.success(request, _("You have left %(name)s.") % {"name": place.organisation.name})
        return HttpResponseRedirect(reverse("console:front"))
    context = {
        **_about(place, _self(place)),
        "why_not": place.why_stays(_self(place)),
        "is_personal": place.is_personal,
        "crumbs": _crumbs(place.organisation, _("Leave the organisation")),
    }
    return render(request, "console/customer/members_leave.html", context)


@login_required
@never_cache
def hand_over(request: HttpRequest, org: str) -> HttpResponse:
    """Say what follows; hand the organisation over for who has just proven who they are."""
    if not may(_place(request, org).viewer, Permission.ORG_OWNERSHIP_TRANSFER, org):
        raise refusal(Permission.ORG_OWNERSHIP_TRANSFER)
    return _hand_over(request, org)


@proven
def _hand_over(request: HttpRequest, org: str) -> HttpResponse:
    place = _place(request, org)
    others = [one for one in place.members if one.person_id != place.viewer.id]
    ready = [one for one in others if one.has_arrived]
    form = HandOverForm(request.POST or None, members=ready)
    if form.is_valid() and _handed_over(request, place, form):
        return _home(org)
    context = {
        "organisation": place.organisation,
        "form": form if ready else None,
        "waiting": [one for one in others if not one.has_arrived],
        "crumbs": _crumbs(place.organisation, _("Hand over ownership")),
    }
    status = 422 if form.errors else 200
    return render(request, "console/customer/members_hand_over.html", context, status=status)


def _handed_over(request: HttpRequest, place: Place, form: HandOverForm) -> bool:
    try:
        actions.transfer_ownership(place.viewer, place.organisation.id, form.cleaned_data["successor"])
    except (NotFoundError, NotAllowedError):
        raise
    except SekishoError as refused:
        form.add_error("successor", refused.told(reader_lang()))
        return False
    messages.success(request, _("Handed over. You are an owner from now on. Both of you are told by mail."))
    return True


# --- parts ----------------------------------------------------------------------------------------------------
def _place(request: HttpRequest, org: str) -> Place:
    viewer = viewer_of(request)
    return Place(viewer, queries.organisation(viewer, org), queries.members(viewer, org))


def _member(place: Place, person: str) -> MemberView:
    """The member, for who changes members: an address never shows a person of another organisation."""
    if not place.may(Permission.ORG_MEMBER_CHANGE):
        raise refusal(Permission.ORG_MEMBER_CHANGE)
    return _found(place, person)


def _found(place: Place, person: str) -> MemberView:
    found = next((one for one in place.members if one.person_id == person), None)
    if found is None:
        raise queries.not_found("person_not_found")
    return found


def _self(place: Place) -> MemberView:
    return _found(place, place.viewer.id)


def _about(place: Place, one: MemberView) -> dict[str, object]:
    return {
        "organisation": place.organisation,
        "member": one,
        "is_self": one.person_id == place.viewer.id,
        "keys": _keys_of(place, one),
        "may_revoke": place.may(Permission.ORG_KEY_REVOKE),
    }


def _keys_of(place: Place, one: MemberView) -> list[KeyView]:
    """Those that the person made for the organisation and that open the gate now."""
    made = queries.keys(place.viewer, place.organisation.id)
    return [key for key in made if key.created_by == one.person_id and key.is_usable(now())]


def _below(own: Role) -> tuple[Role, ...]:
    """The roles that somebody may give to who has none; how many owners there are makes no difference to that."""
    return tuple(role for role in Role if not isinstance(role_change(own, None, role, 1), Refused))


def _choices(roles: tuple[Role, ...]) -> list[tuple[str, str]]:
    return [(role.value, f"{words.ROLES[role]} – {words.ROLE_MEANINGS[role]}") for role in roles]


def _home(org: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("console:members", args=[org]))


def _crumbs(organisation: OrganisationView, here: str) -> list[tuple[str, str]]:
    home = (_("Members"), reverse("console:members", args=[organisation.id]))
    return [*crumbs(organisation), home, (here, "")]
