"""The shapes of requests, which the tables share."""

# ruff: noqa: E501 - an expression reads better whole than broken

from __future__ import annotations

from typing import Final

from sekisho.detection.matching import Rule
from sekisho.detection.types import Role

ASKED: Final = frozenset({Role.PROMPT, Role.TOOL_CALL})
ANSWERED: Final = frozenset({Role.OUTPUT})

ASKS: Final = (
    "how to", "how do", "how can", "how could", "how would", "how should", "how might", "best way", "easiest way",
    "ways to", "way to", "teach me", "show me", "tell me", "explain", "help me", "can you", "could you", "would you",
    "i want", "i need", "i would like", "i'd like", "i wanna", "give me", "provide", "write", "create", "generate",
    "make", "draft", "compose", "develop", "build", "design", "steps", "step-by-step", "instructions", "tutorial",
    "guide", "recipe", "where can i", "where to", "describe", "find", "identify", "predict", "what's the", "what is the",
)  # fmt: skip
"""How an English request begins."""

COMPLIES: Final = (
    "here's how", "here is how", "here are the steps", "here are step", "here's a step", "here is a step",
    "here are instructions", "here are the instructions", "here's a guide", "here is a guide", "to make a", "to build a",
    "follow these steps",
)  # fmt: skip
"""How an English answer begins that does what was asked."""

SPARED: Final = (
    r"\b(?:novel|fiction|fictional|screenplay|movie|film|video ?game|minecraft|history|historical|historian|documentary|"
    r"news report|prevent(?:ing|ion)?|protect(?:ing|ion)?|detect(?:ing|ion)?|defend|defen[cs]e|recogni[sz]e|avoid(?:ing)?|"
    r"stop (?:a|an|the|people|someone|him|her|them|my)|report(?:ing)? (?:a|an|the|someone|on)|authori[sz]ed|pentest|"
    r"penetration test(?:ing|er)?|ctf|awareness|survivors?|victims?|penalt(?:y|ies)|why (?:do|did|is|are|does)|"
    r"is it (?:illegal|legal|wrong|safe)|in (?:the )?(?:book|news)|can(?:'t|not)|won't|unable to|police)\b"
)
"""Words in whose company an English request is something else: reporting, fiction, defence, authorised testing."""

SPARED_JA: Final = (
    "小説|物語の|フィクション|映画|漫画|ゲーム|歴史|事件|逮捕|容疑|疑い|報道|ニュースで|防ぐ|防止|対策|予防|対処|守る|守り|見分け|"
    "避ける|避け方|検知|被害|相談|通報|支援|啓発|注意喚起|許可を得|許可された|ペネトレーション|刑罰|法律|違法です|できません|"
    "いけません|やめ|止める|救う|助ける|治療"
)

HOW_JA: Final = "(?:やり方|方法|手順|手口|コツ|テクニック|仕方|手段)"
ASK_JA: Final = "(?:教えて|知りたい|説明して|書いて|作って|作成して|考えて|生成して|まとめて|挙げて|示して|ください|おしえて|は[?？]|は$|を$|$)"


def ask(
    code: str, clause: str, pattern: str, unless: str = "", width: int = 110, is_fiction_too: bool = False
) -> tuple[Rule, Rule]:
    """A thing that an English request may not ask for, and an answer may not set out to give.

    `is_fiction_too`: the wording is the offence, so that fiction and reporting are no excuse.
    """
    spared = unless if is_fiction_too else f"{SPARED}|{unless}" if unless else SPARED
    return (
        Rule(code, clause, ASKS, pattern, width=width, unless=spared, roles=ASKED),
        Rule(code, clause, COMPLIES, pattern, width=width, unless=spared, roles=ANSWERED),
    )


def ask_ja(
    code: str,
    clause: str,
    anchors: str,
    pattern: str,
    unless: str = "",
    width: int = 60,
    is_fiction_too: bool = False,
) -> tuple[Rule, Rule]:
    """The same in Japanese, where a request begins with its object."""
    words = tuple(anchors.split())
    spared = unless if is_fiction_too else f"{SPARED_JA}|{unless}" if unless else SPARED_JA
    begins = f"^(?:{'|'.join(words)})(?:{pattern})"
    return (
        Rule(code, clause, words, begins, width=width, unless=spared, roles=ASKED),
        Rule(
            code, clause, words, f"{begins}.{{0,8}}(?:以下|次の|こちら|まず|ご紹介し|説明します)",
            width=width + 20, unless=spared, roles=ANSWERED,
        ),
    )  # fmt: skip


def states(
    code: str, clause: str, anchors: str, pattern: str = "", unless: str = "", width: int = 80
) -> tuple[Rule, ...]:
    """A statement that concerns a clause by itself, whoever asks for nothing.

    Anchors are separated by `|`; without a pattern, an anchor is all there is to it.
    """
    words = tuple(anchors.split("|"))
    pattern = pattern or f"^(?:{'|'.join(words)})"
    return (Rule(code, clause, words, pattern, width=width, unless=unless, roles=ASKED),)
