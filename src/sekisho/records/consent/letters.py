"""What people are told about the use of their data, in both languages. No Django."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sekisho.base.text import Text
from sekisho.records.rules import moment

VERSION = "2026-11-23"
"""Of the words below that events name: those about the partner program."""

ATTESTATION = Text(
    "I decide this for the organisation and am entitled to. Prompts and answers of coding clients that members send "
    "through the provider's own service may be used to train and improve models. Each member is told by mail and can "
    "object; guests and contractors are left out. Copies live 2 years at most. We can leave at any time; what was "
    "given is then withdrawn from data sets, but a model that has been trained already does not unlearn it. After 12 "
    "months it ends unless I confirm it.",
    "私は組織に代わってこの決定を行い、その権限を有しています。メンバーがコーディング用クライアントから提供元自身のサービスに"
    "送るプロンプトと回答は、モデルの学習と改善に使われることがあります。メンバーには一人ずつメールで知らされ、"
    "それぞれ異議を述べることができます。ゲストと業務委託の方は対象外です。複製が保管されるのは長くても2年です。"
    "いつでも参加をやめられ、その場合は提供済みのものもデータセットから取り除かれますが、すでに学習を終えたモデルから"
    "取り除くことはできません。確認しなければ12か月で終了します。",
)
"""What an administrator attests to."""


def told(organisation: str) -> tuple[Text, Text]:
    """Return subject and body of what a member is told when their organisation takes part."""
    return _TOLD_SUBJECT, Text(
        _TOLD.en.format(organisation=organisation), _TOLD.ja.format(organisation=organisation)
    )


def lapsed() -> tuple[Text, Text]:
    """Return what owners are told when participation has ended by itself."""
    return _LAPSED_SUBJECT, _LAPSED


def lapses(at: datetime) -> tuple[Text, Text]:
    """Return what owners are told before participation ends by itself."""
    when = moment(at)
    return _LAPSES_SUBJECT, Text(_LAPSES.en.format(when=when.en), _LAPSES.ja.format(when=when.ja))


def undecided() -> tuple[Text, Text]:
    """Return what is told, once, to whoever has an account from before the programme and has not chosen."""
    return _UNDECIDED_SUBJECT, _UNDECIDED


def ended() -> tuple[Text, Text]:
    """Return what a person is told whose consent ended because nobody could give it any more."""
    return _ENDED_SUBJECT, _ENDED


def kept_longer(organisation: str, days: int) -> tuple[Text, Text]:
    """Return what members are told when their organisation has turns kept for longer."""
    return _LONGER_SUBJECT, Text(
        _LONGER.en.format(organisation=organisation, days=days),
        _LONGER.ja.format(organisation=organisation, days=days),
    )


_TOLD_SUBJECT = Text(
    "Your organisation takes part in the partner program",
    "所属する組織がパートナープログラムに参加しました",
)
_TOLD = Text(
    "{organisation} has decided to take part in the Development Partner Program.\n\n"
    "From this message on, prompts and answers that you send with coding clients through the provider's own service, "
    "under the organisation's keys, may be used to train and improve models. Nothing from before is used, nor anything "
    "from other products or providers, nor what the usage policy flagged.\n\n"
    "You can object: then nothing of yours is given, whatever the organisation has decided. Your administrators do not "
    "learn who has objected. Open your privacy page and choose it there; you can also change it later.",
    "{organisation} は、開発パートナープログラムへの参加を決定しました。\n\n"
    "このお知らせ以降、組織のキーを使い、コーディング用クライアントから提供元自身のサービスに送られるプロンプトと回答が、"
    "モデルの学習と改善に使われることがあります。これより前のもの、ほかの製品や提供元によるもの、"
    "利用ポリシーに抵触したものは使われません。\n\n"
    "異議を述べることができます。その場合、組織の決定にかかわらず、あなたのものは提供されません。"
    "誰が異議を述べたかが管理者に知らされることはありません。プライバシーのページでお選びください。後から変更することもできます。",
)
_LAPSED_SUBJECT = Text(
    "Your participation in the partner program has ended", "パートナープログラムへの参加が終了しました"
)
_LAPSED = Text(
    "Twelve months have passed and nobody confirmed it, so your organisation no longer takes part in the Development "
    "Partner Program. Nothing more is given. You can join again under the data settings.",
    "12か月のあいだ確認がなかったため、開発パートナープログラムへの参加は終了しました。今後、新たに提供されるものはありません。"
    "データ設定から改めて参加できます。",
)
_LAPSES_SUBJECT = Text(
    "Your participation in the partner program ends soon", "パートナープログラムへの参加がまもなく終了します"
)
_LAPSES = Text(
    "Your organisation's participation in the Development Partner Program ends by itself on {when} unless an "
    "administrator confirms it under the data settings. If you want it to end, you need not do anything.",
    "開発パートナープログラムへの参加は、管理者がデータ設定で確認しない限り、{when}に自動的に終了します。"
    "終了してよい場合は、何もする必要はありません。",
)
_UNDECIDED_SUBJECT = Text(
    "Please choose whether your conversations may be used to improve models",
    "会話をモデルの改善に使ってよいかをお選びください",
)
_UNDECIDED = Text(
    "You have not chosen yet whether your conversations may be used to train and improve models. Until you do, nothing "
    "of yours is used, and messages are kept for the ordinary time, as if you had said no. Programs that use your keys "
    "go on working.\n\nThe next time you open a page, you are asked with two buttons. Both are fine with us.",
    "会話をモデルの学習と改善に使ってよいか、まだお選びいただいていません。お選びいただくまでは、許可しない場合と同じく、"
    "何も使われず、メッセージは通常の期間だけ保管されます。キーを使うプログラムはこれまでどおり動作します。\n\n"
    "次にページを開いたとき、2つのボタンでお尋ねします。どちらを選んでいただいても構いません。",
)
_ENDED_SUBJECT = Text(
    "Your conversations are no longer used to improve models",
    "会話がモデルの改善に使われることはなくなりました",
)
_ENDED = Text(
    "You had allowed your conversations to be used to train and improve models. Your account has changed so that this "
    "cannot be allowed any more: somebody else uses it too, it changed hands, or its person is not known to be 18 or "
    "older. So it is off from now on, as if you had switched it off. What stands in the way is said on your privacy "
    "page; nothing comes back by itself.",
    "会話をモデルの学習と改善に使うことが許可されていましたが、アカウントの状況が変わり、許可できなくなりました。"
    "ほかの方も利用するようになった、所有者が替わった、または18歳以上であることが確認できないためです。"
    "これ以降は、ご本人がオフにされた場合と同じ扱いになります。理由はプライバシーのページでご確認いただけます。"
    "自動的に元に戻ることはありません。",
)
_LONGER_SUBJECT = Text(
    "Your organisation keeps messages for longer", "所属する組織のメッセージの保管期間が長くなりました"
)
_LONGER = Text(
    "{organisation} has decided that messages received from now on are kept for {days} days. What was received before "
    "goes when it would have gone anyway.",
    "{organisation} は、今後受け付けるメッセージを{days}日間保管することを決定しました。"
    "これまでに受け付けたものは、当初の予定どおりに破棄されます。",
)


def _digest(*texts: Text) -> str:
    lines = [said for text in texts for said in (text.en, text.ja)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


ATTESTATION_DIGEST = _digest(ATTESTATION)
TOLD_DIGEST = _digest(_TOLD_SUBJECT, _TOLD)
"""Events name version and digest of the words: whoever changes them gives them a new version."""
