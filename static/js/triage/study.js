// The compiled study made ready: lists as maps, tables of characters as sets.

import { readTables } from "./characters.js";
import { readWords } from "./words.js";

const ready = new WeakMap();

/** What `judge` needs of a compiled study; made once for each. */
export function readStudy(compiled) {
  if (!ready.has(compiled)) ready.set(compiled, made(compiled));
  return ready.get(compiled);
}

function made(compiled) {
  const tables = readTables(compiled.characters);
  return {
    tables,
    items: new Map(compiled.items.map((item) => [item.id, item])),
    rules: compiled.rules,
    early: named(compiled.rules, compiled.order.early),
    late: named(compiled.rules, compiled.order.late),
    policies: compiled.policies,
    phases: compiled.phases.map((phase) => phase.code),
    words: readWords(compiled.words),
  };
}

function named(rules, ids) {
  return ids.map((id) => rules.find((rule) => rule.id === id));
}
