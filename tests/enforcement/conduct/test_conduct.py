"""Conduct against a real database: what arrives is counted once, what is found is labelled, and who sees it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.accounts import actions as accounts
from sekisho.accounts.models import ApiKey, Organisation, StaffAppointment
from sekisho.accounts.types import KeyDeclaration, Role, StaffRole, UseCase
from sekisho.audit.models import AuditEntry
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.text import Text
from sekisho.enforcement import actions as enforcement
from sekisho.enforcement.conduct import actions, models, queries
from sekisho.enforcement.conduct.rules.counting import counted
from sekisho.enforcement.conduct.tasks import watch_accounts, watch_traffic
from sekisho.enforcement.conduct.types import LabelName, Slot
from sekisho.enforcement.types import Intent, Measure, Statement, Unit, UnitKind
from sekisho.link.arrivals import CONSEQUENCES
from sekisho.link.ingest import Ingest
from sekisho.link.journal import encode
from sekisho.link.worker import DUTIES
from sekisho.notices.models import Notice
from sekisho.policy.actions import install_reference
from sekisho.policy.types import Action
from tests import factories
from tests.cast import Cast
from tests.enforcement.conduct.makers import AT, CLAUSE, DAY, HOUR, arrived, decision, ground, turn
from tests.enforcement.conduct.test_campaigns import HOMEWORK, PITCH, variants
from tests.link.makers import decision as decision_entry
from tests.link.makers import entry
from tests.link.test_ingest import Memory

pytestmark = [pytest.mark.database, pytest.mark.django_db(databases=["default", "keystore"])]
KEY = Unit(UnitKind.KEY, "key_1", "org_1")
SOON = AT + HOUR


def many_units(count: int = 6):
    """Near-identical prompts about one clause, each from an end user of an organisation of its own."""
    turns = [
        turn(n, text, organisation=f"org_{n}", key=f"key_{n}", end_user=f"u{n}")
        for n, text in enumerate(variants(PITCH, count))
    ]
    return arrived(*turns, grounds=(ground(),))


def names(*kinds: LabelName) -> set[str]:
    return {kind.value for kind in kinds}


def labels_in_rows() -> set[str]:
    return set(models.ConductLabel.objects.values_list("name", flat=True))


# --- what arrives -------------------------------------------------------------------------------------------
class TestWhatArrives:
    def test_a_request_is_counted_for_everybody_in_whose_name_it_came(self):
        actions.observe(arrived(turn(1, end_user="u1"), grounds=(ground(Action.BLOCK, outcome="match"),)))
        counted = set(models.Counter.objects.values_list("unit_kind", "kind", "about", "count"))
        assert counted == {
            (unit, kind, about, 1)
            for unit in ("organisation", "key", "end_user")
            for kind, about in (("turns", ""), ("acted", ""), ("acted", CLAUSE))
        }

    @given(cuts=st.lists(st.integers(0, 12), max_size=4), drawn=st.randoms(use_true_random=False))
    def test_neither_order_nor_batches_make_a_difference(self, cuts, drawn):
        bad = (ground(), ground(Action.BLOCK, clause="cyber", outcome="match"))
        turns = [turn(n, end_user=f"u{n % 3}") for n in range(12)]
        decided = [decision(one, *bad[: n % 3]) for n, one in enumerate(turns)]
        whole = counted(turns, decided)
        drawn.shuffle(turns)
        drawn.shuffle(decided)
        edges = [0, *sorted(cuts), 12]
        slots: Counter[Slot] = Counter()
        concerns = []
        for first, last in pairwise(edges):
            part = counted(turns[first:last], decided)
            slots.update(part.slots)
            concerns += part.concerns
        assert slots == whole.slots
        assert sorted(concerns, key=repr) == sorted(whole.concerns, key=repr)

    def test_ingest_hands_every_turn_to_it_and_workers_look_by_the_clock(self):
        assert actions.observe in CONSEQUENCES
        assert {watch_traffic, watch_accounts} <= {duty.do for duty in DUTIES}

    def test_batches_add_up(self):
        for number in range(3):
            actions.observe(arrived(turn(number), turn(10 + number)))
        assert set(models.Counter.objects.values_list("kind", "count")) == {("turns", 6)}

    def test_what_is_delivered_again_is_counted_once(self):
        data = [encode(entry(f"req_{n}", decisions=(decision_entry(f"dec_{n}"),))) for n in range(3)]
        for cut in ([data[0]], [data[1], data[0]], data, data):
            Ingest(Memory(*cut)).run_all()
        counts = models.Counter.objects.filter(unit_kind="key").values_list("kind", "about", "count")
        assert set(counts) == {("turns", "", 3), ("acted", "", 3), ("acted", CLAUSE, 3)}
        assert models.Concern.objects.count() == models.Trace.objects.count() == 3

    def test_under_zero_retention_there_are_counts_and_no_sketch(self):
        actions.observe(arrived(turn(1, HOMEWORK, zero_retention=True), grounds=(ground(),)))
        assert models.Counter.objects.exists()
        assert models.Concern.objects.exists()
        assert not models.Trace.objects.exists()

    @pytest.mark.parametrize(
        "grounds",
        [
            pytest.param({"outcome": "excepted"}, id="a contract makes an exception"),
            pytest.param({"outcome": "cleared"}, id="a judge has cleared it"),
            pytest.param({"outcome": "error:skip"}, id="the detector failed"),
            pytest.param({"detector": "entities"}, id="a card number"),
            pytest.param({"clause": "hr_legal", "outcome": "match"}, id="a high-risk domain"),
        ],
    )
    def test_what_says_nothing_of_intent_is_no_concern(self, grounds):
        actions.observe(arrived(turn(1, HOMEWORK), grounds=(ground(**grounds),)))
        assert not models.Concern.objects.exists()

    def test_an_answer_of_the_model_is_no_intent_of_the_person(self):
        one = turn(1, HOMEWORK)
        batch = type(arrived())((one,), (decision(one, ground(), stage="output"),))
        actions.observe(batch)
        assert not models.Concern.objects.exists()
        assert models.Counter.objects.filter(kind="noted", about=CLAUSE).exists()

    def test_no_text_is_kept(self):
        actions.observe(many_units())
        kept = b"".join(bytes(row.sketch) for row in models.Trace.objects.all())
        assert b"fund" not in kept
        assert not [row for row in models.Trace.objects.values_list() if "fund" in str(row)]


# --- campaigns ----------------------------------------------------------------------------------------------
class TestCampaigns:
    def test_found_again_it_is_the_same(self, cast: Cast):
        actions.observe(many_units())
        actions.look_at_traffic(SOON)
        (first,) = queries.signals(cast.viewer("emi"), SOON)
        actions.observe(arrived(turn(99, variants(PITCH, 7)[-1], at=SOON, key="key_99"), grounds=(ground(),)))
        for later in (SOON, SOON + HOUR):
            actions.look_at_traffic(later)
        (signal,) = queries.signals(cast.viewer("emi"), SOON + HOUR)
        assert (signal.id, len(signal.units)) == (first.id, 7)
        assert AuditEntry.objects.filter(action="campaign.found").count() == 1

    def test_who_takes_part_is_labelled_for_a_week(self, cast: Cast):
        actions.observe(many_units())
        actions.look_at_traffic(SOON)
        unit = Unit(UnitKind.END_USER, "u3", "org_3")
        emi = cast.viewer("emi")
        last = AT + timedelta(days=7)
        assert [one.name for one in queries.labels(emi, unit, last - timedelta(microseconds=1))] == [
            LabelName.CAMPAIGN
        ]
        assert queries.labels(emi, unit, last) == ()

    def test_a_violation_in_it_looks_meant(self, cast: Cast):
        actions.observe(many_units())
        actions.look_at_traffic(SOON)
        emi, unit = cast.viewer("emi"), Unit(UnitKind.END_USER, "u3", "org_3")
        assert queries.intent(emi, unit, CLAUSE, SOON) is Intent.KNOWING
        assert queries.intent(emi, unit, "cyber", SOON) is Intent.UNCLEAR
        assert queries.intent(emi, KEY, CLAUSE, SOON) is Intent.UNCLEAR

    def test_a_harvest_labels_nobody(self, cast: Cast):
        text = "この商品の在庫はありますか。型番は {name} です。在庫があれば、東京都内への配送にかかる日数も教えてください。"
        actions.observe(arrived(*(turn(n, one) for n, one in enumerate(variants(text, 220)))))
        actions.look_at_traffic(SOON)
        (signal,) = queries.signals(cast.viewer("emi"), SOON)
        assert signal.facts["kind"] == "harvest"
        assert not models.ConductLabel.objects.exists()

    def test_units_hang_together_in_the_graph(self, cast: Cast):
        actions.observe(many_units())
        actions.look_at_traffic(SOON)
        drawn = queries.links(cast.viewer("emi"), SOON)
        assert len(drawn) == 6
        assert len({one.hub for one in drawn}) == 1

    def test_nothing_is_restricted(self):
        actions.observe(many_units(30))
        actions.look_at_traffic(SOON)
        from sekisho.enforcement.queries import restrictions_for_gateway

        assert not list(restrictions_for_gateway(SOON))


# --- slow burn, sharing -------------------------------------------------------------------------------------
def burning(days: int = 3):
    return [turn(10 * day + n, at=AT - day * DAY) for day in range(days) for n in range(2)]


def test_what_adds_up_over_days_is_labelled_with_its_decisions(cast: Cast):
    actions.observe(arrived(*burning(), grounds=(ground(score=1.0),)))
    actions.look_at_traffic(AT)
    (signal,) = queries.signals(cast.viewer("emi"), AT)
    assert (signal.kind, signal.about, len(signal.decisions)) == ("slow_burn", CLAUSE, 6)
    assert signal.units == (KEY,)


def test_a_person_who_found_that_it_is_not_so_is_believed(cast: Cast):
    actions.observe(arrived(*burning(), grounds=(ground(score=1.0),)))
    actions.look_at_traffic(AT)
    emi = cast.viewer("emi")
    actions.set_label(
        emi, KEY, LabelName.SLOW_BURN, CLAUSE, present=False, until=AT + DAY, clock=fixed_clock(AT)
    )
    actions.look_at_traffic(AT)
    assert queries.signals(emi, AT) == ()
    assert queries.signals(emi, AT + DAY)[0].kind == "slow_burn"


def test_an_end_user_in_too_many_conversations_at_once_is_labelled(cast: Cast):
    actions.observe(arrived(*(turn(n, end_user="u1", at=AT + timedelta(seconds=n)) for n in range(25))))
    actions.look_at_traffic(SOON)
    (signal,) = queries.signals(cast.viewer("emi"), SOON)
    assert (signal.kind, signal.about, signal.units[0].id) == ("shared", "at_once", "u1")


class TestLabelsByPeople:
    @pytest.mark.parametrize("who", ["aiko", "chie", "daiki", "fumi"])
    def test_only_reviewers_set_them(self, who: str, cast: Cast):
        with pytest.raises(NotAllowedError):
            actions.set_label(
                cast.viewer(who),
                KEY,
                LabelName.SHARED,
                "",
                present=True,
                until=AT + DAY,
                clock=fixed_clock(AT),
            )

    @pytest.mark.parametrize("until", [AT, AT - DAY, AT + 367 * DAY], ids=["now", "past", "too far"])
    def test_each_has_an_end_within_a_year(self, until, cast: Cast):
        with pytest.raises(SekishoError, match="label_ends_wrongly"):
            actions.set_label(
                cast.viewer("emi"),
                KEY,
                LabelName.SHARED,
                "",
                present=True,
                until=until,
                clock=fixed_clock(AT),
            )

    def test_each_is_audited(self, cast: Cast):
        actions.set_label(
            cast.viewer("emi"), KEY, LabelName.SHARED, "", present=True, until=AT + DAY, clock=fixed_clock(AT)
        )
        assert AuditEntry.objects.filter(action="label.set", actor=cast.emi.id).count() == 1


# --- who comes back -----------------------------------------------------------------------------------------
FACTS = Statement(Text("Repeated fraud.", "詐欺行為が繰り返されたため。"))


def terminate(cast: Cast, unit: Unit) -> None:
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.REVIEWER)
    enforcement.impose(
        cast.viewer("emi"),
        unit,
        Measure.TERMINATED,
        CLAUSE,
        None,
        FACTS,
        seconded_by=cast.viewer("daiki"),
        clock=fixed_clock(AT),
    )


class TestEvasion:
    def test_the_same_owner_with_another_organisation_is_told_to_reviewers(self, cast: Cast):
        old = Unit(UnitKind.ORGANISATION, cast.elsewhere.id, cast.elsewhere.id)
        terminate(cast, old)
        again = Organisation.objects.create(name="Fresh start", plan="api", created_at=AT + HOUR)
        factories.member(again, cast.chie, Role.PRIMARY_OWNER)
        actions.look_at_accounts(SOON + HOUR)
        (signal,) = queries.signals(cast.viewer("emi"), SOON + HOUR)
        assert (signal.kind, signal.about, signal.units[0].id) == ("evasion", old.id, again.id)
        assert signal.facts["because"] == ("person",)
        assert queries.intent(cast.viewer("emi"), signal.units[0], "cyber", SOON + HOUR) is Intent.KNOWING
        assert queries.links(cast.viewer("emi"), SOON + HOUR)[0].hub == old.id

    def test_an_organisation_that_was_there_before_is_not_suspected(self, cast: Cast):
        old = Unit(UnitKind.ORGANISATION, cast.elsewhere.id, cast.elsewhere.id)
        Organisation.objects.update(created_at=AT - DAY)
        factories.member(cast.atelier, cast.chie, Role.OWNER)
        terminate(cast, old)
        actions.look_at_accounts(SOON)
        assert queries.signals(cast.viewer("emi"), SOON) == ()

    def test_an_end_user_is_known_by_the_same_violating_prompts(self, cast: Cast):
        old = Unit(UnitKind.END_USER, "u_old", cast.atelier.id)
        texts = [f"{PITCH} {word * 40}" for word in ("gate ", "river ", "lamp ")]
        before = [
            turn(n, one, organisation=cast.atelier.id, end_user="u_old", at=AT - HOUR)
            for n, one in enumerate(texts)
        ]
        after = [
            turn(10 + n, one, organisation=cast.atelier.id, end_user="u_new", at=AT + HOUR)
            for n, one in enumerate(texts)
        ]
        actions.observe(arrived(*before, *after, grounds=(ground(Action.BLOCK, outcome="match"),)))
        terminate(cast, old)
        actions.look_at_accounts(SOON + HOUR)
        (signal,) = queries.signals(cast.viewer("emi"), SOON + HOUR)
        assert (signal.kind, signal.units[0].id, len(signal.decisions)) == ("evasion", "u_new", 3)

    def test_a_key_made_anew_by_the_same_person_with_the_same_prompts(self, cast: Cast):
        aiko, org = cast.viewer("aiko"), cast.atelier.id
        old = accounts.create_key(aiko, org, "Shop").view
        ApiKey.objects.update(created_at=AT - DAY)
        terminate(cast, Unit(UnitKind.KEY, old.id, org))
        new = accounts.create_key(aiko, org, "Shop again").view
        ApiKey.objects.filter(id=new.id).update(created_at=AT + HOUR)
        texts = [HOMEWORK, PITCH, "この三つの文章を、小学生にも分かるやさしい日本語に書き直してください。"]
        for number, key in enumerate((old, new)):
            actions.observe(
                arrived(
                    *(turn(10 * number + n, one, organisation=org, key=key.id) for n, one in enumerate(texts))
                )
            )
        actions.look_at_accounts(SOON + HOUR)
        (signal,) = queries.signals(cast.viewer("emi"), SOON + HOUR)
        assert (signal.units[0].id, signal.facts["because"]) == (new.id, ("maker", "texts"))


# --- undeclared use -----------------------------------------------------------------------------------------
def advice(cast: Cast, key: str, at=AT) -> None:
    seen = ground(clause="hr_legal", outcome="match", score=0.97)
    for day in range(4):
        turns = [
            turn(100 * day + n, organisation=cast.atelier.id, key=key, at=at - day * DAY) for n in range(10)
        ]
        actions.observe(arrived(*turns, grounds=(seen,)))


class TestUndeclaredUse:
    @pytest.fixture(autouse=True)
    def policy(self):
        install_reference()

    @pytest.fixture
    def key(self, cast: Cast):
        return accounts.create_key(cast.viewer("aiko"), cast.atelier.id, "Help desk").view

    def test_the_organisation_is_asked_once_to_declare(self, cast: Cast, key):
        advice(cast, key.id)
        for at in (AT, AT + HOUR, AT + DAY):
            actions.look_at_accounts(at)
        (notice,) = Notice.objects.filter(kind="undeclared_use")
        assert "Help desk" in notice.body_en
        assert "Help desk" in notice.body_ja
        assert f"/o/{cast.atelier.id}/" in notice.link
        told = queries.told_of(cast.viewer("ben"), cast.atelier.id, AT + DAY)
        assert [one.about for one in told] == ["hr_legal"]

    def test_it_is_asked_again_after_thirty_days_if_it_goes_on(self, cast: Cast, key):
        advice(cast, key.id)
        actions.look_at_accounts(AT)
        later = AT + 30 * DAY
        seen = ground(clause="hr_legal", outcome="match", score=0.97)
        for day in range(4):
            turns = [
                turn(5000 + 100 * day + n, organisation=cast.atelier.id, key=key.id, at=later - day * DAY)
                for n in range(10)
            ]
            actions.observe(arrived(*turns, grounds=(seen,)))
        actions.look_at_accounts(later - timedelta(microseconds=1))
        assert Notice.objects.filter(kind="undeclared_use").count() == 1
        actions.look_at_accounts(later)
        assert Notice.objects.filter(kind="undeclared_use").count() == 2

    def test_who_has_declared_is_not_asked(self, cast: Cast):
        declared = KeyDeclaration(UseCase.HIGH_RISK, "hr_legal", "Law desk")
        key = accounts.create_key(cast.viewer("aiko"), cast.atelier.id, "Law", declaration=declared).view
        advice(cast, key.id)
        actions.look_at_accounts(AT)
        assert not Notice.objects.filter(kind="undeclared_use").exists()

    def test_declaring_ends_the_label(self, cast: Cast, key):
        advice(cast, key.id)
        actions.look_at_accounts(AT)
        unit = Unit(UnitKind.KEY, key.id, cast.atelier.id)
        assert queries.labels(cast.viewer("emi"), unit, AT)
        ApiKey.objects.filter(id=key.id).update(use_case="high_risk", domain="hr_legal")
        actions.look_at_accounts(SOON)
        assert queries.labels(cast.viewer("emi"), unit, SOON) == ()
        assert queries.told_of(cast.viewer("ben"), cast.atelier.id, SOON) == ()


# --- an organisation sees it first --------------------------------------------------------------------------
def busy(cast: Cast, count: int, stopped: int, at, first: int) -> None:
    turns = [turn(first + n, organisation=cast.atelier.id, end_user=f"u{n % 7}", at=at) for n in range(count)]
    actions.observe(arrived(*turns[stopped:]))
    actions.observe(arrived(*turns[:stopped], grounds=(ground(Action.BLOCK, outcome="match"),)))


class TestEndUsers:
    def test_the_most_often_stopped_come_first(self, cast: Cast):
        one = [turn(n, organisation=cast.atelier.id, end_user="u1") for n in range(3)]
        other = [turn(10 + n, organisation=cast.atelier.id, end_user="u2") for n in range(2)]
        actions.observe(arrived(*one, *other, grounds=(ground(Action.BLOCK, outcome="match"),)))
        actions.observe(arrived(turn(30, organisation=cast.atelier.id, end_user="u2")))
        seen = queries.end_users(cast.viewer("ben"), cast.atelier.id, AT.date())
        assert [(one.pseudonym, one.turns, one.acted) for one in seen] == [("u1", 3, 3), ("u2", 3, 2)]
        assert seen[0].clauses == {CLAUSE: 3}

    @pytest.mark.parametrize("who", ["chie", "daiki"])
    def test_others_find_nothing(self, who: str, cast: Cast):
        for ask in (
            lambda viewer: queries.end_users(viewer, cast.atelier.id, AT.date()),
            lambda viewer: queries.days(viewer, cast.atelier.id, AT.date(), AT.date()),
            lambda viewer: queries.told_of(viewer, cast.atelier.id, AT),
            lambda viewer: queries.signals(viewer, AT),
            lambda viewer: queries.labels(viewer, KEY, AT),
        ):
            with pytest.raises(NotFoundError):
                ask(cast.viewer(who))

    def test_its_people_do_not_see_signals(self, cast: Cast):
        with pytest.raises(NotFoundError):
            queries.signals(cast.viewer("aiko"), AT)

    def test_days_without_requests_are_there(self, cast: Cast):
        busy(cast, 10, 4, AT, 0)
        seen = queries.days(cast.viewer("ben"), cast.atelier.id, AT.date() - DAY, AT.date())
        assert [(one.turns, one.acted) for one in seen] == [(0, 0), (10, 4)]

    def test_its_owners_are_told_when_the_share_rises(self, cast: Cast):
        busy(cast, 200, 2, AT - 10 * DAY, 0)
        busy(cast, 200, 30, AT, 1000)
        for at in (AT, SOON):
            actions.look_at_accounts(at)
        (notice,) = Notice.objects.filter(kind="conduct_rising")
        assert "30 of 200" in notice.body_en
        assert notice.link == f"/o/{cast.atelier.id}/conduct"


def test_what_has_served_is_let_go(cast: Cast):
    actions.observe(many_units())
    actions.look_at_traffic(SOON)
    assert actions.forget(AT + 29 * DAY) == 0
    actions.forget(AT + 30 * DAY)
    assert not models.Trace.objects.exists()
    actions.forget(AT + 200 * DAY)
    assert not any(
        model.objects.exists()
        for model in (models.Counter, models.Concern, models.Campaign, models.ConductLabel)
    )
