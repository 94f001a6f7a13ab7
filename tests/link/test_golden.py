"""Bytes on the link stay readable: old readers read new files, new readers read old ones.

`tests/golden/link/` holds what the first release wrote. These files never change; a later format adds files.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from sekisho.accounts.types import Plan
from sekisho.base.text import Text
from sekisho.link import journal
from sekisho.link import snapshot as snapshots
from sekisho.link.snapshot import (
    Dialect,
    KeyEntry,
    OrganisationEntry,
    Restriction,
    Route,
    SnapshotUnreadableError,
    Stop,
)
from sekisho.policy.agents.types import (
    AgentAction,
    Carries,
    Catalogue,
    Matches,
    Outside,
    Recipients,
    Tools,
    Unagreed,
)
from sekisho.policy.types import (
    Action,
    Audience,
    Clause,
    FailMode,
    Pack,
    Part,
    Severity,
    StreamMode,
    Threshold,
)
from tests.link.makers import AT, content, decision, entry, snapshot

GOLDEN = Path(__file__).parents[1] / "golden" / "link"

WORD = Text("Fraud", "詐欺")
PACK = Pack(
    name="reference",
    version="2025-09-15",
    title=WORD,
    preamble=WORD,
    canonical="en",
    announced_at=AT,
    effective_at=AT,
    clauses=(
        Clause(
            id="fraud_predation",
            part=Part.STANDARD,
            title=WORD,
            text=WORD,
            covers=(WORD,),
            spares=(),
            severity=Severity.HIGH,
            hard=False,
            on_input=Action.BLOCK,
            on_output=Action.MODIFY,
            fail=FailMode.SKIP,
            stream=StreamMode.WINDOW,
            thresholds={"scorer": {"*": Threshold(0.9, 0.7)}},
        ),
    ),
    unscreened=Action.ANNOTATE,
)
SNAPSHOT = snapshot(
    revision=42,
    keys={
        "ab" * 32: KeyEntry(
            id="key_1",
            organisation="org_1",
            scopes=frozenset({"messages"}),
            audience=Audience.CHATBOT,
            restriction=Restriction(Stop.SUSPENDED, "fraud_predation", AT + timedelta(hours=24), "sor_1"),
        )
    },
    organisations={"org_1": OrganisationEntry("org_1", Plan.TEAM, "ja", zero_retention=True)},
    packs=(PACK,),
    routes=(Route("fake-anthropic", Dialect.ANTHROPIC, "", fake=True),),
    end_users={"org_1:pseudonym": Restriction(Stop.THROTTLED, requests_per_minute=5)},
    public_url="http://127.0.0.1:8080",
)
SNAPSHOT_2 = msgspec.structs.replace(
    SNAPSHOT,
    packs=(
        replace(
            PACK,
            agents=Catalogue(
                {"web": Tools(("*fetch*",), (("url",),)), "send": Tools(("*send*",))},
                (
                    AgentAction(
                        "page_sent_on",
                        Text("Sends it on", "送信する"),
                        PACK.clauses[0].id,
                        ("send",),
                        (
                            Carries(("web",)),
                            Unagreed(),
                            Recipients(20),
                            Outside(),
                            Matches(("*--force*",), ("command",)),
                        ),
                        Action.ANNOTATE,
                        Action.BLOCK,
                    ),
                ),
            ),
        ),
    ),
    organisations={
        "org_1": OrganisationEntry(
            "org_1", Plan.TEAM, "ja", zero_retention=True, minors_statement=True, verdicts_since=AT
        )
    },
    end_users={
        "org_1:pseudonym": Restriction(
            Stop.THROTTLED,
            requests_per_minute=5,
            models=("*-small",),
            tools_off=True,
            link="/statements/token",
        )
    },
)
"""What a later release adds: models, tools and pages of measures, statements, and what agents may not do."""
ENTRY = entry(decisions=(decision(),), disclosure="inserted", stages_us={"screen": 150}, content=b"sealed")
CONTENT = content("question 質問", "answer", "d1")


@pytest.mark.parametrize(("name", "expected"), [("snapshot-1", SNAPSHOT), ("snapshot-2", SNAPSHOT_2)])
def test_this_release_reads_the_golden_snapshots(name, expected):
    assert snapshots.decode((GOLDEN / f"{name}.json").read_bytes()) == expected


def test_this_release_reads_the_golden_entry_and_content():
    assert journal.decode((GOLDEN / "entry-1.msgpack").read_bytes()) == ENTRY
    assert journal.decode_content((GOLDEN / "content-1.msgpack").read_bytes()) == CONTENT


def test_this_release_writes_nothing_that_the_golden_bytes_lack():
    assert snapshots.encode(SNAPSHOT_2) == (GOLDEN / "snapshot-2.json").read_bytes()
    assert journal.encode(ENTRY) == (GOLDEN / "entry-1.msgpack").read_bytes()
    assert journal.encode_content(CONTENT) == (GOLDEN / "content-1.msgpack").read_bytes()


def test_an_old_reader_passes_over_what_a_later_release_adds():
    later = _with_additions(msgspec.json.decode((GOLDEN / "snapshot-1.json").read_bytes()))
    assert snapshots.decode(msgspec.json.encode(later)) == SNAPSHOT
    for name, read, value in [
        ("entry-1", journal.decode, ENTRY),
        ("content-1", journal.decode_content, CONTENT),
    ]:
        later = _with_additions(msgspec.msgpack.decode((GOLDEN / f"{name}.msgpack").read_bytes()))
        assert read(msgspec.msgpack.encode(later)) == value


def test_a_new_reader_fills_in_what_an_earlier_release_did_not_write():
    bare = {"format": 1, "id": "req_1", "received_at": AT, "finished_at": AT, "gateway": "g", "key": "k"}
    bare |= {
        "organisation": "o",
        "dialect": "anthropic",
        "endpoint": "messages",
        "outcome": "completed",
        "status": 200,
    }
    read = journal.decode(msgspec.msgpack.encode(bare))
    assert (read.decisions, read.content, read.plan, read.zero_retention) == ((), b"", "", False)


def test_a_later_format_is_refused_with_advice():
    later = msgspec.structs.replace(SNAPSHOT, format=snapshots.FORMAT + 1)
    with pytest.raises(SnapshotUnreadableError, match="Update the gateway"):
        snapshots.decode(snapshots.encode(later))


def test_a_sub_second_age_is_exact():
    fresh = replace_age(SNAPSHOT, timedelta(milliseconds=1500))
    assert snapshots.decode(snapshots.encode(fresh)).stale_after == timedelta(milliseconds=1500)


def replace_age(value, age):
    return msgspec.structs.replace(value, stale_after=age)


def _with_additions(value):
    """Return the value with an unknown field in every object that has named fields of its own."""
    if isinstance(value, dict):
        inner = {name: _with_additions(one) for name, one in value.items()}
        is_table = not inner or any(
            len(name) == 64 or ":" in name or name.startswith("org_") for name in inner
        )
        is_map = set(inner) & {"scorer", "*", "screen", "fraud_predation"}
        return inner if is_table or is_map else inner | {"added_later": [1, {"x": None}]}
    return [_with_additions(one) for one in value] if isinstance(value, list) else value
