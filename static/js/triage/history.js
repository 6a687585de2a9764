// Facts that need earlier entries: what is new, has risen, is repeated or unchanged.
// "Last" is always the newest earlier entry that answered the item.

import { checkAnswers, fault } from "./answers.js";
import { readItem } from "./measured.js";
import { readTemperature, sayTenths } from "./temperature.js";

const LONGEST_HISTORY = 200; // how many earlier entries are read

/** `{past, doubts}`: earlier entries, newest first, and their unusable answers. */
export function readHistory(study, previous) {
  const ordered = [...previous].sort((a, b) => a.days_ago - b.days_ago);
  const past = [];
  const doubts = [];
  ordered.slice(0, LONGEST_HISTORY).forEach((entry, place) => {
    const checked = checkAnswers(study, entry.answers);
    past.push({ days_ago: entry.days_ago, answers: checked.answers });
    for (const { field, problem } of checked.faults) {
      doubts.push(fault(`previous[${place}].${field}`, `${problem}; left out`));
    }
  });
  return { past, doubts };
}

/** All facts that compare `answers` with earlier entries, as a Map. */
export function historyFacts(study, answers, past) {
  const facts = new Map();
  let highest = 0;
  for (const item of study.items.values()) {
    const rank = rankOf(item, answers.get(item.id));
    if (rank === null) continue;
    const before = rankOf(item, last(item.id, past));
    facts.set(`${item.id}_new`, rank > (before ?? 0));
    if (item.kind === "level") {
      const rise = Math.max(rank - (before ?? rank), 0);
      facts.set(`${item.id}_rise`, rise);
      highest = Math.max(highest, rise);
    }
  }
  facts.set("highest_rise", highest);
  for (const item of study.items.values()) {
    const before = lastOf(study, item, past);
    if (before !== undefined) facts.set(`${item.id}_last`, before);
    const raised = raisedOf(study, item, answers, past);
    if (raised !== undefined) facts.set(`${item.id}_raised`, raised);
  }
  facts.set("same_days", sameDays(study, answers, past));
  return facts;
}

function last(item, past) {
  return past.find((entry) => entry.answers.has(item))?.answers.get(item);
}

function rankOf(item, answer) {
  if (answer === undefined) return null;
  if (item.kind === "level") return answer;
  return item.kind === "choice" && isYesNo(item) ? Number(answer === "yes") : null;
}

function isYesNo(item) {
  const codes = new Set(item.codes);
  return codes.size === 2 && codes.has("no") && codes.has("yes");
}

/** What was answered last, of a reading the last that could be read. */
function lastOf(study, item, past) {
  if (["choice", "level"].includes(item.kind)) return last(item.id, past);
  if (!["number", "temperature"].includes(item.kind)) return undefined;
  const tenths = lastRead(study, item, past);
  return tenths === null ? undefined : sayTenths(tenths);
}

/** Whether a dose is more than the last that could be read. */
function raisedOf(study, item, answers, past) {
  if (item.kind !== "dose") return undefined;
  const tenths = tenthsOf(study, item, answers.get(item.id));
  if (tenths === null) return undefined;
  const before = lastRead(study, item, past);
  return before !== null && tenths > before;
}

function lastRead(study, item, past) {
  for (const entry of past) {
    const tenths = tenthsOf(study, item, entry.answers.get(item.id));
    if (tenths !== null) return tenths;
  }
  return null;
}

function tenthsOf(study, item, answer) {
  if (item.kind === "temperature") return readTemperature(answer, study.tables).tenths;
  return readItem(item, answer, study.tables).tenths;
}

/** Days in the unbroken run of entries equal to this one. */
function sameDays(study, answers, past) {
  const today = fingerprint(study, answers);
  const days = new Set([0]);
  for (const entry of past) {
    if (fingerprint(study, entry.answers) !== today) break;
    days.add(entry.days_ago);
  }
  return days.size;
}

/** Answers as rule T28 compares them: temperatures rounded, all others unchanged. */
function fingerprint(study, answers) {
  return JSON.stringify([...answers].map(([name, answer]) => {
    const isTemperature = study.items.get(name).kind === "temperature";
    const tenths = isTemperature ? readTemperature(answer, study.tables).tenths : null;
    return [name, tenths === null ? answer : { tenths }];
  }));
}

/** Indexes in `past` of the day's entries by another reporter (rule T32). */
export function othersToday(answers, past) {
  const reporter = answers.get("reporter");
  if (reporter === undefined) return [];
  return [...past.keys()].filter((place) => {
    const other = past[place].answers.get("reporter");
    return past[place].days_ago === 0 && other !== undefined && other !== reporter;
  });
}

/** Whether two entries answer some symptom, asked in both, differently. */
export function symptomsDiffer(study, answers, other) {
  const kinds = ["choice", "level", "multi"];
  return [...answers].some(([name, answer]) =>
    other.has(name) && study.items.get(name).symptom
      && kinds.includes(study.items.get(name).kind)
      && JSON.stringify(answer) !== JSON.stringify(other.get(name)));
}
