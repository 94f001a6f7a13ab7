"""What the desk says to agents when it refuses."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text

REFUSALS: Mapping[str, Text] = {
    "held_by_other": Text(
        "A colleague has this case. Wait until they give it back, or until their time is over.",
        "ほかの担当者が対応中です。返却されるか、担当時間が終わるまでお待ちください。",
    ),
    "not_held": Text(
        "You do not have this case any more. Take it again.",
        "このお問い合わせの担当から外れています。もう一度引き受けてください。",
    ),
    "is_settled": Text(
        "This case is settled. Open it again, with a reason, before you answer.",
        "このお問い合わせは解決済みです。理由を添えて再開してから回答してください。",
    ),
    "macro_empty": Text(
        "Write the text in both languages, and give it a name.",
        "名前と、日本語・英語両方の本文を入力してください。",
    ),
    "macro_unclear": Text(
        "“{name}” is no placeholder. Write them like {{name:text}}; the types are text, date, number, link and "
        "reference.",
        "「{name}」は差し込み項目として読み取れません。{{name:text}} のように書いてください。種類は text、date、"
        "number、link、reference です。",
    ),
    "macro_pair": Text(
        "The placeholder “{name}” is not the same in both languages. Use the same names and types in each.",
        "差し込み項目「{name}」が日本語と英語で一致しません。両方に同じ名前と種類を使ってください。",
    ),
    "macro_unfilled": Text(
        "These placeholders are empty or do not fit their type: {names}. Fill them in.",
        "次の差し込み項目が空か、種類に合っていません: {names}。入力してください。",
    ),
    "no_helper": Text(
        "No model is set up for drafts. Set SEKISHO_DESK_URL, or write it yourself.",
        "下書きに使うモデルが設定されていません。SEKISHO_DESK_URL を設定するか、ご自身でお書きください。",
    ),
    "helper_failed": Text(
        "The model did not answer. Write it yourself, or try again later.",
        "モデルから応答がありません。ご自身でお書きになるか、しばらくしてからお試しください。",
    ),
}


def refusal(code: str, **fields: object) -> SekishoError:
    """Return the refusal with this code, in words."""
    return SekishoError(code, REFUSALS[code].format(**fields) if fields else REFUSALS[code])
