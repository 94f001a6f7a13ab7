"""What people are told by this room, and what its refusals say. Whole sentences, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.text import Text

FIRST_DELETION = (
    Text(
        "The first of your stored conversations will be deleted soon",
        "保存されている会話の最初の自動削除が近づいています",
    ),
    Text(
        "What was said in your stored conversations is deleted automatically when its time is over. The first "
        "deletion is "
        "due on {day} (UTC) and concerns what was received up to then; {turns} exchanges are stored today."
        "\n\nYou do not have to do anything. If you want to keep a copy, export your data before that day: it is "
        "offered "
        "on the privacy page, which also shows when each conversation is deleted."
        "\n\nThis is announced once, before the first deletion. What is deleted cannot be brought back by anybody.",
        "保存されている会話の内容は、保存期間が終わると自動的に削除されます。最初の削除は "
        "{day}（UTC）に予定されており、"
        "それまでに期限を迎えるやり取りが対象です。現在、{turns} 件のやり取りが保存されています。"
        "\n\n特にお手続きは必要ありません。控えを残したい場合は、その日までにデータを書き出してください。"
        "プライバシーのページから書き出すことができ、会話ごとの削除予定日も確認できます。"
        "\n\nこのお知らせは、最初の削除の前に一度だけお送りします。削除された内容は、誰にも元に戻せません。",
    ),
)
HELD = (
    Text("A legal hold was placed on stored data", "保存データに法的保全措置が設定されました"),
    Text(
        "Some of the data that is stored for you has to be kept for a legal reason: {reason}"
        "\n\nAs long as the hold lasts, what it covers is not deleted, is not used for training and is shown to "
        "nobody but "
        "you. It is reviewed by {review} (UTC) at the latest. When it is released, what is past its time is "
        "destroyed at "
        "once.",
        "お客様について保存されているデータの一部を、法的な理由により保全する必要があります。理由: {reason}"
        "\n\n保全の間、対象のデータは削除されず、学習にも利用されず、お客様以外に表示されることもありません。"
        "遅くとも {review}（UTC）までに見直しを行います。解除された時点で保存期間を過ぎているデータは、"
        "直ちに破棄されます。",
    ),
)
RELEASED = (
    Text("A legal hold was released", "法的保全措置が解除されました"),
    Text(
        "The legal hold on data that is stored for you was released on {day} (UTC). What was past its time has been "
        "destroyed; everything else lives as long as it would have without the hold.",
        "お客様について保存されているデータの法的保全措置は、{day}（UTC）に解除されました。"
        "保存期間を過ぎていたデータは破棄され、"
        "その他のデータは、保全がなかった場合と同じ期限で扱われます。",
    ),
)
REVIEW_DUE = (
    Text("A legal hold has to be reviewed", "法的保全措置の見直し期限です"),
    Text(
        "The legal hold {hold} has to be reviewed by {review} (UTC). Open it, and release it or say that it is still "
        "needed. It stays in force until somebody does.",
        "法的保全措置 {hold} は、{review}（UTC）までに見直す必要があります。内容を確認し、解除するか、"
        "継続が必要であることを記録してください。"
        "それまでは有効のままです。",
    ),
)
HALTED = (
    Text("Destruction has halted: the clock jumped", "時刻が大きく進んだため、破棄を停止しました"),
    Text(
        "The machine's clock says {seen} (UTC); the last good sweep ended on {since} (UTC). Nothing is destroyed "
        "until a "
        "person has confirmed the time. What has expired stays unreadable meanwhile."
        "\n\nCheck the clock. If it is right, run `sekisho retention confirm-clock`, or confirm it on the retention "
        "page.",
        "サーバーの時刻は {seen}（UTC）ですが、最後に正常に終わった巡回は {since}（UTC）です。"
        "担当者が時刻を確認するまで、破棄は行われません。"
        "期限を過ぎた内容は、その間も読み取れません。"
        "\n\n時刻を確認してください。正しい場合は `sekisho retention confirm-clock` を実行するか、"
        "保存期間のページで確認してください。",
    ),
)

REFUSALS: Mapping[str, Text] = {
    "hold_same_person": Text(
        "You proposed this hold. Another person has to approve it.",
        "この保全措置を提案したのはあなたです。承認は別の担当者が行ってください。",
    ),
    "hold_not_waiting": Text(
        "This hold no longer waits for approval. Open it to see what became of it.",
        "この保全措置は承認待ちではありません。現在の状態を確認してください。",
    ),
    "hold_not_in_force": Text(
        "This hold is not in force. Open it to see what became of it.",
        "この保全措置は有効ではありません。現在の状態を確認してください。",
    ),
    "hold_reason_missing": Text(
        "Say why this has to be held, in up to 1,000 characters.",
        "保全が必要な理由を 1,000 文字以内で入力してください。",
    ),
    "hold_scope_missing": Text(
        "Name the organisation whose data is held. A hold on everybody's data is none.",
        "保全するデータの組織を指定してください。すべての人のデータを対象とする保全措置は設定できません。",
    ),
    "hold_silence_unfounded": Text(
        "Name the law that forbids telling the subject, or tell them.",
        "本人への通知を禁じる法令を示すか、本人に通知してください。",
    ),
    "hold_not_found": Text("There is no such legal hold.", "該当する法的保全措置はありません。"),
    "erasure_not_found": Text("There is no such erasure.", "該当する消去手続きはありません。"),
    "owns_organisation": Text(
        "This person is the primary owner of an organisation that others belong to. Hand it over first, or erase the "
        "organisation.",
        "この方は、ほかの人が所属する組織の代表オーナーです。先に所有権を移すか、組織を消去してください。",
    ),
    "not_allowed": Text(
        "This is for the privacy staff. Ask one of them.",
        "この操作はプライバシー担当者だけが行えます。担当者にご依頼ください。",
    ),
    "clock_not_halted": Text(
        "Destruction is not halted: there is nothing to confirm.",
        "破棄は停止されていないため、確認は必要ありません。",
    ),
    "restored": Text(
        "The database is older than what was destroyed, as after a restored backup. Nothing is served until that is "
        "destroyed again: run `sekisho retention restore-check --replay`.",
        "データベースの内容が、破棄の記録より古くなっています（バックアップから復元した場合など）。"
        "破棄をもう一度適用するまで、"
        "サービスは提供されません。`sekisho retention restore-check --replay` を実行してください。",
    ),
}
