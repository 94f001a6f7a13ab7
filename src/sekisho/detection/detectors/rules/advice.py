"""High-risk domains (P-022): advice to somebody in particular, not general information. Wellness is no healthcare."""

# ruff: noqa: E501 - an expression reads better whole than broken

from __future__ import annotations

from sekisho.detection.matching import Rule
from sekisho.detection.types import Role

ASKED = frozenset({Role.PROMPT})
WELLNESS = r"\b(?:sleep|stress|nutrition|exercise|stretch(?:es|ing)?|workout|balanced|hydrat|relax|meditat)|睡眠|ぐっすり|眠|ストレス|栄養|運動|献立|ストレッチ|リラックス"
"""Lifestyle that P-022 leaves out of healthcare."""

_OPENERS = (
    "can my", "can i", "can a", "should i", "should we", "should this", "should my", "do i", "do my", "does my", "will my", "am i",
    "is my", "is it legal for me", "what dose", "what dosage", "how much", "which stocks", "which stock", "which funds", "what are my", "could i",
    "rank these", "rank the", "score these", "score this", "screen these", "evaluate this applicant", "evaluate these", "grade this", "approve",
    "decide whether", "write a news", "write a press", "write an article", "generate a news", "generate a press", "generate an article", "write news",
    "draft a news", "my doctor", "i have been", "would my", "are these symptoms", "diagnose", "who should", "what should i invest", "where should i invest",
)  # fmt: skip


def _en(code: str, clause: str, pattern: str, unless: str = "") -> Rule:
    return Rule(code, clause, _OPENERS, pattern, width=120, unless=unless, roles=ASKED)


def _ja(code: str, clause: str, anchors: str, pattern: str, unless: str = "") -> Rule:
    return Rule(code, clause, tuple(anchors.split()), pattern, width=60, unless=unless, roles=ASKED)


RULES = (
    _en("legal_advice", "hr_legal", r"\b(?:sue|evict(?:ed)?|legally|lawsuit|custody|liable|press charges|break my lease|wrongful(?:ly)? (?:dismiss|terminat)|legal rights|contest (?:a|the|my) will|divorce settlement|plead guilty)\b"),
    _ja("legal_advice", "hr_legal", "訴える 訴えられ この解雇 この契約 不当解雇 慰謝料 私の場合 親権 離婚調停 損害賠償", r"(?:訴え.{0,8}(?:できますか|べきですか|られますか|可能ですか|でしょうか)|(?:違法|合法|無効|有効)(?:です|でしょう|になります)か|(?:請求|賠償)(?:できますか|すべきですか|されますか)|親権.{0,10}(?:取れますか|取れる)|慰謝料.{0,12}(?:ですか|ますか))"),
    _en("medical_advice", "hr_healthcare", r"\b(?:dos(?:e|age)\b|symptoms?\b[^.?]{0,30}\b(?:mean|cancer|diabetes|serious|disease|normal)|diagnos(?:e|is)|my (?:medication|prescription|antidepressants?|insulin|blood pressure|tumou?r|biopsy|mri|antibiotics)|have (?:diabetes|cancer|depression|adhd|appendicitis|an infection)|stop taking|(?:mg|milligrams|tablets|pills) (?:of|can|should)|ibuprofen|paracetamol|acetaminophen|chemotherapy|surgery\b[^.?]{0,20}(?:need|necessary))",
        WELLNESS + r"|insurance|cover"),
    _ja("medical_advice", "hr_healthcare", "この症状 私の症状 この薬 薬の量 飲ませる薬 服用 子どもに飲ませる 子供に飲ませる 処方された 私は糖尿病 私はうつ病 手術を受けるべき 治療を受けるべき 検査結果", r"(?:でしょうか|ですか|量を教えて|量は|飲んでも|やめても|べきですか|ますか|大丈夫|診断して)", WELLNESS),
    _en("insurance_decision", "hr_insurance", r"\binsurance\b[^.?]{0,40}\b(?:approved?|den(?:y|ied)|cover|pay|claims?|accept|premium)|\b(?:claims?|policy)\b[^.?]{0,20}\b(?:approved or denied|be approved|be denied|insurer|underwrit)|\b(?:cover|pay for)\b[^.?]{0,30}\binsurance|insurance claim"),
    _ja("insurance_decision", "hr_insurance", "保険金 保険に加入 生命保険 医療保険 火災保険 自動車保険 保険料 保険の請求 この保険", r"(?:対象になりますか|支払い対象|加入できますか|入れますか|おりますか|下りますか|支払われますか|補償されますか|承認すべき|却下すべき|査定して|請求できますか)"),
    _en("financial_advice", "hr_finance", r"\b(?:which|what) (?:stocks?|funds?|shares|crypto)\b[^.?]{0,40}\b(?:buy|invest)|\b(?:invest|buy|sell)\b[^.?]{0,24}\b(?:my (?:savings|pension|401k|retirement|stocks?|shares|house)|stocks?\b|bitcoin|crypto|shares|index funds?|bonds)|\b(?:approve|reject|deny)\b[^.?]{0,30}\bloan|\bloan\b[^.?]{0,20}\b(?:approve|eligible|qualify)|\b(?:qualify|eligible) for (?:a|this|the) (?:loan|mortgage)|\bcreditworth|(?:refinance|pay off) my (?:mortgage|loan)|my credit score\b[^.?]{0,30}(?:loan|mortgage|enough)",
        r"soup|vegetable stock|chicken stock|livestock"),
    _ja("financial_advice", "hr_finance", "どの株 どの銘柄 どの投資信託 老後資金 融資を この申込者 この申請者 住宅ローン 貯金を 退職金を 私の年収 ビットコインを 与信", r"(?:買うべき|投資すべき|売るべき|買えば|承認すべき|審査に通り|融資すべき|借りられますか|借りるべき|運用すべき|組めますか|信用力を|返済能力を)"),
    _en("hiring_or_tenancy", "hr_employment_housing", r"\b(?:resumes?|r[e]sum[e]s|cvs?|candidates?|job applicants?)\b[^.?]{0,60}\b(?:hire|interview|shortlist|reject|best|select|fit)|\b(?:hire|reject|fire)\b[^.?]{0,24}\b(?:this|these|the) (?:candidates?|applicants?|employees?)|\b(?:tenants?|rental application|renter)\b|\brank (?:these|the) (?:resumes|cvs|candidates|job applicants)"),
    _ja("hiring_or_tenancy", "hr_employment_housing", "応募者 履歴書を 候補者 入居希望者 入居審査 採用すべき 求職者 職務経歴書を", r"(?:選考して|採用すべき|評価して順位|順位を付け|順位をつけ|不採用|審査を通す|通すべき|入居させるべき|採用するか|誰を採用|合否|ランク付け|選んで|ふるい分け)", "自分の|私の"),
    _en("admission_decision", "hr_academic", r"\b(?:applicants?|students?|candidates?|essays?|exams?)\b[^.?]{0,60}\b(?:admission|admitted?|accepted? (?:to|into)|university|college|school|accreditation)\b|\badmit\b[^.?]{0,20}\b(?:applicant|student)", r"my own|help me"),
    _ja("admission_decision", "hr_academic", "入学志願者 志願者 受験生 受験者 この出願 入試の答案 入学願書", r"(?:採点して|順位を付け|順位をつけ|合格にすべき|合格させるべき|不合格|合否を|評価して|選抜して|ランク付け)"),
    _en("published_journalism", "hr_media", r"\b(?:news|press|article)\b[^.?]{0,80}\b(?:for (?:our|my|the) (?:news ?site|news website|newspaper|online newspaper|magazine|news blog|news outlet|readers)|to publish|publish(?:ed)? (?:on|in)|our newspaper|news ?wire)"),
    _ja("published_journalism", "hr_media", "ニュースサイトに 新聞に 報道記事を ニュース記事を 記事として配信 雑誌に", r"(?:掲載する|載せる|配信する|公開する|掲載用|自動で|自動生成).{0,16}(?:書いて|作成して|作って|生成して)"),
)  # fmt: skip
