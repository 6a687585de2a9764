// The compiled study prepared for judging: lists as maps, tables of characters as sets.

import { readTables } from "./characters.js";
import { readSigns } from "./signs.js";
import { readTyped } from "./typed.js";
import { readWords } from "./words.js";

const ready = new WeakMap();

/** What `judge` needs of a compiled study; computed once for each. */
export function readStudy(compiled) {
  if (!ready.has(compiled)) ready.set(compiled, made(compiled));
  return ready.get(compiled);
}

function made(compiled) {
  const tables = { ...readTables(compiled.characters), typed: readTyped(compiled) };
  return {
    tables,
    items: new Map(compiled.items.map((item) => [item.id, item])),
    redFlags: redFlagsOf(compiled), // must be answered if the source has a screen for it
    rules: compiled.rules,
    early: named(compiled.rules, compiled.order.early),
    late: named(compiled.rules, compiled.order.late),
    beside: compiled.beside,
    policies: compiled.policies,
    phases: compiled.phases.map((phase) => phase.code),
    ward: wardOf(compiled),
    words: readWords(compiled.words),
    heard: readSigns(compiled),
  };
}

/** The id of the emergencies: the list that the first screen asks. */
export function redFlagsOf({ groups: [first], items }) {
  const lists = items.filter((item) => item.kind === "multi").map((item) => item.id);
  return first.items.find((name) => lists.includes(name));
}

/** The code of the phase in hospital, or undefined where nobody is admitted. */
export function wardOf({ phases: [first, ...later] }) {
  if (first.ward === undefined) return first.code; // kept by a phone before it was said
  return [first, ...later].find((phase) => phase.ward)?.code;
}

function named(rules, ids) {
  return ids.map((id) => rules.find((rule) => rule.id === id));
}
