// Facts: the named values that triage rules compare, computed from one entry.

import { historyFacts } from "./history.js";
import { isTaken, readItem } from "./measured.js";
import { noteFacts } from "./notes.js";
import { readTemperature, sayTenths } from "./temperature.js";

/** The facts, as a Map, of an entry whose answers were checked. */
export function buildFacts(study, answers, past) {
  const facts = new Map();
  for (const item of study.items.values()) {
    const fact = itemFact(item, answers.get(item.id), study.tables);
    if (fact !== null) facts.set(item.id, fact);
  }
  addReadings(study, answers, facts);
  addNumbers(study, answers, facts);
  for (const [name, fact] of historyFacts(study, answers, past)) facts.set(name, fact);
  const items = [...study.items.values()];
  facts.set("any_symptom", items.some((item) => isSymptom(item, answers.get(item.id))));
  for (const [name, fact] of noteFacts(study, answers, facts)) facts.set(name, fact);
  return facts;
}

function itemFact(item, answer, tables) {
  if (answer === undefined) return null;
  if (["choice", "level", "multi"].includes(item.kind)) return answer;
  if (item.kind !== "dose") return null;
  return isTaken(answer, tables) ? "yes" : "no";
}

/** `temp`, `temp_state` and so on, and `reading`: the highest of them. */
function addReadings(study, answers, facts) {
  const found = [];
  for (const item of study.items.values()) {
    if (item.kind !== "temperature") continue;
    const { state, tenths } = readTemperature(answers.get(item.id), study.tables);
    facts.set(`${item.id}_state`, state);
    if (tenths === null) continue;
    facts.set(item.id, sayTenths(tenths));
    found.push(tenths);
  }
  if (found.length) facts.set("reading", sayTenths(Math.max(...found)));
}

/** `sbp`, `sbp_state` and so on; outside its range a number is not read. Of a dose
 * `steroid_mg` and `steroid_state`. */
function addNumbers(study, answers, facts) {
  for (const item of study.items.values()) {
    if (!["number", "dose"].includes(item.kind)) continue;
    const name = item.kind === "dose" ? `${item.id}_mg` : item.id;
    const { state, tenths } = readItem(item, answers.get(item.id), study.tables);
    if (tenths !== null) facts.set(name, sayTenths(tenths));
    facts.set(`${item.id}_state`, state);
  }
}

function isSymptom(item, answer) {
  if (!item.symptom || answer === undefined) return false;
  if (item.kind === "multi") return answer.length > 0;
  return ["choice", "level"].includes(item.kind) && !isNothing(item, answer);
}

/** Whether the symptom is absent; a choice with its own `calm` decides itself. */
function isNothing(item, answer) {
  if (item.not_looked.includes(answer) || item.said_calm?.includes(answer)) return true;
  return !item.said_not_calm?.includes(answer) && [0, "no"].includes(answer);
}
