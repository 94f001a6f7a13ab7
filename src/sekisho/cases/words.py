"""What this room says to people when it refuses."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.text import Text

REFUSALS: Mapping[str, Text] = {
    "not_your_voice": Text(
        "You cannot write here in that role. Open the case from your own list and write there.",
        "その立場ではこのお問い合わせに書き込めません。ご自身の一覧からお問い合わせを開いてお書きください。",
    ),
    "nothing_said": Text(
        "The message is empty. Write something, or enclose a file.",
        "メッセージが空です。本文を書くか、ファイルを添付してください。",
    ),
    "too_long": Text(
        "The text is longer than {most} characters. Shorten it, or enclose it as a file.",
        "本文が {most} 文字を超えています。短くするか、ファイルとして添付してください。",
    ),
    "no_such_step": Text(
        "The case cannot go from “{held}” to “{wanted}”. Load the page again: somebody may have changed it.",
        "「{held}」から「{wanted}」へは変更できません。ほかの担当者が変更した可能性があります。ページを再読み込みしてください。",
    ),
    "legal_clock_runs": Text(
        "A legal deadline still runs on this case. Meet the duty first; the case can be settled afterwards.",
        "このお問い合わせには法定の期限が残っています。先に義務を果たしてから、解決または終了にしてください。",
    ),
    "settled_long_ago": Text(
        "This case was settled more than 14 days ago. Open a new one and name its reference.",
        "このお問い合わせは解決から 14 日を過ぎています。受付番号を添えて、新しくお問い合わせください。",
    ),
    "reason_missing": Text(
        "Give the reason in a few words: the history of the case keeps it.",
        "理由を簡潔にお書きください。お問い合わせの履歴に記録されます。",
    ),
    "cannot_be_moved": Text(
        "A case of this kind cannot be put there. Orders of authorities and appeals have queues of their own.",
        "この種類のお問い合わせは、その窓口へ移せません。当局からの命令と異議申立てには専用の窓口があります。",
    ),
    "not_related": Text(
        "Name another case that you can see; a case is not linked to itself.",
        "閲覧できる別のお問い合わせを指定してください。同じお問い合わせには関連付けられません。",
    ),
    "clock_runs_already": Text(
        "A deadline for this duty runs already on this case.",
        "この義務についての期限は、このお問い合わせですでに進行しています。",
    ),
    "not_a_contact": Text(
        "Answers go only to addresses that were proven. Ask the person to confirm theirs first.",
        "回答は確認済みのアドレスにだけ送れます。先にアドレスの確認を依頼してください。",
    ),
    "contact_changed": Text(
        "This link is for an address that the case no longer uses. Use the newest link you received.",
        "このリンクは、現在お問い合わせに使われていないアドレスのものです。最後に届いたリンクをお使いください。",
    ),
    "unreadable": Text(
        "The words of this case have been destroyed, because their time was over or their author was erased.",
        "このお問い合わせの本文は、保存期間の終了またはご本人のデータの消去により破棄されています。",
    ),
}
_PERMISSIONS = {"not_your_voice"}


def refusal(code: str, **fields: object) -> SekishoError:
    """Return the refusal with this code, in words."""
    words = REFUSALS[code].format(**fields) if fields else REFUSALS[code]
    if code in _PERMISSIONS:
        return NotAllowedError(code, words, permission=code)
    return SekishoError(code, words)
