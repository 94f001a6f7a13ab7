"""The words of reports, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sekisho.base.text import Text

MEASURES: Final[Mapping[str, Text]] = {
    "auroc": Text("AUROC", "AUROC"),
    "auprc": Text("AUPRC", "AUPRC"),
    "recall_at_1_percent": Text("Recall at 1 % false positives", "偽陽性率 1 % での再現率"),
    "recall_at_0_1_percent": Text("Recall at 0.1 % false positives", "偽陽性率 0.1 % での再現率"),
    "precision": Text("Precision", "適合率"),
    "recall": Text("Recall", "再現率"),
    "f1": Text("F1", "F1"),
    "calibration_error": Text("Calibration error", "校正誤差"),
    "stopped": Text("Stopped", "停止した割合"),
}

MEANINGS: Final[Mapping[str, Text]] = {
    "auroc": Text(
        "The chance that a text which the question concerns scores above one which it does not. 0.5 is chance, 1 is "
        "perfect. It depends on no threshold.",
        "該当する文章の確率が、該当しない文章の確率を上回る可能性です。"
        "0.5 が偶然、1 が完全で、しきい値には左右されません。",
    ),
    "auprc": Text(
        "The mean precision over all thresholds, weighed by the recall each adds. Chance is the share of concerned "
        "texts.",
        "すべてのしきい値での適合率を、増える再現率で重み付けした平均です。偶然の場合は該当する文章の割合になります。",
    ),
    "recall_at_1_percent": Text(
        "How many of the concerned texts are found by the best threshold that fires on at most 1 % of the others.",
        "該当しない文章での反応を 1 % 以内に抑える最良のしきい値で、該当する文章のうち見つかる割合です。",
    ),
    "recall_at_0_1_percent": Text(
        "The same at 0.1 %. It needs at least 1,000 other texts.",
        "同じものを 0.1 % で測ります。該当しない文章が 1,000 件以上必要です。",
    ),
    "precision": Text(
        "Of what the pack's threshold fires on, how much is concerned. It depends on how many of each kind were "
        "measured.",
        "パックのしきい値で反応した文章のうち、実際に該当する割合です。測定した文章の内訳に左右されます。",
    ),
    "recall": Text(
        "Of the concerned texts, how many the pack's threshold fires on.",
        "該当する文章のうち、パックのしきい値で反応した割合です。",
    ),
    "f1": Text("The harmonic mean of precision and recall.", "適合率と再現率の調和平均です。"),
    "calibration_error": Text(
        "How far probabilities are from what is so, on average over ten bins (ECE). 0 is best.",
        "確率と実際の割合とのずれを、10 区間で平均したものです（ECE）。0 が最良です。",
    ),
    "stopped": Text(
        "Texts that are held for a person or blocked. Of harmless texts made to look otherwise, this is the "
        "over-refusal.",
        "担当者の確認待ち、または遮断とした文章の割合です。"
        "紛らわしいだけの無害な文章については、過剰な拒否を表します。",
    ),
}

QUESTIONS: Final[Mapping[str, Text]] = {
    "violation": Text("Is anything violated?", "違反があるか"),
    "injection": Text("Is it an injection or a jailbreak?", "インジェクション・脱獄か"),
    "advice": Text("Does it ask for individual advice?", "個別の助言を求めているか"),
}

TEXTS: Final[Mapping[str, Text]] = {
    "harmful": Text("Harmful texts", "有害な文章"),
    "harmless": Text("Harmless texts", "無害な文章"),
    "look_alikes": Text("Harmless look-alikes", "紛らわしいが無害な文章"),
    "twins": Text("Their violating twins", "その対になる違反の文章"),
}

DECISIONS: Final[Mapping[str, Text]] = {
    "allow": Text("Allowed", "通過"),
    "annotate": Text("Noted", "記録"),
    "modify": Text("Modified", "一部変更"),
    "hold": Text("Held", "保留"),
    "block": Text("Blocked", "遮断"),
    "unsure": Text("Unsure: the judge is asked", "判断不能（判定モデルに照会）"),
}

LANGUAGES: Final[Mapping[str, Text]] = {
    "*": Text("All languages", "全言語"),
    "en": Text("English", "英語"),
    "ja": Text("Japanese", "日本語"),
    "ko": Text("Korean", "韓国語"),
    "zh": Text("Chinese", "中国語"),
    "fr": Text("French", "フランス語"),
    "de": Text("German", "ドイツ語"),
    "es": Text("Spanish", "スペイン語"),
    "it": Text("Italian", "イタリア語"),
    "pt": Text("Portuguese", "ポルトガル語"),
    "vi": Text("Vietnamese", "ベトナム語"),
    "ru": Text("Russian", "ロシア語"),
    "th": Text("Thai", "タイ語"),
    "hi": Text("Hindi", "ヒンディー語"),
    "ar": Text("Arabic", "アラビア語"),
    "bn": Text("Bengali", "ベンガル語"),
    "id": Text("Indonesian", "インドネシア語"),
    "ms": Text("Malay", "マレー語"),
    "jv": Text("Javanese", "ジャワ語"),
    "sw": Text("Swahili", "スワヒリ語"),
    "tl": Text("Filipino", "フィリピン語"),
    "tr": Text("Turkish", "トルコ語"),
    "und": Text("No language", "言語なし"),
}

DETECTORS: Final[Mapping[str, Text]] = {
    "scorer": Text("the local scorer", "ローカル判定器"),
    "rules": Text("the rules", "規則"),
    "cascade": Text("the whole cascade", "検出の全段階"),
}

TITLE: Final = Text("Evaluation", "評価")
LEAD: Final = Text(
    "What {detector} answers to {texts} labelled texts, and what the policy {pack} decides about them.",
    "ラベル付きの文章 {texts} 件に対する{detector}の回答と、ポリシー {pack} による判定です。",
)
VERSION: Final = Text("Version", "バージョン")
PACK: Final = Text("Policy", "ポリシー")
DATA: Final = Text("Data (SHA-256)", "データ（SHA-256）")
RESAMPLES: Final = Text("Resamples, seed", "再標本化の回数とシード")
OTHER_LANGUAGE: Final = Text("日本語", "English")
"""What the link to the other language says, in that language."""
AT_A_GLANCE: Final = Text("At a glance", "要点")
GLANCE_SAYS: Final = Text(
    "Violation yes or no, what the policy decides, and how long it takes; 95 % intervals below each figure.",
    "違反の有無の判別、ポリシーによる判定、所要時間です。各数値の下は 95 % 区間です。",
)
LATENCY: Final = Text("Time a text, p50 · p99", "1 件あたりの時間 p50・p99")
OVER_REFUSAL: Final = Text("Look-alikes stopped", "紛らわしい文章の停止率")
TWINS: Final = Text("Their twins stopped", "対になる違反の停止率")
HARMFUL_STOPPED: Final = Text("Harmful stopped", "有害な文章の停止率")
HARMLESS_STOPPED: Final = Text("Harmless stopped", "無害な文章の停止率")
ROC: Final = Text("Found, by false positives allowed", "許容する偽陽性率と再現率")
ROC_SAYS: Final = Text(
    "The left third is what matters in traffic: 1 % of harmless texts is a lot. The dotted line is chance.",
    "実際の通信で重要なのは左側です。無害な文章の 1 % は決して少なくありません。点線は偶然の場合です。",
)
FALSE_POSITIVES: Final = Text("False-positive rate (logarithmic)", "偽陽性率（対数目盛）")
PR: Final = Text("Precision by recall", "再現率と適合率")
PR_SAYS: Final = Text(
    "It depends on how many texts of each kind were measured.", "測定した文章の内訳に左右されます。"
)
RELIABILITY: Final = Text("Are probabilities true?", "確率は正しいか")
RELIABILITY_SAYS: Final = Text(
    "On the dotted line, of what is told 70 % exactly 70 % is so. Larger dots stand for more texts.",
    "点線上であれば、70 % とした文章のうち実際に 70 % が該当します。丸が大きいほど文章が多いことを表します。",
)
SAID: Final = Text("Probability told", "示した確率")
FOUND: Final = Text("Share that is so", "実際の割合")
HISTOGRAM: Final = Text("Which probabilities are told", "確率の分布")
HISTOGRAM_SAYS: Final = Text(
    "Up: texts which the question concerns. Down: the others. Each side by its own share.",
    "上は該当する文章、下は該当しない文章で、それぞれの中での割合です。",
)
SHARE: Final = Text("Share of texts", "文章の割合")
CONCERNED: Final = Text("Concerned", "該当")
OTHERS: Final = Text("Others", "非該当")
STANDARDS: Final = Text("Standards", "利用基準")
DOMAINS: Final = Text("High-risk domains", "高リスク領域")
BARS_SAY: Final = Text(
    "Bars show the value, whiskers its 95 % interval. Where texts are too few to say, there is no bar.",
    "棒は値、ひげは 95 % 区間を表します。文章が少なく測れない場合、棒はありません。",
)
QUESTION: Final = Text("Question", "問い")
LANGUAGE: Final = Text("Language", "言語")
COUNTS: Final = Text("Concerned / others", "該当 / 非該当")
TOO_FEW: Final = Text("too few", "不足")
NOTHING_FIRED: Final = Text("nothing fired", "反応なし")
TOO_FEW_SAYS: Final = Text("Too few texts to measure: {list}.", "文章が少なく測定できないもの：{list}。")
DECIDED: Final = Text("What is decided", "判定の内訳")
GROUP: Final = Text("Group", "グループ")
KIND_OF_TEXTS: Final = Text("Texts", "文章")
NUMBER: Final = Text("Number", "件数")
STOPPED: Final = Text("Stopped", "停止")
UNSURE: Final = Text("Unsure", "判断不能")
COMPARED: Final = Text("Compared with {before}", "{before} との比較")
COMPARED_SAYS: Final = Text(
    "Both answered the same {texts} texts and are measured on the same resamples. {unmatched} rows that only one "
    "of them answered are left out. A difference counts as beyond noise if chance would bring it about in less "
    "than one comparison of twenty, over all {count} figures together, and if it is half a point or more.",
    "両者が回答した同じ {texts} 件を、同じ再標本で測定しています。片方だけが回答した {unmatched} 件は除きました。"
    "全 {count} 個の数値を通して偶然では 20 回に 1 回も生じず、0.5 ポイント以上ある差だけを、誤差を超える差とします。",
)
BETTER: Final = Text("Better, beyond noise", "誤差を超えて改善")
WORSE: Final = Text("Worse, beyond noise", "誤差を超えて悪化")
NOTHING_BEYOND: Final = Text("No difference is beyond noise.", "誤差を超える差はありません。")
MEASURE: Final = Text("Measure", "指標")
BEFORE: Final = Text("Before", "変更前")
AFTER: Final = Text("After", "変更後")
CHANGE: Final = Text("Change", "変化")
BY: Final[Mapping[str, Text]] = {
    "source": Text("By source", "出典別"),
    "role": Text("By role", "役割別"),
    "kind": Text("By kind", "種類別"),
    "about": Text("By clause it was written for", "想定した条項別"),
}
BY_SAYS: Final = Text(
    "A group with too few harmless texts of its own is held against the harmless texts of all groups in its "
    "languages.",
    "無害な文章が足りないグループは、同じ言語の全グループの無害な文章と比べています。",
)
MACRO_F1: Final = Text("Mean F1", "F1 の平均")
MACRO_AUROC: Final = Text("Mean AUROC", "AUROC の平均")
AS_TABLE: Final = Text("Show the numbers as a table", "数値を表で見る")
NUMBERS: Final = Text("All numbers", "すべての数値")
NUMBERS_SAY: Final = Text(
    "Each value with its 95 % bootstrap interval. Precision, recall and F1 are those at the thresholds of the policy.",
    "値と 95 % ブートストラップ区間です。適合率・再現率・F1 はポリシーのしきい値でのものです。",
)
HOW: Final = Text("How it is measured", "測定の方法")
HOW_SAYS: Final = Text(
    "Intervals hold the middle 95 % of {resamples} resamples, drawn with replacement from the rows of each kind. "
    "They tell how far the figures would move with other rows of the same sources, not with other sources.",
    "区間は、該当・非該当それぞれの行から復元抽出した {resamples} 回の再標本の中央 95 % です。"
    "同じ出典の別の行で数値がどれだけ動くかを示すもので、別の出典での結果を示すものではありません。",
)


def named(words: Mapping[str, Text], name: str) -> Text:
    """Return the words for a name; a name without any stands for itself."""
    return words.get(name) or Text(name, name)
