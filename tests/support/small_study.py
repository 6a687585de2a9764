"""A study small enough to break one thing at a time."""

from __future__ import annotations

SMALL = """
id = "small-trial"
version = "3"
registry = "NCT00000001"
title = { zh = "小研究的随访", en = "Follow-up of a small trial" }
approved = false

[site]
name = { zh = "某医院", en = "A hospital" }
country = "CN"
time_zone = "Asia/Shanghai"
duty_line = "028-5550 0120"
emergency_number = "120"
quiet_from = "21:00"
quiet_to = "08:00"

[options]
month_rule = "calendar"
show_visit_windows = false
unfinished_entry_minutes = 10
planned_call_max_minutes = 60

[[visit]]
code = "D28"
days = 28
minus = 3
plus = 3
title = { zh = "第28天复诊", en = "Day 28 visit" }
bring = { zh = "请带治疗卡。", en = "Bring your card." }

[[visit]]
code = "M3"
months = 3
minus = 7
plus = 7
title = { zh = "第3个月复诊", en = "Month 3 visit" }
bring = { zh = "请带治疗卡。", en = "Bring your card." }

[[visit]]
code = "M24"
months = 24
minus = 30
plus = 30
title = { zh = "第24个月复诊", en = "Month 24 visit" }
bring = { zh = "请带治疗卡。", en = "Bring your card." }

[[phase]]
code = "W0"
title = { zh = "住院", en = "In hospital" }
ward = true
planned_days = 7
diary = "optional"
form = ["reporter", "emerg", "temp", "chills", "note"]

[[phase]]
code = "W1"
title = { zh = "在家", en = "At home" }
diary = "daily"
form = ["reporter", "emerg", "temp", "chills", "note"]

[[phase]]
code = "W2"
title = { zh = "三个月内", en = "To month 3" }
begins = { visit = "D28", days = 1 }
diary = "optional"
form = ["reporter", "emerg", "temp", "steroid"]

[[phase]]
code = "W3"
title = { zh = "两年内", en = "To month 24" }
begins = { visit = "M3", days = 1 }
diary = "optional"
form = ["reporter", "emerg"]

[[phase]]
code = "W4"
title = { zh = "以后", en = "Later" }
begins = { visit = "M24", days = 1 }
diary = "none"
form = ["reporter", "emerg"]

[[item]]
id = "reporter"
kind = "choice"
label = { zh = "谁在填写？", en = "Who is this?" }
choices = [
  { code = "self", zh = "本人", en = "Me" },
  { code = "caregiver", zh = "家属", en = "A caregiver" },
]

[[item]]
id = "emerg"
kind = "multi"
label = { zh = "有急症吗？", en = "An emergency?" }
choices = [
  { code = "seizure", zh = "抽搐", en = "Seizure" },
]

[[item]]
id = "temp"
kind = "temperature"
cannot = true
label = { zh = "体温", en = "Temperature" }
choices = [
  { code = "cannot", zh = "不能测量", en = "Cannot measure" },
]

[[item]]
id = "chills"
kind = "level"
calm = 0
label = { zh = "发冷", en = "Chills" }
hint = { zh = "包括发抖。", en = "Shaking too." }
choices = [
  { code = 0, zh = "没有", en = "No" },
  { code = 1, zh = "有", en = "Yes" },
]

[[item]]
id = "steroid"
kind = "dose"
calm = "no"
calm_if_unreadable = true
label = { zh = "激素", en = "Steroid" }
choices = [
  { code = "no", zh = "没有", en = "No" },
  { code = "mg", zh = "有", en = "Yes" },
]

[[item]]
id = "note"
kind = "text"
max_length = 500
label = { zh = "还有什么？", en = "Anything else?" }

[[group]]
id = "red_flags"
title = { zh = "急症", en = "Emergencies" }
items = ["reporter", "emerg"]
none_label = { zh = "都没有", en = "None" }

[[group]]
id = "rest"
title = { zh = "其他", en = "The rest" }
items = ["temp", "chills", "steroid", "note"]

[message]
M-E = { zh = "请拨打{emergency}。", en = "Call {emergency}." }
M-W = { zh = "请按铃。", en = "Ring." }
M-U = { zh = "请等{minutes}分钟，或拨打{phone}。", en = "Wait {minutes} minutes or phone {phone}." }
M-U2 = { zh = "请等{minutes}分钟。", en = "Wait {minutes} minutes." }
M-S = { zh = "今天联系您。", en = "We call today." }
M-R = { zh = "已收到。", en = "Received." }
told = { zh = "已通知，{time}。", en = "Told, {time}." }
seen = { zh = "已看到。", en = "Seen." }
unanswered = { zh = "请拨打{phone}。", en = "Phone {phone}." }
not_sent = { zh = "没有送出。", en = "Not sent." }
missed = { zh = "昨天没有填写。", en = "Yesterday is missing." }
since = { zh = "从上次到现在：", en = "Since last time:" }
by_caregiver = { zh = "您看到的：", en = "What you see:" }
on_ward = { zh = "请先按铃。", en = "Ring first." }
P-near = { zh = "{date}前请留在附近。", en = "Stay near until {date}." }
P-ends = { zh = "今天到期。", en = "It ends today." }

[[duty]]
id = "nurse"
title = { zh = "值班护士", en = "nurse" }
called = { zh = "值班护士", en = "the nurse on duty" }
work = ["reports"]

[[duty]]
id = "doctor"
title = { zh = "值班医生", en = "doctor on call" }

[[duty]]
id = "investigator"
title = { zh = "研究者", en = "investigator" }
work = ["corrections"]

[[duty]]
id = "coordinator"
title = { zh = "协调员", en = "coordinator" }
work = ["organising"]

[tier.emergency]
title = { zh = "危急", en = "Emergency" }
ack_minutes = 5
advice = "M-E"
ward_advice = "M-W"
repeat_minutes = 5
rearm_minutes = 30

[[tier.emergency.step]]
after_minutes = 0
roles = ["doctor"]
channels = ["call", "text"]

[[tier.emergency.step]]
after_minutes = 5
roles = ["investigator"]
channels = ["call", "text"]
task = { zh = "给家属打电话。", en = "Phone the caregiver." }

[tier.urgent]
title = { zh = "紧急", en = "Urgent" }
ack_minutes = 15
advice = "M-U"
ward_advice = "M-W"
repeat_minutes = 15
rearm_minutes = 30

[[tier.urgent.step]]
after_minutes = 0
roles = ["nurse"]
channels = ["call", "text"]

[[tier.urgent.step]]
after_minutes = 15
roles = ["doctor"]
channels = ["call", "text"]

[tier.same_day]
title = { zh = "当天", en = "Same day" }
advice = "M-S"
due = { day_from = "08:00", day_to = "20:00", within_minutes = 240, latest = "21:00", morning = "09:00" }

[tier.routine]
title = { zh = "常规", en = "Routine" }
advice = "M-R"
due = { next_working_day_by = "17:00" }

[paging]
texts_per_person_day = 10
calls_per_person_day = 20

[missing.W1]
due = "10:00"
reminders = [{ at = "10:05", to = "participant", text = "diary_due" }]
brought_forward_minutes = 60
brought_forward_tiers = ["urgent"]
brought_forward_when = { fact = "reading", at_least = "38.0" }

[missing.W1.task]
after_missed = 1
at = "15:00"
ack_by = "16:00"
role = "coordinator"
title = { zh = "请打电话。", en = "Please phone." }
escalate = [{ at = "16:00", role = "nurse" }]

[reminders]
visit_days = [-7, -1, 0]
visit_at = "09:00"
visit_text = "visit"
expire_at = "21:00"
silence = { zh = "没有消息", en = "Not heard from" }
visit_missed_task_days = 1
window_closing_task_days = 3

[reminders.evening]
phases = ["W1"]
at = "19:00"
text = "diary_due"

[reminders.recheck]
rules = ["T10"]
after_minutes = 60
text = "diary_due"
ask = ["temp"]
task_after_minutes = 120
task_phases = ["W1"]

[reminders.deviation]
role = "investigator"
earliest_discharge_day = 7
discharge = { zh = "提前出院。", en = "Discharged early." }
away_rules = ["T10", "T01"]
away = { zh = "不在附近。", en = "Not near." }

[[reminders.dated]]
id = "near"
days = 28
message = "P-near"
end_message = "P-ends"
end_days = [0]
text = "visit"

[sms.code]
zh = "验证码{code}，5分钟内有效。"
en = "Your code is {code}."
variables = ["code"]
max_segments = 1

[sms.diary_due]
zh = "您好，请填写随访日记，值班电话{tel}。"
en = "Hello, please fill in the diary. Duty line {tel}."
variables = ["tel"]
max_segments = 1

[sms.visit]
zh = "您好，复诊日期为{date}，请按时到院。"
en = "Hello, your visit is on {date}."
variables = ["date"]
max_segments = 1

[sms.staff_alert]
zh = "有一条{level}提醒，编号{code}，请在{minutes}分钟内确认。"
en = "{level} alert {code}: confirm in {minutes} minutes."
variables = ["level", "code", "minutes"]
max_segments = 2

[sms.staff_call]
zh = "有一条{level}提醒，编号{code}，请在{minutes}分钟内确认。确认请按1。"
en = "{level} alert {code}: confirm in {minutes} minutes. Press 1."
variables = ["level", "code", "minutes"]
max_segments = 2

[sms.unanswered]
zh = "还没有人回应，请拨打{tel}，情况紧急请拨打{emergency}。"
en = "Nobody has answered. Phone {tel}, or in an emergency {emergency}."
variables = ["tel", "emergency"]
max_segments = 1

[sms.task_overdue]
zh = "任务{code}已超时。"
en = "Task {code} is overdue."
variables = ["code"]
max_segments = 1

[words.zh]
emergency = ["抽搐"]
urgent = ["发烧"]
negations = ["没有"]
past = ["去年"]

[words.en]
emergency = ["seizure"]
urgent = ["fever"]
negations = ["no"]
past = ["last year"]
exceptions = ["benefit"]

[[rule]]
id = "T01"
family = "emergency"
title = { zh = "急症", en = "Emergency item" }
source = "Invented for tests"

[[rule.case]]
when = { fact = "emerg", has_any = true }
tier = "emergency"

[[rule]]
id = "T10"
family = "fever"
title = { zh = "发热", en = "Fever" }
source = "Invented for tests"

[[rule.case]]
phases = ["W0", "W1"]
when = { fact = "reading", at_least = "38.0" }
tier = "urgent"

[[rule.case]]
phases = ["W2", "W3", "W4"]
when = { fact = "reading", at_least = "38.0" }
tier = "urgent"
ack_minutes = 60
advice = ["M-U2"]

[[rule]]
id = "T18"
family = "fever"
title = { zh = "体温看不懂", en = "A temperature that cannot be read" }
source = "Invented for tests"

[[rule.case]]
when = { fact = "temp_state", is = "unreadable" }
tier = "same_day"

[[example]]
title = "A seizure"
phase = "W1"
answers = { reporter = "self", emerg = ["seizure"] }
tier = "emergency"
rules = ["T01"]
advice = ["M-E"]

[[example]]
title = "A fever"
phase = "W1"
answers = { emerg = [], temp = { value = "38.0", unit = "C" } }
previous = [{ days_ago = 1, answers = { chills = 0 } }]
tier = "urgent"
rules = ["T10"]

[[example]]
title = "A slip of the finger"
phase = "W1"
answers = { emerg = [], temp = { value = "380", unit = "C" } }
tier = "same_day"
rules = ["T18"]
"""


def with_(old: str, new: str, *, times: int = 1) -> str:
    """The small study with one thing changed; the thing must be there."""
    assert SMALL.count(old) >= 1, f"{old!r} does not stand in the small study"
    return SMALL.replace(old, new, times)
