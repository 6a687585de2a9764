// Red-flag words in a free-text note: which are stated, and which denied or long past
// (rule T25). The words are the study's; this module matches them.

import { NoteText, insideAny } from "./note.js";

const CHARACTERS_AWAY = 6; // most, between a negation and a word that it denies, without blanks
const WORDS_AWAY = 3; // most, between them, with blanks
const CARRIERS = ["or", "或", "和", "、"]; // a denial continues over them to the next listed word
const LEVELS = ["urgent", "emergency"];
const rank = (word) => LEVELS.indexOf(word.level);

/** The prepared word lists: each entry with its level and whether blanks are left out. */
export function readWords(lists) {
  const each = (field, more = {}) => lists.flatMap((list) =>
    list[field].map((text) => ({ text, unspaced: list.unspaced, ...more })));
  return {
    words: LEVELS.flatMap((level) => each(level, { level })),
    negations: each("negations"),
    past: each("past"),
    exceptions: each("exceptions"),
  };
}

/** A Set of "emergency", "urgent" and "negated"; each occurrence is judged separately. */
export function noteWords(note, lists, tables) {
  const text = NoteText.of(note, tables);
  const hidden = found(text, lists.exceptions);
  const words = listedWords(text, lists.words, hidden);
  if (!words.length) return new Set();
  const free = (spans) =>
    spans.filter((span) => !insideAny(span, hidden) && !insideAny(span, words));
  const negations = free(lists.negations.flatMap((one) => negationSpans(text, one)));
  const calm = denied(text, words, negations);
  for (const place of longPast(text, words, free(found(text, lists.past)))) calm.add(place);
  return new Set(words.map((word, place) => (calm.has(place) ? "negated" : word.level)));
}

function find(text, entry) {
  if (entry.unspaced) return text.anywhere(entry.text);
  if (entry.text.startsWith("=")) return text.wholeWord(entry.text.slice(1));
  return text.wordStart(entry.text);
}

function found(text, entries) {
  return entries.flatMap((entry) => find(text, entry));
}

/** Every listed word, in order, except hidden ones and those inside a longer one. */
function listedWords(text, entries, hidden) {
  const all = entries.flatMap(({ level, unspaced, text: word }) =>
    find(text, { text: word, unspaced })
      .filter((span) => !insideAny(span, hidden))
      .map(({ start, end }) => ({ start, end: text.wordEnd(end, unspaced), level, unspaced })));
  all.sort((a, b) => a.start - b.start || b.end - a.end || rank(b) - rank(a));
  const kept = [];
  for (const word of all) {
    const last = kept[kept.length - 1];
    if (!last || word.end > last.end || rank(word) > rank(last)) kept.push(word);
  }
  return kept;
}

/** Negations are whole words, in languages with blanks, or the ending "n't". */
function negationSpans(text, entry) {
  if (entry.unspaced) return text.anywhere(entry.text);
  return entry.text.startsWith("n't")
    ? text.wordEnding(entry.text)
    : text.wholeWord(entry.text);
}

/** Indexes of words with a negation shortly before them in the same clause. */
function denied(text, words, negations) {
  const places = new Set();
  words.forEach((word, place) => {
    const ends = negations.map((span) => span.end).filter((end) => end <= word.start);
    const near = ends.length > 0 && reaches(text, Math.max(...ends), word);
    if (near || (places.has(place - 1) && carried(text, words[place - 1], word))) {
      places.add(place);
    }
  });
  return places;
}

function reaches(text, end, word) {
  if (text.clauseEnds(end, word.start)) return false;
  return word.unspaced
    ? text.characters(end, word.start) <= CHARACTERS_AWAY
    : text.words(end, word.start) <= WORDS_AWAY;
}

function carried(text, before, word) {
  const between = text.folded.slice(before.end, word.start).replace(/^ +| +$/g, "");
  return CARRIERS.includes(between) && !text.clauseEnds(before.end, word.start);
}

/** Indexes of words in the past: the listed word nearest to each past marker. */
function longPast(text, words, past) {
  const dated = new Set();
  for (const marker of past) {
    const place = nearest(text, words, marker);
    if (place >= 0 && !text.saysNow(marker.end, words[place].start)) dated.add(place);
  }
  return dated;
}

function nearest(text, words, marker) {
  const [start, end] = text.sentence(marker);
  let best = -1;
  let least = [0, 0];
  words.forEach((word, place) => {
    if (word.start < start || word.end > end) return;
    const away = Math.max(
      text.distance(marker.end, word.start), text.distance(word.end, marker.start));
    const closer = away - least[0] || rank(word) - least[1];
    if (best < 0 || closer < 0) [best, least] = [place, [away, rank(word)]];
  });
  return best;
}
