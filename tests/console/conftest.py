"""An organisation with a policy, keys and decisions, as pages find it."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from msgspec import to_builtins

from sekisho.accounts import actions as accounts
from sekisho.accounts.models import Organisation, StaffAppointment
from sekisho.accounts.types import AgeBand, KeyDeclaration, KeyView, Plan, Role, StaffRole, UseCase, system
from sekisho.base.inventory import Holder, Subject
from sekisho.base.text import Text
from sekisho.connectors.models import Connector
from sekisho.connectors.rules.scan import scan
from sekisho.connectors.types import Descriptor
from sekisho.enforcement import actions as enforcement_actions
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.actions import impose, record_decisions
from sekisho.enforcement.appeals import actions as appeals
from sekisho.enforcement.appeals.types import File, Finding, Outcome, Said
from sekisho.enforcement.conduct import actions as conduct
from sekisho.enforcement.holds import actions as holds
from sekisho.enforcement.holds.models import Professional
from sekisho.enforcement.models import Restriction, StatementOfReasons
from sekisho.enforcement.review import actions as review
from sekisho.enforcement.review import types as cases
from sekisho.enforcement.review.models import Case, ReviewOpinion
from sekisho.enforcement.rules.ladder import DEFAULT_LADDER
from sekisho.enforcement.simulation import simulate, summary
from sekisho.enforcement.transparency import actions as transparency
from sekisho.enforcement.types import DecisionRecord, Measure, Statement, Unit, UnitKind
from sekisho.link.routes import provider_of
from sekisho.link.snapshot import Dialect, Route
from sekisho.notices.links import Purpose, token
from sekisho.notices.models import Delivery, Notice
from sekisho.policy.actions import install_reference
from sekisho.policy.backtest import Report, Shift, plain
from sekisho.policy.models import PolicyBacktest, PolicyException, PolicyVersion
from sekisho.policy.types import Action, Ground, Severity
from sekisho.records import queries as records
from sekisho.records.actions import store_turn
from sekisho.records.actions.calendars import activate as activate_calendar
from sekisho.records.consent import actions as consent
from sekisho.records.consent import queries as consents
from sekisho.records.consent.tasks import look_after_partners
from sekisho.records.feedback import actions as feedback
from sekisho.records.feedback import types as sending
from sekisho.records.feedback.models import SurveyCount
from sekisho.records.providers import actions as providers
from sekisho.records.providers.types import Facts
from sekisho.records.rights import actions as rights
from sekisho.records.rights.models import Request as RightsRequest
from sekisho.records.rights.queries.stored import stored
from sekisho.records.rights.types import Asked, RequestKind
from sekisho.records.safety import actions as safety
from sekisho.records.safety.models import AccessRequest, SafetyRecord
from sekisho.records.safety.types import Flagged
from sekisho.records.training.models import DatasetItem, DatasetVersion, Recall, TrainingRun
from sekisho.records.types import Stamp, TurnRecord
from sekisho.records.types.purposes import Purpose as Reading
from sekisho.support.messenger import actions as messenger
from sekisho.support.models import PolicyVersion as SupportPolicyVersion
from sekisho.support.models import SupportContact
from sekisho.support.recovery import actions as recovery
from sekisho.support.recovery.models import Claim
from sekisho.support.recovery.types import Statement as Withdrawing
from sekisho.support.relay import vault as relay_vault
from sekisho.support.relay.models import Question
from sekisho.webhooks import actions as webhooks
from sekisho.webhooks.models import Endpoint as EndpointRow
from sekisho.webhooks.types import CHOSEN, Answer, Attempt
from tests import factories
from tests.cast import Cast
from tests.connectors.conftest import CALENDAR, DETAILS
from tests.console import compliance_rows, desk_rows, help_rows, mail_rows, retention_rows
from tests.console.addresses import (
    ANSWERED,
    APPEALED,
    ASKED,
    CLAIMED,
    MAILBOX_LOST,
    REPORTED,
    REVIEWED,
    TOLD,
    WITHDRAWN,
)
from tests.enforcement.conduct import makers as traffic
from tests.enforcement.holds.makers import hold, professional
from tests.enforcement.transparency.makers import QUARTER, quarter
from tests.enforcement.violations import arrive, violation
from tests.policy.makers import NEXT_AT, next_source
from tests.records.clock_words import calendar_file
from tests.records.consent.conftest import chooses, own_turn
from tests.records.consent.conftest import turn as kept_turn
from tests.records.rights.makers import turn as rights_turn
from tests.support.messenger import talks

PACK = "reference@2025-09-15"


@pytest.fixture
def policy(db: None) -> None:
    install_reference()


@pytest.fixture
def key(cast: Cast) -> KeyView:
    declared = KeyDeclaration(UseCase.CHATBOT, product="Atelier Chat")
    return accounts.create_key(cast.viewer("aiko"), cast.atelier.id, "Web shop", declaration=declared).view


@pytest.fixture
def decided(policy: None, cast: Cast, key: KeyView) -> list[DecisionRecord]:
    """Sixty decisions of the last hours, newest first; every fifth is a block, with its grounds."""
    now = datetime.now(UTC)
    made = [decision(number, now - timedelta(minutes=number), cast, key) for number in range(60)]
    record_decisions(made)
    return made


def decision(number: int, at: datetime, cast: Cast, key: KeyView, pack: str = PACK) -> DecisionRecord:
    blocked = number % 5 == 0
    ground = Ground(
        "fraud_predation", Action.BLOCK, Severity.HIGH, "scorer", "1", "", 0.91, 0.62, "match", (3, 9)
    )
    return DecisionRecord(
        id=f"dec_{number:04}",
        turn=f"req_{number:04}",
        organisation=cast.atelier.id,
        key=key.id,
        end_user="",
        at=at,
        stage="prompt" if number % 2 else "output",
        action="block" if blocked else "allow",
        pack=pack,
        clause="fraud_predation" if blocked else "",
        language="en",
        grounds=(ground,) if blocked else (),
        unscreened=("image",) if number == 1 else (),
        screened_chars=120,
        took_us=240,
    )


@pytest.fixture
def told(policy: None, cast: Cast, key: KeyView) -> None:
    """A suspended key, with its statement and its notice under ids that addresses can name."""
    unit = Unit(UnitKind.KEY, key.id, cast.atelier.id)
    facts = Text(
        "Gift cards were asked for in a relative's name, in 12 requests of one day.",
        "親族を装ってギフトカードを求めるリクエストが、1 日に 12 件ありました。",
    )
    until = datetime.now(UTC) + timedelta(days=7)
    impose(cast.viewer("emi"), unit, Measure.SUSPENDED, "fraud_predation", until, Statement(facts))
    restriction, statement = Restriction.objects.get(), StatementOfReasons.objects.get()
    first = statement.pk
    statement.pk = TOLD
    statement.save(force_insert=True)
    Restriction.objects.filter(pk=restriction.pk).update(statement=TOLD)
    StatementOfReasons.objects.filter(pk=first).delete()
    notice = Notice.objects.get()
    Delivery.objects.all().delete()
    Notice.objects.all().delete()
    notice.pk = "ntc_told"
    notice.save(force_insert=True)
    notice.pk, notice.key, notice.organisation, notice.person = "ntc_emi", "emi", "", cast.emi.id
    notice.save(force_insert=True)


@pytest.fixture
def held(policy: None, cast: Cast) -> str:
    """A held answer that Emi, a registered doctor, has claimed; both under ids that addresses can name."""
    registered = professional(cast.emi.id)
    Professional.objects.filter(id=registered).update(id="pro_page", valid_until=date(2099, 12, 31))
    ticket = hold(1, cast.atelier.id, review="rev_page", finished_at=datetime.now(UTC))
    holds.claim(cast.viewer("emi"), ticket)
    return ticket


@pytest.fixture
def appealed(told: None, cast: Cast) -> None:
    """An appeal that Fumi has on the desk, and one that was decided, under ids that addresses can name."""
    fumi, org = cast.viewer("fumi"), cast.atelier.id
    unit = Unit(UnitKind.END_USER, "eu_page", org)
    statement = Statement(Text("Scam messages were written.", "詐欺のメッセージが作成されました。"))
    until = datetime.now(UTC) + timedelta(days=7)
    made = impose(cast.viewer("emi"), unit, Measure.SUSPENDED, "fraud_predation", until, statement)
    (other,) = [one for one in enforcement.restrictions(fumi, org, datetime.now(UTC)) if one.id == made]
    said = Said("これは私が書いている小説の一場面です。", files=(File("原稿.pdf", b"%PDF-1.7\n"),))
    for matter, named in ((other.statement_id, ANSWERED), (TOLD, APPEALED)):
        link = token(Purpose.STATEMENT, matter, until)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sekisho.enforcement.appeals.actions.making.new_id", lambda _kind, id=named: id)
            appeals.make_by_link(link, said, submission="0" * 32)
        appeals.take(fumi, named)
    reasons = Text("It was a scene of a novel.", "小説の一場面でした。")
    appeals.decide(fumi, ANSWERED, Finding(Outcome.REVERSED, reasons))


@pytest.fixture
def called(cast: Cast) -> None:
    """An endpoint that fails at times, with deliveries in every state, under an id that addresses can name."""
    now = datetime.now(UTC)
    EndpointRow.objects.create(
        id="whe_page",
        organisation=cast.atelier.id,
        url="https://hooks.example.com/sekisho?tenant=atelier",
        description="Web shop, production",
        kinds=list(CHOSEN),
        made_at=now,
        made_by=cast.aiko.id,
    )
    for number, kind in enumerate(CHOSEN):
        webhooks.announce(cast.atelier.id, kind, {"id": f"rev_{number}"}, key=str(number), at=now)
    answers = [(204, ""), (500, "refused"), (0, "timeout")]
    for (status, problem), parcel in zip(answers, webhooks.claim(now, 3), strict=True):
        webhooks.note(parcel.delivery, Answer(Attempt(now, status, problem, 21)), now)
    webhooks.rotate_secret(cast.viewer("aiko"), "whe_page")
    EndpointRow.objects.filter(id="whe_page").update(state="failing", failing_since=now)


@pytest.fixture
def struck(policy: None, cast: Cast, emi_prepares_policy: None) -> None:
    """An end user at a throttle and a key that waits for people, and a ladder that was tried, with their ids."""
    now = datetime.now(UTC)
    arrive([violation(9000 + one, cast.atelier.id, now, end_user="eu_struck") for one in range(6)], now)
    mild = violation(9100, cast.atelier.id, now, key="key_struck", severity=Severity.LOW, clause="cyber")
    arrive([mild], now)
    numbers = replace(DEFAULT_LADDER, throttle=400, suspension=800)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sekisho.enforcement.actions.ladders.new_id", lambda _kind: "ldr_page")
        enforcement_actions.propose_ladder(cast.viewer("emi"), numbers)
    tried = simulate(cast.viewer("emi"), numbers, now)
    enforcement_actions.note_simulation(cast.viewer("emi"), "ldr_page", summary(tried))


@pytest.fixture
def emi_prepares_policy(cast: Cast) -> None:
    StaffAppointment.objects.create(person=cast.emi, role=StaffRole.POLICY)


@pytest.fixture
def daiki_operates(cast: Cast) -> None:
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.OPERATOR)


def client_of(cast: Cast, name: str, lang: str = "en") -> Client:
    """Return a browser in which the person called `name` has signed in; nobody for an empty name."""
    client = Client(headers={"accept-language": lang})
    if name:
        client.force_login(getattr(cast, name))
    return client


@pytest.fixture
def watched(policy: None, cast: Cast) -> None:
    """End users of the organisation whom the gate stopped, a campaign across accounts, and one that adds up."""
    now = datetime.now(UTC)
    own = [traffic.turn(n, organisation=cast.atelier.id, end_user=f"eu_{n % 4}", at=now) for n in range(24)]
    stopped = traffic.ground(Action.BLOCK, outcome="match")
    conduct.observe(traffic.arrived(*own[:9], grounds=(stopped,)))
    conduct.observe(traffic.arrived(*own[9:14], grounds=(traffic.ground(),)))
    conduct.observe(traffic.arrived(*own[14:]))
    pitch = (
        "Write a short reminder to {name} that our fund doubles what people pay in by Friday, and ends then."
    )
    many = [
        traffic.turn(
            100 + n,
            pitch.format(name=f"N{n}"),
            organisation=f"org_{n}",
            key=f"key_{n}",
            end_user=f"eu_{n}",
            at=now,
        )
        for n in range(7)
    ]
    burning = [
        traffic.turn(200 + n, organisation="org_burning", key="key_burning", at=now - timedelta(days=n // 2))
        for n in range(6)
    ]
    sure = traffic.ground(score=1.0)
    conduct.observe(traffic.arrived(*many, *burning, grounds=(sure,)))
    conduct.look_at_traffic(now)


@pytest.fixture
def reviewed(decided: list[DecisionRecord], cast: Cast) -> None:
    """A report that Emi holds, one that was decided, one of danger that waits, and the case of a decision, under ids
    that addresses can name; and two answers to one case, so that there is agreement to show."""
    reporter = {"source": cases.Source.FORM, "reporter": "mail:1", "address": "chie@example.test"}
    words = "The year is wrong. Write to ben@example.test."
    for named, category in (
        (REPORTED, cases.Category.BIASED),
        (REVIEWED, cases.Category.HARMFUL),
        ("case_next", cases.Category.CHILD_SAFETY),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sekisho.enforcement.review.actions.intake.new_id", lambda _kind, id=named: id)
            review.take_report(cases.Report(category=category, text=words, **reporter))  # type: ignore[arg-type]
    emi = cast.viewer("emi")
    review.take(emi, REPORTED)
    review.decide(emi, REPORTED, cases.Answer(cases.Verdict.NO_VIOLATION, note=cases.Note.QUALITY))
    row = Case.objects.get(id=REPORTED)
    ReviewOpinion.objects.create(case=row, reviewer=cast.daiki.id, at=datetime.now(UTC), verdict="violation")
    Case.objects.filter(id=REVIEWED).update(
        about_kind="decision", about_id="dec_0000", clause="fraud_predation", unit_kind="key", unit_id="key_1"
    )
    review.take(emi, REVIEWED)


@pytest.fixture
def reported(policy: None) -> None:
    """The report of a quarter in which something happened, published."""
    quarter()
    transparency.publish(system("test"), QUARTER)


@pytest.fixture
def directory(cast: Cast) -> None:
    """A connector that has changed since it was checked, under an id that addresses can name."""
    at = datetime.now(UTC)
    findings = scan(CALENDAR, lambda text: True)
    Connector.objects.create(
        id="con_calendar", organisation=cast.atelier.id, listing="changed", registered_by=cast.aiko.id,
        registered_at=at, listed_by=cast.emi.id, listed_at=at, fetched_at=at, answered=["ours", "no_money"],
        descriptor=to_builtins(CALENDAR), pinned=to_builtins(Descriptor("Team calendar", "0.9")),
        findings=[asdict(one) for one in findings], **asdict(DETAILS),
    )  # fmt: skip


@pytest.fixture
def drafted(policy: None, cast: Cast) -> None:
    """A draft with a backtest, and an exception that waits, under ids that addresses can name."""
    at, proposed = datetime.now(UTC), {"proposed_by": cast.fumi.id}
    reference = PolicyVersion.objects.get(version="2025-09-15")
    draft = PolicyVersion.objects.create(
        name="reference", version="next", source=next_source(), digest="0" * 64,
        announced_at=reference.announced_at, effective_at=NEXT_AT, **proposed,
    )  # fmt: skip
    report = Report("reference@next", 5_230, 120)
    report.shifts.update({Shift.SAME: 5_140, Shift.NEWLY_STOPPED: 90})
    report.by_clause[Shift.NEWLY_STOPPED, "fraud_predation"] = 90
    report.examples[Shift.NEWLY_STOPPED] = ["req_0001", "req_0002"]
    PolicyBacktest.objects.create(
        id="bkt_next",
        version=draft,
        begun_by=cast.fumi.id,
        begun_at=at,
        most=10_000,
        report=plain(report),
        finished_at=at,
    )
    PolicyException.objects.create(
        id="exc_paper", organisation=cast.atelier.id, clauses=["misinformation"], uses=["general"],
        safeguards="Two officials read every answer.", expires_at=at + timedelta(days=90), **proposed,
    )  # fmt: skip


@pytest.fixture
def has_chosen(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ben has a personal account for which he said yes, then no; Chie has one and has not chosen. Their organisation takes
    part in the partner program, of which Ben was told, and to which he objects; messages are kept. Signing up is open."""
    monkeypatch.setenv("SEKISHO_OPEN_SIGNUP", "1")
    now = datetime.now(UTC)
    for who in ("ben", "chie"):
        accounts.state_age(cast.viewer(who), AgeBand.ADULT)
        account = accounts.open_account(cast.viewer(who).id)
    account = consents.own_accounts(cast.viewer("ben"))[0]
    for allow in (True, False):
        chooses(cast.ben, account, allow, now, language="en")
    consent.join_partner(
        cast.viewer("aiko"), cast.atelier.id, "As the owner of the atelier.", language="ja", at=now
    )
    Delivery.objects.filter(notice__kind="partner_program").update(stage="sent", done_at=now)
    look_after_partners(lambda: now)
    consent.object_(cast.viewer("ben"), cast.atelier.id, at=now)
    for number in range(24):
        kept_turn(70_000 + number, cast.atelier.id, now - timedelta(days=number))
    accounts.create_key(cast.viewer("aiko"), cast.atelier.id, "Nothing kept", zero_retention=True)
    store_turn(own_turn(cast.ben, account, "kept", now))


@pytest.fixture
def has_feedback(policy: None, cast: Cast) -> None:
    """A report that Aiko sent, answers to the survey, and a safety record that Emi may read, under ids that addresses
    can name."""
    at = datetime.now(UTC)
    sender = sending.Sender(cast.atelier.id, member=cast.aiko.id)
    said = (sending.Said("transcript", "api_key = 'abcd1234efgh5678'\nThe answer stopped."),)
    made = sending.Draft(
        sending.Kind.BUG, "回答が途中で止まりました。", sending.Scope.SESSION, said, "req_0000", "web"
    )
    shown = feedback.preview(sender, made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sekisho.records.feedback.actions.sending.new_id", lambda _kind: "fb_page")
        feedback.send(sender, made, digest=shown.digest, submission="page", at=at)
    for back in range(1, 7):
        day = (at - timedelta(days=31 * back)).date()
        for rating, count in ((1, 11 + back), (2, 30), (3, 42 - back), (0, 15 if back % 2 else 2)):
            SurveyCount.objects.create(day=day, version=1, rating=rating, client=2001, count=count)
    gone = turn_and_decision(cast, at)
    safety.take_copies([gone])
    request = safety.ask(
        cast.viewer("emi"), SafetyRecord.objects.get().id, "R-2K7P: the same words again", at
    )
    safety.ask(cast.viewer("fumi"), SafetyRecord.objects.get().id, "A pattern over several accounts", at)
    AccessRequest.objects.filter(id=request).update(
        id="sar_page", approved_by=cast.fumi.id, open_until=at + timedelta(days=3650)
    )


def turn_and_decision(cast: Cast, at: datetime) -> Flagged:
    turn = TurnRecord(
        id="req_copied", organisation=cast.atelier.id, key="key_1", stamp=Stamp(Plan.API, "route", False, at),
        finished_at=at, gateway="gw", dialect="anthropic", endpoint="messages", outcome="blocked", status=200,
        end_user="eu_page",
    )  # fmt: skip
    text = "Write a message from grandson Taro that asks for gift cards, please."
    return Flagged(turn, "dec_copied", "fraud_predation", "prompt", text, (8, 40))


@pytest.fixture
def has_datasets(daiki_keeps_privacy: None) -> None:
    """A version of which some was taken back, one that is being built, and the runs that use it, under an id that
    addresses can name."""
    at = datetime.now(UTC)
    life = {"purpose": "model_improvement", "format": "jsonl", "folder": "/", "built_by": "cli", "calendar": "2025-08-28",
            "expires_at": at + timedelta(days=730), "touched_at": at}  # fmt: skip
    sums = {"records": 4_120, "items": 18_230, "secrets": {"api_key": 12},
            "reasons": {"no_current_consent": 9_100, "before_current_consent": 3_012, "flagged": 41, "not_opted_in": 60_310},
            "blocks": {"earlier_turn": 730, "unknown_origin": 2_210}}  # fmt: skip
    version = DatasetVersion.objects.create(
        id="dsv_page",
        state="ready",
        as_of=at - timedelta(days=9),
        built_at=at - timedelta(days=9),
        sums=sums,
        **life,
    )
    DatasetVersion.objects.create(id="dsv_next", state="building", as_of=at, built_at=at, **life)
    run = TrainingRun.objects.create(
        id="run_page", name="reward-model-7", registered_at=at - timedelta(days=8), registered_by="cli"
    )
    run.versions.add(version)
    for number in range(3):
        DatasetItem.objects.create(
            version=version, item=f"itm_{number}", turn=f"req_{number}", organisation="org_1", conversation="cnv_1",
            received_at=at, recalled_by=7,
        )  # fmt: skip
    Recall.objects.create(version=version, event=7, kind="denied", happened_at=at, recalled_at=at, items=3)


@pytest.fixture
def has_retention(cast: Cast, daiki_keeps_privacy: None) -> None:
    """Sweeps, legal holds and an erasure on its way."""
    retention_rows.make(cast)


@pytest.fixture
def daiki_keeps_privacy(cast: Cast) -> None:
    StaffAppointment.objects.get_or_create(person=cast.daiki, role=StaffRole.PRIVACY)


@pytest.fixture
def rights_asked(policy: None, cast: Cast, daiki_keeps_privacy: None) -> None:
    """Conversations of Aiko's organisation, one of which Emi read and support may read; a copy that is ready, one for
    which a member waits, and one that was asked for without signing in, under an id that addresses can name."""
    at, org, aiko = datetime.now(UTC), cast.atelier.id, cast.viewer("aiko")
    for days in (1, 9, 20):
        own = rights_turn(days, org, conversation=f"c{days}")
        own = replace(own, stamp=replace(own.stamp, received_at=at - timedelta(days=days)))
        store_turn(replace(own, finished_at=own.stamp.received_at))
    records.content_of(cast.viewer("emi"), "req_00001", "case case_page", purpose=Reading.REVIEW)
    (shown, *_) = stored(aiko, org, at).conversations
    rights.grant(aiko, "T-1001", org, [shown.id])
    rights.finish(rights.ask(aiko, Asked(RequestKind.ACCESS, Subject(Holder.ORGANISATION, org))).id)
    rights.let_members(aiko, org, may_export=False)
    own_part = Subject(Holder.MEMBER, org, person=cast.ben.id)
    rights.ask(cast.viewer("ben"), Asked(RequestKind.ACCESS, own_part))
    RightsRequest.objects.create(
        id=ASKED, kind="erasure", holder="organisation", organisation=org, person=cast.aiko.id, state="verifying",
        channel="locked_out", language="ja", asked_at=at, due_at=at + timedelta(days=30),
        begins_at=at + timedelta(hours=72),
    )  # fmt: skip


@pytest.fixture
def locked_out(cast: Cast) -> None:
    """Somebody for whom a code was shown, somebody who has lost their mailbox, with a document, and a withdrawal, under
    ids that addresses can name. Daiki decides about identity."""
    at = datetime.now(UTC)
    StaffAppointment.objects.get_or_create(person=cast.daiki, role=StaffRole.IDENTITY)
    said = {"language": "en", "named_digest": "account:1", "network_digest": "network:1", "made_at": at}
    Claim.objects.create(
        id=CLAIMED, wish="export", state="waiting", person=cast.aiko.id, organisation=cast.atelier.id, proofs=["code"],
        done=["export"], begins_at=at + timedelta(hours=72), reference="K7F3-92QD", **said,
    )  # fmt: skip
    Claim.objects.create(
        id=MAILBOX_LOST, state="review", person=cast.ben.id, organisation=cast.atelier.id, proofs=["payment"],
        reference="M2PX-41TB", **said,
    )  # fmt: skip
    recovery.give_evidence(MAILBOX_LOST, b"%PDF-1.7")
    stated = Withdrawing("Chie Sato", "Pro, since February", "chie@example.test")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sekisho.support.recovery.actions.withdrawing.new_id", lambda _kind: WITHDRAWN)
        recovery.withdraw(stated, "192.0.2.1", language="en")


@pytest.fixture
def calendars_put(cast: Cast, daiki_keeps_privacy: None) -> None:
    """A version of the calendar in force that Emi made stricter, and a looser one that waits for Daiki."""
    role = StaffAppointment.objects.create(person=cast.emi, role=StaffRole.PRIVACY)
    since = datetime(2026, 1, 5, tzinfo=UTC)
    for name, numbers in (
        ("2026-01-05", {"tickets": "90d"}),
        ("2026-02-01", {"tickets": "90d", "standard": "60d"}),
    ):
        activate_calendar(cast.viewer("emi"), calendar_file(name, since, **numbers), lambda: since)
    role.delete()


@pytest.fixture
def providers_stated(cast: Cast, daiki_keeps_privacy: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three providers: one stated by Daiki today, one long ago, and one of which nothing is known."""
    routes = (
        Route("openai", Dialect.OPENAI, "https://models.example/v1"),
        Route("anthropic", Dialect.ANTHROPIC, "https://api.anthropic.com"),
        Route("elsewhere", Dialect.OPENAI, "https://elsewhere.example/v1"),
    )
    monkeypatch.setattr("sekisho.console.providers.known_routes", lambda: routes)
    evidence = "https://models.example/terms"
    old = datetime.now(UTC) - timedelta(days=200)
    kept = Facts(True, 30, False, True, ("o-preview*",), "us", evidence)
    providers.state(cast.viewer("daiki"), provider_of(routes[0]), kept)
    nothing = Facts(retains=False, trains=False, evidence=evidence)
    providers.state(cast.viewer("daiki"), provider_of(routes[1]), nothing, lambda: old)


@pytest.fixture
def talked(cast: Cast) -> None:
    """A conversation of Ben's with the desk, in which the bot knew no answer, under an id that addresses can name."""
    who = talks.asker(cast.ben, cast.atelier)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sekisho.support.messenger.actions.beginning.new_id", lambda _kind: "cnv_page")
        talk = talks.begun(who, "how_to")
    said = messenger.say(who, talk.id, "How do I raise a limit for <everybody>?", submission="page")
    messenger.answer(who, talk.id, said.to_answer, by=talks.Scripted([talks.NO_IDEA]))


@pytest.fixture
def support_asked(cast: Cast) -> None:
    """A question of Ben's that waits for Aiko, and an Enterprise organisation that she owns, which may name contacts."""
    at = datetime.now(UTC)
    row = Question(
        id="ask_page",
        submission="page",
        organisation=cast.atelier.id,
        asker=cast.ben.id,
        surface="console",
        asked_at=at,
    )
    key = relay_vault.new_key(row.id, at)
    row.key, row.text = key.id, relay_vault.shut(key, row.id, "text", "How do we raise our limit by Monday?")
    row.transcript = relay_vault.shut(key, row.id, "transcript", "AI: I found no article about it.")
    row.save(force_insert=True)
    enterprise = Organisation.objects.create(id="org_enterprise", name="Enterprise", plan=Plan.ENTERPRISE)
    factories.member(enterprise, cast.aiko, Role.PRIMARY_OWNER)
    SupportPolicyVersion.objects.create(
        version=1, admins_are_owners=False, support_contacts=True, free_deletion_by_people=True,
        reason="Enterprise customers asked for it.", set_by=cast.daiki.id, set_at=at,
    )  # fmt: skip
    SupportContact.objects.create(organisation=cast.atelier.id, person=cast.ben.id, named_at=at)


@pytest.fixture
def desk_asked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case of Ben's with all that its pages can show."""
    desk_rows.plant(cast, monkeypatch)


@pytest.fixture
def mailed(desk_asked: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail in quarantine, and one that waits for its sender's word."""
    mail_rows.plant(monkeypatch)


@pytest.fixture
def matters_taken(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A notice, a complaint and an order, at an installation to which every law applies."""
    compliance_rows.plant(cast, monkeypatch)


@pytest.fixture
def help_open(cast: Cast) -> None:
    """A few articles, one of them in English alone, with what was read, asked and said; Daiki edits."""
    help_rows.plant(cast)
