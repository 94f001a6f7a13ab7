"""What stands in the place of words that were taken out, in the reader's language."""

from __future__ import annotations

from sekisho.base.text import Lang, Text
from sekisho.gateway.types import Notice
from sekisho.policy.types import Ground, Pack

HUMAN_CLAIM = "human_claim"
"""Reason code of an answer that claims to be a human being (P-030)."""
OMITTED = "[…]"
"""What stands for a further claim in a text that was corrected once: nobody needs to be told twice."""
CORRECTION = "human_claim_correction"
"""Name of the sentence in a pack's resources that corrects it."""

_LABELS = {
    "card_number": Text("[card number removed]", "[カード番号を削除しました]"),
    "my_number": Text("[My Number removed]", "[マイナンバーを削除しました]"),
    "corporate_number": Text("[corporate number removed]", "[法人番号を削除しました]"),
    "drivers_licence": Text("[driver's licence number removed]", "[運転免許証番号を削除しました]"),
    "passport_number": Text("[passport number removed]", "[旅券番号を削除しました]"),
    "phone_number": Text("[phone number removed]", "[電話番号を削除しました]"),
    "ssn": Text("[social security number removed]", "[社会保障番号を削除しました]"),
    "iban": Text("[bank account removed]", "[銀行口座番号を削除しました]"),
}
"""By the reason codes of the detectors (`detection/detectors/entities.py`)."""
SECRET = "secret_"  # noqa: S105 - the beginning of a code
"""Beginning of the reason codes of keys, tokens and passwords."""
_SECRET = Text("[credential removed]", "[認証情報を削除しました]")
_ANY = Text("[removed: {title}]", "[削除しました：{title}]")
_CORRECTION = Text(
    "[Corrected: I am an AI, not a human being.]",
    "[訂正：私は AI であり、人間ではありません。]",
)


def mark(pack: Pack, ground: Ground, language: Lang) -> str:
    """Return what is said in place of what `ground` found."""
    if ground.code == HUMAN_CLAIM:
        return pack.resources.get(CORRECTION, _CORRECTION).in_(language)
    label = _SECRET if ground.code.startswith(SECRET) else _LABELS.get(ground.code)
    if label is not None:
        return label.in_(language)
    clause = pack.clause(ground.clause)
    title = clause.title.in_(language) if clause else ground.clause
    return _ANY.in_(language).format(title=title)


def note(pack: Pack, notice: Notice) -> str:
    """Return the sentence that tells a reader that the answer was modified, why, and where to read on
    (P-050)."""
    clause = pack.clause(notice.clause)
    title = clause.title.in_(notice.language) if clause else notice.clause
    lead = pack.resources.get(MODIFIED, _MODIFIED).in_(notice.language)
    return f"[{lead} {title}: {notice.link} ({notice.request_id})]"


MODIFIED = "modified"
"""Name of the sentence in a pack's resources that says that an answer was modified."""
_MODIFIED = Text(
    "A part of this answer was changed because of the usage policy.",
    "利用ポリシーに基づき、この回答の一部を変更しました。",
)
