"""What was given comes back when it is taken back, and what was recalled is refused to new runs."""

from __future__ import annotations

import json
import shutil
from threading import Event

import pytest

from sekisho.accounts.types import Plan
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.records.training import actions, queries, tasks
from sekisho.records.training.actions import recalling
from sekisho.records.training.models import DatasetVersion, Recall
from sekisho.records.training.tasks import recall
from sekisho.records.training.types import Unfit
from sekisho.records.types import Kind
from tests.pages import table
from tests.records.training.makers import (
    AIKO,
    AT,
    DAY,
    NOW,
    SYSTEM,
    allow,
    build,
    conversation,
    event,
    keep,
    partner,
    turn,
    user,
)

pytestmark = pytest.mark.usefixtures("same_connection")
LATER = NOW + DAY
FITNESS = dict(table("docs/rules/training-export.md", "the version", "a new run"))


@pytest.fixture
def version(db, tmp_path):
    """A version with two conversations of Aiko's, and one of a team's."""
    allow()
    partner("org_atelier")
    keep(turn("req_1"), turn("req_2", conversation="c2", end_user="eu_9"))
    keep(turn("req_3", organisation="org_atelier", plan=Plan.TEAM, conversation="c3"))
    return build(tmp_path)


def taken_back(version):
    rows = DatasetVersion.objects.get(id=version).items.exclude(recalled_by=None)
    return sorted(rows.values_list("turn", flat=True))


CASES = {
    "withdrawn": (lambda: event(Kind.DENIED, LATER, member=AIKO), ["req_1", "req_2"]),
    "left": (lambda: event(Kind.PARTNER_LEFT, LATER, "org_atelier"), ["req_3"]),
    "objected": (lambda: event(Kind.MEMBER_OBJECTED, LATER, "org_atelier", member=AIKO), ["req_3"]),
    "zero retention": (lambda: event(Kind.ZERO_RETENTION_ON, LATER, "org_atelier"), ["req_3"]),
    "conversation deleted": (
        lambda: event(Kind.DELETED, LATER, conversation=conversation(turn("req_1"))),
        ["req_1"],
    ),
    "end user erased": (lambda: event(Kind.DELETED, LATER, end_user="eu_9"), ["req_2"]),
    "account erased": (lambda: event(Kind.DELETED, LATER), ["req_1", "req_2"]),
    "flagged": (lambda: event(Kind.FLAGGED, LATER, turn="req_1"), ["req_1"]),
    "somebody else": (lambda: event(Kind.DENIED, LATER, "org_other", member="usr_chie"), []),
    "held": (lambda: event(Kind.HOLD_PLACED, LATER, hold="hld_1"), []),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_taken_back_is_recalled_from_every_version(version, case, tmp_path):
    happens, expected = CASES[case]
    second = build(tmp_path)
    happens()
    recall(fixed_clock(LATER))
    assert taken_back(version) == taken_back(second) == expected
    assert queries.verdict(version, LATER).unfit is (Unfit.RECALLED if expected else None)


def test_a_recall_says_what_happened_and_is_written_down(version):
    gone = event(Kind.DENIED, LATER, member=AIKO)
    recall(fixed_clock(LATER))
    (told,) = queries.version(SYSTEM, version, LATER).recalls
    assert (told.event, told.reason, told.happened_at, told.items) == (gone.seq, "denied", LATER, 2)
    (entry,) = audit.entries(SYSTEM, audit.EntryFilter(action="dataset.recalled"))
    assert entry.facts == {"event": gone.seq, "kind": "denied", "items": 2}
    assert len(list(queries.recalled_items(SYSTEM, version))) == 2


def test_nothing_is_recalled_twice(version):
    event(Kind.DENIED, LATER, member=AIKO)
    event(Kind.DELETED, LATER)
    assert [recall(fixed_clock(LATER)) for _ in range(2)] == [1, 0]
    assert Recall.objects.count() == 1


def test_what_happens_while_a_version_is_built_is_recalled_from_it(tmp_path, db):
    """The build has seen one moment; what was taken back meanwhile is found by the next look."""
    allow()
    keep(turn("req_1"))

    def withdraws(records, items):
        event(Kind.DENIED, NOW, member=AIKO)
        assert recall(fixed_clock(NOW)) == 0, "it is no version yet"

    version = build(tmp_path, progress=withdraws)
    assert recall(fixed_clock(NOW)) == 1
    assert taken_back(version) == ["req_1"]


def test_events_are_followed_in_steps(version, monkeypatch):
    monkeypatch.setattr(recalling, "EVENTS_A_STEP", 2)
    for number in range(5):
        event(Kind.RETENTION_SET, LATER, "org_other", days=number + 1)
    event(Kind.DENIED, LATER, member=AIKO)
    assert recall(fixed_clock(LATER)) == 1


def unaltered(version, folder):
    pass


def without(name):
    return lambda version, folder: (folder / version / name).unlink()


def changes_a_file(version, folder):
    file = folder / version / "records.jsonl"
    file.write_bytes(file.read_bytes().replace(b"question", b"quextion"))


def signs_anew(version, folder):
    """Whoever changes the manifest as well, on the disk and in the database, has no key to sign it with."""
    file = folder / version / "manifest.json"
    document = json.loads(file.read_bytes())
    document["manifest"]["purpose"] = "another"
    file.write_text(json.dumps(document), encoding="utf-8")
    DatasetVersion.objects.filter(id=version).update(manifest=json.dumps(document))


STATES = {
    "finished, unaltered, neither recalled nor expired": unaltered,
    "something was taken back since": lambda version, folder: event(Kind.DENIED, LATER, member=AIKO),
    "two years have passed": unaltered,
    "a file was changed": changes_a_file,
    "a file is missing": without("items.jsonl"),
    "its manifest was signed by somebody else": signs_anew,
    "its build broke off": lambda version, folder: DatasetVersion.objects.update(state="abandoned"),
    "it is not of this installation": lambda version, folder: DatasetVersion.objects.all().delete(),
}


@pytest.mark.parametrize("state", FITNESS)
def test_which_version_a_new_run_may_use(version, state, tmp_path):
    STATES[state](version, tmp_path)
    clock = fixed_clock(NOW.replace(year=NOW.year + 2) if state == "two years have passed" else LATER)
    if FITNESS[state] == "may use it":
        assert actions.register_run(SYSTEM, "reward model 7", [version], clock=clock).startswith("run_")
    else:
        with pytest.raises(SekishoError) as refused:
            actions.register_run(SYSTEM, "reward model 7", [version], clock=clock)
        assert FITNESS[state] == f"refused: {refused.value.code}"
        assert queries.runs(SYSTEM) == ()


def test_the_last_instant_before_it_expires_is_within_it(version):
    expires = queries.version(SYSTEM, version, LATER).expires_at
    assert queries.verdict(version, expires - DAY / 86_400).is_fit
    assert queries.verdict(version, expires).unfit is Unfit.EXPIRED


def test_a_run_registered_before_may_finish(version):
    run = actions.register_run(SYSTEM, "reward model 7", [version], clock=fixed_clock(NOW))
    event(Kind.DENIED, LATER, member=AIKO)
    recall(fixed_clock(LATER))
    (before,) = queries.runs(SYSTEM)
    assert (before.finished_at, before.recalled_since) == (None, (version,))
    actions.finish_run(SYSTEM, run, fixed_clock(LATER))
    (after,) = queries.runs(SYSTEM)
    assert after.finished_at == LATER
    with pytest.raises(NotFoundError):
        actions.finish_run(SYSTEM, run, fixed_clock(LATER))


def test_a_withdrawal_of_this_instant_is_known_when_a_run_is_registered(version):
    """Nobody has to wait for the worker: registering looks for itself."""
    event(Kind.DENIED, LATER, member=AIKO)
    with pytest.raises(SekishoError, match="dataset_recalled"):
        actions.register_run(SYSTEM, "reward model 7", [version], clock=fixed_clock(LATER))


def test_a_version_that_was_moved_is_found_where_it_is(version, tmp_path):
    moved = tmp_path / "elsewhere"
    shutil.move(tmp_path / version, moved)
    assert queries.verdict(version, LATER).unfit is Unfit.ALTERED
    assert actions.register_run(SYSTEM, "x", [version], folders={version: moved}, clock=fixed_clock(LATER))


def test_a_run_names_its_versions(version):
    with pytest.raises(SekishoError, match="dataset_not_named"):
        actions.register_run(SYSTEM, "x", [])


def test_a_subject_is_told_which_versions_hold_its_turns(version):
    event(Kind.DELETED, LATER, end_user="eu_9")
    recall(fixed_clock(LATER))
    (told,) = queries.memberships("org_aiko")
    assert (told.version, told.items, told.recalled) == (version, 2, 1)
    assert queries.memberships("org_aiko", end_user="eu_9")[0].items == 1
    assert queries.memberships("org_aiko", member="usr_ben") == ()


@pytest.mark.parametrize("name", ["aiko", "ben", "chie", "daiki", "emi", "fumi"])
def test_datasets_and_runs_are_closed_to_the_cast(cast, name):
    viewer = cast.viewer(name)
    for ask in (
        lambda: queries.versions(viewer, NOW),
        lambda: queries.version(viewer, "x", NOW),
        lambda: queries.runs(viewer),
    ):
        with pytest.raises(NotFoundError):
            ask()
    with pytest.raises(NotAllowedError):
        actions.register_run(viewer, "x", ["y"])


def test_a_later_version_leaves_out_what_was_taken_back(version, tmp_path):
    event(Kind.DENIED, LATER, member=AIKO)
    keep(turn("req_9", user("later"), at=LATER + DAY))
    second = build(tmp_path, LATER + 2 * DAY)
    recall(fixed_clock(LATER + 2 * DAY))
    assert queries.verdict(second, LATER + 2 * DAY).is_fit
    assert list(DatasetVersion.objects.get(id=second).items.values_list("turn", flat=True)) == ["req_3"]


def test_a_turn_before_the_choice_changes_nothing(version):
    """What happened before a turn was received says nothing of it."""
    event(Kind.DELETED, AT - DAY)
    assert recall(fixed_clock(LATER)) == 0


def test_an_expired_version_is_removed_where_it_was_written(version, tmp_path):
    expires = queries.version(SYSTEM, version, LATER).expires_at
    assert actions.remove_expired(expires - DAY / 86_400) == 0
    recall(fixed_clock(expires))
    assert not (tmp_path / version).exists()
    assert queries.memberships("org_aiko") == ()
    assert queries.version(SYSTEM, version, expires).unfit is Unfit.EXPIRED
    assert queries.verdict(version, expires).unfit is Unfit.EXPIRED
    assert recall(fixed_clock(expires)) == 0


def test_the_worker_builds_until_it_is_stopped(db, monkeypatch):
    """One that fails keeps no other waiting; nothing is asked for once it is stopped."""
    stop, told = Event(), []

    def build_next():
        told.append(len(told))
        if len(told) == 1:
            raise OSError("full")
        stop.set()
        return "dsv_1"

    monkeypatch.setattr(tasks, "build_next", build_next)
    monkeypatch.setattr(tasks, "REST_S", 0.0)
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    tasks.run_builds(stop)
    assert told == [0, 1]
