"""What people say that only sounds like a sign: idioms, exaggerations, things, weather.

A word inside one of these is no sign. Each names what it is about beside the word, so that
the word alone, as in an emergency, is never hidden. A person still reads the note.
"""

from __future__ import annotations

_NEAR = "[^,。!?;\\n 我他她]{0,5}"
_ON = "(?: (?!(?:i|im|me|my|we|he|she|his|her|him|mum|dad|and|when)(?![a-z]))[a-z]+){0,3} "
IDIOMS = (
    # things that break, and prices, homework, games
    f"(?:手机|电脑|平板|wifi|网络?|信号|路由器|电视|系统|软件|网页|网站|服务器|程序|微信|空调|股市|交通|轮胎|气球){_NEAR}"
    "(?:抽风|抽筋|抽了|抽疯|昏迷|没反应|没有反应|断气|没气|休克|中风|瘫痪|瘫了|发烫|滚烫|烫手|烫得|发烧|崩溃|要死了|不行了|不动了|动不了)",
    "(?:房价|股票|基金|账单|价格|学费|成绩|作业|麻将|打牌|看球|月考|停车费)[^,。!?;\\n]{0,10}"
    "(?:心梗|心肌梗|心绞痛|脑溢血|脑出血|吐血|晕倒|昏倒|头晕|眼前一黑|崩溃|头痛|头大|要死|血压[^,。!?;0-9]{0,4}上来)",
    # exaggerations
    f"笑{_NEAR}(?:肚子痛|胃痛|岔气|抽过去|抽了|晕[过倒]?|昏[过倒]?|断气|背过气|喘不[过上]气|上气不接下气|发抖|站不起|瘫|要死|不行了|出眼泪)",
    "(?:气|贵|输|累|忙|急|萌)[^,。!?;\\n ]{0,3}(?:吐血|呕血|脑溢血|脑出血)|吐血(?:推荐|整理|价)|一口老血|"
    "心[^,。!?;\\n ]{0,3}滴血|(?:钱包|荷包|破费|剁手|请客)[^,。!?;\\n ]{0,4}(?:大?出血|滴血)",
    f"(?:帅|美|萌|好看|可爱){_NEAR}?我?(?:腿软|出?鼻血|窒息|喘不[过上]气|晕倒?|昏倒?|心跳[快加]?|心慌|流血)",
    f"(?:激动|兴奋|高兴|开心|感动|吓){_NEAR}(?:手抖|发抖|腿软|心跳|心慌|说不出话|想哭|睡不着|站不住)",
    "(?:尴尬|社死|丢人|羞|笑|热|困|饿|馋|忙|无聊|难听|丑|吵|烦|气|累|美|吓|爽|辣|冷|贵|想)(?:得|到)?快?[^,。!?;\\n 我]{0,2}"
    "(?:想死|要死了?|死了算了|去死|快死了|死我了?|死人)",
    "(?:忙|热|乐|转|绕|气|喜)昏了?头|脑子(?:进水|抽风|短路)|晕头转向|(?:让|令|叫)人头痛|"
    "头痛[ ,]?[^,。!?;\\n]{0,8}(?:怎么安排|作业|选哪|送礼|吃什么|报销|装修|取名)|救命(?:恩人|之恩|稻草)|鹦鹉[^,。!?;]{0,6}救命|"
    "(?:交通|葛优|累)瘫痪?|瘫在(?:沙发|床)上[看刷追玩]|(?:想|气|急|热|忙|乐)疯了|想不开(?:去|买|爬|剪)|手气|[手嘴心脚]痒",
    # the weather, colours, food, what is bought and done
    "天气?(?:太|好|真)?闷[^,。!?;\\n ]{0,3}[喘透]不过气|(?:雾|霾)[^,。!?;\\n ]{0,5}看不[见清到]|停电[^。!?;\\n]{0,14}看不[见清到]|"
    "风[^,。!?;\\n ]{0,4}[脸头]痛|(?:天|太阳|地|水|座椅|沙子)[^,。!?;\\n 我]{0,4}(?:滚烫|发烫|很烫|好烫|烫手|好热|热得)",
    "(?:画|颜料|口红|指甲油|美甲|蓝莓|桑葚|火龙果|葡萄|冰棍|草莓|辣椒)[^,。!?;\\n]{0,8}(?:发紫|发青|发黑|嘴唇|嘴|指甲)[^,。!?;\\n]{0,3}[紫青乌黑]?|"
    "歪嘴(?:雪人|笑|龙王)|(?:雪人|镜子|照片|帽子|口罩|画)[^,。!?;\\n ]{0,4}(?:嘴歪|歪|斜)",
    "(?:猪血|鸭血|血旺|火龙果|铁剂|甜菜|墨鱼)[^。!?;\\n]{0,16}(?:大便|便|尿)[^,。!?;\\n]{0,6}[黑深红]|[鸭猪]血|血旺|血豆腐|打鸡血",
    "(?:流感|新冠|疱疹|肺炎|甲流|水痘)(?:疫苗|针)|打(?:流感|新冠)针|流感多|(?:祛|驱|防)(?:寒|感冒|流感)|"
    "(?:按时|今天|早上|晚上|早晚)[^,。!?;\\n]{0,10}药[^,。!?;\\n]{0,3}都?吃了|学走路[^,。!?;\\n]{0,6}摔了?",
    f"(?:^|[^a-z])(?:phone|laptop|computer|tablet|printer|wifi|router|server|screen|app|engine|boiler|telly|battery|system|website)s?{_ON}?"
    " ?(?:stroke|died|dead|dying|seizure|fit|collapsed|unresponsive|fainted|shaking|shaky|blurry|paralysed)",
    "(?:laugh|giggl|chuckl)[a-z]*(?: [a-z]+){0,6} (?:die|dying|dead|hurt|sides|stomach|tummy|belly|breathe?|crying|faint|ribs)[a-z]*|"
    "(?:died|dying|dead|crying|choking|gasping|shaking|breathless|collapsed) (?:with |of |from )?(?:laugh|giggl)[a-z]*|"
    "(?:(?:had|having|have|has|in|into) )?(?:a )?fits? of (?:the )?(?:giggl|laugh|rage|pique|sneez|temper)[a-z]*|cried laughing|happy (?:cry|tears)",
    "(?:breathless|shaking|trembling|sick|dizzy|giddy|faint|crying) with (?:laughter|joy|excitement|anticipation|happiness|relief|delight|nerves|success|envy)",
    "(?:nearly|almost|practically) (?:fainted|died|passed out|collapsed|had a heart attack|choked)[^.!?;\\n]{0,30}"
    "(?:haha|lol|laugh|price|bill|when i saw|promotion|funny|joy)|"
    "(?:promotion|price|bill|raffle|won|goal)[^.!?;\\n]{0,24}(?:nearly|almost) (?:fainted|died|passed out|collapsed|had a heart attack)",
    "(?:dying|dead|die) (?:to|for a?|of boredom|of embarrassment|of curiosity) ?[a-z]*|slept like the dead|"
    "(?:bored|tickled|starved|sick|scared|worried) to death|the death of me|death by chocolate|killing me|sick (?:of|as a parrot|leave|day|note)",
    "heart (?:set on|broke|melted|goes out|bursting|is full)|by heart|gave me a heart attack|off my chest|lump in (?:my|the) throat|"
    "(?:cabin|football|cup|election|disco|spring|gold|wedding) fever|fever pitch|gave me (?:the )?(?:chills|goosebumps)|"
    "(?:makes|made|making) (?:my|your) blood boil|blood boiling|bruised ego|bleeding (?:obvious|edge|heart)|murder scene",
    "an arm and a leg|pull(?:ed|ing)? my leg|head over heels|cold feet|itching to|itchy feet|burning (?:question|calories|to know)[a-z]*|"
    "(?:travel|caught the|bitten by the) bug|stroke of (?:luck|genius|midnight)|brain (?:melt|freeze)|drives? me (?:mad|crazy|up the wall)|"
    "lost for words|raining cats and dogs|(?:threw|throw) a (?:fit|tantrum)|have a fit when",
    "freezing(?: cold)?[^.!?;\\n]{0,12}(?:boiler|outside|weather|heating|radiator|snow)|(?:fog|mist|snow|steam|smoke)[^.!?;\\n]{0,20}cant see[a-z ]{0,20}",
    "(?:drew|draws|drawing|painted|crayon|nail varnish|nail polish|lipstick|lolly|slush|blueberr[a-z]+)[^.!?;\\n]{0,20}(?:purple|blue|grey|black)[a-z ]{0,9}",
    "(?:took|taken|had) all (?:my|the) (?:tablets|pills|meds)[a-z ]{0,4} (?:today|on time|as|this morning|am|already)",
)
"""In a note: what stands inside says no sign."""
