"""What accounts show over days: who comes back, what is undeclared, where conduct grows worse. Called by the clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import KeyView, UseCase
from sekisho.base.text import Text
from sekisho.enforcement.conduct import models, rows
from sekisho.enforcement.conduct.actions.evasion import look_for_evasion
from sekisho.enforcement.conduct.actions.labelling import ended, found
from sekisho.enforcement.conduct.queries import days_of
from sekisho.enforcement.conduct.rules.shares import RISING, UNDECLARED, LooksLike, looks_like, rising
from sekisho.enforcement.conduct.types import Kind, LabelName
from sekisho.enforcement.types import Unit, UnitKind
from sekisho.notices.actions import tell
from sekisho.notices.types import Organisation
from sekisho.policy.queries import version_at


def look_at_accounts(at: datetime) -> None:
    """Find evasion, undeclared high-risk use and rising shares as of `at`; label them, and tell organisations."""
    organisations = tuple(accounts.organisations_for_gateway())
    keys = tuple(key.view for key in accounts.keys_for_gateway())
    look_for_evasion(organisations, keys, at)
    _look_for_undeclared(keys, at)
    for one in organisations:
        _look_for_rising(one.id, at)


# --- undeclared high-risk use -------------------------------------------------------------------------------
def _look_for_undeclared(keys: Sequence[KeyView], at: datetime) -> None:
    today = at.astimezone(UTC).date()
    turns, domains = _key_counts({key.organisation_id for key in keys}, today)
    seen: dict[tuple[str, str], list[tuple[KeyView, LooksLike]]] = defaultdict(list)
    for key in keys:
        declared = key.declaration
        of = (declared.domain or "") if declared.use_case is UseCase.HIGH_RISK else ""
        unit = Unit(UnitKind.KEY, key.id, key.organisation_id)
        if of:
            ended(unit, LabelName.UNDECLARED, of, at, "declared")
        for one in looks_like(domains[key.id], turns[key.id], of, today):
            seen[key.organisation_id, one.domain].append((key, one))
    for (organisation, domain), found_in in sorted(seen.items()):
        _ask_to_declare(organisation, domain, found_in, at)


def _key_counts(
    organisations: Iterable[str], today: date
) -> tuple[dict[str, dict[date, int]], dict[str, dict[str, dict[date, int]]]]:
    """Return requests a day, and requests a domain and day, of every key in the window."""
    turns: dict[str, dict[date, int]] = defaultdict(dict)
    domains: dict[str, dict[str, dict[date, int]]] = defaultdict(lambda: defaultdict(dict))
    since = today - timedelta(days=UNDECLARED.window_days - 1)
    kinds = [Kind.TURNS.value, Kind.DOMAIN.value]
    counters = models.Counter.objects.filter(unit_kind=UnitKind.KEY.value, kind__in=kinds, day__gte=since)
    for organisation in sorted(organisations):  # each by itself: so the index of counters finds them
        for row in counters.filter(organisation=organisation).iterator():
            place = turns[row.unit_id] if row.kind == Kind.TURNS.value else domains[row.unit_id][row.about]
            place[row.day] = row.count
    return turns, domains


@transaction.atomic
def _ask_to_declare(
    organisation: str, domain: str, seen: Iterable[tuple[KeyView, LooksLike]], at: datetime
) -> None:
    """Label the keys, and ask the organisation, once for all of them, and again only after `again_days`."""
    until = at + timedelta(days=UNDECLARED.again_days)
    asked = Unit(UnitKind.ORGANISATION, organisation, organisation)
    keys = []
    for key, one in seen:
        facts = {"turns": one.turns, "of": one.of, "days": one.days}
        unit = Unit(UnitKind.KEY, key.id, organisation)
        if not _is_live(unit, LabelName.UNDECLARED, domain, at):
            found(unit, LabelName.UNDECLARED, domain, at, until, facts)
        keys.append(key.name)
    if _is_live(asked, LabelName.UNDECLARED, domain, at):
        return
    if found(asked, LabelName.UNDECLARED, domain, at, until, {"keys": len(keys)}):
        title = _title(domain, at)
        fields = {"keys": "\n".join(f"· {name}" for name in keys[:20]), "days": UNDECLARED.window_days}
        tell(
            Organisation(organisation),
            "undeclared_use",
            domain,
            Text(ASK_SUBJECT.en.format(domain=title.en), ASK_SUBJECT.ja.format(domain=title.ja)),
            Text(ASK.en.format(domain=title.en, **fields), ASK.ja.format(domain=title.ja, **fields)),
            key=f"undeclared:{organisation}:{domain}:{at.date()}",
            at=at,
            link=f"/o/{organisation}/declarations",
        )


def _is_live(unit: Unit, name: LabelName, about: str, at: datetime) -> bool:
    own = models.ConductLabel.objects.filter(name=name.value, about=about, **rows.unit_fields(unit))
    return own.filter(since__lte=at, until__gt=at).exists()


def _title(domain: str, at: datetime) -> Text:
    pack = version_at(at)
    clause = pack.clause(domain) if pack else None
    return clause.title if clause else Text(domain, domain)


ASK_SUBJECT = Text(
    "Please declare what your keys are used for: {domain}", "キーの用途の申告をお願いします：{domain}"
)
ASK = Text(
    "Over the last {days} days, many requests of these keys looked like advice in a high-risk domain, {domain}:\n\n"
    "{keys}\n\n"
    "If you give customers such advice, please declare it. A qualified person then reviews answers before they are "
    "given, and people are told that AI was used. If you do not, nothing needs to be done: no request was stopped for "
    "it, and nothing is counted against you.",
    "直近 {days} 日間、次のキーからの要求の多くが、高リスク領域「{domain}」の助言に当たるように見えました。\n\n"
    "{keys}\n\n"
    "お客様にこのような助言を提供している場合は、用途を申告してください。申告すると、回答を渡す前に有資格者が確認し、"
    "AI を使用していることが相手に伝えられます。該当しない場合は、何もする必要はありません。"
    "このことで要求が止められたり、不利に扱われたりすることはありません。",
)


# --- conduct that grows worse -------------------------------------------------------------------------------
@transaction.atomic
def _look_for_rising(organisation: str, at: datetime) -> None:
    """Tell an organisation that the gate acts more often than it used to, before anything follows (P-063)."""
    today = at.astimezone(UTC).date()
    since = today - timedelta(days=RISING.recent_days + RISING.before_days)
    seen = rising(days_of(organisation, since), today)
    unit = Unit(UnitKind.ORGANISATION, organisation, organisation)
    if seen is None or _is_live(unit, LabelName.RISING, "", at):
        return
    facts = {"acted": seen.acted, "turns": seen.turns, "before": seen.acted_before}
    if found(unit, LabelName.RISING, "", at, at + timedelta(days=RISING.again_days), facts):
        numbers = {"acted": seen.acted, "turns": seen.turns, "days": RISING.recent_days}
        tell(
            Organisation(organisation),
            "conduct_rising",
            organisation,
            RISING_SUBJECT,
            RISING_BODY.format(**numbers),
            key=f"rising:{organisation}:{today}",
            at=at,
            link=f"/o/{organisation}/conduct",
        )


RISING_SUBJECT = Text(
    "The gate acts more often on your end users' requests", "エンドユーザーの要求に対する措置が増えています"
)
RISING_BODY = Text(
    "In the last {days} days the gate modified, held or blocked {acted} of {turns} requests. That is a clearly larger "
    "share than in the four weeks before.\n\n"
    "The page of your end users' conduct shows which pseudonyms and clauses are concerned, so that you can act before "
    "anything follows for your organisation.",
    "直近 {days} 日間に、要求 {turns} 件のうち {acted} 件が修正・保留・ブロックされました。"
    "その前の 4 週間と比べて、割合が明らかに増えています。\n\n"
    "「エンドユーザーの行動」のページで、どの仮名とどの条項が関わっているかを確認できます。"
    "組織に対する措置に至る前に、ご対応をお願いします。",
)
