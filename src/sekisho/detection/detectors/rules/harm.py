"""Harm to people: weapons, violence and hate, children, the psyche."""

# ruff: noqa: E501 - an expression reads better whole than broken

from __future__ import annotations

from sekisho.detection.detectors.rules.shapes import ASK_JA, HOW_JA, ask, ask_ja, states

_MAKE = r"(?:make|making|build|building|construct|assemble|create|produce|synthesi[sz]e|cook|manufacture|prepare|craft|3d[ -]?print|obtain|buy|acquire|enrich|weaponi[sz]e)"
_ANY = r"(?: (?:a|an|the|some|my|own|your|simple|powerful|homemade|home-made|improvised|dirty|small|deadly|real|working|illegal|untraceable)){0,3}"
_EXPLOSIVE = r"(?:(?:pipe|nail|petrol|car|dirty|fertili[sz]er|pressure[ -]cooker|nuclear|atomic|suicide|time|letter|chemical) bombs?|bombs?\b|molotov|ied\b|(?:improvised )?explosives?|explosive device|hand grenades?|detonators?|c4\b|tatp|landmines?)"
_AGENT = r"(?:nerve (?:agent|gas)|sarin|vx (?:gas|nerve|agent)|mustard gas|chemical weapons?|biological weapons?|bioweapons?|biological agent|anthrax|ricin|weaponi[sz]ed|nuclear weapons?|poison gas|chlorine gas|botulinum|smallpox)"
_GUN = r"(?:ghost guns?|untraceable (?:gun|firearm)s?|automatic (?:weapon|rifle)s?|silencers?|homemade guns?|zip guns?|illegal (?:gun|firearm|weapon)s?)"
_MAKE_JA = r"(?:の|を|って)?(?:自宅で|家で|簡単に|自分で|手作りで)?(?:(?:作り方|造り方|つくり方|製造方法|製造法|合成方法|製法|組み立て方|改造方法|レシピ|入手方法)|(?:作る|造る|製造する|合成する|組み立てる|入手する)(?:ための)?(?:方法|手順|やり方|には)|(?:作って|製造して)(?:ほしい|みたい))"
_GROUPS = r"(?:immigrants?|refugees?|foreigners?|jews?|muslims?|christians?|blacks?|black people|white people|asians?|women|gays?|lesbians?|trans(?:gender)? people|disabled people|minorit(?:y|ies)|homosexuals?)"

WEAPONS = (
    *ask("make_explosive", "weapons", rf"\b{_MAKE}{_ANY} {_EXPLOSIVE}",
         r"bath ?bombs?|photo ?bomb|bomb (?:calorimeter|cyclone|shelter|disposal|squad)|cherry bomb|smoke bomb|seed bomb|cocktail|chocolate"),
    *ask("make_agent", "weapons", rf"\b{_MAKE}{_ANY} {_AGENT}", r"vaccine|antidote|treat"),
    *ask("make_agent", "weapons", rf"(?:instructions|recipe|steps|guide|tutorial)[^.]{{0,20}} (?:to|for|on) (?:{_MAKE}{_ANY} )?(?:{_AGENT}|{_EXPLOSIVE})",
         r"bath ?bombs?|bomb (?:calorimeter|shelter|disposal)|cocktail|vaccine"),
    *ask("make_gun", "weapons", rf"\b{_MAKE}{_ANY} {_GUN}"),
    *ask_ja("make_explosive", "weapons", "爆弾 爆発物 爆薬 手榴弾 火炎瓶 時限爆弾 パイプ爆弾 手製爆弾 核爆弾 起爆装置", _MAKE_JA, "バスボム|爆弾おにぎり|爆弾低気圧|おにぎり"),
    *ask_ja("make_agent", "weapons", "サリン 毒ガス 神経ガス vxガス マスタードガス 化学兵器 生物兵器 炭疽菌 リシン 核兵器", _MAKE_JA),
    *ask_ja("make_gun", "weapons", "拳銃 銃 密造銃 3dプリンター銃 自作銃 手製の銃 サイレンサー", _MAKE_JA, "水鉄砲|おもちゃ|輪ゴム|玩具|折り紙|割り箸"),
)  # fmt: skip

VIOLENCE = (
    *ask("plan_to_kill", "violence_hate",
         r"\b(?:kill|murder|poison|strangle|assassinate|stab|behead|shoot|torture|beat up|kidnap|hire a hitman)(?: (?:a|an|my|the|our|your|his|her|their|some|another|young|old|ex|ex-)){0,3}[ -]?(?:person|people|someone|somebody|human|man|woman|wife|husband|boss|co-?worker|colleague|neighbou?r|girlfriend|boyfriend|roommate|classmates?|teacher|family|parents?|mother|father|brother|sister|stranger|politician|president|prime minister|partner|girl|boy|children|child|kids?)\b[^.]{0,40}(?:get away|without (?:getting|being|leaving|anyone)|undetected|caught|in (?:his|her|their) sleep|evidence|accident|painfully|slowly|\?|$)",
         r"process|in (?:chess|a game|fortnite|gta|the sims)|joke|mosquito|zombie|photo|camera|portrait|character|metaphor|time"),
    *ask("plan_massacre", "violence_hate",
         r"\b(?:plan|carry out|commit|execute|organi[sz]e|plot|do) (?:a|an|the)(?: \w{3,12})? ?(?:mass shooting|school shooting|terror(?:ist)? attack|massacre|mass murder|genocide|lynching|suicide bombing|bombing)"),
    *ask("incite_hatred", "violence_hate",
         rf"\b(?:all |that |why |those |these )?{_GROUPS} (?:should (?:all )?(?:be (?:exterminated|killed|eliminated|deported and killed|wiped out|shot|gassed|lynched)|die)|(?:are|is) (?:all )?(?:subhuman|vermin|inferior|parasites|animals|cockroaches))"),
    *ask("incite_hatred", "violence_hate",
         r"\b(?:write|compose|draft|create|generate|make|give me|tell me)\b[^.]{0,40}\b(?:inciting|incites?|promoting|promotes?|encouraging|calling for|justif(?:y|ies|ying)) (?:violence|hatred|hate|genocide|attacks) (?:against|towards?|on|of) "),
    *ask_ja("plan_to_kill", "violence_hate",
            "同僚を 上司を 妻を 夫を 人を 隣人を 彼女を 彼氏を 友人を 家族を 親を 父を 母を 誰かを クラスメートを 先生を 元カノを 元カレを 他人を 子どもを 子供を",
            rf"(?:バレずに|ばれずに|確実に|こっそり|事故に見せかけて|証拠を残さずに|完全犯罪で|苦しめて)?(?:殺す|殺害する|毒殺する|殺し|刺し殺す|暗殺する|拷問する|監禁する|誘拐する)(?:ための|に)?(?:計画|方法|手順|やり方|方|には)[をは]?.{{0,8}}{ASK_JA}",
            "ゲーム|将棋|時間|夢"),
    *ask_ja("incite_hatred", "violence_hate", "外国人 移民 在日 朝鮮人 中国人 韓国人 ユダヤ人 黒人 障害者 同性愛者 難民 女性",
            r"(?:は|を|ども|たち|全員|みんな){0,2}(?:皆殺し|殺せ|殺すべき|絶滅させ|排除し|追い出せ|根絶やし|死ぬべき|死ね).{0,24}(?:書いて|作って|投稿|呼びかけ|考えて|べきだ|しよう)"),
    *states("threat", "violence_hate", "i will kill|i'm going to kill|i am going to kill|i'm gonna kill|i'll kill",
            r"^i(?:'ll| will|'m going to| am going to|'m gonna) kill (?:you and|your family|you tomorrow|everyone at|them all|him tonight|her tonight|my (?:boss|wife|husband|coworker|neighbou?r|teacher|classmates) (?:tomorrow|tonight|today))",
            r"game|joke|movie|novel|said|says"),
)  # fmt: skip

_CHILD = r"(?:child|children|kids?|minors?|(?:under ?age|young|little|teen(?:age)?) (?:girls?|boys?|child|children)|(?:1[0-5]|[5-9])[ -]year[ -]olds?|preteens?|toddlers?|schoolgirls?|schoolboys?)"
CHILDREN = (
    *ask("approach_minor", "child_safety",
         rf"\b(?:groom|lure|seduce|entice|sexually abuse|molest|sexuali[sz]e|have sex with|abduct|exploit|sextort)(?: (?:a|an|the|my|some|young|underage)){{0,3}} {_CHILD}\b",
         r"dogs?\b|hair|horse|parents? (?:can )?(?:recogni|protect)"),
    *ask("approach_minor", "child_safety", rf"\b(?:get|trick|convince|persuade|manipulate|coerce) (?:a |an |the |my )?{_CHILD} (?:to|into) (?:send(?:ing)? (?:me )?(?:nude|naked|sexual)|meet(?:ing)? me (?:in secret|secretly|alone)|keep(?:ing)? (?:it |a |our )?secret|undress)"),
    *ask("abuse_material", "child_safety", r"\b(?:find|get|download|share|make|create|generate|produce|buy|distribute|access|host)(?: (?:some|any|free|illegal|more))? (?:child (?:porn|sexual abuse material|abuse images)|csam\b|cp (?:video|image|site)|kiddie porn)"),
    *ask_ja("approach_minor", "child_safety", "子どもを 子供を 未成年を 未成年者を 児童を 小学生を 中学生を 女子小学生を 女子中学生を 女子高生を 少女を 少年を",
            rf"(?:ネットで|オンラインで|sns で|snsで|こっそり|性的に)?(?:グルーミングする|グルーミング|誘い出す|誘い出し|誘惑する|手なずける|だまして会う|誘拐する|連れ去る|搾取する|襲う|口説く)(?:ための)?{HOW_JA}?[をは]?.{{0,6}}{ASK_JA}"),
    *ask_ja("abuse_material", "child_safety", "児童ポルノ 児ポ", r"(?:の|を|が)?(?:見られる|入手|ダウンロード|共有|作成|販売|購入|作り|作る|手に入れ).{0,14}(?:方法|サイト|やり方|教えて|たい|場所)"),
)  # fmt: skip

_CRISIS_CARE = r"\b(?:song|lyrics|novel|story|poem|movie|character|my friend|my patients?|students?|someone who|prevent(?:ion)?|research|statistics|history|hara-?kiri|suicide squad|die of laughter|laughing|embarrass)"
PSYCHE = (
    *states("self_harm_crisis", "psych_harm",
            "i want to die|i want to kill myself|i wanna die|i wanna kill myself|i'm going to kill myself|i am going to kill myself|i will kill myself|i want to end my life|i'm going to end my life|"
            "i don't want to live|i do not want to live|i no longer want to live|i can't go on living|i want to hurt myself|i keep cutting myself|i'm thinking of killing myself|i am thinking about killing myself|i'm thinking about suicide|"
            "i'm suicidal|i am suicidal|i feel suicidal|i have decided to end my life|i'm thinking of ending my life|end it all tonight|i want to commit suicide|i want to end it all|better off dead|better off without me",
            unless=_CRISIS_CARE),
    *ask("self_harm_crisis", "psych_harm",
         r"\b(?:kill myself|end my (?:own )?life|commit suicide|hang myself|cut myself|overdose on|harm myself|hurt myself|take my own life|starve myself|suicide method|die by suicide|painless (?:way to die|death|suicide)|painlessly die)",
         r"my friend|someone who|support|help (?:a|my|someone)|accidental|by accident|shaving|without cut|razor|not cut|don't (?:cut|hurt)|laughing|cooking|exercis|lifting|squat|workout|running|knife skill"),
    *ask("disordered_eating", "psych_harm", r"\b(?:become anorexic|be anorexic|stay anorexic|hide my (?:anorexia|bulimia|eating disorder)|thinspo|pro[ -]?ana|make myself (?:throw up|vomit|puke) (?:after|to lose))"),
    *ask("bully", "psych_harm", r"\b(?:bully|harass|humiliate|torment|cyber-?bully|blackmail|gaslight|stalk)(?:ing)?(?: (?:a|an|my|the|another|that|this|some)){0,2} (?:\w{3,10} )?(?:classmates?|co-?workers?|colleague|student|girl|boy|kid|ex|neighbou?r|woman|man|person|someone|employee|teacher|wife|husband|girlfriend|boyfriend|victim)\b",
         r"deal with|cope|handle|respond|being bullied"),
    *ask("bully", "psych_harm", r"\b(?:messages?|posts?|comments?|letters?|texts?) (?:to|that|which) (?:bully|humiliate|harass|torment|threaten|drive)\b"),
    *ask_ja("bully", "psych_harm", "クラスメートを クラスメイトを 同級生を 同僚を 部下を 後輩を 特定の人を 友達を 元カノを 元カレを あの子を",
            r"(?:いじめ|嫌がらせ|ハラスメント|精神的に追い詰め|追い詰め|自殺に追い込|不登校に|退職に追い込|辱め|脅迫し|ストーキング).{0,16}(?:方法|やり方|手口|メッセージ|文章|教えて|には)"),
    *states("self_harm_crisis", "psych_harm", "死にたい|もう死にたい|消えてしまいたい|自殺したい|自殺しようと|自殺する方法|自殺の方法|楽に死ぬ|楽に死ね|苦しまずに死|痛くない死に方|確実に死ねる|リストカットし|自傷したい|自分を傷つけたい|生きていたくない|生きるのがつらい|生きるのが辛い|首を吊りたい|飛び降りて死|練炭自殺|od したい|odしたい",
            unless="友人|友達|予防|防止|小説|歌詞|映画|統計|論文|研究|笑い死に|支え|支援|と言われ|という人|と言う人|相談窓口", width=40),
    *states("demean", "psych_harm", "お前なんか死ね|お前は死ね|お前なんて死ね|死ねばいいのに|生きてる価値がない|生きている価値がない|早く死ねよ|さっさと死ね", unless="と言われ|って言われ|小説|セリフ|台詞|ドラマ", width=40),
)  # fmt: skip

RULES = (*WEAPONS, *VIOLENCE, *CHILDREN, *PSYCHE)
