// A note prepared for matching: folded text, its blanks, clauses and sentences.
// Positions are those of the JavaScript string; lengths are in code points.

import { casefold, isLetterOrNumber, lengthOf, nfkc, translation } from "./characters.js";

const straightened = translation("‘’‛ʼ′`´", "'''''''");
const dashed = translation("－‒―", "-––");
const HYPHENS = "-‐‑";

/** `text` in NFKC and folded, with straight apostrophes, nothing invisible. */
export function plain(text, tables) {
  const straight = nfkc(dashed(straightened(text)), tables);
  const lower = nfkc(casefold(straight, tables), tables);
  const seen = Array.from(lower).filter((char) => !tables.invisible.has(char)).join("");
  return straightened(seen);
}

const isLatin = (char) => char !== undefined && char >= "a" && char <= "z";
const isDigit = (char) => char !== undefined && char >= "0" && char <= "9";

/** Whether `one` is completely within one of `others`. */
export function insideAny(one, others) {
  return others.some((other) => other.start <= one.start && one.end <= other.end);
}

/** Every position of `sought` in `text`, also overlapping ones. */
export function every(text, sought) {
  const places = [];
  let place = sought ? text.indexOf(sought) : -1;
  while (place >= 0) {
    places.push(place);
    place = text.indexOf(sought, place + 1);
  }
  return places;
}

function stops(text, among) {
  const found = [];
  for (let place = 0; place < text.length; place += 1) {
    const decimal = text[place] === "." && isDigit(text[place - 1]) && isDigit(text[place + 1]);
    if (among.includes(text[place]) && !decimal) found.push(place);
  }
  return found;
}

const upwards = (left, right) => left - right;

export class NoteText {
  constructor(folded, tables) {
    this.folded = folded;
    this.tables = tables;
    this.places = [];
    for (let place = 0; place < folded.length; place += 1) {
      if (folded[place] !== " ") this.places.push(place);
    }
    this.bare = this.places.map((place) => folded[place]).join("");
  }

  static of(note, tables) {
    const [folded, lines] = fold(plain(note, tables), tables);
    const text = new NoteText(folded, tables);
    const spans = [
      ...tables.clause_words.flatMap((word) => text.anywhere(word)),
      ...tables.clause_english.flatMap((word) => text.wholeWord(word)),
    ];
    const clauses = [...lines, ...stops(folded, tables.clause_stops)];
    clauses.push(...spans.map((span) => span.start));
    clauses.push(...every(folded, " - ").map((place) => place + 1));
    text.clauses = clauses.sort(upwards);
    text.sentences = [...lines, ...stops(folded, tables.stops)].sort(upwards);
    return text;
  }

  /** Where `word` occurs; blanks in the note and in the word are ignored. */
  anywhere(word) {
    const sought = word.replace(/ /g, "");
    return every(this.bare, sought).map((place) => ({
      start: this.places[place],
      end: this.places[place + sought.length - 1] + 1,
    }));
  }

  /** Where `stem` occurs at the start of a Latin word. */
  wordStart(stem) {
    return every(this.folded, stem)
      .filter((place) => !isLatin(this.folded[place - 1]))
      .map((place) => ({ start: place, end: place + stem.length }));
  }

  wholeWord(word) {
    return this.wordStart(word).filter((span) => this.endsWord(span.end));
  }

  wordEnding(ending) {
    return every(this.folded, ending)
      .map((place) => ({ start: place, end: place + ending.length }))
      .filter((span) => this.endsWord(span.end));
  }

  endsWord(end) {
    return !isLatin(this.folded[end]);
  }

  /** The end of a word that continues at `end`, with a stem's last letters. */
  wordEnd(end, unspaced) {
    let place = end;
    while (!unspaced && isLatin(this.folded[place])) place += 1;
    return place;
  }

  clauseEnds(start, end) {
    return this.clauses.some((place) => place >= start && place < end);
  }

  /** The start and the end of the sentence with `span`. */
  sentence(span) {
    const before = this.sentences.filter((place) => place < span.start);
    const after = this.sentences.find((place) => place >= span.start);
    return [before.length ? before[before.length - 1] : 0, after ?? this.folded.length];
  }

  /** The number of characters between two positions, without blanks. */
  characters(start, end) {
    return lengthOf(this.folded.slice(start, end).replace(/ /g, ""));
  }

  /** Characters from one position to another, negative if it is before. */
  distance(from, to) {
    return from <= to
      ? lengthOf(this.folded.slice(from, to))
      : -lengthOf(this.folded.slice(to, from));
  }

  /** The words between two positions; a Chinese character counts as one. */
  words(start, end) {
    let count = 0;
    let inside = false;
    for (const char of this.folded.slice(start, end)) {
      const latin = /^[a-zA-Z0-9']$/.test(char);
      const own = char > "\x7f" && isLetterOrNumber(char, this.tables);
      if ((latin && !inside) || own) count += 1;
      inside = latin;
    }
    return count;
  }

  /** Whether there is a word for the present between the two positions. */
  saysNow(start, end) {
    const between = new NoteText(this.folded.slice(start, end), this.tables);
    return this.tables.now_words.some((word) => between.bare.includes(word))
      || this.tables.now_english.some((word) => between.wholeWord(word).length > 0);
  }
}

/** Runs of blanks as one, and the line ends; a hyphen in a word is a blank. */
function fold(text, tables) {
  let folded = "";
  const lines = [];
  for (let place = 0; place < text.length; place += 1) {
    const char = text[place];
    const joins = HYPHENS.includes(char) && isLatin(text[place - 1]);
    if (tables.blank.has(char) || (joins && isLatin(text[place + 1]))) {
      const after = folded.endsWith(" ");
      if (tables.line_ends.includes(char)) lines.push(folded.length - (after ? 1 : 0));
      if (folded && !after) folded += " ";
    } else {
      folded += char;
    }
  }
  return [folded, lines];
}
