// Text as the server reads it: NFKC, case folding, blanks, and lengths in code points.
// If a browser has a newer Unicode than the server, the server's is used.

const PILE = /([\p{M}\uff9e\uff9f]{30})[\p{M}\uff9e\uff9f]+/gu;

export const WORDS_READ = 2000; // code points of a note that are read

/** The tables of the compiled study, prepared once for all its notes and numbers. */
export function readTables(compiled) {
  const blank = new Set(compiled.blanks);
  const invisible = new Set(compiled.invisible);
  return {
    ...compiled,
    blank,
    invisible,
    known: new RegExp(`[^${ranges(compiled.unassigned)}]+`, "gu"),
    fold: new Map(foldedPairs(compiled.fold)),
    isText: new RegExp(`^[\\p{L}\\p{N}]$`, "u"),
  };
}

/** Each character with its folded form; a study kept before has them as pairs. */
function foldedPairs(fold) {
  if (Array.isArray(fold)) return fold;
  return fold.split("\n").map((pair) => {
    const [char, ...into] = Array.from(pair);
    return [char, into.join("")];
  });
}

/** "5.2,10.0": after a gap of 5 a run of 1 + 2 code points; numbers in base 36. */
function ranges(coded) {
  let last = 0;
  return coded.split(",").map((pair) => {
    const [gap, length] = pair.split(".").map((digits) => parseInt(digits, 36));
    const start = last + gap;
    last = start + length;
    return `\\u{${start.toString(16)}}-\\u{${last.toString(16)}}`;
  }).join("");
}

/** NFKC by the server's Unicode; characters that it does not know stay unchanged. */
export function nfkc(text, tables) {
  return text.replace(tables.known, (known) =>
    thinned(thinned(known).normalize("NFKC")));
}

/** Without the marks after the thirtieth on one letter: ordering them takes too long. */
function thinned(text) {
  return text.replace(PILE, "$1");
}

/** Case folded, one code point at a time. */
export function casefold(text, tables) {
  return text.replace(tables.known, (known) =>
    Array.from(known, (char) => tables.fold.get(char) ?? char.toLowerCase()).join(""));
}

/** Whether a code point is a letter or a number of the server's Unicode. */
export function isLetterOrNumber(char, tables) {
  return tables.isText.test(char) && char.replace(tables.known, "") === "";
}

/** A function that turns each of `from` into the character of `to` at its place. */
export function translation(from, to) {
  const places = new Map(Array.from(from, (char, place) => [char, [...to][place]]));
  return (text) => Array.from(text, (char) => places.get(char) ?? char).join("");
}

/** `text` without blanks and characters without width at both ends. */
export function trimmed(text, tables) {
  const off = (char) => tables.blank.has(char) || tables.invisible.has(char);
  let start = 0;
  let end = text.length;
  while (start < end && off(text[start])) start += 1;
  while (end > start && off(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

/** Length in code points. */
export function lengthOf(text) {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** The first `count` code points. */
export function firstOf(text, count) {
  return text.length <= count ? text : Array.from(text).slice(0, count).join("");
}

/** NUL and lone surrogates replaced: databases refuse them. */
export function storable(text) {
  return Array.from(text, (char) =>
    char === "\0" || /^[\ud800-\udfff]$/.test(char) ? "\ufffd" : char).join("");
}

/** Compares by code point, as the server sorts. */
export function byCodePoint(left, right) {
  const [a, b] = [Array.from(left), Array.from(right)];
  for (let place = 0; place < a.length && place < b.length; place += 1) {
    const differs = a[place].codePointAt(0) - b[place].codePointAt(0);
    if (differs) return differs;
  }
  return a.length - b.length;
}
