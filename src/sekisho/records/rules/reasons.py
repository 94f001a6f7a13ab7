"""The sentences of the clock: why a turn ends when it does, and why it may or may not be used for training."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.text import Text

ENDS: Mapping[str, Text] = {
    "R-DATA-100": Text(
        "Training was allowed all the while it was made: then it is kept for the longer time.",
        "作成のあいだ学習が許可されていたため、長いほうの期間にわたって保管されます。",
    ),
    "R-DATA-101": Text(
        "Training was not allowed while it was made: then it is kept for the ordinary time.",
        "作成のあいだ学習が許可されていなかったため、通常の期間だけ保管されます。",
    ),
    "R-DATA-103": Text(
        "Under commercial terms it is kept for the ordinary time.",
        "法人向けの規約では、通常の期間だけ保管されます。",
    ),
    "R-DATA-104": Text(
        "Zero retention was on: its content is not kept.",
        "ゼロデータ保持が有効だったため、内容は保管されていません。",
    ),
    "R-DATA-109": Text(
        "Training was allowed and is no longer: what was made before ends early.",
        "学習の許可が取り消されたため、それより前の内容も早く破棄されます。",
    ),
    "R-DATA-114": Text(
        "It was moved into an organisation: then the personal original ends early.",
        "組織に移されたため、個人側の元の内容は早く破棄されます。",
    ),
    "R-DATA-116": Text(
        "The account chose how long its content is kept.",
        "アカウントが選んだ保管期間に従います。",
    ),
    "R-DATA-123": Text("It was deleted.", "削除されました。"),
    "R-DATA-124": Text(
        "A later version of the calendar of data use is stricter, and holds for earlier content too.",
        "データ利用の暦の新しい版がより厳しいため、それより前の内容にも適用されます。",
    ),
    "R-DATA-139": Text(
        "Zero retention was switched on: what was kept until then is destroyed.",
        "ゼロデータ保持が有効になったため、それまでの内容は破棄されます。",
    ),
}
"""Requirement that decided a deadline → why."""

REASONS: Mapping[str, Text] = {
    "eligible": Text("It may be used for training.", "学習に使われることがあります。"),
    "included": Text(
        "It may be used for training: its conversation was named for that.",
        "この会話を使ってよいと示されたため、学習に使われることがあります。",
    ),
    "zero_retention": Text(
        "It is not used for training: zero retention is on.",
        "ゼロデータ保持が有効なため、学習には使われません。",
    ),
    "incognito": Text(
        "It is not used for training: it was made without history.",
        "履歴を残さずに作成されたため、学習には使われません。",
    ),
    "minors": Text(
        "It is not used for training: its key is declared for minors.",
        "未成年者向けと申告されたキーによるものなので、学習には使われません。",
    ),
    "flagged": Text(
        "It is not used for training: it was found to touch the usage policy.",
        "利用ポリシーに触れると判定されたため、学習には使われません。",
    ),
    "before_programme": Text(
        "It is not used for training: it was made before anybody could allow that.",
        "許可の仕組みが始まる前に作成されたため、学習には使われません。",
    ),
    "legal_hold": Text(
        "It is not used for training: a legal hold is on it.",
        "法的保全の対象のため、学習には使われません。",
    ),
    "deleted": Text("It is not used for training: it was deleted.", "削除されたため、学習には使われません。"),
    "moved": Text(
        "It is not used for training: it was moved into an organisation.",
        "組織に移されたため、学習には使われません。",
    ),
    "expired": Text(
        "It is not used for training: its time is over.",
        "保管期間が終わったため、学習には使われません。",
    ),
    "shared_credential": Text(
        "It is not used for training: its key speaks for no single person who could allow that.",
        "キーが特定の個人のものではなく、許可できる人がいないため、学習には使われません。",
    ),
    "no_current_consent": Text(
        "It is not used for training: that is not allowed now.",
        "現在は許可されていないため、学習には使われません。",
    ),
    "before_current_consent": Text(
        "It is not used for training: that was not allowed while it was made.",
        "作成のあいだ許可されていなかったため、学習には使われません。",
    ),
    "earlier_epoch": Text(
        "It is not used for training: the permission under which it was made was withdrawn.",
        "作成時の許可がその後取り消されたため、学習には使われません。",
    ),
    "no_partner_program": Text(
        "It is not used for training: the organisation does not take part in the partner program.",
        "組織がパートナープログラムに参加していないため、学習には使われません。",
    ),
    "before_partner_program": Text(
        "It is not used for training: the organisation did not take part while it was made.",
        "作成のあいだ組織がパートナープログラムに参加していなかったため、学習には使われません。",
    ),
    "not_first_party": Text(
        "It is not used for training: it was not served by the provider's own service.",
        "提供元自身のサービスで処理されなかったため、学習には使われません。",
    ),
    "other_product": Text(
        "It is not used for training: the partner program covers coding clients only.",
        "パートナープログラムの対象はコーディング用クライアントだけのため、学習には使われません。",
    ),
    "member_not_told": Text(
        "It is not used for training: the member had not been told yet that the organisation takes part.",
        "組織の参加がその時点でメンバーに知らされていなかったため、学習には使われません。",
    ),
    "member_objected": Text(
        "It is not used for training: the member has objected.",
        "メンバーが異議を述べたため、学習には使われません。",
    ),
    "nothing_there": Text(
        "There is nothing that could be used for training.", "学習に使えるものはありません。"
    ),
}
"""Reason of `Ineligible` → sentence; and `eligible`."""
