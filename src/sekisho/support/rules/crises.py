"""Whether somebody may be in danger: themselves, a child, or by a threat (R-SUP-042). Pure.

What somebody says of themselves is found by the same phrases as at the gate. What they report of others is not asked for
there, so it has phrases here. Hearing danger where there is none costs one text with where to turn.
"""

# ruff: noqa: E501 - an expression reads better whole than broken

from __future__ import annotations

import re
import unicodedata
from functools import cache

from sekisho.detection.detectors.rules.harm import CHILDREN, PSYCHE, VIOLENCE
from sekisho.detection.matching import Matcher
from sekisho.detection.normalise import normalise
from sekisho.detection.types import Role

_CHILD = r"(?:child|children|kids?|minors?|daughter|son|boy|girl|toddler|baby|student|pupil)"
_REPORTED = re.compile(
    r"\b(?:threaten(?:ed|s|ing)?|swore|vowed)\b.{0,30}\b(?:to\s+)?(?:kill|murder|shoot|stab|hurt|attack|harm|bomb)"
    r"|\b(?:death|bomb)\s+threats?\b|\bthreat(?:en(?:ed|s|ing)?|s)?\b.{0,20}\b(?:my|our|his|her|their)\s+(?:life|lives|family)\b"
    r"|\b(?:is|are|was|going)\s+(?:going\s+)?to\s+(?:kill|hurt|shoot|stab)\s+(?:me|us|him|her|them|people|someone|somebody)\b"
    rf"|\bchild\s+(?:abuse|sexual|exploitation|predator|endangerment)|\bcsam\b|\bgroom(?:ing|ed|s)\b.{{0,20}}\b{_CHILD}\b"
    rf"|\b{_CHILD}\b.{{0,30}}\b(?:being|was|were|is|been)\s+(?:\w+ly\s+)?(?:abused|groomed|exploited|molested|blackmailed|threatened)\b"
    rf"|\b(?:abus|exploit|molest|blackmail|sextort)\w*\s+(?:a|an|my|the|some|this)?\s*{_CHILD}\b"
    r"|\bfriend\b.{0,30}\b(?:suicidal|kill\s+(?:him|her|them)sel(?:f|ves)|commit\s+suicide|self[- ]harm)"
)
_REPORTED_JA = re.compile(
    r"(?:殺す|殺して(?:やる|しまう)|殺害|危害|爆破|刺す|襲う).{0,8}(?:脅|予告|言われ|書かれ|送られ)|脅迫(?:され|を受け|メール|状)|殺害予告|爆破予告|犯行予告"
    r"|児童(?:虐待|ポルノ|買春)|(?:子ども|子供|こども|娘|息子|児童|未成年|生徒).{0,12}(?:虐待|わいせつ|誘い出|脅され|被害に)|虐待されて"
    r"|(?:友人|友達|家族|知人|夫|妻|彼氏|彼女).{0,12}(?:自殺|死にたい|自傷|命を絶)"
)


@cache
def _phrases() -> Matcher:
    crisis = [rule for rule in PSYCHE if rule.code.endswith("self_harm_crisis")]
    threats = [rule for rule in VIOLENCE if rule.code.endswith("threat")]
    return Matcher((*crisis, *threats, *CHILDREN), "support")


def is_crisis(text: str) -> bool:
    """Return whether the configured resources and the safety channel are shown in place of a search."""
    said = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'")
    return bool(
        _REPORTED.search(" ".join(said.split()))
        or _REPORTED_JA.search(re.sub(r"\s+", "", said))
        or _phrases().find(normalise(text), Role.PROMPT)
    )
