"""The messenger's addresses: each works as a plain form, and answers in JSON to who asks for that (R-SUP-028).

The first screen offers two things and no third: search, and the bot. Nothing is stored before somebody agrees.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode
from uuid import uuid4

from asgiref.sync import sync_to_async
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.networks import network_of
from sekisho.console.help import cut
from sekisho.console.messenger import showing, words
from sekisho.console.messenger.asking import (
    asked_for,
    asker_of,
    must_move,
    newcomer,
    remember,
)
from sekisho.console.messenger.streams import show_piece
from sekisho.console.peers import peer_of
from sekisho.support.help.types import Vantage
from sekisho.support.messenger import actions, queries
from sekisho.support.messenger.posting import mail_transcript
from sekisho.support.messenger.rules.terms import TERMS
from sekisho.support.messenger.types import Asker, Conversation, Said
from sekisho.support.messenger.words import refusal
from sekisho.support.queries import accounts_to_choose, readers_of
from sekisho.support.search.actions import note_miss
from sekisho.support.search.queries import search

AN_HOUR, HOUR_S = 30, 3600
"""Conversations that one network may begin in an hour without signing in. Our decision: a household needs two."""


@require_GET
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """The first screen: search, or the bot. Both without signing in and without agreeing to anything (R-SUP-017)."""
    asker, query = asker_of(request), request.GET.get("q", "").strip()
    hits = found(asker, query) if query else []
    if wants_json(request):
        told = [cut(query), "" if hits else str(words.UI["none"])]
        return JsonResponse({"hits": hits, "told": " ".join(filter(None, told))})
    context = {
        "query": query,
        "cut": cut(query),
        "hits": hits,
        "from": request.GET.get("from", ""),
        "words": words.UI,
    }
    return render(request, "console/messenger/home.html", context)


def found(asker: Asker, query: str) -> list[showing.Json]:
    """Return what search finds for this reader."""
    reader = readers_of(asker.viewer, asker.organisation, at=now())
    hits = search(query, reader, asker.language, limit=5, vantage=Vantage(asker.surface, asker.regions))
    if not hits:
        note_miss(query, asker.language)
    return [{"title": one.title, "text": one.excerpt, "href": showing.article_path(one.slug)} for one in hits]


@require_GET
@never_cache
def state(request: HttpRequest) -> JsonResponse:
    """All that the element needs when it is opened; and what is new, for who cannot stream (R-SUP-026)."""
    asker, talk = showing.current(request)
    return JsonResponse(showing.state_of(request, asker, talk, _after(request)))


@require_GET
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """Go on with the conversation there is, or ask whether to begin one (R-SUP-018)."""
    asker, talk = showing.current(request)
    if talk and not request.GET.get("new"):
        return HttpResponseRedirect(_place(request, talk))
    context = {
        "terms": TERMS,
        "words": words.UI,
        "accounts": accounts_to_choose(asker.viewer),
        "from": asked_for(request, "from"),
    }
    return render(request, "console/messenger/agree.html", context)


@require_POST
def agree(request: HttpRequest) -> HttpResponse:
    """Begin. What is written before belongs to the page alone; from here on it is stored."""
    asker = newcomer(asker_of(request))
    if not asker.viewer.id and _is_too_often(request):
        return refused(request, refusal("too_often"), status=429)
    try:
        talk = actions.agree(asker, request.POST.get("version", ""))
    except SekishoError as problem:
        return refused(request, problem)
    return remember(_answer(request, asker, talk), asker)


@require_GET
@never_cache
def talk(request: HttpRequest, conversation: str) -> HttpResponse:
    """One conversation as a page, which is renewed by itself as long as an answer is on its way."""
    asker = asker_of(request)
    held = queries.conversation(asker, conversation)
    if asker.viewer.id and not held.person:
        held = actions.claim(asker, conversation)
    return _page(request, asker, held)


def _page(
    request: HttpRequest, asker: Asker, held: Conversation, problem: SekishoError | None = None
) -> HttpResponse:
    picks = "pick" in request.GET or not (held.issue or held.last_event > 1)
    shown, problems = showing.talk_of(asker, held), _problems(problem, asker)
    for field in shown["fields"]:  # type: ignore[attr-defined]
        field |= {"value": request.POST.get(field["name"], ""), "error": problems.get(field["name"], "")}
    context = {
        "talk": held,
        "shown": shown,
        "words": words.UI,
        "picks": picks,
        "submission": uuid4().hex,
        "from": asked_for(request, "from"),
        "problem": problem.told(asker.language) if problem else "",
        "answer_to": request.POST.get("answer_to", ""),
        "draft": request.POST.get("text", "") if problem else "",
        "is_signed_in": bool(asker.viewer.id),
    }
    return render(request, "console/messenger/talk.html", context, status=422 if problem else 200)


def _problems(problem: SekishoError | None, asker: Asker) -> dict[str, str]:
    found = problem.data.get("problems", {}) if problem else {}
    return {name: text.in_(asker.language) for name, text in found.items()} if isinstance(found, dict) else {}


@require_POST
def pick(request: HttpRequest, conversation: str) -> HttpResponse:
    """Say what it is about; an issue with a page of its own leads there."""
    issue, submission = request.POST.get("issue", ""), request.POST.get("submission", "")
    return _do(request, partial(actions.pick_issue, issue_id=issue, submission=submission), conversation)


@require_POST
@sensitive_post_parameters()
async def details(request: HttpRequest, conversation: str) -> HttpResponse:
    """Give what the issue asks for."""
    values = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    email, submission = values.pop("answer_to", ""), values.get("submission", "") or uuid4().hex
    say = partial(actions.give_details, values=values, email=email, submission=submission)
    return await _answered(request, conversation, say)


@require_POST
@sensitive_post_parameters()
async def say(request: HttpRequest, conversation: str) -> HttpResponse:
    """Say something, and be answered; who is signed in at the old console alone first goes to the new (R-SUP-087)."""
    text, submission = request.POST.get("text", ""), request.POST.get("submission", "") or uuid4().hex
    move = await sync_to_async(_must_move)(request, conversation)
    if move:
        keep = partial(actions.keep_draft, text=text, old=request.get_host(), new=move)
        return await sync_to_async(_do)(request, keep, conversation)
    return await _answered(request, conversation, partial(actions.say, text=text, submission=submission))


def _must_move(request: HttpRequest, conversation: str) -> str:
    held = queries.conversation(asker_of(request), conversation)
    move = must_move(request, held.surface)
    return move.host if move else ""


async def _answered(request: HttpRequest, conversation: str, say: Callable[..., Said]) -> HttpResponse:
    """Say it, let the bot answer while streams show the pieces, and return what happened."""
    asker = await sync_to_async(asker_of)(request)
    try:
        said = await sync_to_async(say)(asker, conversation)
    except NotFoundError:
        raise
    except SekishoError as problem:
        return await sync_to_async(_refused_in)(request, asker, conversation, problem)
    if said.to_answer:
        await actions.answer_streamed(
            asker, conversation, said.to_answer, partial(show_piece, conversation, said.to_answer)
        )
    return await sync_to_async(_answer_now)(request, asker, conversation)


def _refused_in(request: HttpRequest, asker: Asker, conversation: str, problem: SekishoError) -> HttpResponse:
    if wants_json(request):
        return refused(request, problem)
    return _page(request, asker, queries.conversation(asker, conversation), problem)


def _answer_now(request: HttpRequest, asker: Asker, conversation: str) -> HttpResponse:
    return _answer(request, asker, queries.conversation(asker, conversation))


@require_POST
@sensitive_post_parameters()
def hand_over(request: HttpRequest, conversation: str) -> HttpResponse:
    """Ask for people; whether they come is asked anew (R-SUP-054)."""
    do = partial(actions.hand_over, email=request.POST.get("answer_to", ""))
    return _do(request, do, conversation)


@require_POST
def owner(request: HttpRequest, conversation: str) -> HttpResponse:
    """Send what was asked to whoever speaks for the organisation (R-SUP-055)."""
    return _do(request, actions.ask_owner, conversation)


@require_POST
def rate(request: HttpRequest, conversation: str) -> HttpResponse:
    """Say whether the question was answered."""
    submission = request.POST.get("submission", "") or uuid4().hex
    do = partial(actions.rate, helped=request.POST.get("helped") == "yes", submission=submission)
    return _do(request, do, conversation)


@require_POST
def transcript(request: HttpRequest, conversation: str) -> HttpResponse:
    """Mail the conversation to one's verified address (R-SUP-022)."""
    return _do(request, mail_transcript, conversation)


@require_POST
def end(request: HttpRequest, conversation: str) -> HttpResponse:
    """End it, so that the next one begins anew."""
    actions.end(asker_of(request), conversation)
    if wants_json(request):
        return JsonResponse({"talk": None})
    return HttpResponseRedirect(f"{reverse('console:messenger-begin')}?{_from(request)}")


def _do(request: HttpRequest, action: Callable[..., object], conversation: str) -> HttpResponse:
    asker = asker_of(request)
    try:
        action(asker, conversation)
    except NotFoundError:
        raise
    except SekishoError as problem:
        return _refused_in(request, asker, conversation, problem)
    return _answer_now(request, asker, conversation)


def _answer(request: HttpRequest, asker: Asker, held: Conversation) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"talk": showing.talk_of(asker, held, _after(request))})
    return HttpResponseRedirect(_place(request, held))


def refused(request: HttpRequest, problem: SekishoError, status: int = 422) -> HttpResponse:
    lang = asker_of(request).language
    if wants_json(request):
        return JsonResponse({"error": problem.code, "message": problem.told(lang)}, status=status)
    context = {
        "problem": problem.told(lang),
        "terms": TERMS,
        "words": words.UI,
        "from": asked_for(request, "from"),
    }
    context["accounts"] = accounts_to_choose(asker_of(request).viewer)
    return render(request, "console/messenger/agree.html", context, status=status)


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("accept", "").startswith("application/json")


def _after(request: HttpRequest) -> int:
    word = asked_for(request, "after")
    return int(word) if word.isascii() and word.isdigit() and len(word) < 9 else 0


def _place(request: HttpRequest, held: Conversation) -> str:
    query, path = _from(request), reverse("console:messenger-talk", args=[held.id])
    return f"{path}?{query}#end" if query else f"{path}#end"


def _from(request: HttpRequest) -> str:
    return urlencode({"from": "product"}) if asked_for(request, "from") == "product" else ""


def _is_too_often(request: HttpRequest) -> bool:
    name = f"messenger.{network_of(peer_of(request))}"
    cache.add(name, 0, HOUR_S)
    try:
        return cache.incr(name) > AN_HOUR
    except ValueError:  # it expired in between
        return False
