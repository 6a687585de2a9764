// Readings that a person tells in their own words: temperature, oxygen, pressure, pulse.

import { stretch } from "./clauses.js";
import { folded } from "./folding.js";
import { inDigits, readNumerals } from "./numerals.js";
import { readTemperature } from "./temperature.js";

const BACK = 24; // characters before a number that say what it is
const STOPS = "。!?;\n";

/** The patterns of the readings, each made once. */
export function readPatterns(heard, shared) {
  const { readings, grammar } = heard;
  const one = (name) => new RegExp(readings[name]);
  const all = (sources) => [sources].flat().map((source) => new RegExp(source, "g"));
  const names = ["whole", "other_units", "near", "near_after", "away", "away_after", "limit",
    "below", "never", "fahrenheit", "pressure"];
  return {
    ...Object.fromEntries(names.map((name) => [name, one(name)])),
    number: all(readings.number)[0],
    pair: all(readings.pair)[0],
    oxygen: all(readings.oxygen),
    systolic: all(readings.systolic),
    pulse: all(readings.pulse),
    asking: grammar.asking.map((source) => new RegExp(source)),
    past: grammar.past.map((source) => new RegExp(source)),
    now: grammar.now.map((source) => new RegExp(source)),
    supposing: grammar.hypothetical.slice(0, 2).map((source) => new RegExp(source)),
    numerals: readNumerals(shared),
  };
}

/** `{temperatures, oxygen, systolic, pulse}`: tenths of ℃ or null, and whole numbers. */
export function readingsIn(note, { patterns, folding, forms }, tables) {
  const text = inDigits(folded(note, forms, folding, tables), patterns.numerals);
  return {
    temperatures: temperatures(text, patterns, tables),
    oxygen: measures(text, patterns.oxygen, 50, 100),
    systolic: [...pairs(text, patterns), ...measures(text, patterns.systolic, 40, 260)],
    pulse: measures(text, patterns.pulse, 20, 260),
  };
}

function tenthsOf(value, unit, tables) {
  return readTemperature({ value: value.replace(/[·,]/g, "."), unit }, tables).tenths;
}

function temperatures(text, patterns, tables) {
  const whole = patterns.whole.exec(text.replace(/^[ \n.,!。~]+|[ \n.,!。~]+$/g, ""));
  if (whole) {
    const unit = patterns.fahrenheit.test(text) ? "F" : "C";
    const tenths = tenthsOf(whole[1], unit, tables);
    const meant = whole[1].replace(/[^0-9]/g, "").length === 3;
    return tenths !== null || meant ? [tenths] : [];
  }
  return matches(text, patterns.number)
    .map((match) => inside(text, match, patterns, tables))
    .filter((tenths) => tenths !== null);
}

function matches(text, pattern) {
  const found = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) found.push(match);
  return found;
}

/** The temperature at `match`, if it is called one or can be nothing else. */
function inside(text, match, patterns, tables) {
  const [all, first, number, sign = ""] = match;
  const start = match.index + first.length;
  const end = start + number.length;
  const before = text.slice(Math.max(start - BACK, 0), start);
  const after = text.slice(match.index + all.length);
  if (!sign && patterns.other_units.test(text.slice(end, end + 12))) return null;
  const near = patterns.near.test(before) || patterns.near_after.test(after);
  if (patterns.limit.test(before) || patterns.below.test(after.slice(0, 6))) return null;
  const away = patterns.away.test(before) || patterns.away_after.test(after.slice(0, 12));
  if (patterns.never.test(before) || (!near && away)) return null;
  if (isSupposed(text, start, patterns) || isPast(text, start, patterns)) return null;
  if (!sign && !near && !/[.·]/.test(number)) return null;
  const called = before.includes("华氏") || before.includes("fahrenheit") ? "f" : "";
  const unit = patterns.fahrenheit.test(sign || called) ? "F" : "C";
  return tenthsOf(number, unit, tables);
}

/** Whether the number is in a question about what might be. */
function isSupposed(text, place, patterns) {
  const stops = Array.from(STOPS);
  const start = Math.max(...stops.map((stop) => lastBefore(text, stop, place))) + 1;
  const ends = stops.map((stop) => text.indexOf(stop, place)).filter((at) => at >= 0);
  const sentence = text.slice(start, Math.min(...ends, text.length) + 1);
  const before = text.slice(start, place);
  return patterns.supposing.some((one) => one.test(before))
    && patterns.asking.some((one) => one.test(sentence));
}

/** Whether the words around a number speak of long ago, and not of now. */
function isPast(text, place, { past, now }) {
  const part = text.slice(...stretch(text, place, 0, text.length));
  return past.some((one) => one.test(part)) && !now.some((one) => one.test(part));
}

function lastBefore(text, stop, place) {
  return place > 0 ? text.lastIndexOf(stop, place - 1) : -1;
}

function measures(text, found, least, most) {
  return found
    .flatMap((pattern) => matches(text, pattern))
    .map((match) => Number(match[1]))
    .filter((value) => least <= value && value <= most);
}

/** The upper of two numbers that are a blood pressure: 82/50, 85 over 50. */
function pairs(text, patterns) {
  return matches(text, patterns.pair).flatMap((match) => {
    const [upper, lower] = [Number(match[2]), Number(match[3])];
    const before = text.slice(Math.max(match.index - BACK, 0), match.index + 1);
    const likely = patterns.pressure.test(before) || lower >= 30;
    const possible = upper >= 40 && upper <= 260 && lower >= 20 && lower < upper;
    return possible && likely ? [upper] : [];
  });
}
