"""What a person is told in place of an answer: which clause, why, and what to do next (P-050)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sekisho.base.text import Lang, Text, as_lang, lang_from_header
from sekisho.gateway.types import Notice
from sekisho.policy.types import Action, Audience, Pack

GUIDANCE = "minors_guidance"
"""Name of the words for young people in a pack's resources, shown with a refusal (P-031)."""

_KANA = re.compile("[\u3041-\u30ff]")


@dataclass(frozen=True, slots=True)
class NoticeWriter:
    """Writes the notices of one request: one reader, one version of the policy."""

    pack: Pack
    public_url: str
    request_id: str
    language: Lang
    audience: Audience = Audience.GENERAL
    can_wait: bool = True
    """Whether an answer can wait for a person: under zero retention there is nothing that they could look at."""

    def notice(
        self, action: Action, clause_id: str, decision_id: str, review_id: str = "", agent_action: str = ""
    ) -> Notice:
        """Return the explanation of a decision. Without a clause it is the gate's own caution that is explained. What
        would wait for a person and cannot is explained as the refusal that it comes to: its action is `block`.

        `agent_action` is what an agent was about to do, by its id in the pack; empty when it is not about that.
        """
        clause = self.pack.clause(clause_id)
        reason = clause.reason.in_(self.language) if clause else ""
        advice = clause.advice.in_(self.language) if clause else ""
        title = clause.title if clause else _CAUTION
        if (about := self.pack.agents.action(agent_action)) is not None:
            reason = f"{reason}\n{_ABOUT.format(title=about.title.in_(self.language)).in_(self.language)}"
        if action is Action.BLOCK and self.audience is Audience.MINORS:
            guidance = self.pack.resources.get(GUIDANCE, _GUIDANCE).in_(self.language)
            advice = f"{advice}\n\n{guidance}".strip()
        if action is Action.HOLD and not self.can_wait:
            action, review_id = Action.BLOCK, ""
            reason = _UNKEPT.format(title=title.in_(self.language)).in_(self.language)
            advice = _KEEP.in_(self.language)
        if review_id:
            reason = _HELD.format(title=title.in_(self.language)).in_(self.language)
            advice = _TICKET.format(review=review_id).in_(self.language)
        return Notice(
            action=action.word,
            clause=clause_id,
            reason=reason or _REASON.format(title=title.in_(self.language)).in_(self.language),
            advice=advice or _ADVICE.in_(self.language),
            link=f"{self.public_url}/v1/reviews/{review_id}" if review_id else self.clause_link(clause_id),
            request_id=self.request_id,
            decision_id=decision_id,
            language=self.language,
            review_id=review_id,
            appeal=self.appeal if action is Action.BLOCK else "",
        )

    @property
    def appeal(self) -> str:
        """Return where a person has a refusal looked at again: free of charge, without an account, by its id."""
        page = f"{self.public_url}/appeals/decision/{self.request_id}"
        return _APPEAL.format(page=page).in_(self.language)

    def clause_link(self, clause_id: str) -> str:
        """Return the page of a clause in the version that judged, so that a later version does not change
        the past."""
        anchor = f"#{clause_id}" if clause_id else ""
        return f"{self.public_url}/policy/{self.pack.version}{anchor}"


def reader_language(accept_language: str, last_prompt: str, organisation_language: str) -> Lang:
    """Return the language in which to explain: as asked for, else as the person wrote, else as their
    organisation.

    Kana is written in Japanese alone; Latin letters and ideographs tell nothing sure.
    """
    if asked := lang_from_header(accept_language):
        return asked
    if not last_prompt.isascii() and _KANA.search(last_prompt):
        return "ja"
    return as_lang(organisation_language)


_CAUTION = Text("Safety check unavailable", "安全確認ができない状態")
_REASON = Text(
    "This could not be answered under the usage policy, “{title}”.",
    "利用ポリシー「{title}」により、お答えできませんでした。",
)
_ADVICE = Text(
    "If you think this is a mistake, you can say so on the page below.",
    "誤りだと思われる場合は、次のページからお知らせください。",
)
_APPEAL = Text("To appeal: {page}", "異議の申立て: {page}")
_HELD = Text(
    "A qualified person looks at this answer before it is given, because it concerns “{title}”.",
    "この回答は「{title}」に関わるため、お渡しする前に資格を持つ担当者が確認します。",
)
_UNKEPT = Text(
    "A qualified person would have to look at this answer first, because it concerns “{title}”. Under zero data "
    "retention nothing is kept that they could look at, so it is not given.",
    "この回答は「{title}」に関わるため、資格を持つ担当者の確認が必要です。"
    "ゼロデータ保持の設定では確認できる内容が残らないため、お渡しできません。",
)
_KEEP = Text(
    "Ask a qualified professional directly. The operator of this service can use a key without zero data retention "
    "for such questions.",
    "資格を持つ専門家に直接ご相談ください。このサービスの運営者は、"
    "こうした質問にゼロデータ保持ではないキーを使うことができます。",
)
_TICKET = Text(
    "Your ticket is {review}. The answer can be fetched at the address below once it is released.",
    "受付番号は {review} です。確認が終わると、次のアドレスで回答を受け取れます。",
)
_ABOUT = Text("What it was about to do: {title}.", "行おうとした操作: {title}。")
_GUIDANCE = Text(
    "This place is for young people. If something worries you, talk to a grown-up you trust.",
    "ここは若い人のための場所です。気になることがあるときは、信頼できる大人に話してみてください。",
)
"""For a pack that brings none of its own."""
