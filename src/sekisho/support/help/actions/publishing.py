"""Editors publish, review, withdraw. Each leaves what was there before readable to staff (R-SUP-004)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time

from django.db import transaction

from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.ids import new_id
from sekisho.base.text import Lang, Text
from sekisho.support.help.events import articles_changed
from sekisho.support.help.models import Article, ArticleVersion, Edition
from sekisho.support.help.queries import ARTICLE_NOT_FOUND, require_editor
from sekisho.support.help.rules.audience import packed
from sekisho.support.help.rules.sources import ArticleError, checked, digest_of
from sekisho.support.help.types import Draft

NOT_PUBLISHABLE = Text("This article cannot be published: {problem}", "この記事は公開できません。{problem}")
OVERTAKEN = Text(
    "Somebody else published a newer version meanwhile. Read it, then bring in what you changed.",
    "その間に別の編集者が新しい版を公開しました。内容を確認してから、変更を反映してください。",
)


@transaction.atomic
def publish(actor: Viewer, draft: Draft, *, after: str = "", clock: Clock = system_clock) -> str:
    """Publish a text as the article's newest version in its language, and return the version's id.

    What both languages share (category, audience, owner) is taken from the draft. `after` is the version that the
    editor began from: where another is current by now, nothing is written. Saying the same again writes nothing either.
    Raises `NotAllowedError`, `article_malformed` or `article_overtaken`.
    """
    require_editor(actor)
    try:
        checked(draft)
    except ArticleError as problem:
        told = NOT_PUBLISHABLE.format(problem=str(problem))
        raise SekishoError("article_malformed", told) from problem
    take_turn()
    current = ArticleVersion.objects.filter(article_id=draft.slug, lang=draft.lang, is_current=True).first()
    if after and (current is None or current.id != after):
        raise SekishoError("article_overtaken", OVERTAKEN)
    if current is not None and current.digest == digest_of(draft):
        return current.id
    write_article(draft)
    made = write_version(draft, actor.id, clock())
    record(actor.id, "article.published", draft.slug, version=made.id, lang=draft.lang, number=made.number)
    show()
    return made.id


@transaction.atomic
def publish_all(
    actor: Viewer, drafts: Iterable[Draft], after: Mapping[Lang, str], *, clock: Clock = system_clock
) -> int:
    """Publish several languages of an article, all or none; return how many new versions there are. `after` names the
    version that each began from."""
    made = [publish(actor, draft, after=after.get(draft.lang, ""), clock=clock) for draft in drafts]
    return sum(version != begun for version, begun in zip(made, after.values(), strict=True))


@transaction.atomic
def review(actor: Viewer, slug: str, on: date) -> None:
    """Note that somebody has read both languages and found them right. Raises `NotAllowedError`, `NotFoundError`."""
    require_editor(actor)
    take_turn()
    if not ArticleVersion.objects.filter(article_id=slug, is_current=True).update(reviewed_on=on):
        raise NotFoundError("article_not_found", ARTICLE_NOT_FOUND)
    record(actor.id, "article.reviewed", slug, on=on.isoformat())
    show()


@transaction.atomic
def withdraw(actor: Viewer, slug: str, *, clock: Clock = system_clock) -> None:
    """Take an article away from readers. Versions that were cited stay, for staff."""
    _set_withdrawn(actor, slug, clock(), "article.withdrawn")


@transaction.atomic
def restore(actor: Viewer, slug: str) -> None:
    """Give an article back to its readers."""
    _set_withdrawn(actor, slug, None, "article.restored")


def _set_withdrawn(actor: Viewer, slug: str, at: datetime | None, deed: str) -> None:
    require_editor(actor)
    take_turn()
    if not Article.objects.filter(slug=slug).update(withdrawn_at=at):
        raise NotFoundError("article_not_found", ARTICLE_NOT_FOUND)
    record(actor.id, deed, slug)
    show()


# --- what loading does as well ------------------------------------------------------------------------------------
def take_turn() -> None:
    """Wait until nobody else writes articles: the first statement is a write, on one row."""
    if not Edition.objects.filter(id=1).update(mark=new_id("edn")):
        Edition.objects.bulk_create([Edition(mark=new_id("edn"))], ignore_conflicts=True)


def show() -> None:
    """Let everybody see what was written, and search find it. The last thing in the transaction."""
    Edition.objects.filter(id=1).update(mark=new_id("edn"))
    articles_changed.send(sender=None)


def write_article(draft: Draft) -> None:
    """Write what both languages share."""
    shared = {"category": draft.category, "audience": packed(draft.audience), "owner": draft.owner}
    Article.objects.update_or_create(
        slug=draft.slug, defaults=shared, create_defaults={**shared, "position": draft.position}
    )


def write_version(draft: Draft, made_by: str, at: datetime) -> ArticleVersion:
    """Make the draft the current version in its language. A text that came with the release keeps its own date."""
    before = ArticleVersion.objects.filter(article_id=draft.slug, lang=draft.lang)
    number = before.count() + 1
    before.filter(is_current=True).update(is_current=False)
    is_edited = made_by.startswith("usr_")
    return ArticleVersion.objects.create(
        article_id=draft.slug, lang=draft.lang, number=number, title=draft.title, body=draft.body,
        keywords=list(draft.keywords), reviewed_on=draft.reviewed, made_by=made_by, made_at=at,
        updated_at=at if is_edited else datetime.combine(draft.updated, time(), UTC),
        digest=digest_of(draft),
    )  # fmt: skip
