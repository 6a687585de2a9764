// Numbers as people type them: temperatures, oxygen, blood pressure, doses. Each has one
// exact reading in whole numbers: hundredths, and whether smaller digits follow. Every limit
// and rounding of the rules is at a hundredth, so no digit is lost.

import { lengthOf, nfkc, translation, trimmed } from "./characters.js";
import { numberSaid } from "./typed.js";

const ringed = translation("º˚", "°°"); // similar signs that NFKC would split
const LONGEST = 200; // digits of the longest number that is read
const LOWEST = 320; // tenths of ℃ that a living body can have
const HIGHEST = 420;
const FAHRENHEIT = [860, 1130]; // tenths that must be ℉ even if typed as ℃
const READING_SIGNS = [["%", "mmhg", "毫米汞柱"]];
export const DOSE_SIGNS = [["mg", "毫克"]];
const BETWEEN_TWO = ["/", "比", "over"]; // of a blood pressure: 85/50
const HUGE = 10 ** 11; // hundredths: more than any value measured here

/** `{hundredths, rest}` of the number in `text`, or null. `signs` are removed from its end. */
export function readNumber(text, tables, signs = []) {
  return number(bareOf(text, tables, signs));
}

function bareOf(text, tables, signs) {
  let bare = trimmed(nfkc(ringed(text), tables).toLowerCase(), tables);
  for (const family of signs) {
    const sign = family.find((each) => bare.endsWith(each)) ?? "";
    bare = trimmed(bare.slice(0, bare.length - sign.length), tables);
  }
  return bare;
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
  const read = degrees(answer.value, tables);
  const [tenths, swapped] = read ? celsius(read, answer.unit) : [null, false];
  if (tenths === null || !within(tenths, LOWEST, HIGHEST)) {
    return { state: "unreadable", tenths: null };
  }
  return { state: swapped ? "converted" : "ok", tenths };
}

/** The number as typed, else the one that its words say, as in a note. */
function degrees(typed, tables) {
  const read = readNumber(typed, tables, [["c", "f"], ["°", "度"]]);
  if (read || lengthOf(typed) > LONGEST) return read;
  const said = numberSaid(typed, tables);
  return said && readNumber(said, tables);
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

/** Tenths of a home reading from `least` to `most`, rounded down, or null. `pressure` is
 * upper or lower: which of two numbers is meant, as in 85/50. */
export function readMeasure(text, [least, most], tables, pressure = null, signs = READING_SIGNS) {
  const bare = bareOf(text, tables, signs);
  const read = number(bare) ?? (pressure ? ofTwo(bare, pressure, tables) : null);
  if (!read || read.hundredths < least * 100) return null;
  const over = read.hundredths - most * 100;
  return over > 0 || (over === 0 && read.rest) ? null : floorTenths(read);
}

/** The upper or the lower of two numbers that may be a blood pressure. */
function ofTwo(text, pressure, tables) {
  const between = BETWEEN_TWO.find((one) => text.includes(one));
  const parts = between ? text.split(between) : [];
  if (parts.length !== 2) return null;
  const [upper, lower] = parts.map((part) => number(trimmed(part, tables)));
  if (!upper || !lower || floorTenths(upper) <= floorTenths(lower)) return null;
  return pressure === "upper" ? upper : lower;
}

/** A number in whole tenths, rounded down. */
export function floorTenths(read) {
  return Math.floor(read.hundredths / 10);
}
