"""A catalogue of prohibited agent actions, as plain values that travel in the pack.

An action is a kind of tool and conditions that all hold for one call. Conditions are few and fixed; what varies stands
in them. Each has the words in which a pack says it (`sentences.py`).
"""

from __future__ import annotations

import msgspec

from sekisho.base.text import Text
from sekisho.policy.lattice import Action

RUN = 24
"""Characters in a row that make a text the same text: four or five words of English, twelve characters of Japanese.
Our decision: below that, two texts about one subject share phrases by chance (`docs/rules/agents.md`)."""


class Carries(msgspec.Struct, frozen=True, omit_defaults=True, tag="carries"):
    """An argument holds text that tools brought, at least `run` characters of it in a row."""

    tools: tuple[str, ...] = ()
    """Words for the tools that brought it."""
    read_from: tuple[str, ...] = ()
    """Patterns of an argument of the call that brought it, where it does not matter which tool that was."""
    run: int = RUN


class Unagreed(msgspec.Struct, frozen=True, tag="unagreed"):
    """No person has said yes to this very call."""


class Recipients(msgspec.Struct, frozen=True, tag="recipients"):
    """With those of its like since a person last spoke, it goes to more than so many."""

    more_than: int


class Outside(msgspec.Struct, frozen=True, tag="outside"):
    """It names a place outside the workspace."""


class Matches(msgspec.Struct, frozen=True, omit_defaults=True, tag="matches"):
    """An argument matches a pattern, in which `*` stands for anything."""

    patterns: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    """Names of the arguments looked at; empty: all."""


Condition = Carries | Unagreed | Recipients | Outside | Matches


class Tools(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a word for tools means: a tool is known by its name, or by what it takes, should it bear another."""

    named: tuple[str, ...] = ()
    """Patterns of names, in small letters with `_` between words: `*send_email*`."""
    takes: tuple[tuple[str, ...], ...] = ()
    """Sets of arguments: a call that has all of one is meant, whatever its tool is called."""


class AgentAction(msgspec.Struct, frozen=True):
    """One thing that an agent may not do."""

    id: str
    """The code of its findings, such as `page_sent_on`."""
    title: Text
    """What it is, as the person is told."""
    clause: str
    """The clause of the pack that it is part of."""
    tools: tuple[str, ...]
    """Words for the tools whose calls it is about."""
    when: tuple[Condition, ...]
    """What holds of such a call, all of it; empty: any such call is meant."""
    does: Action
    """What is done about it for every key: `annotate`, `hold` or `block`."""
    for_agents: Action
    """What is done for keys declared for agents, which act without a person at hand; never milder."""


class Catalogue(msgspec.Struct, frozen=True, omit_defaults=True):
    """The words for tools of one pack, and the actions that are made of them."""

    tools: dict[str, Tools] = {}
    actions: tuple[AgentAction, ...] = ()

    def action(self, id: str) -> AgentAction | None:
        return next((action for action in self.actions if action.id == id), None)
