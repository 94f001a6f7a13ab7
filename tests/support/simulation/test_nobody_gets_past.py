"""Two hundred people try every issue and every door: nobody reaches people by a way that is closed to them, and everybody
does by one that is open (R-SUP-050, R-SUP-061).

It drives the real pages and the real pipeline of mail, and asks the page of the rules what is right. An ordinary run
takes a share; `SEKISHO_STRESS=all` takes everybody with everything.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import product
from typing import Any

import pytest
from django.test import Client

from sekisho.accounts.models import Person
from sekisho.base.errors import SekishoError
from sekisho.cases.mail import actions as mail
from sekisho.cases.mail.models import Inbound
from sekisho.cases.mail.types import Proof
from sekisho.cases.models import Case
from sekisho.notices.links import Purpose, token
from sekisho.support.messenger.rules.issues import BY_ID, ISSUES
from sekisho.support.messenger.rules.terms import TERMS
from sekisho.support.messenger.types import Field, FieldKind, Issue
from sekisho.support.queries import admitted_by_mail
from sekisho.support.relay.models import Question
from sekisho.support.types import Channel
from tests.support.simulation.actors import Somebody, make

AT = datetime(2026, 1, 2, 9, tzinfo=UTC)
ALL = os.environ.get("SEKISHO_STRESS") == "all"
PAIRS_A_SHARE, PEOPLE_A_SHARE = (1, 1) if ALL else (199, 13)
"""Of how many pairs, and of how many people, one is taken. Both are prime, so that a share meets every issue and every
kind of account in time."""
DESK = "support@desk.example"
JSON = {"accept": "application/json"}
URGENT = {"impact": "critical", "text": "Nobody can sign in."}


@pytest.fixture
def people(aiko: Person) -> tuple[Somebody, ...]:
    return make(aiko, AT)


@dataclass
class Browser:
    """What somebody does in a browser, each as a program would that knows every address."""

    one: Somebody
    client: Client

    @classmethod
    def of(cls, one: Somebody) -> Browser:
        client = Client(REMOTE_ADDR=f"192.0.2.{one.number}")
        if one.person:
            client.force_login(Person.objects.get(id=one.person))
        return cls(one, client)

    def post(self, path: str, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        answer = self.client.post(path, said, headers=JSON)
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        return answer.status_code, answer.json() if is_json else {}

    def begin(self) -> str:
        status, found = self.post(
            "/help/messenger/agree", {"version": TERMS.version, "organisation": self.one.organisation}
        )
        assert status == 200, found
        return f"/help/messenger/talk/{found['talk']['id']}"

    def insist(self, issue: Issue) -> None:
        """Pick the issue, give all that it asks for, press every button for people, and name another account."""
        talk = self.begin()
        self.post(f"{talk}/issue", {"issue": issue.id})
        if not issue.page:
            self.post(
                f"{talk}/details",
                {one.name: filled(one) for one in issue.fields} | {"answer_to": self.one.email},
            )
        self.post(f"{talk}/people", {"answer_to": self.one.email})
        self.post(f"{talk}/people", {"answer_to": self.one.email, "organisation": self.one.other})


def filled(field: Field) -> str:
    if field.kind is FieldKind.CHOICE:
        return field.options[0].value
    return {FieldKind.DATE: "2026-01-01", FieldKind.TICK: "on"}.get(field.kind, "Something.")


def share(of: list[Any], step: int) -> Iterator[Any]:
    yield from of[::step]


def stolen(people: tuple[Somebody, ...]) -> dict[str, str]:
    """Return every case that was opened for somebody to whom its way is closed: case → who, and which way."""
    by_person = {one.person: one for one in people if one.person}
    visitor = next(one for one in people if one.stands.is_visitor)
    wrong = {}
    for row in Case.objects.all():
        who, way = by_person.get(row.requester, visitor), way_of(row)
        if way not in who.open or row.organisation not in (who.organisation, ""):
            wrong[row.id] = f"{who.name}: {way} by {row.surface}, issue {row.issue or '-'}"
    return wrong


def way_of(row: Case) -> Channel:
    if row.issue == "ownership_recovery" and row.about.startswith("ask_"):
        return Channel.OWNER
    return BY_ID[row.issue].people if row.issue else Channel.HUMAN


def test_the_messenger_hands_over_exactly_what_is_open(people):
    missing = []
    for one, issue in share(list(product(people, ISSUES)), PAIRS_A_SHARE):
        before = Case.objects.count()
        Browser.of(one).insist(issue)
        reached = Case.objects.count() > before
        may = issue.people in one.open and not issue.page and not (issue.signed_in_only and not one.person)
        if may and not reached:
            missing.append(f"{one.name}: {issue.id}")
    assert stolen(people) == {}
    assert missing == []
    assert Case.objects.exists()


def test_the_form_of_enterprise_opens_to_its_owners_alone(people):
    targets = [one for one in people if one.organisation]
    wrong = []
    for one in share(list(people), PEOPLE_A_SHARE):
        browser = Browser.of(one)
        another = targets[(one.number * 7 + 1) % len(targets)].organisation
        for organisation in filter(None, {one.organisation, another}):
            status, _ = browser.post(f"/o/{organisation}/support/enterprise", URGENT)
            may = organisation == one.organisation and Channel.ENTERPRISE_FORM in one.open
            if (status == 302) is not may or (not may and status != 403):
                wrong.append(f"{one.name} at {organisation}: {status}")
    assert wrong == []
    assert stolen(people) == {}


def test_owners_are_asked_by_members_alone_and_decide_alone(people):
    wrong = []
    for one in share(list(people), PEOPLE_A_SHARE):
        browser, before = Browser.of(one), Question.objects.count()
        organisation = one.organisation or "org_account8"
        browser.post(f"/o/{organisation}/support/ask", {"question": "May I?"})
        talk = browser.begin()
        browser.post(f"{talk}/owner", {})
        asked = Question.objects.count() - before
        if (asked > 0) is not (Channel.OWNER in one.open):
            wrong.append(f"{one.name}: asked {asked}")
        for question in Question.objects.order_by("-id")[:3]:
            browser.post(f"/o/{question.organisation}/support/questions/{question.id}/forward", {})
    assert wrong == []
    assert stolen(people) == {}
    assert not Question.objects.exclude(state="waiting").exists()


def test_mail_reaches_people_exactly_where_they_are_open(people, monkeypatch):
    monkeypatch.setenv("SEKISHO_SUPPORT_MAIL_ADDRESS", DESK)
    wrong = []
    for one in share(list(people), PEOPLE_A_SHARE):
        before = Case.objects.count()
        mail.take_mail(written_by(one), one.email, DESK, proof=Proof.PASSED, clock=lambda: AT)
        held = Inbound.objects.order_by("-received_at", "-id").first()
        assert held is not None
        assert Case.objects.count() == before, "a first letter opens nothing by itself"
        link = token(Purpose.MAIL, held.id, datetime(2026, 2, 1, tzinfo=UTC))
        may = Channel.HUMAN in one.open or owns_one_with_people(one)
        with suppress(SekishoError):
            mail.confirm_mail(
                link, lambda address, queue: admitted_by_mail(address, queue, at=AT), clock=lambda: AT
            )
        if (Case.objects.count() > before) is not may:
            wrong.append(one.name)
    assert wrong == []
    assert all(row.organisation for row in Case.objects.all())


def owns_one_with_people(one: Somebody) -> bool:
    """A mail names no account: who owns another organisation is answered about that one."""
    return bool(one.other) and one.stands.owns not in (None, "free")


def written_by(one: Somebody) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = one.email, DESK, "Help"
    message["Message-ID"] = f"<{one.number}@example.test>"
    message.set_content("Something does not work.")
    return message.as_bytes()
