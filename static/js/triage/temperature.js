// Numbers as people type them: temperatures, oxygen, blood pressure, doses. One exact
// reading of each in whole numbers: hundredths, and whether anything smaller follows.
// Every limit and rounding of the rules falls on a hundredth, so no digit is lost.

import { lengthOf, nfkc, translation, trimmed } from "./characters.js";

const ringed = translation("º˚", "°°"); // look-alikes that NFKC would take apart
const LONGEST = 200; // digits of a number that anybody means
const LOWEST = 320; // tenths of a degree Celsius that a body can have
const HIGHEST = 420;
const FAHRENHEIT = [860, 1130]; // tenths that, typed as ℃, must be ℉
const HUGE = 10 ** 11; // hundredths: more than anything that is measured here

/** `{hundredths, rest}` of what `text` says, or null. `signs` come off its end. */
export function readNumber(text, tables, signs = []) {
  let bare = trimmed(nfkc(ringed(text), tables).toLowerCase(), tables);
  for (const family of signs) {
    const sign = family.find((each) => bare.endsWith(each)) ?? "";
    bare = trimmed(bare.slice(0, bare.length - sign.length), tables);
  }
  return number(bare);
}

function number(text) {
  const found = /^([0-9]+)(?:([.,。·])([0-9]+))?$/.exec(text);
  if (!found || lengthOf(text) > LONGEST) return null;
  const whole = found[1].replace(/^0+/, "") || "0";
  const part = (found[3] ?? "").padEnd(2, "0");
  const hundredths = whole.length > 9 ? HUGE : Number(whole + part.slice(0, 2));
  return { hundredths, rest: /[1-9]/.test(part.slice(2)) };
}

/** Whether a number is more than nothing. */
export function isPositive(read) {
  return read.hundredths > 0 || read.rest;
}

/** What an answer to a temperature item says: `{state, tenths}`, tenths of ℃ or null. */
export function readTemperature(answer, tables) {
  if (answer === undefined || answer === null) return { state: "absent", tenths: null };
  if (typeof answer !== "object") return { state: "cannot", tenths: null };
  const read = readNumber(answer.value, tables, [["c", "f"], ["°", "度"]]);
  const [tenths, swapped] = read ? celsius(read, answer.unit) : [null, false];
  if (tenths === null || !within(tenths, LOWEST, HIGHEST)) {
    return { state: "unreadable", tenths: null };
  }
  return { state: swapped ? "converted" : "ok", tenths };
}

function within(value, least, most) {
  return least <= value && value <= most;
}

/** Tenths of ℃, and whether the unit was exchanged to get there. */
function celsius(read, unit) {
  const typed = halfUp(read.hundredths, 10);
  if (unit === "F") {
    const swapped = within(typed, LOWEST, HIGHEST);
    return [swapped ? typed : fromFahrenheit(read), swapped];
  }
  const swapped = within(typed, ...FAHRENHEIT);
  return [swapped ? fromFahrenheit(read) : typed, swapped];
}

/** (℉ - 32) x 5 / 9 in tenths, rounded half up once, at the end. */
function fromFahrenheit(read) {
  return halfUp((read.hundredths - 3200) * 5, 90);
}

function halfUp(above, below) {
  return Math.floor((2 * above + below) / (2 * below));
}

/** 380 as "38.0". */
export function sayTenths(tenths) {
  return `${Math.floor(tenths / 10)}.${tenths % 10}`;
}

/** Tenths of a home reading from `least` to `most`, rounded down, or null. */
export function readMeasure(text, least, most, tables) {
  const read = readNumber(text, tables, [["%"]]);
  if (!read || read.hundredths < least * 100) return null;
  const over = read.hundredths - most * 100;
  return over > 0 || (over === 0 && read.rest) ? null : floorTenths(read);
}

/** A number in whole tenths, the rest left away. */
export function floorTenths(read) {
  return Math.floor(read.hundredths / 10);
}
