"""What a version holds, and what it does not: whole stories over real rows."""

from __future__ import annotations

import hashlib
import json
import sys
import tracemalloc
from datetime import datetime

import pytest

from sekisho.accounts.types import Plan
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.records.training import actions, queries, selecting, writing
from sekisho.records.training.models import DatasetItem, DatasetVersion
from sekisho.records.training.types import Format
from sekisho.records.types import Kind, Product, StoredBlock, Upstream
from tests.records.training.makers import (
    AIKO,
    AT,
    DAY,
    NOW,
    SYSTEM,
    allow,
    assistant,
    build,
    event,
    keep,
    lines,
    manifest,
    only,
    partner,
    turn,
    user,
    whole,
)

pytestmark = pytest.mark.usefixtures("same_connection")


def test_what_was_allowed_is_given_as_it_was_said(tmp_path):
    allow()
    keep(turn("req_1"))
    version = build(tmp_path)
    record = only(tmp_path, version)
    (given,) = record["turns"]
    assert (record["product"], record["terms"]) == ("coding", "consumer")
    assert given["prompt"] == [{"role": "user", "kind": "text", "text": "question of req_1"}]
    assert given["answer"] == [{"role": "assistant", "kind": "text", "text": "answer of req_1"}]
    assert DatasetItem.objects.get(item=given["item"]).turn == "req_1"


def test_no_id_on_record_is_in_any_file(tmp_path):
    allow()
    keep(turn("req_1", user("hello"), answer="hi", end_user="eu_9"))
    text = whole(tmp_path, build(tmp_path))
    for word in ("req_1", "org_aiko", AIKO, "eu_9", "key_1", "cnv_"):
        assert word not in text


def test_names_of_items_are_drawn_anew_for_each_version(tmp_path):
    allow()
    keep(turn("req_1"))
    one, two = (only(tmp_path, build(tmp_path))["turns"][0]["item"] for _ in range(2))
    assert one != two


def test_a_resumed_conversation_gives_nothing_of_its_earlier_turns(tmp_path):
    """R-DATA-016: earlier turns are marks, and the history that the client resends with the later ones is too."""
    allow()
    earlier = turn("req_0", user("before the choice", "d0"), answer="said before", at=AT - DAY)
    later = turn(
        "req_1", user("before the choice", "d0"), assistant("said before", "d1"), user("after it", "d2")
    )
    keep(earlier)
    keep(later)
    version = build(tmp_path)
    gap, given = only(tmp_path, version)["turns"]
    assert gap == {"withheld": "before_current_consent"}
    assert given["prompt"] == [
        {"withheld": "earlier_turn", "blocks": 1},
        {"withheld": "unknown_origin", "blocks": 1},
        {"role": "user", "kind": "text", "text": "after it"},
    ]
    assert "before" not in whole(tmp_path, version).replace("before_current_consent", "")
    told = manifest(tmp_path, version)
    assert told["reasons"] == {"before_current_consent": 1}
    assert told["blocks"] == {"earlier_turn": 1, "unknown_origin": 1}


def test_commercial_turns_never_leak_through_resent_history(tmp_path):
    """A conversation goes on under a consumer plan after it was commercial: only what is new is given."""
    allow()
    keep(turn("req_0", user("company secret", "d0"), answer="company answer", plan=Plan.TEAM))
    keep(turn("req_1", user("company secret", "d0"), assistant("company answer", "d1"), user("mine", "d2")))
    version = build(tmp_path)
    assert "company" not in whole(tmp_path, version)
    assert only(tmp_path, version)["turns"][0] == {"withheld": "no_partner_program"}


def test_history_of_a_turn_under_zero_retention_is_not_given(tmp_path):
    """Of that turn nothing was kept, so the next is the first on record to carry what it said."""
    allow()
    keep(turn("req_0", user("not to be kept"), zero_retention=True))
    keep(turn("req_1", user("not to be kept", "d0"), assistant("nor this", "d1"), user("new", "d2")))
    version = build(tmp_path)
    assert "not to be kept" not in whole(tmp_path, version)
    assert "nor this" not in whole(tmp_path, version)


def test_resent_history_of_eligible_turns_is_given_once(tmp_path):
    allow()
    keep(turn("req_1", user("one", "d1"), answer="two"))
    keep(turn("req_2", user("one", "d1"), assistant("two", "d2"), user("three", "d3"), at=AT + 2 * DAY))
    version = build(tmp_path)
    _, second = only(tmp_path, version)["turns"]
    assert second["prompt"] == [
        {"repeats": True, "blocks": 2},
        {"role": "user", "kind": "text", "text": "three"},
    ]
    assert manifest(tmp_path, version)["blocks"] == {}


def test_what_was_taken_back_since_is_not_given_as_of_an_earlier_moment(tmp_path):
    allow()
    keep(turn("req_1"))
    event(Kind.DENIED, AT + 5 * DAY, member=AIKO)
    version = build(tmp_path, as_of=AT + 2 * DAY)
    assert lines(tmp_path, version) == []
    assert manifest(tmp_path, version)["reasons"] == {"no_current_consent": 1}


def test_what_came_after_the_moment_is_not_in_it(tmp_path):
    allow()
    keep(turn("req_1"), turn("req_2", at=AT + 5 * DAY, conversation="c2"))
    version = build(tmp_path, as_of=AT + 2 * DAY)
    assert manifest(tmp_path, version)["items"] == 1


def test_a_moment_to_come_cannot_be_asked_about(tmp_path):
    with pytest.raises(SekishoError, match="moment_to_come"):
        build(tmp_path, as_of=NOW + DAY)


def test_another_purpose_was_never_asked_for(tmp_path):
    with pytest.raises(SekishoError, match="purpose_unknown"):
        build(tmp_path, purpose="advertising")


def test_everybody_who_made_a_conversation_together_must_allow(tmp_path):
    """R-DATA-029: Ben has objected, so what he and Aiko made together is not given; what she made alone is."""
    partner("org_atelier", AT, AIKO, "usr_ben")
    event(Kind.MEMBER_OBJECTED, AT, "org_atelier", member="usr_ben")
    team = {"organisation": "org_atelier", "plan": Plan.TEAM}
    keep(turn("req_1", **team), turn("req_2", member="usr_ben", **team))
    keep(turn("req_3", conversation="hers", **team))
    version = build(tmp_path)
    assert list(DatasetItem.objects.values_list("turn", flat=True)) == ["req_3"]
    assert manifest(tmp_path, version)["reasons"] == {"member_objected": 2}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"upstream": Upstream.BEDROCK}, "not_first_party"),
        ({"product": Product.API}, "other_product"),
        ({"member": ""}, "shared_credential"),
        ({"member": "usr_ben"}, "member_not_told"),
        ({"flagged": True}, "flagged"),
        ({"incognito": True}, "incognito"),
        ({"minors": True}, "minors"),
        ({"plan": Plan.GOV}, "no_partner_program"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_turn_that_is_left_out_is_counted_under_its_reason(tmp_path, more, reason):
    partner("org_atelier")
    keep(turn("req_1", **{"organisation": "org_atelier", "plan": Plan.TEAM, **more}))
    version = build(tmp_path)
    assert lines(tmp_path, version) == []
    assert manifest(tmp_path, version)["reasons"] == {reason: 1}


def test_every_turn_on_record_is_counted_once(tmp_path):
    allow()
    keep(turn("req_1"), turn("req_2", conversation="c2", flagged=True))
    keep(turn("req_3", organisation="org_other", conversation="c3"), turn("req_4", conversation="c4"))
    told = manifest(tmp_path, build(tmp_path))
    assert (told["records"], told["items"]) == (2, 2)
    assert told["reasons"] == {"flagged": 1, "not_opted_in": 1}


def test_a_conversation_whose_key_is_destroyed_is_a_mark(tmp_path):
    from sekisho.records.actions import conversation_id, destroy_conversation

    allow()
    gone = turn("req_1", conversation="c1")
    keep(gone, turn("req_2", conversation="c2"))
    destroy_conversation(AIKO, conversation_id(gone), "asked for", fixed_clock(NOW))
    assert manifest(tmp_path, build(tmp_path))["reasons"] == {"destroyed": 1}


def test_secrets_are_taken_out_and_counted(tmp_path):
    allow()
    secret = "sk-ant-" + "api03-" + "Ab1" * 30
    keep(turn("req_1", user(f"use {secret} please", "d1"), answer=f"I used {secret}"))
    version = build(tmp_path)
    assert secret not in whole(tmp_path, version)
    assert sum(manifest(tmp_path, version)["secrets"].values()) == 2


def test_what_was_withheld_from_the_client_is_never_given(tmp_path):
    from sekisho.records.types import Part

    allow()
    told = turn("req_1")
    parts = {**told.content, Part.WITHHELD: (StoredBlock("assistant", "text", "cut off"),)}
    keep(turn("req_2", content=parts))
    assert "cut off" not in whole(tmp_path, build(tmp_path))


def test_parquet_says_what_json_lines_say(tmp_path):
    from pyarrow import parquet

    allow()
    keep(turn("req_0", at=AT - DAY), turn("req_1", user("q", "d1")))
    plain, columns = build(tmp_path), build(tmp_path, format=Format.PARQUET)
    file = tmp_path / columns / "records.parquet"
    assert parquet.ParquetFile(file).metadata.row_group(0).column(0).compression == "ZSTD"
    (row,) = parquet.read_table(file).to_pylist()
    (line,) = lines(tmp_path, plain)
    assert [_without(turn) for turn in _bare(row)] == [_without(turn) for turn in line["turns"]]


def _bare(row):
    """A row of Parquet without its nulls, as a line of JSON has none."""
    return [
        {
            name: [{key: word for key, word in one.items() if word is not None} for one in value]
            if isinstance(value, list)
            else value
            for name, value in each.items()
            if value is not None
        }
        for each in row["turns"]
    ]


def _without(turn):
    return {name: value for name, value in turn.items() if name != "item"}


def test_parquet_without_pyarrow_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(SekishoError, match="sekisho\\[parquet\\]"):
        build(tmp_path, format=Format.PARQUET)
    assert list(tmp_path.iterdir()) == []
    assert DatasetVersion.objects.get().state == "abandoned"


def test_the_manifest_states_what_the_version_rests_on(tmp_path):
    allow()
    latest = event(Kind.RETENTION_SET, AT, "org_other", days=7)
    keep(turn("req_1"))
    version = build(tmp_path)
    told = manifest(tmp_path, version)
    assert told["version"] == version
    assert told["events"] == latest.seq
    assert told["calendar"] == "2025-08-28"
    assert told["expires_at"] == "2028-06-11T00:00:00Z"
    (item,) = [json.loads(line) for line in (tmp_path / version / "items.jsonl").read_bytes().splitlines()]
    assert item["item"] == only(tmp_path, version)["turns"][0]["item"]
    for name, digest in told["files"].items():
        assert hashlib.sha256((tmp_path / version / name).read_bytes()).hexdigest() == digest
    assert queries.verdict(version, NOW).is_fit


def test_building_is_written_down(tmp_path):
    allow()
    keep(turn("req_1"))
    version = build(tmp_path)
    told = [entry.action for entry in audit.entries(SYSTEM, audit.EntryFilter(subject=version))]
    assert told == ["dataset.built", "dataset.begun"]


@pytest.mark.parametrize("name", ["aiko", "ben", "chie", "daiki", "emi"])
def test_only_privacy_staff_build_datasets(cast, name, tmp_path):
    with pytest.raises(NotAllowedError):
        actions.build(cast.viewer(name), tmp_path)


def test_a_build_that_fails_leaves_no_file(tmp_path, monkeypatch):
    allow()
    keep(turn("req_1"))
    monkeypatch.setattr(writing.Files, "publish", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        build(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert not DatasetItem.objects.exists()


def test_what_a_killed_build_left_is_cleared_away(tmp_path, monkeypatch):
    allow()
    keep(turn("req_1"))
    version = build(tmp_path)
    (tmp_path / version).rename(tmp_path / f".{version}.partial")
    DatasetVersion.objects.filter(id=version).update(state="building", touched_at=NOW)
    assert actions.clear_abandoned(NOW + DAY / 1440) == 0, "it may still be working"
    assert actions.clear_abandoned(NOW + DAY) == 1
    assert list(tmp_path.iterdir()) == []
    assert not DatasetItem.objects.filter(version=version).exists()


@pytest.mark.parametrize("when", ["while it writes", "as it ends"])
def test_a_build_that_was_given_up_makes_no_version(tmp_path, monkeypatch, when):
    """Another worker took it for broken off: what it goes on to write is no version."""
    monkeypatch.setattr(selecting, "TURNS_A_BEAT", 1)
    allow()
    keep(turn("req_1"), turn("req_2", conversation="c2"))

    def given_up(*_):
        DatasetVersion.objects.update(state="abandoned")

    if when == "as it ends":
        publish = writing.Files.publish
        monkeypatch.setattr(writing.Files, "publish", lambda *all: (publish(*all), given_up())[0])
    with pytest.raises(SekishoError, match="dataset_abandoned"):
        build(tmp_path, progress=given_up if when == "while it writes" else lambda *_: None)
    assert list(tmp_path.iterdir()) == []


def test_many_turns_are_written_in_constant_memory(tmp_path, monkeypatch):
    """What Python holds while it writes is a fraction of what is written."""
    monkeypatch.setattr(selecting, "CONVERSATIONS", 5)
    allow()
    keep(*[turn(f"req_{n}", user("x" * 60_000, f"d{n}"), conversation=f"c{n}") for n in range(60)])
    tracemalloc.start()
    version = build(tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < (tmp_path / version / "records.jsonl").stat().st_size / 3


def test_progress_is_told(tmp_path):
    allow()
    keep(turn("req_1"), turn("req_2", conversation="c2"))
    told: list[tuple[int, int]] = []
    build(tmp_path, progress=lambda records, items: told.append((records, items)))
    assert told == [(1, 1), (2, 2)]


def test_an_expiry_on_a_leap_day_is_the_day_before(tmp_path):
    from sekisho.records.calendar import shipped
    from sekisho.records.training.rules import expires_at

    assert expires_at(datetime.fromisoformat("2028-02-29T00:00Z"), shipped()).isoformat()[:10] == "2030-02-28"
