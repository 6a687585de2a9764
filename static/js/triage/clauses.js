// A folded note as the signs are sought in it: clauses, and where pieces stand.

import { every } from "./note.js";

export const isLatin = (char) => char !== undefined && char >= "a" && char <= "z";
const isDigit = (char) => char !== undefined && char >= "0" && char <= "9";

export class Clauses {
  constructor(text, grammar) {
    this.text = text;
    this.places = [];
    for (let place = 0; place < text.length; place += 1) {
      if (text[place] !== " ") this.places.push(place);
    }
    this.bare = this.places.map((place) => text[place]).join("");
    const stops = [];
    for (let place = 0; place < text.length; place += 1) {
      if (grammar.clause_stops.includes(text[place]) && !isDecimal(text, place)) {
        stops.push(place);
      }
    }
    const words = grammar.connectives.flatMap((one) =>
      this.spans(one, one[0] > "~").map(([start]) => start));
    this.ends = [...new Set([...stops, ...words])].sort((a, b) => a - b);
    this.stops = stops.filter((place) => grammar.stops.includes(text[place]));
  }

  /** Where `piece` stands: anywhere, at the start of a word, or as a word. */
  spans(piece, unspaced) {
    if (unspaced) {
      const sought = piece.replace(/ /g, "");
      return every(this.bare, sought)
        .map((at) => [this.places[at], this.places[at + sought.length - 1] + 1]);
    }
    const whole = piece.startsWith("=");
    const sought = whole ? piece.slice(1) : piece;
    return every(this.text, sought)
      .filter((at) => !isLatin(this.text[at - 1]) || !isLatin(sought[0]))
      .map((at) => [at, this.wordEnd(at + sought.length)])
      .filter(([start, end]) => !whole || end === start + sought.length);
  }

  wordEnd(end) {
    let place = end;
    while (isLatin(this.text[place])) place += 1;
    return place;
  }

  /** The number of the clause with this position. */
  clause(place) {
    return firstFrom(this.ends, place + 1);
  }

  clauseSpan(place) {
    return between(this.ends, place, this.text.length);
  }

  sentenceSpan(place) {
    return between(this.stops, place, this.text.length);
  }
}

/** The index of the first of `sorted` that is not below `least`. */
export function firstFrom(sorted, least) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The part around a position in which nobody changes the subject. */
export function stretch(text, place, start, end) {
  let [first, last] = [place, place];
  while (first > start && !cuts(text, first - 1)) first -= 1;
  while (last < end && !cuts(text, last)) last += 1;
  return [first, last];
}

function cuts(text, place) {
  if (",。!?;\n".includes(text[place])) return true;
  return text[place] === " " && place > 0 && text[place - 1] > "~";
}

function between(ends, place, length) {
  const after = firstFrom(ends, place + 1);
  return [after ? ends[after - 1] : 0, after < ends.length ? ends[after] : length];
}

function isDecimal(text, place) {
  return ".,".includes(text[place]) && isDigit(text[place - 1]) && isDigit(text[place + 1]);
}
