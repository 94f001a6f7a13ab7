"""The first file that somebody opens."""

from __future__ import annotations

from sekisho.base.text import Text

README = Text(
    """\
YOUR DATA

This is a copy of what is kept about you here, as it was at the moment that profile.json names.

profile.json               who you are here, and the account
plans.jsonl                under which plans your requests were received
consents.jsonl             what was chosen about your data, when, and under which words (ISO/IEC TS 27560)
conversations/             what was said, one file a conversation, one line a request
turns.jsonl                each request: when, which model, how much, what came of it
explain.jsonl              until when each request is kept, by which rule, and whether it is used for training
safety_decisions.jsonl     what the gate decided, with its reasons
safety/                    what followed from that: warnings, measures, appeals
feedback/                  what you reported, and what you showed with it
tickets/                   your conversations with support
dataset_membership.jsonl   in which training datasets something of yours is
access_log.jsonl           who else read your content: role, purpose, reason, ticket
audit_log.jsonl            what was done by you, to you, and to the account
receipts/                  what was attested to you; each can be checked without us
manifest.json              every file with its digest, signed

Files that would be empty are left out. A .jsonl file holds one JSON value a line and opens in any text editor.
Where a line says "said_in", the same text stands in full at the request that it names: conversations are sent again
with every request, and kept once. Where it says "withheld" or "held", you were not given this text at the time; the
decision and its reasons are in safety_decisions.jsonl. Other people are masked.

To check that nothing was changed on the way:   sekisho rights verify FILE.zip
""",
    """\
あなたのデータ

profile.json に記した日時の時点で、ここに保管されていたあなたに関する情報の写しです。

profile.json               ご本人とアカウントの情報
plans.jsonl                リクエストを受け付けたときのプラン
consents.jsonl             データについての選択の履歴。いつ、どの文面で選んだか（ISO/IEC TS 27560）
conversations/             会話の内容。会話ごとに 1 ファイル、リクエストごとに 1 行
turns.jsonl                リクエストごとの日時、モデル、分量、結果
explain.jsonl              リクエストごとの保管期限とその根拠、学習に使われるかどうか
safety_decisions.jsonl     関所の判定とその理由
safety/                    判定に続いたこと。警告、措置、異議申立てなど
feedback/                  お送りいただいた報告と、そのとき共有した内容
tickets/                   サポートとのやり取り
dataset_membership.jsonl   あなたの内容を含む学習用データセット
access_log.jsonl           あなたの内容を閲覧した人の役割、目的、理由、チケット
audit_log.jsonl            あなたが行った操作と、あなたやアカウントに対して行われた操作
receipts/                  あなたに発行した受領証。当方の助けなしに検証できます
manifest.json              すべてのファイルとそのダイジェスト。署名付き

中身のないファイルは含まれません。.jsonl は 1 行に 1 つの JSON 値を書いた形式で、テキストエディターで開けます。
「said_in」とある行の本文は、そこに示したリクエストの行に全文があります。会話は毎回送り直されますが、保管は一度だけです。
「withheld」「held」とある部分は、当時お渡ししなかった文章です。判定とその理由は safety_decisions.jsonl にあります。
ほかの方の情報は伏せてあります。

途中で書き換えられていないことの確認:   sekisho rights verify ファイル.zip
""",
)
