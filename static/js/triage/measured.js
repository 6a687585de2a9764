// Numbers and doses as an item reads them: each with its state and its value. What nobody can
// understand, or what cannot be true, is unreadable, and never the same as no answer.

import { DOSE_SIGNS, isPositive, readMeasure, readNumber } from "./temperature.js";

export const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `{state, tenths}` of an answer to a number or a dose; tenths or null. */
export function readItem(item, answer, tables) {
  if (answer === undefined) return { state: "absent", tenths: null };
  if (item.kind === "dose") return dose(item, answer, tables);
  if (item.cannot && answer === "cannot") return { state: "cannot", tenths: null };
  return read(readMeasure(answer, item.bounds, tables, item.pressure));
}

/** A dose that was taken and whose amount was left blank is absent. */
function dose(item, answer, tables) {
  if (!isObject(answer)) return { state: "ok", tenths: 0 };
  const blank = Array.from(answer.mg).every((char) => tables.blank.has(char));
  if (blank) return { state: "absent", tenths: null };
  return read(readMeasure(answer.mg, item.bounds, tables, null, DOSE_SIGNS));
}

function read(tenths) {
  return { state: tenths === null ? "unreadable" : "ok", tenths };
}

/** Whether a dose was taken; one that cannot be read counts as taken. */
export function isTaken(answer, tables) {
  if (!isObject(answer)) return false;
  const found = readNumber(answer.mg, tables, DOSE_SIGNS);
  return !found || isPositive(found);
}
