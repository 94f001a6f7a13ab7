"""What states of versions are called, and the reasons for which something is left out or taken back. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sekisho.base.text import Text

if TYPE_CHECKING:
    from sekisho.records.training.types import VersionView

UNFIT: Final[Mapping[str, Text]] = {
    "unknown": Text("not of this installation", "この環境の版ではない"),
    "unfinished": Text("not finished", "未完成"),
    "altered": Text("its files are missing or were altered", "ファイルがないか、変更されている"),
    "recalled": Text("recalled", "回収済み"),
    "expired": Text("expired", "期限切れ"),
}
STATES: Final[Mapping[str, Text]] = {
    "asked_for": Text("asked for", "作成待ち"),
    "building": Text("being built", "作成中"),
    "abandoned": Text("broken off", "中断"),
}
FIT: Final = Text("may be used", "利用できる")
REASONS: Final[Mapping[str, Text]] = {
    "not_opted_in": Text("nobody in the account ever allowed it", "許可したことのないアカウント"),
    "destroyed": Text("content is destroyed", "内容が消去済み"),
    "zero_retention": Text("zero retention", "ゼロデータ保持"),
    "incognito": Text("incognito", "シークレット"),
    "minors": Text("for minors", "未成年者向け"),
    "flagged": Text("found to violate the policy", "ポリシー違反の判定あり"),
    "before_programme": Text("before the programme", "制度の開始前"),
    "legal_hold": Text("under a legal hold", "訴訟ホールド中"),
    "deleted": Text("deleted", "削除済み"),
    "moved": Text("moved into an organisation", "組織へ移動済み"),
    "expired": Text("past its deadline", "保存期限切れ"),
    "no_current_consent": Text("no consent now", "現在は許可なし"),
    "before_current_consent": Text("before the consent", "許可より前"),
    "earlier_epoch": Text("of an earlier consent, since withdrawn", "取りやめた以前の許可の期間"),
    "no_partner_program": Text("not in the partner program", "パートナープログラムに不参加"),
    "before_partner_program": Text("before the partner program", "パートナープログラム参加より前"),
    "not_first_party": Text("not served by the first party", "提供元への直接利用でない"),
    "other_product": Text("not of a coding client", "コーディングクライアント以外"),
    "shared_credential": Text("a shared key, which cannot consent", "同意のできない共有キー"),
    "member_not_told": Text("the member was not told", "メンバーへの通知前"),
    "member_objected": Text("a member objects", "メンバーの異議"),
    "nothing_there": Text("nothing is there", "対象なし"),
}
BLOCKS: Final[Mapping[str, Text]] = {
    "earlier_turn": Text("repeats a turn that is not given", "除外したターンの繰り返し"),
    "unknown_origin": Text("history that no given turn said", "出所の分からない履歴"),
}
TAKEN_BACK: Final[Mapping[str, Text]] = {
    "denied": Text("Consent withdrawn", "許可の取りやめ"),
    "partner_left": Text("Partner program left", "パートナープログラムの終了"),
    "member_objected": Text("A member objected", "メンバーの異議"),
    "zero_retention_on": Text("Zero retention switched on", "ゼロデータ保持の開始"),
    "deleted": Text("Deleted", "削除"),
    "moved": Text("Moved into an organisation", "組織への移動"),
    "flagged": Text("Found to violate the policy", "ポリシー違反の判定"),
}


def state_of(shown: VersionView) -> Text:
    """Return in words whether a version may be used, and if not, why."""
    if shown.state.value in STATES:
        return STATES[shown.state.value]
    return UNFIT[shown.unfit.value] if shown.unfit else FIT


def called(names: Mapping[str, Text], word: str) -> Text:
    """Return what a word is called; itself where there is no name for it."""
    return names.get(word, Text(word, word))
