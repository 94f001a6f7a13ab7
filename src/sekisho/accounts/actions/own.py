"""Writes of people about themselves: the account of one's own, and one's age."""

from __future__ import annotations

from django.db import transaction

from sekisho.accounts.actions.checks import tell
from sekisho.accounts.models import Membership, Organisation, Person
from sekisho.accounts.queries import as_of_now, not_found
from sekisho.accounts.rules import AGE_REASON_CHARS, age_may_become
from sekisho.accounts.types import AgeBand, Plan, Role, Viewer
from sekisho.audit.actions import record
from sekisho.base.errors import SekishoError
from sekisho.base.lengths import whole
from sekisho.base.text import Text


@transaction.atomic
def open_account(person_id: str) -> str:
    """Give somebody who signed up a consumer account of their own, on the free plan, and return its id.

    Each call opens a new one: what was chosen for an earlier account, or by an earlier holder of the same address, is
    chosen anew (R-DATA-036).
    """
    person = Person.objects.get(id=person_id)
    made = Organisation.objects.create(name=person.email[:120], plan=Plan.FREE, language=person.language)
    Membership.objects.create(organisation=made, person=person, role=Role.PRIMARY_OWNER)
    record(person.id, "account.opened", made.id, plan=Plan.FREE)
    tell(made.id)
    return made.id


@transaction.atomic
def state_age(actor: Viewer, age: AgeBand, reason: str = "") -> None:
    """Note what a person says of their own age; nobody says it for another.

    It is said once, at sign-up or later, and changed once, with a reason; raises `SekishoError` for a third
    (`age_changed_before`) or where the reason is missing (`reason_missing`). Saying the same again changes nothing.
    """
    person = Person.objects.select_for_update().filter(id=as_of_now(actor).id).first()
    if person is None:
        raise not_found("person_not_found")
    held, reason = AgeBand(person.age_band), whole(reason.strip(), AGE_REASON_CHARS)
    if held is age:
        return
    if refused := age_may_become(held, age, is_changed=bool(person.age_reason), has_reason=bool(reason)):
        raise SekishoError(refused, _REFUSALS[refused])
    person.age_band = age.value
    person.age_reason = reason if held is not AgeBand.UNKNOWN else ""
    person.save(update_fields=["age_band", "age_reason"])
    record(actor.id, "person.age_stated", person.id, age=age, before=held)
    for organisation in person.memberships.values_list("organisation_id", flat=True):
        tell(organisation)


_REFUSALS = {
    "age_changed_before": Text(
        "You have changed this once already. Write to support if it is still not right.",
        "年齢の区分はすでに一度変更されています。まだ正しくない場合は、サポートまでご連絡ください。",
    ),
    "reason_missing": Text(
        "Say in a few words why you change it. It can be changed once.",
        "変更の理由を簡単にお書きください。変更できるのは一度だけです。",
    ),
    "age_unsaid": Text(
        "Choose one of the two. What was said cannot be taken back to nothing.",
        "どちらかをお選びください。一度お答えいただいた内容を未回答に戻すことはできません。",
    ),
}
