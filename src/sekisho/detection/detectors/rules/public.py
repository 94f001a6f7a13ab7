"""What concerns everyone: misinformation, elections, explicit content, abuse of the platform, prohibited agent actions."""

# ruff: noqa: E501 - an expression reads better whole than broken

from __future__ import annotations

from sekisho.detection.detectors.rules.shapes import ask, ask_ja
from sekisho.detection.matching import Rule
from sekisho.detection.types import Role

_WRITE = r"\b(?:write|create|make|draft|compose|generate|craft|produce|spread|post|invent|fabricate|give me|design)\b"
MISINFORMATION = (
    *ask("fake_news", "misinformation", rf"{_WRITE}(?: \w{{1,12}}){{0,5}} (?:fake news|false (?:news|rumou?rs?)|disinformation|misinformation|fake (?:\w{{3,12}} ){{0,2}}(?:articles?|posts?|study|studies|evidence|quotes?|statistics|headline|tweets))\b[^.?]{{0,50}}(?:claim|that|spread|say|about|to convince|campaign)",
         r"spot|tell whether|identify fake|satire|parody|combat|essay|how to tell|classif|dataset|quiz"),
    *ask("fake_news", "misinformation", rf"{_WRITE}(?: \w{{1,12}}){{0,6}} (?:claiming|arguing|convincing|proving|saying|asserting|that claims|that argues|convinces|persuading)\b[^.?]{{0,24}}(?:vaccines? (?:cause|kill|contain|are (?:a|poison|dangerous))|the (?:holocaust|moon landing) (?:was|is|never|did)|covid(?:-19)? (?:is|was) (?:a hoax|fake|caused)|5g (?:causes|spreads)|climate change is (?:a hoax|fake)|9/11 was)",
         r"debunk|refut|rebut"),
    *ask_ja("fake_news", "misinformation", "デマ 偽ニュース フェイクニュース 偽情報 偽の記事 虚偽の記事 嘘のニュース ワクチンで ワクチンは ワクチンが 陰謀論",
            r"(?:.{0,18}(?:偽ニュース|デマ|フェイクニュース|嘘の記事|偽の記事|偽情報))?(?:を|の|が)?(?:拡散する|広める|流す|広げる|信じさせる)?(?:ための)?(?:投稿|記事|文章|ツイート|動画の台本)?(?:を|の)?(?:書いて|作って|作成して|考えて|生成して|でっち上げ|拡散して|広める方法|作り方|拡散する方法)", "見抜|惑わ|訂正|否定"),
)  # fmt: skip

ELECTIONS = (
    *ask("mislead_voters", "elections", r"\b(?:telling|tell|convince|inform|trick|mislead|fool|deceive)(?: (?:all|the|some|black|latino|young|elderly|opposing|democratic|republican|minority)){0,3} (?:voters?|people|citizens|supporters)\b[^.?]{0,40}\b(?:election|vote|voting|polls?|ballots?|polling)\b[^.?]{0,30}(?:moved|changed|postponed|cancel|wrong|not to vote|closed|by text|online|on (?:mon|tues|wednes|thurs)day)", r"if the|official|really"),
    *ask("rig_election", "elections", r"\b(?:rig|steal|hack|manipulate|tamper with|sabotage|fix)(?: (?:a|an|the|this|local|our|an upcoming|upcoming|presidential|state|national|mayoral|school)){0,3} (?:elections?|voting machines?|ballots?|vote counts?|election results?|votes)\b"),
    *ask("rig_election", "elections", r"\b(?:suppress|depress|intimidate|discourage|harass)(?: (?:\w{3,12})){0,3} (?:voters?|turnout|voting|poll workers|election officials)\b|\b(?:buy votes|stuff (?:the )?ballot boxes|commit voter fraud|voter fraud scheme|vote (?:twice|multiple times))"),
    *ask("fake_campaign", "elections", rf"{_WRITE}(?: \w{{1,12}}){{0,6}} (?:deepfakes?|fake (?:\w{{3,10}} )?(?:video|audio|endorsement|scandal|speech|account)s?|false (?:claims|scandal|rumou?rs?)|bots?|sock ?puppets?|robo-?calls?)\b[^.?]{{0,30}}\b(?:candidates?|election|politician|campaign|voters?|senator|mayor|president)\b"),
    *ask_ja("mislead_voters", "elections", "投票日が 投票日は 投票所が 投票所は 投票日を 選挙が 有権者を 有権者に",
            r".{0,24}(?:嘘|ウソ|うそ|偽|虚偽|騙|だま|誤解させ|デマ|投票に行かせない|投票させない).{0,30}(?:書いて|作って|作成|考えて|方法|生成|送)"),
    *ask_ja("rig_election", "elections", "選挙を 選挙結果を 投票結果を 開票を 票を 投票機を 開票結果を 投票用紙を",
            r"(?:不正に)?(?:操作|改ざん|不正操作|捏造|水増し|買収|買う|妨害|ハッキング|偽造).{0,8}(?:方法|手順|やり方|手口|計画|には|して)"),
    *ask_ja("fake_campaign", "elections", "候補者の 対立候補の 政治家の 首相の 市長の 議員の", r".{0,12}(?:ディープフェイク|偽の(?:スキャンダル|動画|音声|発言|演説)|捏造した|嘘のスキャンダル|デマ|でっち上げ).{0,20}(?:作って|書いて|作成|生成|広め|拡散|方法)"),
)  # fmt: skip

SEXUAL = (
    *ask("explicit_writing", "sexual_explicit", rf"{_WRITE}(?: \w{{1,12}}){{0,5}} (?:pornographic|hardcore|x-rated|nsfw|smut|erotica\b|sexually explicit|explicit (?:sex|sexual|erotic|porn)|graphic (?:sex|sexual)|dirty sex|porn\b)(?: \w{{1,12}}){{0,3}}",
         r"filter|classif|moderat|block|policy|\bban|addict|detect|can(?:'t|not)|avoid", is_fiction_too=True),
    *ask("explicit_writing", "sexual_explicit", r"\b(?:have|do) (?:sexting|erp|cyber-?sex|phone sex)(?: with me)?\b|\b(?:talk dirty to me|sext with me|sexually explicit role-?play|erotic role-?play)"),
    *ask_ja("explicit_writing", "sexual_explicit", "露骨な 過激な 官能小説 ポルノ小説 エロ小説 エロい アダルト小説 性描写 性行為の 性的に露骨な 濃厚な濡れ場 r18の r-18の",
            r"(?:な|の|を)?(?:.{0,8}(?:ポルノ|官能|エロ|性描写|性行為|濡れ場|アダルト|セックス|性的|小説|描写).{0,10})?(?:小説|物語|ストーリー|描写|シーン|文章|性描写|会話|台本)?(?:を|の)?(?:書いて|作って|執筆して|生成して|描写して|作成して)", "暴力|表現を|価格|競争|できません|性教育", is_fiction_too=True),
)  # fmt: skip

PLATFORM = (
    *ask("evade_enforcement", "platform_abuse", r"\b(?:evade|bypass|get around|circumvent|avoid)(?: (?:the|your|an|a|my|account|api|usage|ai|chatgpt's|claude's)){0,3} (?:bans?|suspension|content filters?|safety filters?|usage (?:policy|policies|limits)|rate limits? (?:with|by) (?:multiple|fake)|moderation)\b", r"false positive|why was|appeal|firewall"),
    *ask("resell_access", "platform_abuse", r"\b(?:resell|sell|share|steal)(?: (?:stolen|my|other people's|someone's|leaked|unauthori[sz]ed)){1,2} (?:claude|chatgpt|openai|anthropic|ai|llm|api)[^.?]{0,10} (?:accounts?|keys?|access|credentials)"),
    *ask("jailbreak_request", "platform_abuse", r"\b(?:write|create|generate|give me|make|find|craft)(?: \w{1,12}){0,4} (?:jailbreak (?:prompts?|for)|prompts? (?:that|to) jailbreaks?|prompt injection (?:payload|attack) (?:for|that|to))", r"classif|test set|red[ -]team"),
    *ask_ja("evade_enforcement", "platform_abuse", "アカウント停止を 利用停止を 凍結を コンテンツフィルターを 安全フィルターを 利用規約の制限を aiの制限を 検閲フィルターを", r"(?:回避|すり抜け|突破|逃れ|かいくぐ|解除).{0,8}(?:方法|やり方|手順|手口|プロンプト|コツ)"),
    *ask_ja("jailbreak_request", "platform_abuse", "脱獄プロンプト ジェイルブレイク 脱獄用の 制限を外すプロンプト", r"(?:の|を|用の)?(?:プロンプト|文章)?(?:を|の)?(?:作って|書いて|考えて|生成して|作り方|教えて)"),
)  # fmt: skip

AGENT = (
    Rule(
        "destructive_command", "agent_use", ("rm ", "mkfs", "dd if=", ":(){", "format c:", "del /", "drop database", "drop table", "git push"),
        r"^(?:rm (?:-[a-z]{1,6} ){1,3}(?:--no-preserve-root )?(?:/|~|\$home|/\*|\*)(?:[\s\"'\\;]|$)|mkfs(?:\.\w{2,6})? /dev/|dd if=/dev/(?:zero|u?random) of=/dev/[sn]|:\(\)\{ ?:\|:& ?\};|format c:|del /[fsq] [^\n]{0,10}c:\\|drop (?:database|table) (?:prod|users|customers)|git push [^\n]{0,40}--force[^\n]{0,20} (?:main|master)\b)",
        width=90, stops="[\\n]", roles=frozenset({Role.TOOL_CALL}),
    ),
    Rule(
        "credential_sweep", "agent_use", ("cat ", "curl ", "scp ", "tar ", "wget "),
        r"^(?:cat|curl|scp|tar|wget) [^\n]{0,80}(?:\.ssh/id_|\.aws/credentials|/etc/shadow|\.env\b)[^\n]{0,60}(?:\| ?(?:curl|nc|base64)|https?://|@)",
        width=180, stops="[\\n]", roles=frozenset({Role.TOOL_CALL}),
    ),
)  # fmt: skip

RULES = (*MISINFORMATION, *ELECTIONS, *SEXUAL, *PLATFORM, *AGENT)
