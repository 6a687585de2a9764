// Whether the answers of an entry have the form that its study requires: faults are named
// field by field; valid answers are kept.

import { WORDS_READ, byCodePoint, firstOf, lengthOf, storable } from "./characters.js";
import { isObject, readItem } from "./measured.js";

const REPORTER = "reporter"; // kept also where nobody is asked who reports
const NAME_SHOWN = 80; // code points of an unknown id that are shown in a fault

export const has = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

/** `{answers, faults, doubts}`: a Map of usable answers, and what is wrong. */
export function checkAnswers(study, given) {
  const checked = { answers: new Map(), faults: [], doubts: [] };
  if (!isObject(given)) {
    checked.faults.push(fault("answers", "must be an object of answers"));
    return checked;
  }
  for (const item of study.items.values()) {
    if (has(given, item.id)) take(checked, item, given[item.id], study.tables);
  }
  const unknown = Object.keys(given).filter((name) => !study.items.has(name) && name !== REPORTER);
  for (const name of unknown.map((each) => firstOf(each, NAME_SHOWN)).sort(byCodePoint)) {
    checked.faults.push(fault(name, "the study has no such item"));
  }
  return checked;
}

export function fault(field, problem) {
  return { field, problem };
}

function take(checked, item, value, tables) {
  const judged = KINDS[item.kind](item, value, tables);
  if (has(judged, "kept")) checked.answers.set(item.id, judged.kept);
  if (judged.fault) checked.faults.push(fault(item.id, judged.fault));
  if (judged.doubt) checked.doubts.push(fault(item.id, judged.doubt));
}

const listed = (item) => item.codes.join(", ");

function choice(item, value) {
  if (typeof value !== "string") return { fault: `must be text, one of ${listed(item)}` };
  return known(item, value);
}

function level(item, value) {
  if (!Number.isInteger(value)) {
    return { fault: `must be a whole number, one of ${listed(item)}` };
  }
  return known(item, value);
}

function known(item, value) {
  if (!item.codes.includes(value)) return { fault: `is not one of ${listed(item)}` };
  return { kept: value };
}

/** A list of codes; the valid codes are kept, also if there is a fault. */
function multi(item, value) {
  if (!Array.isArray(value)) return { fault: `must be a list of ${listed(item)}` };
  const given = value.filter((code) => typeof code === "string");
  const kept = item.codes.filter((code) => given.includes(code));
  let problem = "";
  if (given.length < value.length || !given.every((code) => kept.includes(code))) {
    problem = `holds something other than ${listed(item)}`;
  } else if (given.length > kept.length) {
    problem = "holds the same code twice";
  }
  return kept.length || !problem ? { kept, fault: problem } : { fault: problem };
}

function hasOnly(value, ...keys) {
  return isObject(value) && Object.keys(value).length === keys.length
    && keys.every((key) => has(value, key));
}

function temperature(item, value) {
  if (value === "cannot" && item.cannot) return { kept: value };
  if (!hasOnly(value, "value", "unit")) {
    return { fault: 'must be {"value": "38.0", "unit": "C"}' };
  }
  const { value: typed, unit } = value;
  if (typeof typed !== "string") return { fault: "the value must be the text as typed" };
  if (unit !== "C" && unit !== "F") return { fault: "the unit is not one of C, F" };
  return { kept: { value: storable(typed), unit }, fault: unstorable(typed) };
}

/** "no" or {"mg": text}. A dose that cannot be read counts as taken. */
function dose(item, value, tables) {
  if (value === "no") return { kept: value };
  if (!hasOnly(value, "mg")) return { fault: 'must be "no" or {"mg": "20"}' };
  if (typeof value.mg !== "string") return { fault: "the dose must be the text as typed" };
  const kept = { mg: storable(value.mg) };
  return { kept, fault: unstorable(value.mg), doubt: doubtOf(item, kept, tables) };
}

function measure(item, value, tables) {
  if (typeof value !== "string") return { fault: "must be the number as typed, as text" };
  const kept = storable(value);
  return { kept, fault: unstorable(value), doubt: doubtOf(item, kept, tables) };
}

function doubtOf(item, kept, tables) {
  if (readItem(item, kept, tables).state !== "unreadable") return "";
  const [least, most] = item.bounds;
  return `is not a number from ${least} to ${most}`;
}

function note(item, value) {
  if (typeof value !== "string") return { fault: "must be text" };
  const read = firstOf(value, WORDS_READ);
  let problem = unstorable(read);
  if (item.max_length !== null && lengthOf(value) > item.max_length) {
    problem = `is longer than ${item.max_length} characters`;
  }
  return { kept: storable(read), fault: problem };
}

function unstorable(text) {
  return storable(text) === text ? "" : "holds a character that is not text";
}

const KINDS = {
  choice, level, multi, temperature, dose, number: measure, text: note,
};
