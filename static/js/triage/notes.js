// Facts of what a person wrote: the signs that a note states, the readings it tells. A study
// with flat word lists is read by them alone.

import { readingsIn } from "./readings.js";
import { signsSaid } from "./signs.js";
import { sayTenths } from "./temperature.js";
import { noteWords } from "./words.js";

/** The facts of the notes among `answers`; `soFar` are those of the other answers. */
export function noteFacts(study, answers, soFar) {
  const items = [...study.items.values()];
  const notes = items
    .filter((item) => item.kind === "text" && answers.has(item.id))
    .map((item) => answers.get(item.id));
  if (!study.heard) return [["note_words", listedWords(study, notes)]];
  const said = notes.map((note) => signsSaid(note, study.heard, study.tables));
  const words = new Set(said.flatMap(({ tiers }) => [...tiers]));
  if (said.some(({ negated }) => negated)) words.add("negated");
  const signs = new Set(said.flatMap((one) => one.signs));
  const told = notes.map((note) => readingsIn(note, study.heard, study.tables));
  return [
    ["note_words", [...words].sort()],
    ["note_signs", [...signs].sort()],
    ...measured(told),
    ...temperatures(items, told, soFar),
  ];
}

function listedWords(study, notes) {
  const found = notes.flatMap((note) => [...noteWords(note, study.words, study.tables)]);
  return [...new Set(found)].sort();
}

function measured(told) {
  const all = (name) => told.flatMap((one) => one[name]);
  return [
    ["said_oxygen", all("oxygen"), Math.min],
    ["said_systolic", all("systolic"), Math.min],
    ["said_systolic_high", all("systolic"), Math.max],
    ["said_pulse_low", all("pulse"), Math.min],
    ["said_pulse_high", all("pulse"), Math.max],
  ]
    .filter(([, values]) => values.length)
    .map(([name, values, which]) => [name, sayTenths(which(...values) * 10)]);
}

/** A temperature counts for `reading`; the only one is also the study's first. */
function temperatures(items, told, soFar) {
  const tenths = told.flatMap((one) => one.temperatures).filter((one) => one !== null);
  if (!tenths.length) return [];
  const known = soFar.get("reading");
  const before = known === undefined ? 0 : Number(known.replace(".", ""));
  const facts = [["reading", sayTenths(Math.max(...tenths, before))]];
  const first = items.find((item) => item.kind === "temperature");
  if (first && !soFar.has(first.id) && tenths.length === 1) {
    facts.push([first.id, sayTenths(tenths[0])]);
  }
  return facts;
}
