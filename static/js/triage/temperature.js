// Numbers as people type them: temperatures, oxygen, blood pressure, doses. Each has one
// exact reading in whole numbers: hundredths, and whether smaller digits follow. Every limit
// and rounding of the rules is at a hundredth, so no digit is lost.

import { lengthOf, nfkc, translation, trimmed } from "./characters.js";

const ringed = translation("º˚", "°°"); // similar signs that NFKC would split
const LONGEST = 200; // digits of the longest number that is read
const LOWEST = 320; // tenths of ℃ that a living body can have
const HIGHEST = 420;
const FAHRENHEIT = [860, 1130]; // tenths that must be ℉ even if typed as ℃
const HUGE = 10 ** 11; // hundredths: more than any value measured here

/** `{hundredths, rest}` of the number in `text`, or null. `signs` are removed from its end. */
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

/** Whether a number is more than 0. */
export function isPositive(read) {
  return read.hundredths > 0 || read.rest;
}

/** The reading of an answer to a temperature item: `{state, tenths}`, tenths of ℃ or null. */
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

/** Tenths of ℃, and whether the unit was replaced by the other one. */
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

/** A number in whole tenths, rounded down. */
export function floorTenths(read) {
  return Math.floor(read.hundredths / 10);
}
