"""The shelves of the help centre, in order. Articles name one of them; choosing one first finds far more (spec 4.1)."""

from __future__ import annotations

from sekisho.base.text import Text
from sekisho.support.help.types import Category

CATEGORIES: tuple[Category, ...] = (
    Category(
        "getting-started",
        Text("Getting started", "はじめに"),
        Text(
            "What the gate does, your first request, and how to get help.",
            "ゲートウェイのしくみ、最初のリクエスト、サポートの受け方。",
        ),
        "home",
    ),
    Category(
        "keys-and-api",
        Text("Keys and the API", "キーと API"),
        Text(
            "Keys, errors, limits, streams, tools and webhooks.",
            "キー、エラー、上限、ストリーミング、ツール、Webhook。",
        ),
        "key",
    ),
    Category(
        "policy-and-refusals",
        Text("Policy and refusals", "ポリシーと拒否"),
        Text(
            "What may be asked, why something was refused, and what to do about it.",
            "できること、拒否された理由、その後にできること。",
        ),
        "policy",
    ),
    Category(
        "appeals-and-measures",
        Text("Measures and appeals", "措置と異議申立て"),
        Text(
            "Strikes, suspensions, their reasons, and having them looked at again.",
            "違反記録、一時停止、その理由と見直しの求め方。",
        ),
        "appeal",
    ),
    Category(
        "privacy-and-data",
        Text("Privacy and data", "プライバシーとデータ"),
        Text(
            "What is kept, for how long, what for, and how to take it along or delete it.",
            "何をいつまで何のために保管するか。持ち出しと削除。",
        ),
        "shield",
    ),
    Category(
        "account-and-sign-in",
        Text("Account and signing in", "アカウントとサインイン"),
        Text(
            "Signing up, codes, two steps, and what to do when you are locked out.",
            "登録、コード、二段階認証、サインインできないとき。",
        ),
        "person",
    ),
    Category(
        "plans-roles-billing",
        Text("Plans, roles and billing", "プラン・役割・お支払い"),
        Text(
            "What each plan holds, who may do what, paying, stopping, refunds.",
            "プランの内容、役割ごとの権限、お支払い、解約、返金。",
        ),
        "model",
    ),
    Category(
        "contact-and-legal",
        Text("Contact and legal", "連絡先と法的な手続き"),
        Text(
            "Complaints, notices, data protection and contact points by region.",
            "苦情、通報、個人データ、地域ごとの連絡窓口。",
        ),
        "notice",
    ),
)
BY_ID = {category.id: category for category in CATEGORIES}
