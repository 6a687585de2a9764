"""Faults of a study's wording: gaps, slips, and texts that reveal a secret.

The limits on text messages are those that Chinese providers publish for their
templates. The list of revealing words is our own, and rather too long than too short.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from portal.languages import LANGUAGES
from portal.protocol.demands import messages, texts
from portal.protocol.demands.texts import LONGEST_VALUE
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.filling import placeholders, segments
from portal.protocol.study.model import Study
from portal.protocol.study.text import SmsTemplate, Text
from portal.protocol.study.wordings import fillable, labels
from portal.translations.catalogues import english_name

LONGEST_TEXT = 500
MOST_VARIABLES = 20

_BANNED = ("医疗", "问卷", "medical", "questionnaire", "survey")
_TELLING = (
    *("发热", "发烧", "高烧", "低烧", "体温", "寒战", "发冷", "抽搐", "癫痫", "糊涂"),
    *("昏迷", "昏倒", "晕", "痛", "疼", "吐", "腹泻", "血", "皮疹", "感染", "咳"),
    *("呼吸", "症状", "病", "诊断", "狼疮", "红斑", "肿瘤", "治疗", "疗法", "细胞"),
    *("输注", "输液", "药", "激素", "化疗", "手术", "怀孕", "避孕", "化验", "尿"),
    *("检查结果", "剂量", "注射"),
    *("fever", "temperature", "chill", "seizure", "confus", "headache", "dizz"),
    *("faint", "vomit", "nausea", "diarrh", "bleed", "blood", "rash", "infect"),
    *("pain", "cough", "breath", "symptom", "disease", "illness", "diagnos"),
    *("lupus", "cancer", "tumo", "treatment", "therap", "cell", "infus", "inject"),
    *("drug", "medic", "steroid", "dose", "chemo", "surg", "urine", "pregnan"),
    *("contracept", "result", "car-t", "adverse"),
)
_COMMON = frozenset(
    [
        "alert",
        "call",
        "code",
        "date",
        "diary",
        "duty",
        "follow",
        "line",
        "portal",
        "study",
        "team",
        "text",
        "time",
        "visit",
    ]
)
"""Words of an id that the texts of any study use, so that they tell nothing of one."""
_PERSON = re.compile(r"先生|女士|\b(?:mr|mrs|ms|dear)\b", re.IGNORECASE)
_LINK = re.compile(r"https?:|www\.|[a-z0-9]\.(?:com|cn|org|net)\b", re.IGNORECASE)
_HAN = re.compile("[\u3400-\u9fff]")
_HALF_WIDTH = re.compile(
    "[\u3400-\u9fff}][,;:?!()]|[,;:?!()][\u3400-\u9fff]|[\u3400-\u9fff}]\\.(?!\\d)"
)
_PLAIN = re.compile("[0-9 ，。、；：？！（）“”《》,.;:?!'()-]")
_LATIN = "LATIN"


def wording_faults(study: Study) -> tuple[KeyFault, ...]:
    """Every fault of the study's words, in the order of the file."""
    found: list[KeyFault] = []
    for key, text in labels(study):
        found += _language_faults(key, text)
        if any("{" in words for words in text.values()):
            found.append(KeyFault(key, "no placeholder can be filled here."))
    for key, text in fillable(study):
        found += _language_faults(key, text)
        found += _brace_faults(key, text)
    for message in study.messages.values():
        key = f"message.{message.id}"
        found += _placeholder_faults(key, message.text, messages.VARIABLES)
    for template in study.texts.values():
        found += _template_faults(template)
        found += _secrecy_faults(study, template)
    return tuple(found)


def _each(key: str, text: Text) -> list[tuple[str, str]]:
    return [(f"{key}.{language}", words) for language, words in text.items()]


def _language_faults(key: str, text: Text) -> Iterator[KeyFault]:
    if len(set(text.values())) < len(text):
        yield KeyFault(key, "both languages hold the same words: translate one.")
        return
    for where, words in _each(key, text):
        yield from _script_faults(where, words)
        slip = _HALF_WIDTH.search(words)
        if slip and not LANGUAGES[where.rpartition(".")[2]].spaced:
            said = f'half-width punctuation in Chinese ("{slip[0]}"): use ，。；：？！（）.'
            yield KeyFault(where, said)


def _script_faults(where: str, words: str) -> Iterator[KeyFault]:
    """Faults of a wording in the wrong language; Latin names are allowed in all."""
    language = LANGUAGES[where.rpartition(".")[2]]
    named, found = english_name(language.key), _scripts(words) - {_LATIN}
    if language.script != _LATIN and language.script not in found:
        yield KeyFault(where, f"the {named} wording has no {named} characters.")
        return
    for other in LANGUAGES.values():
        if other.script in found - {language.script}:
            said = f"the {named} wording has {english_name(other.key)} characters."
            yield KeyFault(where, said)


def _scripts(words: str) -> set[str]:
    letters = filter(str.isalpha, words)
    return {unicodedata.name(letter, " ").partition(" ")[0] for letter in letters}


def _brace_faults(key: str, text: Text) -> Iterator[KeyFault]:
    for where, words in _each(key, text):
        bare = re.sub(r"\{[a-z_]+\}", "", words)
        if "{" in bare or "}" in bare:
            yield KeyFault(where, "a brace does not belong to a placeholder.")


def _placeholder_faults(
    key: str, text: Text, known: tuple[str, ...]
) -> Iterator[KeyFault]:
    used = {where: set(placeholders(words)) for where, words in _each(key, text)}
    for where, names in used.items():
        for name in sorted(names - set(known)):
            said = f"unknown placeholder {{{name}}}; known: {', '.join(known)}."
            yield KeyFault(where, said)
        for name in sorted(set().union(*used.values()) - names):
            said = f"{{{name}}} is only in the other language."
            yield KeyFault(where, said)


def _template_faults(template: SmsTemplate) -> Iterator[KeyFault]:
    key = f"sms.{template.id}"
    for name in template.variables:
        if name not in texts.VARIABLES:
            said = f'"{name}" is not a variable of texts: {", ".join(texts.VARIABLES)}.'
            yield KeyFault(f"{key}.variables", said)
        if name not in placeholders("".join(template.text.values())):
            said = f'"{name}" is declared but never used.'
            yield KeyFault(f"{key}.variables", said)
    if len(template.variables) > MOST_VARIABLES:
        said = f"more than {MOST_VARIABLES} variables: providers refuse it."
        yield KeyFault(f"{key}.variables", said)
    yield from _placeholder_faults(key, template.text, template.variables)
    for where, words in _each(key, template.text):
        yield from _size_faults(where, words, template.max_segments)


def _size_faults(where: str, words: str, most: int) -> Iterator[KeyFault]:
    if "}{" in words:
        yield KeyFault(where, "two variables are side by side: put words between.")
    bare = re.sub(r"\{[a-z_]+\}", "", words)
    if words and not re.search(r"\w\w", bare):
        yield KeyFault(where, "providers refuse a text of variables only.")
    longest = re.sub(r"\{[a-z_]+\}", "0" * LONGEST_VALUE, words)
    if len(longest) > LONGEST_TEXT:
        yield KeyFault(where, f"longer than {LONGEST_TEXT} characters when filled.")
    encoding, parts = segments(longest)
    if parts > most:
        said = f"takes {parts} segments ({encoding}) when filled; allowed: {most}."
        yield KeyFault(where, said)


def _secrecy_faults(study: Study, template: SmsTemplate) -> Iterator[KeyFault]:
    for where, words in _each(f"sms.{template.id}", template.text):
        for word in _BANNED:
            if _holds(words, word):
                yield KeyFault(where, f'"{word}" is a word that providers refuse.')
        for word in _TELLING:
            if _holds(words, word):
                said = f'"{word}" tells a symptom, diagnosis or treatment.'
                yield KeyFault(where, said)
        yield from _name_faults(study, where, words)
        yield from _symbol_faults(where, words)


def _holds(words: str, word: str) -> bool:
    """Chinese is found anywhere, English at the start of a word, in any case."""
    if _HAN.search(word):
        return word in words
    return bool(re.search(rf"\b{re.escape(word)}", words, re.IGNORECASE))


def _name_faults(study: Study, where: str, words: str) -> Iterator[KeyFault]:
    names = dict.fromkeys(re.split("[-_ ]", study.id), f'the id "{study.id}"')
    names |= dict.fromkeys(study.title.values(), "the title")
    names |= {study.registry: "the registry", study.id: "the id"}
    folded = words.casefold()
    for name in sorted(n for n in names if len(n) >= 3 and n not in _COMMON):
        if re.search(rf"(?<![a-z]){re.escape(name.casefold())}(?![a-z])", folded):
            said = (
                f'"{name}" stands in {names[name]} of the study too, and a text on a '
                "shared phone must not tell which study it is: use other words here."
            )
            yield KeyFault(where, said)
    person = _PERSON.search(words)
    if person:
        yield KeyFault(where, f'"{person[0]}" addresses a person by name.')


def _symbol_faults(where: str, words: str) -> Iterator[KeyFault]:
    if _LINK.search(words):
        yield KeyFault(where, "has a link: texts must not have one.")
    bare = re.sub(r"\{[a-z_]+\}", "", words)
    odd = sorted({c for c in bare if not (c.isalpha() or _PLAIN.match(c))})
    if odd:
        said = f"has symbols that providers refuse: {' '.join(odd)}"
        yield KeyFault(where, said)
    charset = LANGUAGES[where.rpartition(".")[2]].charset
    if charset is not None and not _fits(bare, charset):
        yield KeyFault(where, "has a character that is not simplified Chinese.")


def _fits(words: str, charset: str) -> bool:
    """GB 2312 has the simplified characters and none of the traditional ones."""
    try:
        "".join(_HAN.findall(words)).encode(charset)
    except UnicodeEncodeError:
        return False
    return True
