"""What is agreed to before the first message (R-SUP-018, R-DATA-233), and that the bot says what it is (R-SUP-030)."""

from __future__ import annotations

from sekisho.base.text import Text
from sekisho.support.messenger.types import Terms

TERMS = Terms(
    "2026-11-23",
    Text(
        "You will talk with an AI, not with a person. What you write here is stored, encrypted, to answer you and to "
        "hand your question to our support team where your plan has that. It is deleted 180 days after the matter is "
        "closed. It is not used to train models: agreeing here says nothing about training.",
        "お話しの相手は人間ではなく、AI です。ここに書かれた内容は、回答のため、"
        "またプランに含まれる場合はサポートチームへ引き継ぐために、暗号化して保存します。"
        "ご用件の終了から 180 日後に削除します。モデルの学習には使用しません。"
        "ここでの同意は、学習への同意ではありません。",
    ),
)
"""Whoever changes a word raises the version: agreements name the one that was read. 180 days: R-DATA-233."""
