"""Misuse of the world's systems: law, infrastructure, computers, privacy, justice, money."""

# ruff: noqa: E501 - an expression reads better whole than broken

from __future__ import annotations

from sekisho.detection.detectors.rules.shapes import ASK_JA, HOW_JA, ask, ask_ja

_DRUG = r"(?:meth\b|methamphetamine|crystal meth|cocaine|crack cocaine|heroin|fentanyl|mdma|ecstasy|lsd\b|ghb\b|date rape drug|illegal drugs?)"
LAW = (
    *ask("illegal_drugs", "legal_violation", rf"\b(?:make|making|cook|cooking|synthesi[sz]e|produce|manufacture|smuggle|sell|selling|buy|deal|traffic|extract)(?: (?:some|my own|homemade|pure|large amounts of|illegal|the))? {_DRUG}",
         r"addict|rehab|treat|test for|side effect|overdose"),
    *ask("steal", "legal_violation", r"\b(?:shoplift|pickpocket|steal (?:a |an |from |money|someone|somebody|cars?|bikes?|my neighbou?r)|rob (?:a|an|the) (?:bank|store|house|shop|jewel|atm)|break into (?:a|an|the|someone|my neighbou?r)[^.]{0,12} ?(?:house|home|car|apartment|building|shop|store)|hot-?wire (?:a|the|someone)|burglari[sz]e)",
         r"locked (?:myself )?out|my own (?:house|car)|second base|heart|show"),
    *ask("evade_law", "legal_violation", r"\b(?:launder money|money laundering scheme|evade (?:my )?tax(?:es)?|bribe (?:a|an|the) (?:\w{3,10} )?(?:officer|official|judge|politician)|forge (?:a|an|the) (?:\w{3,10} )?(?:signature|passport|document|cheque|check|prescription|id)|counterfeit (?:money|bills|currency|notes|passport|goods)|human trafficking (?:ring|business)|smuggle (?:people|weapons|guns|ivory|goods)|fake (?:passport|id card|driver'?s licen[cs]e|prescription))",
         r"anti-?money|compliance|spot|identify"),
    *ask("evade_law", "legal_violation", r"\b(?:pirate|crack) (?:a |the |some |paid |adobe |copyrighted )?(?:software|photoshop|movies?|games?|textbooks?)\b|\bdownload (?:pirated|copyrighted) \w{3,12}"),
    *ask_ja("illegal_drugs", "legal_violation", "覚醒剤 覚せい剤 麻薬 コカイン ヘロイン 大麻 mdma lsd 危険ドラッグ メタンフェタミン",
            r"(?:の|を|って)?(?:自宅で|家で|こっそり)?(?:(?:作り方|製造方法|合成方法|密輸方法|入手方法|買い方|売り方|栽培方法|育て方)|(?:作る|製造する|合成する|密輸する|手に入れる|買う|売る|栽培する)(?:ための)?(?:方法|手順|やり方|場所|には))", "取締法|医療用"),
    *ask_ja("steal", "legal_violation", "バレずに ばれずに 捕まらずに 見つからずに 万引きを 万引き 空き巣を 空き巣 スリの 車を盗む 自転車を盗む 銀行強盗",
            rf"(?:に|を|の)?(?:万引き|盗|空き巣|侵入|脱税|成功させる|強盗|する|横領|偽造|カンニング)?(?:する|む|を働く|に入る|をする)?(?:ための)?{HOW_JA}[をは]?.{{0,6}}{ASK_JA}", "ダイエット"),
    *ask_ja("evade_law", "legal_violation", "偽造パスポート 偽造免許証 偽札 偽の身分証 脱税 マネーロンダリング 資金洗浄 賄賂 偽造書類 海賊版",
            rf"(?:の|を|で|を渡す)?(?:作り方|作る方法|入手方法|する方法|やり方|の方法|手口|ダウンロードする方法|バレない方法|渡し方|(?:する|作る)(?:ための)?{HOW_JA})[をは]?.{{0,6}}{ASK_JA}"),
)  # fmt: skip

_PLANT = r"(?:power (?:grid|plant|station|supply)|electric(?:al|ity)? grid|water (?:treatment|supply|plant|system)|drinking water|reservoir|dam\b|gas pipeline|oil pipeline|nuclear (?:plant|reactor|power)|substation|air traffic control|rail(?:way)? (?:signal|network|system)|train signals?|traffic lights?|scada|hospital(?:'s)? (?:network|system|power)|emergency (?:services|dispatch)|911 system|telecom(?:munications)? network|undersea cables?|voting machines?|railway|subway)"
INFRASTRUCTURE = (
    *ask("attack_infrastructure", "critical_infrastructure",
         rf"\b(?:shut down|sabotage|take (?:down|over|out)|attack|disable|disrupt|hack(?: into)?|poison|contaminate|blow up|destroy|cripple|derail|jam|knock out|paraly[sz]e)(?: (?:a|an|the|our|their|my|city|city's|local|country's|national|nation's|town's|enemy|regional)){{0,3}} {_PLANT}",
         r"for maintenance|safely shut|main valve|in my (?:house|home)"),
    *ask_ja("attack_infrastructure", "critical_infrastructure",
            "都市の送電網 送電網 電力網 発電所 原子力発電所 原発 変電所 浄水場 水道施設 水道水 ダム 鉄道の信号 信号システム 鉄道システム 航空管制 病院のシステム 病院のネットワーク 通信網 ガスパイプライン 救急システム 電力会社のシステム",
            rf"(?:を|に|へ)?(?:遠隔で|サイバー攻撃で)?(?:停止させ|止め|妨害|破壊|攻撃|乗っ取|麻痺させ|汚染|侵入|混乱させ|毒を入れ|爆破|ハッキング).{{0,10}}{HOW_JA}?[をは]?.{{0,6}}{ASK_JA}", "点検|工事|メンテナンス|復旧"),
)  # fmt: skip

_MALWARE = r"(?:ransomware|malware|a (?:computer )?virus|computer virus|key-?loggers?|trojan|rootkit|botnet|spyware|a worm|(?:credential|password|cookie|info)[ -]?stealer|backdoor (?:for|into|that|to)|remote access trojan|cryptolocker)"
CYBER = (
    *ask("malware", "cyber", rf"\b(?:write|create|make|code|develop|build|generate|program|give me|design|deploy|spread)(?: (?:me|a|an|some|the|python|powershell|working|simple|new|script|code|undetectable|for|piece of|that is|polymorphic)){{0,5}} {_MALWARE}",
         r"scanner|removal|remove|analy|antivirus|signature|yara|detector|vaccine|virus (?:infect|replicat|scan)|biolog|presentation|essay|report|article|paragraph|explain|poster"),
    *ask("break_in", "cyber", r"\b(?:hack|break|get) into (?:a |an |the |my |his |her |their |someone|somebody|people|other|another)[^.?]{0,24}(?:wi-?fi|account|computer|phone|email|e-mail|facebook|instagram|snapchat|network|server|database|webcam|laptop|router|website|system|whatsapp)\b",
         r"my own|locked out|forgot|hackathon|into coding"),
    *ask("break_in", "cyber", r"\b(?:steal|harvest|phish|crack|brute[ -]?force)(?: (?:\w{1,10}(?:'s)?)){0,3} (?:passwords?|credentials|login details|session cookies|wifi password|bank details|credit card (?:numbers|details|info))\b",
         r"my own|forgot|hashcat (?:in|for) (?:a )?(?:class|course)"),
    *ask("denial_of_service", "cyber", r"\b(?:launch|perform|do|carry out|start|execute|conduct|run|write|create|organi[sz]e)(?: (?:a|an|the|massive|large|successful|script (?:for|to)|large-scale)){0,4} (?:ddos|dos|denial[ -]of[ -]service|sql injection|xss|man[ -]in[ -]the[ -]middle) attack",
         r"my own|lab|test(?:ing)? environment|mitigat"),
    *ask_ja("malware", "cyber", "ランサムウェア マルウェア コンピューターウイルス コンピュータウイルス キーロガー トロイの木馬 ボットネット スパイウェア ルートキット バックドア",
            r"(?:の|を)?(?:(?:コード|プログラム|スクリプト|ソースコード)(?:を|の)?(?:書いて|作って|作成して|生成して|書き方|教えて)|作り方|作成方法|開発方法|作る方法|作成する方法|(?:作って|作成して|開発して|書いて)(?:ください|ほしい|$)|仕込む方法|感染させる方法|ばらまく方法|拡散する方法)", "解析|分析|駆除|除去|削除"),
    *ask_ja("break_in", "cyber", "他人の 友人の 友達の 彼女の 彼氏の 妻の 夫の 同僚の 隣人の 会社の 企業の 誰かの 上司の 元カノの 元カレの 知人の",
            rf"(?:.{{0,10}})?(?:アカウント|wi-?fi|ネットワーク|サーバー|パソコン|スマホ|メール|インスタ|line|ライン|システム|パスワード|データベース|ウェブカメラ|サイト)(?:を|に|へ|の)?(?:不正に?)?(?:ログイン|ハッキング|侵入|乗っ取|盗|クラック|不正アクセス|ハック|パスワードを(?:盗|解析|破)).{{0,8}}{HOW_JA}?[をは]?.{{0,6}}{ASK_JA}", "された|防|自分の"),
    *ask_ja("denial_of_service", "cyber", "ddos攻撃 dos攻撃 sqlインジェクション攻撃 ブルートフォース攻撃 ゼロデイ攻撃", rf"(?:を)?(?:仕掛け|実行|行う|行い|しかけ|かけ).{{0,12}}(?:{HOW_JA}|スクリプト|コード)[をは]?.{{0,6}}{ASK_JA}", "とは|仕組み"),
)  # fmt: skip

_OTHER = r"(?:my|his|her|their|someone|somebody|another|a|this|that|the|an)"
PRIVACY = (
    *ask("locate_person", "privacy_identity", r"\b(?:find|get|track down|look up|figure out|discover|dig up|give me|tell me)(?: out)?(?: (?:where|the|out|private|current|personal)){0,3} (?:home address|address|location|phone number|workplace|private (?:info|information|details)|personal (?:info|information|details|data))(?: and \w{3,10} (?:address|number))? of (?:my ex|my neighbou?r|my co-?worker|a (?:private|random|specific) (?:person|woman|girl|man)|this (?:woman|girl|man|person)|someone|somebody|a stranger|the (?:woman|girl|person) who|a celebrity|my (?:former|old) )"),
    *ask("locate_person", "privacy_identity", r"\b(?:dox|doxx|doxing|stalk)(?: (?:a|an|my|the|this|that|someone|somebody|people))\b", r"being|protect|from being"),
    *ask("secret_watching", "privacy_identity",
         rf"\b(?:install|put|plant|use|set up|hide|track|monitor|spy on|read|record|bug|tap)\b[^.?]{{0,30}}\b{_OTHER}(?:'s)? ?(?:wife|husband|girlfriend|boyfriend|ex|partner|spouse|co-?worker|employee|roommate|tenant|person|neighbou?r|daughter|son)?(?:'s)? ?[^.?]{{0,30}}(?:without (?:her|him|his|their|them|the \w{{3,10}}|my \w{{3,10}}|anyone)(?:'s)? (?:knowing|knowledge|consent|noticing|finding out)|secretly)"),
    *ask("impersonate", "privacy_identity", r"\b(?:steal|commit|clone|fake|forge|assume)(?: \w{1,10}(?:'s)?){0,2} identit(?:y|ies)\b|\bidentity theft\b[^.?]{0,20}(?:scheme|without|successfully|undetected)|\bcommit identity theft"),
    *ask_ja("locate_person", "privacy_identity", "元カノの 元カレの 元妻の 元夫の 元彼の 隣人の 同僚の あの人の この人の この女性の この男性の 知らない人の 他人の 芸能人の アイドルの 見知らぬ人の 匿名アカウントの",
            r"(?:.{0,6})?(?:住所|居場所|自宅|現在地|電話番号|勤務先|個人情報|本名|身元|正体)(?:を|が)?(?:こっそり)?(?:特定|割り出|突き止め|調べ出|知る|調べ|暴|晒|盗).{0,6}(?:して|する|す|方法|たい|出して|る)", "落とし物|届け|削除"),
    *ask_ja("secret_watching", "privacy_identity", "妻の 夫の 彼女の 彼氏の 恋人の 同僚の 社員の 元カノの 他人の 友人の 家族の 娘の 隣人の 女性の 隣の部屋の 更衣室",
            rf"(?:.{{0,8}})?(?:こっそり|無断で|内緒で|気づかれずに|気付かれずに|バレずに|ばれずに|盗聴|盗撮|隠し撮り).{{0,20}}(?:監視|盗聴|追跡|gps|アプリを入れ|盗撮|覗|のぞき|読む|見る|録音|録画|仕掛け|する|隠しカメラ).{{0,8}}{HOW_JA}?[をは]?.{{0,6}}{ASK_JA}", "サプライズ|誕生日|プレゼント"),
)  # fmt: skip

JUSTICE = (
    *ask("profile_people", "justice_surveillance", r"\b(?:predict|identify|determine|score|rank|flag|classify)\b[^.?]{0,50}\b(?:criminals?|commit(?:ting)? (?:a )?crimes?|terrorists?|likely to offend|reoffend|suspects)\b[^.?]{0,40}\b(?:based on|from|by|using|according to) (?:their |the |his |her )?(?:race|ethnicity|ethnic|nationality|religion|skin|face|facial|names?|appearance|accent)", r"bias|unfair|ethic|why"),
    *ask("hunt_critics", "justice_surveillance", r"\b(?:identify|track|find|locate|monitor|surveil|silence|censor|suppress|expose|spy on|crack down on)(?: and \w{4,10})?(?: (?:down|all|the|political|online|government|anonymous|potential|of|any|opposition|local)){0,4} (?:dissidents?|protest[eo]rs?|critics of|government critics|activists|whistle-?blowers|journalists who|opposition (?:members|supporters|voices|figures)|dissent(?:ing)?)\b"),
    *ask("mass_surveillance", "justice_surveillance", r"\b(?:build|design|create|develop|implement|set up|make|write)\b[^.?]{0,30}\b(?:social credit (?:scoring )?(?:system|score)|predictive policing (?:system|model|tool)|mass surveillance (?:system|program|tool|network)|censorship (?:system|filter|algorithm|tool)[^.?]{0,40}(?:government|citizens|political|dissent|regime))", r"essay|article|explain|report|debate|critique|argue"),
    *ask_ja("profile_people", "justice_surveillance", "国籍から 人種から 民族から 宗教から 顔写真から 顔から 名前から 出身地から 出身国から 外見から 肌の色から",
            r".{0,10}(?:犯罪|犯人|テロリスト|再犯|不審者).{0,16}(?:予測|判定|特定|推定|割り出|スコア|選び出|見つけ)"),
    *ask_ja("hunt_critics", "justice_surveillance", "政府に批判的な 政府を批判する 反体制派 反政府 デモ参加者 抗議活動の参加者 内部告発者 活動家 政権に批判的な 体制を批判する 批判的な記者",
            r".{0,14}(?:特定|監視|追跡|検閲|弾圧|黙らせ|割り出|リスト化|摘発|洗い出).{0,14}(?:して|する|システム|方法|ツール|プログラム)", "保護"),
    *ask_ja("mass_surveillance", "justice_surveillance", "社会信用スコア 市民を監視 国民を監視 住民を監視 検閲システム 大量監視 予測的取り締まり",
            r".{0,14}(?:システム|仕組み|プログラム|アルゴリズム|モデル|ツール)?(?:を|の)?(?:作って|構築して|設計して|開発して|作る方法|作り方|構築方法)"),
)  # fmt: skip

_SCAM = r"(?:phishing (?:e-?mails?|messages?|sms|pages?|sites?|websites?|texts?|campaigns?|attacks?)|scam (?:e-?mails?|messages?|scripts?|calls?|letters?|texts?)|ponzi schemes?|pyramid schemes?|advance[ -]fee (?:scam|fraud)|romance scams?|nigerian prince|spear[ -]phishing|fake invoices?|fake (?:charity|investment|job) (?:site|website|scheme|offer|posting|campaign)s?|fake (?:\w{3,12}[ -]){0,2}reviews?|fake testimonials?|fake (?:bank|login) (?:page|site|website)s?|credit card fraud|insurance fraud)"
FRAUD = (
    *ask("scam", "fraud_predation", rf"\b(?:write|create|make|draft|compose|generate|craft|build|design|run|start|set up|send|commit|carry out|develop|give me|post|launch|pull off)\b(?: \w{{1,12}}){{0,5}} {_SCAM}",
         r"simulat|spot|filter|classif|training|quiz|educat|essay|article|infographic|explain|dangers?|report|about|law"),
    *ask("scam", "fraud_predation", r"\b(?:scam|con|defraud|swindle|trick)(?: (?:an|a|the|my|some|old|elderly|lonely|vulnerable)){0,3} (?:people|elderly|seniors|grandmother|grandparents|pensioners?|customers|investors|someone|widows?|victims?|insurance company|old ladies|person)\b(?: out of| into|[^.?]{0,12}(?:money|savings|$|\?))", r"magic|prank"),
    *ask_ja("scam", "fraud_predation", "フィッシングメール フィッシングサイト フィッシング詐欺 詐欺メール 詐欺 オレオレ詐欺 振り込め詐欺 特殊詐欺 投資詐欺 ロマンス詐欺 ねずみ講 マルチ商法 架空請求 偽の口コミ 偽レビュー 偽のレビュー やらせレビュー サクラレビュー 偽の通販サイト 偽サイト",
            r"(?:の|を|で|の文面|用の)?(?:文面|台本|メール|サイト|シナリオ|スクリプト|セリフ|マニュアル|トーク|文章|メッセージ|本文|手口)?(?:を|の)?(?:.{0,8})?(?:書いて|作って|作成して|考えて|生成して|作り方|書き方|稼ぐ方法|騙す方法|だます方法|作る方法|始め方|送る方法|成功させる方法|大量に投稿)", "訓練|説明|解説|紹介|特徴"),
    *ask_ja("scam", "fraud_predation", "高齢者を お年寄りを 老人を 孤独な人を 投資家を 消費者を 顧客を 人を",
            rf"(?:うまく|簡単に|電話で)?(?:騙し|だまし|騙す|だます|カモに).{{0,14}}(?:{HOW_JA}|トーク|シナリオ|金を|お金を)[をは]?.{{0,10}}{ASK_JA}", "手品|マジック|ドッキリ"),
)  # fmt: skip

RULES = (*LAW, *INFRASTRUCTURE, *CYBER, *PRIVACY, *JUSTICE, *FRAUD)
