// What somebody wrote, folded to one spelling, as on the server. A character outside the
// basic plane becomes one mark, so that positions are the same there.

import { plain } from "./note.js";


/** The data of the reader, prepared once for a study. */
export function readFolding({ folding }) {
  const { misspelt, miswritten } = folding;
  return {
    ...folding,
    unseen: new Set(folding.unseen),
    pictures: new Map(Object.entries(folding.pictures)),
    shorter: folding.shorter.map(([source, into]) => [new RegExp(source, "g"), into]),
    misspelt: new Map([...Object.entries(miswritten), ...Object.entries(misspelt)]),
    han: Object.entries(miswritten).filter(([said]) => !isAscii(said)),
  };
}

const isAscii = (text) => Array.from(text).every((char) => char <= "\x7f");

/** `note` in one spelling; `forms` are the traditional characters to replace. */
export function folded(note, forms, ready, tables) {
  let text = Array.from(plain(note, tables), (char) => seen(char, forms, ready)).join("");
  text = withoutBlanks(text, tables).replace(/([a-z])[-‐‑](?=[a-z])/g, "$1 ");
  for (const [pattern, into] of ready.shorter) text = text.replace(pattern, into);
  text = text.replace(/[a-z]+/g, (word) => ready.misspelt.get(word) ?? word);
  for (const [said, word] of ready.han) text = text.split(said).join(word);
  return text;
}

function seen(char, forms, ready) {
  if (ready.unseen.has(char)) return "";
  if (char.length > 1) return ready.pictures.get(char) ?? ready.mark;
  return forms.get(char) ?? char;
}

/** Each run of blanks as one blank, or as a line end if it has one. */
function withoutBlanks(text, tables) {
  let made = "";
  let run = "";
  for (const char of text) {
    if (tables.blank.has(char)) {
      if (run !== "\n") run = tables.line_ends.includes(char) ? "\n" : " ";
    } else {
      made += run + char;
      run = "";
    }
  }
  return made + run;
}
