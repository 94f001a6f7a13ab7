"""What people who report, and staff who are called, are told. Never a word of what anybody wrote."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.text import Text
from sekisho.enforcement.review.types import Note, Verdict

OUTCOMES: Mapping[Verdict, Text] = {
    Verdict.VIOLATION: Text(
        "A person looked at what you reported, and found that our usage policy was violated. We have acted on it.",
        "担当者がご報告の内容を確認し、利用ポリシーに違反していると判断しました。必要な対応を行いました。",
    ),
    Verdict.NO_VIOLATION: Text(
        "A person looked at what you reported, and did not find that our usage policy was violated. "
        "We have taken no measure.",
        "担当者がご報告の内容を確認しましたが、利用ポリシーの違反は認められませんでした。措置は行っていません。",
    ),
    Verdict.DUPLICATE: Text(
        "We already know of what you reported, and work on it under an earlier report.",
        "ご報告の件はすでに把握しており、先にいただいた報告として対応しています。",
    ),
    Verdict.SPAM: Text(
        "A person looked at what you sent. We could not find a report in it, and have taken no measure.",
        "担当者がお送りいただいた内容を確認しましたが、報告に当たる内容は見つかりませんでした。措置は行っていません。",
    ),
}
"""The class of an outcome (R-SUP-114)."""

NOTES: Mapping[Note, Text] = {
    Note.ACTED: Text(
        "What followed for the account concerned is told to its holder, not to others.",
        "該当するアカウントへの措置の内容は、その所有者にのみお伝えしています。",
    ),
    Note.ALREADY_STOPPED: Text(
        "The gate had stopped it already; nobody received it.",
        "この内容はすでに関所で止められており、誰にも届いていません。",
    ),
    Note.QUALITY: Text(
        "The answer may be wrong or one-sided, but it is within the policy. "
        "We have passed your report on to those who improve answers.",
        "回答が不正確または偏っている可能性はありますが、ポリシーの範囲内です。"
        "ご報告は、回答の改善を担当する者に引き継ぎました。",
    ),
    Note.WITHIN_POLICY: Text(
        "The policy allows this, for example as news, research, fiction or help.",
        "報道、研究、創作、支援などとして、ポリシーで認められている内容です。",
    ),
    Note.NOT_ENOUGH: Text(
        "What we were given was not enough to find the content. Please write again, and tell us where it stands.",
        "いただいた情報だけでは該当する内容を特定できませんでした。場所を添えて、もう一度お知らせください。",
    ),
    Note.KNOWN: Text(
        "The earlier report covers this matter.", "先にいただいた報告が、この件を対象としています。"
    ),
    Note.UNFOUNDED: Text(
        "What was claimed is plainly not so.", "ご報告の内容が事実でないことは明らかでした。"
    ),
}
"""Canned notes for the reporter."""

RECEIVED_SUBJECT = Text("We have received your report {reference}", "ご報告を受け付けました（{reference}）")
RECEIVED = Text(
    "Thank you for telling us. Your report has the reference {reference}.\n\n"
    "A person will look at it. The page below tells its state at any time, without signing in. "
    "We will write to you once it is decided.",
    "お知らせいただきありがとうございます。ご報告の受付番号は {reference} です。\n\n"
    "担当者が内容を確認します。下記のページで、サインインせずにいつでも状況をご覧いただけます。"
    "結果が出ましたら、あらためてご連絡します。",
)
"""A fixed text: an address that nobody has proven is sent no words of anybody (R-SUP-078)."""

DECIDED_SUBJECT = Text("Your report {reference} is decided", "ご報告への対応が決まりました（{reference}）")
APPEAL = Text(
    "If you think that we should have acted, you can appeal free of charge within six months. "
    "Somebody else will look at it. The page below leads there.",
    "措置が必要だったとお考えの場合は、6か月以内に無料で異議を申し立てることができます。"
    "別の担当者があらためて確認します。下記のページからお進みください。",
)

WARNING_SUBJECT = Text("About your reports", "ご報告についてのお願い")
WARNING = Text(
    "Of the reports that you sent in the last 90 days, {count} were plainly unfounded. Please report what you believe "
    "to be true. If plainly unfounded reports go on, we will pause the handling of your reports for 30 days. Reports "
    "of danger to a child or of imminent harm are always read.",
    "直近 90 日間にいただいた報告のうち {count} 件は、明らかに根拠のないものでした。事実と考えられることをお知らせ"
    "ください。根拠のない報告が続く場合、報告の取り扱いを 30 日間停止します。子どもの安全や差し迫った危険についての"
    "報告は、常に確認します。",
)
MUTED = Text(
    "After our warning, plainly unfounded reports went on. We pause the handling of your reports until {day}. Reports "
    "of danger to a child or of imminent harm are still read. You can write to support about this decision.",
    "お願いのあとも明らかに根拠のない報告が続いたため、{day} まで報告の取り扱いを停止します。子どもの安全や差し迫った"
    "危険についての報告は、引き続き確認します。この決定についてはサポートにお問い合わせいただけます。",
)

CALL_SUBJECT = Text("A report needs you now: {reference}", "至急確認が必要な報告があります（{reference}）")
CALL = Text(
    "A report of the class “{category}” came in and is due at once. Please open the review queue.",
    "「{category}」に当たる報告を受け付けました。直ちに対応が必要です。審査キューを開いてください。",
)
URGENT: Mapping[str, Text] = {
    "child_safety": Text("child safety", "子どもの安全"),
    "imminent_harm": Text("imminent harm", "差し迫った危険"),
}

FACTS = Text(
    "On {day} (UTC), the account was used in a way that the clause “{clause}” of the usage policy does not allow. "
    "{people} looked at it and confirmed it.",
    "{day}（UTC）の利用が、利用ポリシーの条項「{clause}」に反していました。{people}が内容を確認し、違反と判断しました。",
)
"""Facts of a statement of reasons that a reviewer's measure rests on."""
PEOPLE = {1: Text("A person", "担当者"), 2: Text("Two people", "2 名の担当者")}

REFUSALS: Mapping[str, Text] = {
    "claim_lost": Text(
        "You do not hold this case any more: the time ran out, or somebody else took it or decided. Take the next one.",
        "この案件の担当は終了しています。時間切れか、ほかの担当者が引き継いだか、すでに決定されました。次の案件に進んでください。",
    ),
    "case_taken": Text(
        "A colleague took this case a moment before you. Take the next one.",
        "この案件は、直前にほかの担当者が引き受けました。次の案件に進んでください。",
    ),
    "own_report": Text(
        "You made this report yourself, so somebody else has to look at it.",
        "ご自身が行った報告のため、別の担当者が確認する必要があります。",
    ),
    "own_organisation": Text(
        "This is about an organisation that you belong to, so somebody else has to look at it.",
        "ご自身が所属する組織に関する案件のため、別の担当者が確認する必要があります。",
    ),
    "answered_before": Text(
        "You have answered this case already, so somebody else has to look at it.",
        "この案件にはすでに回答済みのため、別の担当者が確認する必要があります。",
    ),
    "holds_another": Text(
        "You hold another case. Decide it or give it back first.",
        "ほかの案件を担当中です。先に決定するか、戻してください。",
    ),
    "clause_needed": Text("Say which clause was violated.", "どの条項に違反したかを選んでください。"),
    "clause_unknown": Text(
        "The policy as of the event has no such clause. Choose one that it has.",
        "当時のポリシーにその条項はありません。該当する条項を選んでください。",
    ),
    "measure_without_violation": Text(
        "A measure needs a violation. Leave the measure out, or confirm a violation.",
        "措置には違反の確認が必要です。措置を外すか、違反を確認してください。",
    ),
    "nobody_to_restrict": Text(
        "This case names no account, key or end user, so no measure can follow. Leave the measure out.",
        "この案件では対象のアカウントが特定されていないため、措置はとれません。措置を外してください。",
    ),
    "original_needed": Text(
        "Name the reference of the earlier case.", "元の案件の受付番号を入力してください。"
    ),
    "original_unknown": Text(
        "There is no other case with that reference. Copy it from the list of earlier cases.",
        "その受付番号の案件は見つかりません。過去の案件の一覧からコピーしてください。",
    ),
    "second_already": Text(
        "A second person was asked for already, and that is you. Please answer.",
        "すでに 2 人目の確認を求められた案件で、あなたがその担当です。回答してください。",
    ),
    "own_proposal": Text(
        "You proposed this measure. Somebody else has to confirm it.",
        "この措置はご自身が提案したものです。別の担当者が確認する必要があります。",
    ),
    "proposal_waits": Text(
        "A measure waits for your word. Confirm or decline it.",
        "措置の提案が確認を待っています。承認するか、見送るかを選んでください。",
    ),
    "not_proposed": Text("No measure waits for confirmation here.", "確認を待っている措置はありません。"),
    "on_break": Text(
        "Please rest until {until} UTC: you have seen several hard cases in a row.",
        "負担の大きい案件が続きました。{until}（UTC）まで休憩してください。",
    ),
    "budget_spent": Text(
        "You have seen as much hard material as one person should in 24 hours. It goes on at {until} UTC.",
        "24 時間に 1 人が見てよい負担の上限に達しました。{until}（UTC）に再開できます。",
    ),
    "not_agreed": Text(
        "The reporter did not agree that the conversation is read. Decide from what was written.",
        "報告者は会話の閲覧に同意していません。記載された内容から判断してください。",
    ),
    "not_allowed": Text(
        "Only reviewers decide cases. Ask one of them.",
        "案件を決定できるのは審査担当者だけです。担当者にご依頼ください。",
    ),
    "reports_paused": Text(
        "The handling of your reports is paused until {day}. Reports of danger to a child or of imminent harm are "
        "still read: choose that category.",
        "報告の取り扱いは {day} まで停止しています。子どもの安全または差し迫った危険についての報告は受け付けています。"
        "その分類を選んでください。",
    ),
    "too_many_reports": Text(
        "You have sent many reports today. None is lost; please send the others tomorrow.",
        "本日は多くの報告をいただいています。これまでの報告は受け付けていますので、残りは明日お送りください。",
    ),
    "report_empty": Text("Please write what is wrong.", "何が問題かをご記入ください。"),
    "report_too_long": Text("Please write at most {most} characters.", "{most} 文字以内でご記入ください。"),
}
