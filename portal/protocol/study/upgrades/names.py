"""Format 3 states in the study what the program knew by name; one step per matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Stored = Mapping[str, Any]
Step = Callable[[Stored], Stored]

NOT_SYMPTOMS = (
    *("reporter", "temp_site", "antipyr", "steroid"),
    *("meds", "callme", "near", "preg"),
)
PLAUSIBLE = {"spo2": [50, 100], "sbp": [50, 260]}
OWN_TASKS = {
    "T28": ("coordinator", "data_quality"),
    "T29": ("coordinator", "away"),
    "T30": ("investigator", "private"),
}
NERVES = ("confused", "speech", "writing", "sleepy", "tremor", "headache", "cranial")
TEMPERATURES, SECOND_READING = ("temp", "temp_max"), ("temp", "temp_site")
MEDICINE = {
    "item": "antipyr",
    "codes": ["for_fever", "for_other"],
    "title": {"zh": "吃过退烧药或止痛药", "en": "took fever or pain medicine"},
}
SHOWN = {
    "L-told": "told",
    "L-seen": "seen",
    "L-unanswered": "unanswered",
    "L-not-sent": "not_sent",
    "P-ward": "on_ward",
    "P-missed": "missed",
    "Q-since": "since",
    "Q-caregiver": "by_caregiver",
    "C-product": "card_product",
    "C-began": "card_began",
    "C-emergency": "card_emergency",
    "C-urgent": "card_urgent",
    "C-doctors": "card_doctors",
}
UNREAD = ("L-fever-medicine", "P-driving")


def _items(stored: Stored) -> Stored:
    return {
        **stored,
        "items": {name: _item(one) for name, one in stored["items"].items()},
    }


def _item(item: Stored) -> Stored:
    name = item["id"]
    known: dict[str, Any] = {}
    if name in NOT_SYMPTOMS:
        known["symptom"] = False
    if name in PLAUSIBLE:
        known["plausible"] = PLAUSIBLE[name]
    if name == "writing":
        known["handwritten"] = True
    unsaid = [
        {**one, "symptom": False} if one["code"] == "not_written" else one
        for one in item["choices"]
    ]
    return {**item, "choices": unsaid, **known}


def _beside(stored: Stored) -> Stored:
    """Two messages came beside the tier's own, this one before that."""
    messages = dict(stored["messages"])
    both = [messages.pop(name) for name in ("M-RE", "M-F") if name in messages]
    return {
        **stored,
        "messages": {
            **messages,
            **{one["id"]: {**one, "beside": True} for one in both},
        },
    }


def shown_on_occasions(stored: Stored) -> Stored:
    """What the portal shows on an occasion had one study's ids."""
    messages = {
        SHOWN.get(name, name): {**one, "id": SHOWN.get(name, name)}
        for name, one in stored["messages"].items()
    }
    return {**stored, "messages": messages}


def _own_tasks(stored: Stored) -> Stored:
    return {**stored, "rules": [_rule(rule) for rule in stored["rules"]]}


def _rule(rule: Stored) -> Stored:
    if rule["id"] not in OWN_TASKS:
        return rule
    owner, review = OWN_TASKS[rule["id"]]
    return {**rule, "owner": owner, "review": review}


def _named_plans(stored: Stored) -> Stored:
    """What code raised had its ids, and one message offered the second reading."""
    plans = {**stored["reminders"], "silence_rule": "T26"}
    if plans.get("deviation"):
        plans["deviation"] = {**plans["deviation"], "rule": "T31"}
    if plans.get("recheck"):
        plans["recheck"] = {**plans["recheck"], "advice": "M-RE"}
    return {**stored, "reminders": plans}


def _driving(stored: Stored) -> Stored:
    """Days without driving are one more thing that holds until a day."""
    options = dict(stored["options"])
    days = options.pop("driving_days", 0)
    options.pop("fever_medicine_wait_minutes", None)
    plans = dict(stored["reminders"])
    gone = set(UNREAD)
    if days > 0:
        driving = {"id": "driving", "days": days, "message": "P-driving"}
        plans["dated"] = [*(plans.get("dated") or ()), driving]
        gone.discard("P-driving")
    messages = {k: one for k, one in stored["messages"].items() if k not in gone}
    return {**stored, "options": options, "reminders": plans, "messages": messages}


def _pinned(stored: Stored) -> Stored:
    """The signs of the nerves stood side by side for staff."""
    items = [name for name in NERVES if name in stored["items"]]
    title = {
        "zh": "神经症状与字迹（最新在前）",
        "en": "Nerves and handwriting, newest first",
    }
    return {**stored, "pinned": {"title": title, "items": items} if items else None}


def _curve(stored: Stored) -> Stored:
    """The two temperatures were drawn, and days with fever medicine marked."""
    known = stored["items"]
    items = [name for name in TEMPERATURES if name in known]
    if not items:
        return stored
    curve: dict[str, Any] = {
        "title": {"zh": "体温", "en": "Temperature"},
        "unit": "℃",
        "items": items,
        "least": 35,
        "most": 41,
        "lines": ["38.0"],
    }
    if "temp_site" in known:
        curve["beside"] = "temp_site"
    if "antipyr" in known:
        curve["mark"] = MEDICINE
    return {**stored, "curves": [curve]}


def _second_reading(stored: Stored) -> Stored:
    plan = stored["reminders"].get("recheck")
    if not plan:
        return stored
    ask = [name for name in SECOND_READING if name in stored["items"]]
    plans = {**stored["reminders"], "recheck": {**plan, "ask": ask}}
    return {**stored, "reminders": plans}


def _day_zero(stored: Stored) -> Stored:
    """All days counted from an infusion, and so said a sentence of the card."""
    messages = dict(stored["messages"])
    if "C-infused" in messages:
        messages["card_began"] = {**messages.pop("C-infused"), "id": "card_began"}
    day_zero = {"zh": "输注日", "en": "Day of the infusion"}
    return {**stored, "messages": messages, "day_zero": day_zero}


STEPS: tuple[Step, ...] = (
    _items,
    _beside,
    shown_on_occasions,
    _own_tasks,
    _named_plans,
    _driving,
    _pinned,
    _curve,
    _second_reading,
    _day_zero,
)
