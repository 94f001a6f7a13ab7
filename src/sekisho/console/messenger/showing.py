"""What a conversation looks like, for the plain pages and for the element alike: values for JSON, texts as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import now

from sekisho.base.errors import NotFoundError
from sekisho.base.lengths import TOO_LONG
from sekisho.base.text import Lang
from sekisho.cases.queries import deliveries
from sekisho.cases.types import DeliveryStatus
from sekisho.console.messenger import words
from sekisho.console.messenger.asking import asker_of
from sekisho.support.help.queries import version
from sekisho.support.messenger import queries
from sekisho.support.messenger.actions import claim
from sekisho.support.messenger.actions.saying import known_of
from sekisho.support.messenger.rules.issues import BY_ID, asked, most_of
from sekisho.support.messenger.rules.messages import CHARS, is_safe_link
from sekisho.support.messenger.rules.terms import TERMS
from sekisho.support.messenger.types import Asker, Conversation, Event, EventKind, Issue, State
from sekisho.support.queries import accounts_to_choose

Json = dict[str, object]


def state_of(request: HttpRequest, asker: Asker, talk: Conversation | None, after: int = 0) -> Json:
    """Return all that the element shows."""
    lang = asker.language
    return {
        "csrf": get_token(request),
        "words": {name: str(word) for name, word in words.UI.items()},
        **bound(CHARS, lang),
        "signedIn": bool(asker.viewer.id),
        "terms": {"version": TERMS.version, "text": TERMS.text.in_(lang)},
        "accounts": [{"id": one.organisation, "name": one.name} for one in accounts_to_choose(asker.viewer)],
        "talk": talk_of(asker, talk, after) if talk else None,
    }


def talk_of(asker: Asker, talk: Conversation, after: int = 0) -> Json:
    """Return a conversation with what happened after the event `after`."""
    events = queries.events_after(asker, talk.id, after)
    issue = BY_ID.get(talk.issue)
    return {
        "id": talk.id,
        "url": reverse("console:messenger-talk", args=[talk.id]),
        "reference": talk.case_reference or talk.reference,
        "state": talk.state.value,
        "issue": talk.issue,
        "events": shown(events, asker.language),
        "issues": [] if talk.state is State.HANDED_OVER else groups(asker, talk),
        "fields": fields_of(issue, asker) if issue and not _has_details(asker, talk) else [],
        "needsEmail": bool(issue and issue.to_people_at_once and not asker.viewer.id),
        "bounced": has_bounced(asker, talk),
    }


def shown(events: Iterable[Event], lang: Lang) -> list[Json]:
    return [event_json(one, lang) for one in events]


def event_json(event: Event, lang: Lang) -> Json:
    """Return one event: texts as text, links only to where a link may lead (R-SUP-024)."""
    facts = event.facts
    return {
        "n": event.number,
        "kind": event.kind.value,
        "voice": event.voice.value,
        "who": str(words.WHO[event.voice]),
        "text": event.text,
        "at": event.at.isoformat(),
        "sources": _links(facts.get("citations"), lang),
        "related": _links(facts.get("alternatives"), lang),
        "offers": [offer for each in _list(facts.get("offers")) if (offer := _offer(str(each), facts, lang))],
        "rate": event.kind is EventKind.ANSWERED and facts.get("kind") == "answer",
    }


def groups(asker: Asker, talk: Conversation) -> list[Json]:
    """Return the issues that are open to the asker about this conversation's account, by heading (R-SUP-019)."""
    known = Asker(asker.viewer, talk.surface, asker.language, talk.organisation, asker.visitor)
    offered, lang = queries.issues(known, now()), asker.language
    return [
        {"title": group.title.in_(lang), "issues": [_issue(one, lang) for one in members]}
        for group, members in groupby(offered, key=lambda one: one.group)
    ]


def _issue(one: Issue, lang: Lang) -> Json:
    return {"id": one.id, "title": one.title.in_(lang), "more": one.explanation.in_(lang), "href": one.page}


def fields_of(issue: Issue, asker: Asker) -> list[Json]:
    lang = asker.language
    return [
        {
            "name": one.name,
            "label": one.label.in_(lang),
            "kind": one.kind.value,
            "optional": one.is_optional,
            **bound(most_of(one), lang),
            "options": [{"value": each.value, "label": each.label.in_(lang)} for each in one.options],
        }
        for one in asked(issue, known_of(asker))
    ]


def bound(most: int, lang: Lang) -> Json:
    """Return how long a text may be, and what the element says of a longer one once it has counted it."""
    return {"most": most, "long": TOO_LONG.format(count="{count}", most=f"{most:,}").in_(lang)}


def _has_details(asker: Asker, talk: Conversation) -> bool:
    """Return whether the issue that was picked last has its details."""
    kinds = [one.kind for one in queries.events_after(asker, talk.id)]
    latest = max((at for at, kind in enumerate(kinds) if kind is EventKind.PICKED), default=-1)
    return any(kind in (EventKind.DETAILED, EventKind.SAID) for kind in kinds[latest + 1 :])


def has_bounced(asker: Asker, talk: Conversation) -> bool:
    """Return whether the mail with the answer could not be delivered: the person is told here (R-SUP-076)."""
    if not talk.case or not asker.viewer.id:
        return False
    try:
        sent = deliveries(asker.viewer, talk.case)
    except NotFoundError:
        return False
    return bool(sent) and sent[-1].status is DeliveryStatus.PERMANENT_FAILURE


def _links(citations: object, lang: Lang) -> list[Json]:
    return [link for each in _list(citations) if isinstance(each, Mapping) and (link := _link(each))]


def _link(citation: Mapping[str, object]) -> Json | None:
    """Return the article that a version belongs to. One without a name here, as of a mail, is looked up."""
    slug, title = str(citation.get("slug", "")), str(citation.get("title", ""))
    if not slug:
        try:
            found = version(str(citation.get("version", "")))
        except NotFoundError:
            return None
        slug, title = found.slug, found.title
    href = article_path(slug)
    return {"title": title, "href": href} if is_safe_link(href) else None


def article_path(slug: str) -> str:
    try:
        return reverse("console:help-article", args=[slug])
    except NoReverseMatch:
        return f"/help/{slug}"


def _offer(name: str, facts: Mapping[str, object], lang: Lang) -> Json | None:
    """Return what can be pressed: a link where it leads somewhere, else the name of what is done here."""
    if name in BY_ID:
        issue = BY_ID[name]
        return {"id": name, "label": issue.title.in_(lang), "href": issue.page}
    if name not in words.OFFERS:
        return None
    href = {"sign_in": reverse("account_login"), "move": reverse("console:messenger-move")}.get(name, "")
    return {"id": name, "label": str(words.OFFERS[name]), "href": href}


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def current(request: HttpRequest) -> tuple[Asker, Conversation | None]:
    """Return who asks, and the conversation that goes on: one that was begun in this browser before signing in is taken
    along."""
    asker = asker_of(request)
    held = queries.current(asker)
    if held and asker.viewer.id and not held.person:
        held = claim(asker, held.id)
    return asker, held
