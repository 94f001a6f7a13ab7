"""What this room says to people: refusals, letters, names of duties and outcomes."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.text import Text
from sekisho.compliance.types import Decision, Effect, Matter, Outcome

REFUSALS: Mapping[str, Text] = {
    "explanation_missing": Text(
        "Say in your own words what it is about.", "何についてか、ご自身の言葉でお書きください。"
    ),
    "too_long": Text(
        "The text is too long. Shorten it; you can add more once we have it.",
        "文章が長すぎます。短くしてお送りください。受付後に補足できます。",
    ),
    "location_missing": Text(
        "Say where it is: an address of a page, or the id of a conversation or a shared chat.",
        "どこにあるかをお書きください（ページのアドレス、会話や共有チャットの ID など）。",
    ),
    "too_many_locations": Text(
        "Too many places for one notice. Send the others in a second one.",
        "一度に知らせる場所が多すぎます。残りは次の通知でお送りください。",
    ),
    "notifier_missing": Text(
        "Your name and e-mail address are needed, except where a child is abused.",
        "お名前とメールアドレスが必要です（児童への虐待を知らせる場合は不要です）。",
    ),
    "good_faith_missing": Text(
        "Confirm that what you say is, to your best knowledge, right and complete.",
        "知る限り正確で漏れがないことを確認し、チェックを入れてください。",
    ),
    "too_many": Text(
        "We have received many notices and complaints from you today. Please send this one tomorrow.",
        "本日はすでに多くの通知・苦情をお送りいただいています。明日以降にお送りください。",
    ),
    "regime_not_in_force": Text(
        "This form is not in use here. Choose another; every complaint is read by a person.",
        "このフォームは使われていません。別のフォームをお選びください。どの苦情も担当者が読みます。",
    ),
    "kind_unknown": Text("Choose what your complaint is about.", "苦情の内容を選んでください。"),
    "goes_elsewhere": Text(
        "For this there is a form of its own, which asks where the content is. Use the form for illegal content.",
        "この内容には、場所をお尋ねする専用のフォームがあります。違法なコンテンツのフォームをご利用ください。",
    ),
    "no_human": Text(
        "A person must answer at least one of the means. Add one.",
        "少なくとも一つは、人が応対する手段にしてください。",
    ),
    "no_choice": Text(
        "People must be able to choose between at least two means. Add one.",
        "少なくとも二つの手段から選べるようにしてください。",
    ),
    "way_empty": Text(
        "Each means needs its address or number.", "それぞれの手段に、宛先または番号を入力してください。"
    ),
    "not_allowed": Text(
        "Your role does not allow this. Ask the legal team.",
        "現在の役割では行えません。法務担当者にご依頼ください。",
    ),
    "not_a_person": Text("Only a person decides on this.", "この判断は人だけが行えます。"),
    "decided_already": Text(
        "A colleague has decided on this meanwhile. Load the page again.",
        "ほかの担当者がすでに判断しています。ページを再読み込みしてください。",
    ),
    "took_part": Text(
        "You took part in what is complained about. Somebody else decides on it.",
        "苦情の対象となった判断に関わっているため、ほかの担当者が判断します。",
    ),
    "reasons_missing": Text(
        "Give the reasons: they are what the person reads.", "理由をお書きください。ご本人に届く文章です。"
    ),
    "statement_missing": Text(
        "Name the statement of reasons (sor_…) of the measure that was taken.",
        "とった措置の「理由の説明」の ID（sor_…）を入力してください。",
    ),
    "no_misuse": Text(
        "The rule sees no ground for this: a pause comes only after a warning, and only for manifestly unfounded ones.",
        "規則上、この対応はとれません。停止は、明らかに根拠のないものが続き、警告をした後に限ります。",
    ),
    "profile_unchanged": Text("Nothing in the profile changes.", "プロファイルに変更がありません。"),
    "reason_missing": Text("Give the reason; it stays on record.", "理由をお書きください。記録に残ります。"),
    "not_a_platform": Text(
        "Statements are handed in only where the profile says `dsa: platform`. Change it with "
        "`sekisho compliance profile set`.",
        "提出は、プロファイルが `dsa: platform` の場合に限ります。"
        "`sekisho compliance profile set` で変更してください。",
    ),
    "registered_already": Text("This is registered already.", "すでに登録されています。"),
    "period_backwards": Text(
        "The last day lies before the first. Choose a later one.",
        "最後の日が最初の日より前になっています。後の日付を選んでください。",
    ),
}


def refusal(code: str, **fields: object) -> SekishoError:
    """Return the refusal with this code, in words."""
    if code == "not_allowed":
        return NotAllowedError(code, REFUSALS[code], permission="staff:complaint:decide")
    return SekishoError(code, REFUSALS[code], **fields)


SUBJECTS: Mapping[Matter, Text] = {
    Matter.NOTICE: Text("Notice of illegal content", "違法なコンテンツの通知"),
    Matter.COMPLAINT: Text("Complaint", "苦情"),
    Matter.ORDER: Text("Order of an authority", "当局の命令"),
}
DECISIONS: Mapping[Decision, Text] = {
    Decision.REMOVED: Text("What you told us of was removed.", "お知らせの内容を削除しました。"),
    Decision.RESTRICTED: Text(
        "We have taken a measure because of what you told us.", "お知らせを受けて、措置をとりました。"
    ),
    Decision.NO_ACTION: Text(
        "We looked at it and did not take a measure.", "確認しましたが、措置はとりませんでした。"
    ),
    Decision.DUPLICATE: Text(
        "We knew of it already, and have acted on that earlier notice.",
        "すでに同じ内容の通知があり、そちらで対応しています。",
    ),
    Decision.UNFOUNDED: Text(
        "The notice is manifestly unfounded. We did not take a measure.",
        "明らかに根拠のない通知と判断し、措置はとりませんでした。",
    ),
}
OUTCOMES: Mapping[Outcome, Text] = {
    Outcome.UPHELD: Text("Your complaint is justified.", "苦情には理由があると判断しました。"),
    Outcome.CHANGED: Text("We changed what was decided.", "決定を変更しました。"),
    Outcome.REVERSED: Text("We took back what was decided.", "決定を取り消しました。"),
    Outcome.NOT_UPHELD: Text(
        "We do not find that your complaint is justified.", "苦情に理由は認められませんでした。"
    ),
    Outcome.WITHDRAWN: Text("You took the complaint back.", "苦情は取り下げられました。"),
    Outcome.UNFOUNDED: Text(
        "The complaint is manifestly unfounded.", "明らかに根拠のない苦情と判断しました。"
    ),
}
EFFECTS: Mapping[Effect, Text] = {
    Effect.COMPLIED: Text("The order was carried out.", "命令に従って対応しました。"),
    Effect.PARTLY: Text("The order was carried out in part.", "命令の一部について対応しました。"),
    Effect.NOT_FOUND: Text(
        "What the order concerns is not here.", "命令の対象となるものは当方にありません。"
    ),
    Effect.CHALLENGED: Text("The order is challenged.", "命令に対して不服を申し立てています。"),
}
BY_PEOPLE = Text(
    "A person looked at this and decided. No automated means were used.",
    "担当者が確認し、判断しました。自動処理は使っていません。",
)
WITH_AUTOMATION = Text(
    "A person decided on this. Automated means were used in looking at it.",
    "担当者が判断しました。確認には自動処理も使っています。",
)
REASONS = Text("Our reasons:", "理由：")
STATEMENT = Text("Statement of reasons: {statement}.", "理由の説明：{statement}")
COMPLAIN = Text(
    "If you do not agree, you can complain free of charge. Somebody who had no part in this looks at it again: "
    "open the page of your notice and choose “Complain about this decision”.",
    "納得できない場合は、無料で苦情を申し立てられます。この判断に関わっていない担当者が改めて確認します。"
    "通知の状況ページを開き、「この判断に苦情を申し立てる」を選んでください。",
)
ONWARD = Text("If you are not content with this, you can go on:", "結果に納得できない場合の申立て先：")
ALERTS: Mapping[str, tuple[Text, Text]] = {
    "soon": (
        Text("A deadline is near", "期限が近づいています"),
        Text(
            "The duty “{duty}” of case {reference} is due on {due} (UTC). Open the case and meet it.",
            "案件 {reference} の「{duty}」の期限は {due}（UTC）です。案件を開いて対応してください。",
        ),
    ),
    "overdue": (
        Text("A deadline has passed", "期限を過ぎました"),
        Text(
            "The duty “{duty}” of case {reference} was due on {due} (UTC). It stays on the dashboard until it is met, "
            "and reports count it as late.",
            "案件 {reference} の「{duty}」は {due}（UTC）が期限でした。対応するまでダッシュボードに表示され、"
            "報告書では遅延として数えます。",
        ),
    ),
}
URGENT = (
    Text("A notice about danger to a child or a life", "子どもや生命への危険についての通知"),
    Text(
        "Notice {reference} says that a child or a life is in danger. Look at it now.",
        "通知 {reference} は、子どもや生命への危険を知らせています。すぐに確認してください。",
    ),
)
DUTIES: Mapping[str, Text] = {
    "notice_acknowledgement": Text("Receipt of the notice", "通知の受領確認"),
    "notice_outcome": Text("Decision on the notice", "通知についての判断"),
    "complaint_acknowledgement": Text("Receipt of the complaint", "苦情の受領確認"),
    "complaint_outcome": Text("Outcome of the complaint", "苦情の結果"),
    "order_acknowledgement": Text("Receipt of the order", "命令の受領の通知"),
    "order_effect": Text("Effect given to the order", "命令への対応結果の通知"),
}
WARNED = (
    Text("A warning about notices and complaints", "通知と苦情の利用についての警告"),
    Text(
        "{unfounded} of your last {decided} notices or complaints were manifestly unfounded. If this goes on, we may "
        "let new ones wait for a time. Danger to a child or a life is always looked at.",
        "直近の通知・苦情 {decided} 件のうち {unfounded} 件は、明らかに根拠のないものでした。続く場合は、新しいものの"
        "確認を一定期間見合わせることがあります。子どもや生命への危険は、いつでも確認します。",
    ),
)
PAUSED = (
    Text("New notices and complaints wait until {day}", "新しい通知と苦情の確認は {day} 以降になります"),
    Text(
        "After our warning, further manifestly unfounded ones came. What you send is taken in, and looked at after "
        "{day}. Danger to a child or a life is always looked at. You can complain about this.",
        "警告の後も、明らかに根拠のないものが続きました。送られたものは受け付けますが、確認は {day} 以降になります。"
        "子どもや生命への危険は、いつでも確認します。この対応に苦情を申し立てることができます。",
    ),
)


def duty_name(duty: str) -> Text:
    """Return what a clock is called; of our own aim the same as of the law's limit."""
    return DUTIES.get(duty.removesuffix("_target"), Text(duty, duty))
