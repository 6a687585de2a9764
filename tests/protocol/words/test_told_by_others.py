"""What somebody writes who cannot wake, reach or get up the person: heard at every door."""

from __future__ import annotations

import pytest

from portal.delivery.inbound.reports import answers_in
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.judge import judge
from portal.study_files import load_study
from portal.vocabulary.diary import EntrySource

NOT_WAKING = [
    "he does not wake up", "I can't wake her", "She has not woken up since last night",
    "unable to wake my husband", "I have been trying to wake him for ten minutes",
    "she is sleeping and I cannot wake her up", "叫不醒他", "怎么叫都不醒", "他一直不醒",
    "我爱人叫了好几遍都没醒", "喊了半天没醒过来", "老伴到现在还没醒过来", "摇都摇不醒",
    "叫不醒我妈妈", "怎麼叫都不醒", "他 一直 不醒",
]  # fmt: skip
NOT_REACHED_OR_UP = [
    "I cannot reach her", "can't get hold of him since morning", "he doesn't answer the phone",
    "she is not picking up her phone", "nobody opens the door", "No one can reach my sister",
    "My mother hasn't answered her phone since last night", "联系不上他", "她不接电话",
    "怎么打他电话都不接", "给她发消息一天没回", "找不到他人", "敲门没人应", "他失联了",
    "她起不来床", "床都下不来", "爬不起来", "一直躺着，不肯起床", "叫他起床他不起", "聯繫不上他",
    "He is still in bed, I cannot get him up", "he won't get up", "she can't get out of bed",
    "she has not got out of bed all day",
]  # fmt: skip
CALM = [
    "闹钟没叫醒我", "我早上没睡醒", "he woke up at seven", "I got up late today",
    "手机没电，没接到电话", "起床后量了36.5", "爸爸起得早",
    "I could not reach the portal yesterday", "my son answers the door when parcels come",
    "找不到他们的窗口，复诊在几楼", "孩子早上不肯起床",
]  # fmt: skip


def heard_as(note: str, source: EntrySource, name: str = "dcar-sle") -> Tier:
    """The tier of words as they come: a text, a diary's note, told on the telephone."""
    study = load_study(name)
    answers = answers_in(study, note) if source == "text" else {"note": note}
    if source is EntrySource.APP:
        answers["emerg"] = []
    return judge(study, "W1", answers, source=source).tier


DOORS = [EntrySource.TEXT, EntrySource.APP, EntrySource.PHONE]


@pytest.mark.parametrize("source", DOORS)
@pytest.mark.parametrize("note", NOT_WAKING)
def test_whoever_cannot_be_woken_is_an_emergency(
    note: str, source: EntrySource
) -> None:
    assert heard_as(note, source) is Tier.EMERGENCY


@pytest.mark.parametrize("source", DOORS)
@pytest.mark.parametrize("note", NOT_REACHED_OR_UP)
def test_whoever_is_not_reached_or_does_not_get_up_is_urgent(
    note: str, source: EntrySource
) -> None:
    assert heard_as(note, source).pages


@pytest.mark.parametrize("note", [NOT_WAKING[0], NOT_REACHED_OR_UP[0]])
def test_the_sister_study_hears_it_too(note: str) -> None:
    assert heard_as(note, EntrySource.TEXT, "udcar-sle").pages


@pytest.mark.parametrize("note", CALM)
def test_calm_words_about_sleep_telephones_and_doors_raise_nothing(note: str) -> None:
    assert not heard_as(note, EntrySource.TEXT).pages
