// A number typed into a field, read as in a note: 三十九度二, 38点7, thirty-nine.

import { folded, readFolding } from "./folding.js";
import { inDigits, readNumerals } from "./numerals.js";

/** What such a field needs of a compiled study; null if a phone kept it before it had that. */
export function readTyped({ typed }) {
  return typed ? {
    folding: readFolding(typed),
    numerals: readNumerals(typed),
    forms: readForms(typed.forms),
    whole: new RegExp(typed.whole),
  } : null;
}

/**
 * Each traditional character with its simplified one: the steps from one to the next in
 * base 36, then the simplified ones. A study kept before has both in turn, in one text.
 */
export function readForms(kept) {
  const text = typeof kept === "string" ? kept : kept[1];
  const chars = Array.from(text);
  if (text === kept) {
    return new Map(chars.flatMap((char, at) => (at % 2 ? [] : [[char, chars[at + 1]]])));
  }
  let code = 0;
  return new Map(kept[0].split(" ").map((step, at) => {
    code += parseInt(step, 36);
    return [String.fromCodePoint(code), chars[at]];
  }));
}

/** The number that is all of `typed`, in digits as in "38.7"; null: it is more. */
export function numberSaid(typed, tables) {
  if (!tables.typed) return null;
  const { folding, forms, numerals } = tables.typed;
  if (Array.from(typed).some((char) => folding.unseen.has(char))) return null;
  const text = inDigits(folded(typed, forms, folding, tables), numerals);
  const found = tables.typed.whole.exec(text.replace(/^[ \n]+|[ \n]+$/g, ""));
  return found && found[1].replace(/[·,]/g, ".");
}
