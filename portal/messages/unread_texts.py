"""Texts about words that somebody must read: to the writer, and to the nurse.

They are the same for every study, so that enrolments under old study versions have them
too. None of them repeats what was written.
"""

from __future__ import annotations

from collections.abc import Sequence

from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.text import SmsTemplate, Text

ROOM = 20  # characters allowed in one variable

WORDS_RECEIVED = SmsTemplate(
    id="words_received",
    text=Text(
        zh="您现在如果不舒服，不要等：请拨打值班电话{tel}，情况紧急请立即拨打{emergency}。"
        "研究团队会有人在{time}前看您写的话。",
        en="If you feel ill now, do not wait: phone the duty line {tel}, in an emergency"
        " {emergency}. Somebody of the study team reads what you wrote by {time}.",
    ),
    variables=("tel", "emergency", "time"),
    max_segments=2,
)
WORDS_RECEIVED_WARD = SmsTemplate(
    id="words_received_ward",
    text=Text(
        zh="您现在如果不舒服，不要等：请马上按铃叫护士。"
        "研究团队会有人在{time}前看您写的话。",
        en="If you feel ill now, do not wait: ring for the nurse."
        " Somebody of the study team reads what you wrote by {time}.",
    ),
    variables=("time",),
    max_segments=2,
)
WORDS_RECEIVED_ANYWHERE = SmsTemplate(
    id="words_received_anywhere",
    text=Text(
        zh="您现在如果不舒服，不要等：住院请马上按铃叫护士，在家请拨打{tel}，"
        "情况紧急请立即拨打{emergency}。研究团队会有人在{time}前看您写的话。",
        en="If you feel ill now, do not wait. In hospital: ring for the nurse. At home:"
        " phone {tel}, in an emergency {emergency}. Somebody of the study team reads"
        " what you wrote by {time}.",
    ),
    variables=("tel", "emergency", "time"),
    max_segments=2,
)
RECEIVED_AT = {
    Place.HOME: WORDS_RECEIVED,
    Place.WARD: WORDS_RECEIVED_WARD,
    Place.UNKNOWN: WORDS_RECEIVED_ANYWHERE,
}
"""The wording for each place; for an unknown place, one that suits both."""
WORDS_OVERDUE = SmsTemplate(
    id="words_overdue",
    text=Text(
        zh="随访平台：{code}写来的话过了时间还没有人看，请马上登录查看。",
        en="Follow-up portal: what {code} wrote is overdue to be read."
        " Please sign in and read it now.",
    ),
    variables=("code",),
    max_segments=2,
)
READING = {one.id: one for one in (*RECEIVED_AT.values(), WORDS_OVERDUE)}


def people(codes: Sequence[str], language: str) -> str:
    """Several participants in one variable: the first code, and how many more.

    If the code is too long for that, only their number.
    """
    first, all_of_them = codes[0], len(codes)
    if all_of_them == 1:
        return first
    chinese = language == "zh"
    said = (
        f"{first}等{all_of_them}人"
        if chinese
        else f"{first} and {all_of_them - 1} more"
    )
    if len(said) <= ROOM:
        return said
    return f"{all_of_them}人" if chinese else f"{all_of_them} people"
