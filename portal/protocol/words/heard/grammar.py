"""How people deny, date, ask and list, in Chinese and English, as data for both sides.

Every pattern is in the part of regular expressions that Python and browsers share: no
look-behind, no classes of a locale. Each reads folded text (``folding``): lower case,
one blank for many, ``dont`` for "do not". ``$`` stands directly before what may be
denied, ``^`` directly after it.
"""

from __future__ import annotations

STOPS = ".。!?;\n"
CLAUSE_STOPS = STOPS + ",—–…~|"
"""Ends of a clause; a point or comma between two digits is none."""
CONNECTIVES = (
    *("但", "可是", "不过", "然而", "后来", "就是", "而是", "却"),
    *(
        "=but",
        "=except",
        "=however",
        "=although",
        "=though",
        "=just",
        "=then",
        "=and now",
    ),
)
"""Words before which a clause ends."""

_ZH_MORE = (
    "(?:过|有|再|又|出现|发生|任何|什么|怎么|感觉|觉得|感到|明显的?|特别|太大的?|太|很|"
    "更|继续|一点儿?|一点点|新的?|严重的?|现在|今天|昨天|昨晚|那么|这么|多大|会再|会|流|起|长|"
    "闹|犯|得过|患过)"
)
_ZH_NOT = (
    "(?:怎么会|哪会|一没|二没|三没|并没有|并未|从来没有|从没有?|没有|没|无|未见|未|不再|并不|从不|也不|都不|不是|"
    "不用|无需|不必|不需要|不|否认|排除|不伴|不带|别)"
)
_EN_MORE = (
    "(?:a|an|any|the|thoughts of|thoughts about|thought of|intention of|much|more|longer|had|have|has|having|got|get|been|be|being|feel|"
    "feeling|felt|at all|sign of|signs of|evidence of|history of|real|really|very|so|"
    "too|that|new|further|other|bad|severe|major|particularly|experienc[a-z]*|"
    "notic[a-z]*|seen|see|show[a-z]*|develop[a-z]*|suffer[a-z]*|from)"
)
_EN_NOT = (
    "(?:no|not|never|without|nor|zero|denies|denied|deny|den?ying|free of|ruled out|"
    "dont|doesnt|didnt|isnt|arent|wasnt|werent|havent|hasnt|hadnt|wont|wouldnt|aint)"
)
DENIES = (
    f"{_ZH_NOT}{_ZH_MORE}{{0,3}}$",
    f"(?:^|[^a-z]){_EN_NOT}(?: {_EN_MORE}){{0,4}} $",
    f"(?:{_ZH_NOT}{_ZH_MORE}{{0,3}}) $",
)
"""Directly before a word: it is denied. The last one, with a blank, is for Latin words
after Chinese."""
AFFIRMS = (
    "(?:不是没有?|并非没有|不得不|是不是|会不会|有没有|能不能|要不要|好不好|对不对)"
    "(?:过|有|再|出现|发生|感觉|是){0,2}$",
    "(?:^|[^a-z])(?:not only|not just|not without|why not|not sure if|dont know if)"
    "(?: [a-z]+){0,2} $",
)
"""Directly before a word: it looks like a denial and is none."""
ASKED = ("(?:问|看|查|确认)[^。!?;,]{0,6}有没有$",)
"""Directly before a word: somebody else asked."""
LINKS = (
    "^(?:、|和|或者?|以及|及|跟|与|还是|也没有?|,?也不|/)"
    "(?:有|明显的?|任何)?(?:[一-鿿]{1,4}(?:、|和|或者?|以及|及|/))?$",
    "^ ?(?:/|,? ?(?:or|nor)) ?(?:any |a |the |more |new |bad |severe )?$",
)
"""From a denied word to the next one: the denial goes on."""
LIST_AHEAD = (
    "^(?:, ?(?!(?:a|an|had|have|has|got|just|but|then|now|today|still|and|i|he|she|we|"
    "my|his|her|feel|feeling|very)[^a-z])[a-z]+(?: [a-z]+){0,2}){1,8},? "
    "(?:or|nor) (?:any |a |the )?[a-z]*"
)
"""After a denied word: a list that goes on over commas to its "or"."""
TIGHT = "(?:没有|无|未见|否认)(?:明显的?|任何|出现|过)?$"
"""A denial that also reaches words written without anything between them."""
DENIED_AFTER = (
    "^吗?(?:的?(?:情况|症状|现象|念头|想法|感觉|那个|那题|这个))*[ :]?我?(?:(?:选|填|勾|写)的?)?"
    "(?:都|是)?(?:没有|无|否|阴性)(?:了|过|的|哈|哦|啊|呢)?(?=$|[ ,。!?;、\n])",
    "^ ?(?:[:=] ?|was |is )?(?:none|no|nil|negative|absent|0|never)(?= ?(?:$|[,.;\n]))",
)
"""Directly after a word that means something by itself: it is denied."""
RESOLVED = (
    "^[了点的 ]{0,3}(?:自己|后来|很快|一会儿?|也|都|已经?|就|现在|基本|完全)*(?:好了|好多了|没了|没有了|消失了?|退了?|消了|"
    "止住了|停了|缓解了?|不(?:痛|疼|晕|咳|抖|肿|痒|吐|烧|流)了)(?![^,。!?;\n]{0,4}又)",
    "^[^,。!?;\n]{0,12}(?:已经|早就?|都|全)(?:都|就)?(?:好了|好利索|好透|痊愈|治好|断根|转阴)"
    "(?![^,。!?;\n]{0,4}又)",
    "^[a-z]* (?:yesterday |last night |this morning |is |has |was |have |all |now |completely |totally )*(?:gone|better|"
    "resolved|cleared|settled|stopped|eased|went away|improved)",
)
"""Directly after a word: it is over. It never calms an emergency."""

PAST = (
    "去年|前年|(?:^|[^时钟天日夜晚早儿会])以前|曾经|小时候|年轻时|从前|几年前|年前|那次|那回|回输那|出院那|那几天|那段时间|"
    "[0-9一二三四五六七八九十]岁(?:时|那年|得|的时候)|(?:生|怀)(?:孩子|娃|老大|老二|儿子|女儿|他|她)(?:时|的时候)|"
    "上个?月|病史|早年|[0-9]{2,4}年(?!来)|好多年|好几年|三年前|那阵|那会儿?|那几年|早就好|住院第|住院那|住院前|输注前|回输前|化疗时|那时候?",
    "(?:^|[^a-z])(?:last year|last month|years? ago|months? ago|used to|as a child|"
    "history of|in the past|previously|when i was|in (?:19|20)[0-9][0-9]|"
    "(?:weeks) ago|that was|in hospital|on the ward|as a kid|before the (?:infusion|treatment|trial|study)|back then|"
    "years back|ages ago|back in|remember (?:day|when|the|that)|as a (?:teen[a-z]*|student|baby)|"
    "in my (?:teens|twenties)|at school|(?:was|had|in) (?:19|20)[0-9][0-9])(?![a-z])",
)
"""In a clause: it speaks of long ago."""
NOW = (
    "今天|今早|今晨|今晚|今儿|现在|目前|刚(?!回输|出院|入院|住院|结婚|毕业)|昨|前天|这两天|这几天|最近|近来|又|再次|更|"
    "加重|厉害|越来越|变|复发|突然|还在|仍|依然|一直|一样",
    "(?:^|[^a-z])(?:today|now|tonight|yesterday|last night|this morning|this week|"
    "this evening|again|worse|still|just|suddenly|these days|recently|since|like)"
    "(?![a-z])",
)
"""In a clause: it speaks of the present, or compares with it."""
LONG_AGO = (
    "小时候|年轻时|从前|早年|[几0-9]年的事|前年|[0-9一二三四五六七八九十]岁(?:时|那年|得|的时候)|早治好|早就好|早好",
    "(?:^|[^a-z])(?:as a (?:kid|child|teen[a-z]*|baby)|when i was (?:young|little|small|a [a-z]+)|"
    "years (?:ago|back)|ages ago)(?![a-z])",
)
"""In the sentence: it speaks of so long ago that each word of it does."""
NONE_OF_ALL = (
    "(?:^|[ ,、])(?:也|全|统统)?都没有(?=$|[ ,。!?;了过的\n])|"
    "(?:一样都没有|全都没有|一个都没有|以上都没有|这些都没有|统统没有|一概没有)",
    "(?:^|[^a-z])(?:none of (?:these|those|the above|them|that)|have none)(?![a-z])",
)
"""After a word, in its sentence: what was listed is all denied."""
ONCE = "过|病史|史"
"""With a denial and a word of the past: it has never been, and that is all."""

HYPOTHETICAL = (
    "(?:如果|要是|假如|万一|若是?|一旦|什么情况|什么时候)[^。!?;\n就]*$",
    "(?:^|[^a-z])(?:if|in case|when should|what happens when|how would)[^a-z][^.?!;\n]*$",
    "(?:会不会|会|可能会?)(?:再|引起|导致|出现|有)?$",
)
"""Before a word, in its sentence: what might be ..."""
ASKING = (
    "怎么办|怎么处理|吗|要不要|该不该|是否|会不会|需不需要|需要|应该|可以|打给谁|打哪|还是直接|还是先|先问|对不对|对吗|对哇",
    "[?]|(?:^|[^a-z])(?:should i|do i|can i|shall i|what do|what should|who do|"
    "when do|could i|am i|would|may i)(?![a-z])",
)
"""... and in the same sentence a question."""
SUPPOSED_AFTER = ("^[^,。!?;\n]{0,3}(?:的话|到(?:多少|几)|多少度|几度)",)
"""Directly after a word: what might be."""
ANSWERED = ("吗 ?:",)
"""After a word: the question is a form's, and what follows answers it."""
TOLD_OF = (
    "新闻|梦到|梦见|做梦|梦里|噩梦|纪录片|看球|账单|打麻将|游戏|死机|手机烫|电视|电影|小说|听说|"
    "看到有人|网上|书上|手册|说明书|卡上写|宣教|讲座|公众号|群里|广播|收音机|抖音|快手|小红书|微博|"
    "朋友圈|视频里|直播里|刷到|(?:看|追|演|谍战|古装|宫斗|韩|美|的)剧(?![痛烈疼增变咳])|剧里|剧情|女主|男主|主角|小品|"
    "相声|春晚|动画片|片子里|戏里",
    "(?:^|[^a-z])(?:dream|dreamt|nightmare|documentary|voice typing|autocorrect|rice cooker|news|"
    "movie|film|read about|article|leaflet|booklet|brochure|card says|on tv|telly|on the radio|"
    "podcast|drama|soap opera|sitcom|(?:on|watching) casualty|tiktok|youtube|online that|heard that|"
    "somebody else|someone else|some people|landlord)(?:s|ed)?(?![a-z])",
)
"""In the clause: it is told of somebody else, or of everybody ..."""
MEANWHILE = (
    "(?:看|刷|玩|打|听|追)着?(?:电视|电影|新闻|手机|抖音|视频|游戏|麻将|小说|直播|球|[^,。!?; ]{0,4}剧)"
    "[^,。!?; ]{0,3}(?:的?时候|时(?!间)|着|呢|到一半|突然|忽然|就)|做梦都没想到|梦[^,。!?;]{0,4}醒",
    "(?:^|[^a-z])(?:(?:while|whilst|when|was|were|am|im|been) (?:i was |we were |just )?"
    "(?:watching|playing|reading|streaming)|in front of the (?:tv|telly)|like a (?:dream|film|movie)|"
    "news is|bad news|(?:woke|woken|waking)[a-z ]* (?:dream|nightmare)s?|"
    "(?:dream|nightmare)s? (?:and |then )?(?:i )?(?:woke|awoke))(?![a-z])",
)
"""... unless it only says what somebody was doing."""
_ZH_SELF = "我他她它咱俺妈爸人"
_EN_SELF = (
    "i|im|ive|me|my|we|us|he|she|his|her|him|hes|shes|mum|mom|dad|and|when|while|then|"
    "says?|said|found|saw|noticed|told|thinks|heard|called|rang|brought|drove|helped|"
    "caught|asked|bit|bitten|scratch[a-z]*|jumped|knocked|woke|licked"
)
_EN_ON = f"(?: (?!(?:{_EN_SELF})(?![a-z]))[a-z0-9]+){{0,5}} $"
STRANGERS = (
    "(?:邻居|隔壁|楼上|楼下|对门|别人|病友|同病房|邻床|网友)(?:他|她|家|的|那个|那位)*"
    "(?:年轻人|小伙|姑娘|大爷|大妈|老头|老太|阿姨|娃|孩子|儿子|女儿|妈|爸|老公|老婆|病人)?"
    f"[^{_ZH_SELF}看说发叫喊扶送帮给打问让把被,。!?; ]{{0,8}}$",
    "(?:^|[^被让给挨遭抱带牵遛喂追逗陪])(?:狗狗?|猫咪?|鹦鹉|金鱼|仓鼠|兔子|宠物|兽医)"
    f"[^{_ZH_SELF}咬抓挠舔扑撞吵醒叫,。!?; ]{{0,6}}$",
    "(?:^|[^a-z])(?:neighbou?rs?|strangers?|every(?:one|body)|other patients?|"
    f"(?:some|the|this|that) (?:guy|bloke|man|woman|actor|actress|character)){_EN_ON}",
    "^(?!.*(?:walk|feed|over |with |off ))(?:|.*[^a-z])(?:dogs?|cats?|puppy|kitten|hamster|rabbit|"
    f"parrot|budgie|goldfish|horse|pony|vet){_EN_ON}",
)
"""In the clause before the word, up to it: a stranger, or an animal, has it."""
ACQUAINTED = (
    "(?:同事|朋友|同学|老乡|战友|亲戚|亲家|表[哥姐弟妹]|堂[哥姐弟妹]|[大二三小]?[舅姨姑叔伯婶]|侄|外甥)(?:他|她|家|的)*"
    "(?:娃|孩子|儿子|女儿|孙子|孙女|妈|爸|老公|老婆|婆婆)?"
    f"[^{_ZH_SELF}看说发叫喊扶送帮给打问让把被,。!?; ]{{0,8}}$",
    "(?:^|[^a-z])(?:friends?|colleagues?|co ?workers?|cousins?|aunt(?:ie|y)?|uncle|niece|nephew|"
    f"boss|classmate|in laws?){_EN_ON}",
)
"""The same of people who seldom write for a participant; it never calms an emergency."""
MET = (
    "(?:跟|和|与|传染)我|我(?:跟|和|与)|一起|同(?:住|睡|桌|吃)|接触|抱|一床|照顾|擦|喂",
    "(?:^|[^a-z])(?:with (?:me|us)|on my lap|shar(?:e|es|ed|ing)|sat |next to me|cuddl[a-z]*|hugg?[a-z]*|"
    "kiss[a-z]*|same (?:room|house|flat|bed)|liv(?:e|es|ing) with|visited (?:me|us)|stayed)(?![a-z])",
)
"""In the note: the writer met them, so that what they have may be the writer's too."""
JOKING = (
    "开玩笑|不是真(?!的吗)|说着玩|逗你",
    "(?:^|[^t]) ?(?:just |only )?(?:kidding|joking|jk)(?![a-z])",
)
"""After a word, in its sentence: it was said in fun."""
LAUGHING = (
    "^[^。!?;\n]{0,8}(?:哈哈|嘻嘻|嘿嘿|笑死)",
    "^[^.!?;\n]{0,20}(?:haha|lol(?![a-z])|lmao|hehe)",
)
"""Shortly after a word; it never calms an emergency."""
OTHERS = (
    "孙子|孙女|外孙|儿子|女儿|孩子|小孩|宝宝|娃|邻居|同事|朋友|老公|老婆|爱人|丈夫|妻子|"
    "孙儿|舅舅|妹子|老伴的|姑|姨|叔|表|妈|母亲|爸|父亲|哥|姐|弟|妹|奶奶|爷爷|狗|猫",
    "(?:^|[^a-z])(?:son|daughter|grandson|granddaughter|kids?|child|children|baby|"
    "neighbou?rs?|friends?|husband|wife|mother|mum|mom|father|dad|brother|sister|"
    "colleagues?|dog|cat|toddler|aunt|uncle|cousin|nephew|niece|sister|grand[a-z]+)(?:s)?(?![a-z])",
)
"""In the clause before the word: somebody else ..."""
SELF_FINE = (
    "我(?:自己|本人|这边|倒是?|都)?(?:没事|没什么事|很好|还好|挺好|好好的|没有?不舒服|"
    "没有?症状|一切正常)|(?:能|可以|能不能|可不可以)(?:去)?(?:看望|看他|看她|看孩子|照顾|陪(?!我)|抱|接(?:他|她|孩子))|"
    "见都没见|没见到|没见过面|不在一起|在老家|给她寄|给他寄|高兴|打鼾|会不会传染|会传染|要不要隔离|要隔离",
    "(?:^|[^a-z])(?:(?:i am|im|i feel|i myself am) (?:fine|ok|okay|well|good|alright)|"
    "can i (?:still )?(?:visit|see|look after|hold|be near|hug|care for)|"
    "should i (?:stay away|avoid|keep away|wear)|is it safe|catch it|am i at risk|havent seen|nothing to do with me|with his parents|with her parents|does that matter for me|im ok|im fine)",
)
"""... and in the note: the writer is well, or asks whether to meet them."""
REACH = {"spaced": 45, "unspaced": 12}
"""Most characters between the parts of a phrase, by the writing of its language."""
