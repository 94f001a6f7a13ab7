"""Begin a conversation, say something in it, be answered, be handed over. Each does all of its work, or nothing."""

from __future__ import annotations

from sekisho.support.messenger.actions.answering import answer, answer_streamed, failed
from sekisho.support.messenger.actions.beginning import agree, claim, end, pass_on
from sekisho.support.messenger.actions.handing import ask_owner, hand_over, rate
from sekisho.support.messenger.actions.moving import keep_draft, make_passcode, redeem, send_kept
from sekisho.support.messenger.actions.saying import give_details, pick_issue, say

__all__ = [
    "agree",
    "answer",
    "answer_streamed",
    "ask_owner",
    "claim",
    "end",
    "failed",
    "give_details",
    "hand_over",
    "keep_draft",
    "make_passcode",
    "pass_on",
    "pick_issue",
    "rate",
    "redeem",
    "say",
    "send_kept",
]
