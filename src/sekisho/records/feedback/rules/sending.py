"""Whether feedback may be sent, and what exactly would be. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

import msgspec

from sekisho.base.text import Text
from sekisho.records.feedback.types import (
    Circumstances,
    Draft,
    Issue,
    Kind,
    May,
    MayNot,
    Prepared,
    Said,
    Scope,
)
from sekisho.records.redaction import redact, together

LARGEST_BYTES = 2 * 1024 * 1024
"""Of a whole request. A transcript that is longer is shortened by its client, oldest first. Our decision."""
TEXT_CHARS = 10_000
MESSAGES = 5_000
TITLE_CHARS = 72
"""Of an issue: what lists of issues show in full."""


def may_send(now: Circumstances) -> May | MayNot:
    """Return whether feedback may be sent; the strictest reason first.

    Zero retention before everything else, so that a client can rely on that code (R-DATA-070).
    """
    if now.zero_retention:
        return MayNot("feature_disabled_by_zdr", BY_ZDR)
    if not now.product_feedback:
        return MayNot("feature_disabled_by_organisation", BY_ORGANISATION)
    if not now.is_switched_on:
        return MayNot("feature_disabled_here", HERE)
    if not now.is_first_party:
        return MayNot("feature_disabled_for_provider", FOR_PROVIDER)
    return May()


def problem_with(draft: Draft) -> MayNot | None:
    """Return what is wrong with a draft, None for one that can be shown and sent."""
    if draft.kind is Kind.BUG and not draft.text.strip():
        return MayNot("text_missing", TEXT_MISSING)
    if draft.scope is Scope.TEXT and draft.transcript:
        return MayNot("scope_exceeded", SCOPE_EXCEEDED)
    if draft.tracker and not draft.text.strip():
        return MayNot("text_missing", TEXT_MISSING)
    return None


def prepared(draft: Draft) -> Prepared:
    """Return the draft as it would be kept and shown: nothing added, secrets taken out."""
    text = redact(draft.text)
    said = [(one, redact(one.text)) for one in draft.transcript]
    kept = replace(draft, text=text.text, transcript=tuple(Said(one.role, found.text) for one, found in said))
    issue = issue_of(kept) if draft.tracker else None
    data = packed(kept)
    digest = hashlib.sha256(data + repr((kept.kind, kept.scope, kept.about, kept.tracker, issue)).encode())
    counts = together([text.counts, *(found.counts for _, found in said)])
    return Prepared(kept, counts, issue, len(data), digest.hexdigest())


def issue_of(draft: Draft) -> Issue:
    """Return what would stand in the tracker. No transcript, no path, no id (R-DATA-066)."""
    first = draft.text.strip().splitlines()[0].strip() if draft.text.strip() else ""
    title = first if len(first) <= TITLE_CHARS else first[: TITLE_CHARS - 1] + "…"
    facts = [f"Version: {draft.version or 'unknown'}", f"OS: {draft.os or 'unknown'}"]
    return Issue(title, "\n".join([*_fenced(draft.text.strip()), "", *facts]))


def _fenced(text: str) -> tuple[str, ...]:
    """Return the text as a block that a tracker shows as it stands: nobody is called by name in it, nothing is linked.

    The fence is longer than any in the text (CommonMark 0.31, section 4.5).
    """
    longest = max((len(run) for run in _FENCE.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return (f"{fence}text", text, fence)


_FENCE = re.compile(r"`+")


class _Packed(msgspec.Struct, frozen=True):
    text: str
    transcript: tuple[tuple[str, str], ...]


def packed(draft: Draft) -> bytes:
    """Return text and transcript as they are encrypted."""
    said = tuple((one.role, one.text) for one in draft.transcript)
    return msgspec.msgpack.encode(_Packed(draft.text, said))


def unpacked(data: bytes) -> tuple[str, tuple[Said, ...]]:
    held = msgspec.msgpack.decode(data, type=_Packed)
    return held.text, tuple(Said(role, text) for role, text in held.transcript)


BY_ZDR = Text(
    "Feedback is off under zero data retention: nothing of it was read or kept. Write to support by e-mail instead.",
    "ゼロデータ保持が適用されているため、フィードバックは送信できません。内容の読み取りや保存は一切行っていません。"
    "サポートへのメールをご利用ください。",
)
BY_ORGANISATION = Text(
    "Your organisation turned feedback off. An owner can turn it on under Feedback.",
    "組織の設定でフィードバックが無効になっています。オーナーが「フィードバック」画面で有効にできます。",
)
HERE = Text(
    "Feedback is turned off on this server. Write to whoever runs it instead.",
    "このサーバーではフィードバックが無効になっています。運用担当者に直接ご連絡ください。",
)
FOR_PROVIDER = Text(
    "Feedback is off where models are served through a third-party platform. Write to support instead.",
    "モデルが第三者のプラットフォーム経由で提供されている場合、フィードバックは利用できません。"
    "サポートまでご連絡ください。",
)
TEXT_MISSING = Text("Say in your own words what it is about.", "内容をご自身の言葉でお書きください。")
SCOPE_EXCEEDED = Text(
    "“Text only” was chosen, and yet a transcript is attached. Leave it out, or choose a wider scope.",
    "「本文のみ」が選ばれていますが、会話の記録が添付されています。添付を外すか、範囲を選び直してください。",
)
BEST_EFFORT = Text(
    "Secrets were looked for and redacted as well as a program can. Please read it through before you send it.",
    "秘密情報と思われる箇所はプログラムで可能な範囲で伏せました。見落としもあり得ますので、送信前に内容をご確認ください。",
)
DESTINATION = Text(
    "The desk of whoever runs this Sekisho. Nothing goes to a model provider; to pass it on, the operator has to "
    "decide so separately. It is used to improve products and services, and not to train models.",
    "この Sekisho を運用する組織の窓口に届きます。モデル提供者には送られません。転送するには、運用者が別途判断して"
    "操作する必要があります。製品とサービスの改善に使用し、モデルの学習には使用しません。",
)
IRREVOCABLE = Text(
    "An issue in the public tracker can be read by everybody and cannot be taken back by deleting the report.",
    "公開の課題管理に登録された内容は誰でも読むことができ、この報告を削除しても取り消せません。",
)
