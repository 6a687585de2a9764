"""The words around a reading, as patterns for both sides (``grammar`` says which)."""

from __future__ import annotations

NUMBER = (
    "(^|[^0-9.:/a-z]|[^0-9.:/](?:temp|fever|t|le|du|shao|is|was|at|to|of|hit)[:=]?)"
    "([0-9]{2,3}(?:[.,·][0-9]{1,2})?)(?![0-9]|[.,·:][0-9])"
    " ?(°c|°f|degrees?(?: ?[cf](?![a-z]))?|deg(?![a-z])|度|du(?![a-z])|°|c(?![a-z])|"
    "f(?![a-z]))?"
)
WHOLE = (
    "^(?:(?:我|我的|现在|今天|今早|今晚|刚才|刚|量|测|了|是|早上|晚上|中午|下午)*"
    "(?:体温|温度|temp(?:erature)?|t)*[ :=是为]*)?"
    "([0-9]{1,3}(?:[.,·][0-9]{1,2})?) ?(?:°c|°f|度|°|c|f)?$"
)
OTHER_UNITS = (
    "^ ?(?:%|kg|公斤|斤|千克|mg|毫克|ml|毫升|g(?![a-z])|克|mm|cm|km|公里|千米|米|里|岁|次|"
    "片|粒|颗|天|日|月|年|周|分钟|分|小时|点|号|楼|层|路|元|块|万|个|步|斗|瓶|盒|页|床|人|"
    "times?(?![a-z])|days?(?![a-z])|hours?|years?|min|weeks?|months?|pounds?|lbs?|"
    "steps|miles|pages|euros?|dollars?|kilos?|percent|people|st(?![a-z])|th(?![a-z])|"
    "mmol|u/|iu|bpm|beats)"
)
NEAR = (
    "(?:体温|水银|冲到|飙到|烧|热|退|°|temp(?:erature)?|fever|thermometer|华氏|摄氏|发冷|寒战|burning up|"
    "running|hot|shivering|chills|高达|最高|降到|升到|量|测)[^0-9。!?;\n]{0,14}$"
)
NEVER = "(?:热水|开水|水温|气温|水里|wash|oven|outside)[^0-9。!?;\n]{0,16}$"
AWAY = (
    "(?:气温|天气|水温|室温|室外|外面|空调|烤箱|洗澡水|热水|泡脚|体重|血糖|尿酸|血压|血氧|"
    "身高|腰围|血红|白细胞|肌酐|距离|花了|价格|weather|outside|water|room|oven|heater|"
    "thermostat|forecast|weigh[a-z]*|sugar|glucose|height|cost|bmi|potassium|"
    "hemoglobin|creatinine|platelets?|pressure|oxygen|ph|预警|热浪|高温天)[^0-9。!?;\n]{0,16}$"
)
NEAR_AFTER = "^ ?(?:体温|发烧|fever|temp|of fever)"
AWAY_AFTER = "^ ?(?:(?:说的?|指的?)?是(?:天气|气温|外面|水温)|的天|的气温|的水|高温天|outside|weather|water|in the shade|pounds)"
LIMIT = (
    "(?:不到|没到|没有到|没超过?|未超过?|不超过|没有超过|低于|小于|未到|没过|"
    "below|under|less than|not over|never over|not above|lower than|not reach(?:ed)?)"
    " ?$"
)
BELOW = "^ ?(?:以下|以内|左右以下)"
FAHRENHEIT = "f|华氏"
OXYGEN = (
    "(?:血氧(?!仪)(?:饱和度?)?|夹手指|夹指头|指夹|夹子|指头那个|finger ?clip|clip on (?:my|his|her) finger|"
    "finger (?:thing|monitor|probe|reader|gadget)|fingertip|pulse ?ox(?:imeter)?|氧饱和度?|氧饱|spo2|sp02|o2 ?sats?|sats?(?![a-z])|o2(?![0-9])|"
    "oxygen|saturation|oximeter|血氧仪|指夹)(?:(?!花|买|cost|price|paid|块|脉|心率|心跳|pulse|hr|bpm)[^0-9。!?;\n]){0,16}([0-9]{2,3})"
    "(?![0-9/]|[.][0-9]| ?(?:块|元|天|分钟|dollars|yuan|on taobao))",
    "(?:^|[^0-9./])([0-9]{2,3}) ?% ?(?:的?血氧|oxygen|saturation|spo2|o2 sat)",
)
PRESSURE = "(?:血压|bp|pressure|mmhg|高压|收缩压|量|测)[^0-9。!?;\n]{0,16}$"
PAIR = "(^|[^0-9./])([0-9]{2,3}) ?(?:/|／|over|比|、|-) ?([0-9]{2,3})(?![0-9/.%])"
SYSTOLIC = (
    "(?:高压|收缩压|上压|systolic|upper pressure|top number)"
    "[^0-9。!?;\n]{0,10}([0-9]{2,3})(?![0-9/])",
    "(?:血压|(?:^|[^a-z])bp|blood pressure)[^0-9。!?;\n]{0,12}([0-9]{2,3})"
    "(?![0-9]| ?/| ?over|-| ?比| ?、)",
)
PULSE = (
    "(?:心跳|心率|脉搏|脉率|pulse|heart ?rate|(?:^|[^a-z])hr|heart ?beat)"
    "[^0-9。!?;\n]{0,14}([0-9]{2,3})(?![0-9/]|[.][0-9]| ?(?:分钟|天|小时|min|hour|day))",
    "(?:手表|手环|watch|fitbit)(?:上|显示|报|说|测的?| says| shows| said| reads| at| is| up)[^0-9。!?;\n]{0,8}([0-9]{2,3})(?![0-9:/]|[.][0-9]| ?(?:步|点|分钟|steps|km|am|pm))",
    "(?:一分钟|每分钟|a minute|per minute)[^0-9。!?;\n]{0,4}([0-9]{2,3})(?![0-9])",
    "(?:^|[^0-9.])([0-9]{2,3}) ?(?:bpm|beats|次/分|次每分)",
)
