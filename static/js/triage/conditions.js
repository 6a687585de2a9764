// The fixed language of a rule's `when`: comparisons of named facts, as data.

import { floorTenths, readNumber } from "./temperature.js";

/** Whether `when` is true for the facts (a Map) and the rules that fired (a Map). */
export function holds(when, facts, fired, tables) {
  const held = (part) => holds(part, facts, fired, tables);
  if ("all" in when) return parts(when.all).every(held);
  if ("any" in when) return parts(when.any).some(held);
  if ("not" in when) return !parts(when.not).every(held);
  if ("of" in when) return parts(when.of).filter(held).length >= countOf(when);
  if ("fact" in when) return compares(when, facts.get(String(when.fact)), tables);
  return hasFired(when, fired);
}

const isCondition = (part) =>
  typeof part === "object" && part !== null && !Array.isArray(part);
const parts = (inner) => (Array.isArray(inner) ? inner : [inner]).filter(isCondition);
const names = (value) => (value === undefined || value === null ? [] : [value].flat());

const countOf = ({ count }) => (Number.isInteger(count) ? Math.max(count, 1) : 1);

/** The facts that `when` compares, each once, by name. */
export function factNames(when) {
  const found = new Set(leaves(when).filter((leaf) => "fact" in leaf)
    .map((leaf) => String(leaf.fact)));
  return [...found].sort();
}

function leaves(when) {
  const nested = ["all", "any", "of", "not"].filter((key) => key in when);
  if (!nested.length) return [when];
  return nested.flatMap((key) => parts(when[key]).flatMap(leaves));
}

/** A level or a decimal text such as "38.0" in whole tenths, or null. */
function tenths(value, tables) {
  if (Number.isInteger(value)) return value * 10;
  const read = typeof value === "string" ? readNumber(value, tables) : null;
  return read && floorTenths(read);
}

function hasFired(when, fired) {
  if ("fired_tier" in when) {
    const came = [...fired.values()].filter((one) => one.tier === when.fired_tier);
    const least = "count" in when ? when.count : 1;
    return Number.isInteger(least) && came.length >= least;
  }
  return [...names(when.fired), ...names(when.fired_any)].some((name) => fired.has(name));
}

function compares(when, fact, tables) {
  const key = Object.keys(COMPARISONS).find((each) => each in when);
  if (key === undefined || fact === undefined || fact === null) return false;
  return COMPARISONS[key](fact, when[key], (value) => tenths(value, tables));
}

function ordered(read, ...values) {
  const numbers = values.map(read);
  return numbers.every((number, place) =>
    number !== null && (place === 0 || numbers[place - 1] <= number));
}

const COMPARISONS = {
  is: (fact, wanted) => fact === wanted,
  is_any: (fact, wanted) => Array.isArray(wanted) && wanted.includes(fact),
  at_least: (fact, wanted, read) => ordered(read, wanted, fact),
  below: (fact, wanted, read) =>
    ordered(read, fact, wanted) && read(fact) !== read(wanted),
  between: (fact, wanted, read) =>
    Array.isArray(wanted) && wanted.length === 2
      && ordered(read, wanted[0], fact, wanted[1]),
  has: (fact, wanted) => Array.isArray(fact) && fact.includes(wanted),
  has_any: (fact, wanted) => Array.isArray(fact) && fact.length > 0 === wanted,
};
