"""A health desk that asks for its held answers over the API, at the moment when they were held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.test import AsyncClient, Client

from sekisho.accounts.actions import create_key
from sekisho.accounts.types import KeyDeclaration, NewKey, UseCase, system
from sekisho.enforcement.holds import actions
from tests.cast import Cast
from tests.enforcement.holds.makers import AT, hold, professional

EDITED = "Please ask your pharmacist before you take any."
QUESTION, FACTS = "How old are you?", "I am 41."


@dataclass
class Desk:
    """Aiko's health product, and Emi, who is registered to release its answers."""

    cast: Cast
    key: NewKey
    at: datetime = AT

    def holds(self, number: int = 1, **more: Any) -> str:
        """An answer is held; return its ticket."""
        more = {"key": self.key.view.id, **more}
        return hold(number, self.cast.atelier.id, **more)

    def releases(self, review: str, text: str | None = None, after_s: float = 60) -> None:
        emi, clock = self.cast.viewer("emi"), self.clock(after_s)
        actions.claim(emi, review, clock)
        actions.release(emi, review, text, agreed=True, clock=clock)

    def rejects(self, review: str, reason: str = "Nobody should take these.") -> None:
        emi, clock = self.cast.viewer("emi"), self.clock(60)
        actions.claim(emi, review, clock)
        actions.reject(emi, review, reason, clock=clock)

    def asks(self, review: str) -> None:
        emi, clock = self.cast.viewer("emi"), self.clock(30)
        actions.claim(emi, review, clock)
        actions.ask_facts(emi, review, QUESTION, clock)

    def clock(self, after_s: float) -> Any:
        return lambda: AT + timedelta(seconds=after_s)

    def get(self, path: str, **headers: str) -> Any:
        return Client().get(path, headers={"x-api-key": self.key.plain, **headers})

    def post(self, path: str, body: object, **headers: str) -> Any:
        return Client().post(
            path, body, content_type="application/json", headers={"x-api-key": self.key.plain, **headers}
        )

    async def stream(self, review: str, **headers: str) -> Any:
        sent = {"x-api-key": self.key.plain, **headers}
        return await AsyncClient().get(f"/v1/reviews/{review}/events", headers=sent)


def new_key(organisation: str, name: str = "desk") -> NewKey:
    declared = KeyDeclaration(UseCase.HIGH_RISK, domain="hr_healthcare", product="Health Desk")
    return create_key(system("test"), organisation, name, declaration=declared)


def staffed(cast: Cast) -> Desk:
    professional(cast.emi.id)
    return Desk(cast, new_key(cast.atelier.id))
