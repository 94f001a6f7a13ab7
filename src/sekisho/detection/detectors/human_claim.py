"""Answers that claim to be a human being (P-030). Whether anybody asked is for the caller to weigh."""

# ruff: noqa: E501 - an expression reads better whole than broken

from __future__ import annotations

from typing import Final

import re2

from sekisho.detection.detectors.rule_detector import RuleDetector
from sekisho.detection.matching import Rule
from sekisho.detection.normalise import normalise
from sekisho.detection.types import Passage, Role, Span

_ASKS: Final = re2.compile(
    r"\b(?:are|r) (?:you|u)(?: (?:really|actually|even|just|a|an|real|actual|live)){0,4} (?:human|person|bot|robot|machine|ai|chatbot|computer|real)\b"
    r"|\b(?:am i|is this)(?: (?:really|actually|talking|speaking|chatting|to|with|a|an|real|actual|live)){0,6} (?:human|person|bot|robot|machine|ai)\b"
    r"|(?:あなた|君|きみ|お前|そちら|担当|相手|中の人)[^。!?\n]{0,12}(?:人間|本物の人|生身|ai|ロボット|ボット|機械)[^。!\n]{0,10}(?:か|\?)"
    r"|(?:人間|本物の人|ロボット|ボット|ai)(?:なの|です|でしょう)(?:か|\?)"
)
_FOLLOWS: Final = r"(?:[,.!。、;:-]|$| (?:and|so|just|like|working|here|from|who|with|not|at))"
_PERSON: Final = r"(?:human(?: being)?|real person|real human(?: being)?|actual (?:person|human)|live (?:agent|person|human)|person|flesh and blood)"
_QUOTED_JA: Final = "小説|物語|セリフ|登場人物|と言|と答|と名乗|と主張"
"""Talk about such a claim, instead of the claim."""

RULES: Final = (
    Rule(
        "human_claim", "chatbot_disclosure", ("i am ", "i'm ", "i’m ", "yes, i am human"),
        rf"^(?:yes, )?i(?: am|'m|’m)(?: (?:really|actually|definitely|indeed|in fact|100%|of course|absolutely|a|an|just)){{0,3}} {_PERSON}{_FOLLOWS}",
        width=70, stops="[\\n]", unless=r"\bi(?: am|'m) not (?:a|an)? ?(?:real )?(?:human|person)|character|novel|story|\bsaid\b", roles=frozenset({Role.OUTPUT}),
    ),
    Rule(
        "human_claim", "chatbot_disclosure", ("i am not ", "i'm not ", "i’m not "),
        r"^i(?: am|'m|’m) not (?:a|an) (?:ai|robot|bot|chatbot|machine|computer|artificial intelligence|language model)\b",
        width=60, unless="character|novel|story|\\bsaid\\b", roles=frozenset({Role.OUTPUT}),
    ),
    Rule(
        "human_claim", "chatbot_disclosure", ("私は", "わたしは", "僕は", "俺は", "はい、人間", "もちろん人間", "はい、本物の"),
        r"^(?:(?:私|わたし|僕|俺)は|はい、|もちろん)(?:もちろん|本当に|確かに|れっきとした|、){0,2}(?:本物の|生身の|実在の|普通の|一人の)?(?:人間|人)(?:です|だよ|ですよ|でございます|である|だ)",
        width=40, unless="小説|物語|セリフ|登場人物", roles=frozenset({Role.OUTPUT}),
    ),
    Rule(
        "human_claim", "chatbot_disclosure", ("私はai", "わたしはai", "僕はai", "私は人工知能", "私はロボット", "私はボット", "私はチャットボット", "私は機械", "いいえ、ai", "いえ、ai", "いいえ、ロボット", "いえ、ロボット", "いいえ、ボット", "いいえ、機械"),
        r"^(?:(?:私|わたし|僕)は|いいえ、|いえ、)(?:ai|人工知能|ロボット|ボット|チャットボット|機械)(?:では|じゃ)(?:ありません|ございません|ない(?:です|よ)?[。、!]|なく)",
        width=40, unless=_QUOTED_JA, roles=frozenset({Role.OUTPUT}),
    ),
    Rule(
        "human_claim", "chatbot_disclosure", ("本物の人間", "生身の人間", "実在の人間", "れっきとした人間"),
        r"^(?:本物の|生身の|実在の|れっきとした)人間(?:です|でございます|だよ|である)(?:。|、|!|よ|から|ので|し|$)",
        width=24, unless=_QUOTED_JA, roles=frozenset({Role.OUTPUT}),
    ),
)  # fmt: skip


def detector() -> RuleDetector:
    """Return the detector of claims to be human, for answers in English and Japanese."""
    return RuleDetector(
        "human_claim",
        RULES,
        canaries=(("Yes, I am a human.", "I am an AI, not a human."),),
        canary_role=Role.OUTPUT,
    )


def asks_if_human(text: str) -> bool:
    """Return whether a message asks, in English or Japanese, if its reader is a human being."""
    return _ASKS.search(normalise(text[-4_000:]).view.text) is not None


def claims_to_be_human(text: str) -> Span | None:
    """Return where an answer first claims to be a human being, None if it does not."""
    found = detector().find(Passage(text, Role.OUTPUT))
    return found[0].span if found else None
