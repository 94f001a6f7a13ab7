"""What of an eligible turn is given, and what takes items back: the tables of the rule page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.records.training.rules import RECALLING, gathered, is_recalled_by, prompt_given
from sekisho.records.training.types import Message
from sekisho.records.types import Event, Kind, Scope, StoredBlock, TurnFacts
from tests.pages import table
from tests.records.training.makers import AIKO, AT, DAY, assistant, turn, user

PAGE = "docs/rules/training-export.md"
GIVEN = dict(table(PAGE, "the block", "in the file"))
TAKEN_BACK = dict(table(PAGE, "what happens", "items of"))

SAID = frozenset({"an answer that was given"})
ELIGIBLE = frozenset({"req_given"})
LAST = assistant("the last answer", "d")


def pointer(first_turn):
    return StoredBlock("user", "text", "", "d", first_turn)


BLOCKS = {
    "what the person wrote, after the last thing that the assistant said": (LAST, user("new")),
    "a tool's result, after the last thing that the assistant said": (
        LAST,
        StoredBlock("tool", "tool_result", "42"),
    ),
    "system text sent with this turn": (StoredBlock("system", "text", "be brief"), LAST),
    "repeats an earlier turn that is given": (pointer("req_given"), LAST),
    "repeats an earlier turn that is not eligible": (pointer("req_other"), LAST),
    "repeats a turn whose rows are gone": (pointer("gone"), LAST),
    "an answer of the assistant that an eligible turn on record gave": (
        assistant("an answer that was given"),
        user(""),
    ),
    "an answer of the assistant that no eligible turn on record gave": (
        assistant("another answer"),
        user(""),
    ),
    "history that no turn on record said": (user("of old"), LAST),
}


def in_words(message):
    if message.withheld:
        return f"withheld: {message.withheld}"
    return "repeats" if message.repeats else "given"


@pytest.mark.parametrize("case", [name for name in GIVEN if name != "the answer of the turn itself"])
def test_what_of_an_eligible_turn_is_given(case):
    blocks = BLOCKS[case]
    which = 1 if blocks[0] is LAST else 0
    assert in_words(list(prompt_given(blocks, ELIGIBLE, SAID))[which]) == GIVEN[case]


blocks = st.builds(
    StoredBlock,
    st.sampled_from(["system", "user", "assistant", "tool"]),
    st.just("text"),
    st.sampled_from(["a", "b", "an answer that was given"]),
    st.just("d"),
    st.sampled_from(["", "", "req_given", "req_other"]),
)


@given(st.lists(blocks, max_size=12))
def test_no_text_of_history_is_ever_given(said):
    """Whatever the order: a text is given only of system blocks and of what follows the last thing the assistant said,
    and never of a block that repeats a turn."""
    last = max((at for at, block in enumerate(said) if block.role == "assistant"), default=-1)
    for at, (block, message) in enumerate(zip(said, prompt_given(said, ELIGIBLE, SAID), strict=True)):
        if message.text is not None:
            assert not block.first_turn
            assert at > last or block.role == "system"


@given(st.lists(blocks, max_size=12))
def test_gathering_loses_no_block(said):
    messages = list(prompt_given(said, ELIGIBLE, SAID))
    found = gathered(messages)
    assert sum(one.blocks for one in found) == len(said)
    assert [one.text for one in found if one.text is not None] == [
        one.text for one in messages if one.text is not None
    ]


def test_neighbouring_markers_become_one():
    given = gathered([Message("user", "text", repeats=True)] * 3 + [Message("user", "text", "new")])
    assert given == (Message("", "", repeats=True, blocks=3), Message("user", "text", "new"))


HAPPENS = {
    "the person withdraws": (Kind.DENIED, {"member": AIKO}),
    "the organisation leaves the partner program": (Kind.PARTNER_LEFT, {}),
    "a member objects": (Kind.MEMBER_OBJECTED, {"member": AIKO}),
    "zero retention is switched on": (Kind.ZERO_RETENTION_ON, {}),
    "a conversation is deleted": (Kind.DELETED, {"conversation": "cnv_1"}),
    "an end user is erased": (Kind.DELETED, {"end_user": "eu_9"}),
    "the account is erased": (Kind.DELETED, {}),
    "a conversation moves into an organisation": (Kind.MOVED, {"conversation": "cnv_1"}),
    "a turn is found to violate the policy": (Kind.FLAGGED, {"turn": "req_1"}),
    "a legal hold is placed": (Kind.HOLD_PLACED, {}),
    "the person allows": (Kind.ALLOWED, {"member": AIKO}),
    "the retention time is set": (Kind.RETENTION_SET, {}),
}
TURN = TurnFacts("req_1", "org_aiko", turn("req_1", at=AT).stamp, AT, "eu_9", "cnv_1")


@pytest.mark.parametrize("what", TAKEN_BACK)
def test_what_takes_items_back(what):
    kind, scope = HAPPENS[what]
    event = Event(1, AT + DAY, kind, Scope("org_aiko", **scope))
    assert is_recalled_by(event, TURN) is (TAKEN_BACK[what] != "none")
    assert (kind in RECALLING) is (TAKEN_BACK[what] != "none")


@pytest.mark.parametrize(
    "other",
    [
        Scope("org_else"),
        Scope("org_aiko", member="usr_ben"),
        Scope("org_aiko", end_user="eu_8"),
        Scope("org_aiko", conversation="cnv_2"),
        Scope("org_aiko", turn="req_2"),
    ],
    ids=["organisation", "member", "end user", "conversation", "turn"],
)
def test_what_happens_to_others_takes_nothing_back(other):
    assert not is_recalled_by(Event(1, AT + DAY, Kind.DELETED, other), TURN)


def test_a_deletion_takes_back_nothing_that_came_after_it():
    assert not is_recalled_by(Event(1, AT - DAY, Kind.DELETED, Scope("org_aiko")), TURN)
    assert is_recalled_by(Event(1, AT, Kind.DELETED, Scope("org_aiko")), TURN), (
        "the same instant is taken back"
    )
