// Whether what a note names is stated: not denied, not past, not asked, not over.

import { isLatin, stretch } from "./clauses.js";

const BACK = 40; // characters before a word in which a denial may stand
const LISTED = 200; // characters after a denied word in which its list may go on

/** The patterns of the grammar, each made once. */
export function readGrammar({ grammar }) {
  const made = (sources) => [sources].flat().map((source) => new RegExp(source));
  const patterns = ["denies", "affirms", "asked", "links", "resolved", "past", "now", "once",
    "hypothetical", "asking", "told_of", "others", "self_fine", "list_ahead", "tight",
    "none_of_all"];
  return { ...grammar, ...Object.fromEntries(patterns.map((n) => [n, made(grammar[n])])) };
}

const some = (patterns, text) => patterns.some((one) => one.test(text));
const key = ([start, end]) => `${start} ${end}`;

/** The keys of those of `spans` that are denied; only `heads` may head a list. */
export function deniedIn(text, spans, heads, grammar) {
  const denied = new Set();
  let [reach, ahead, tight] = [-1, -1, false];
  const sorted = [...spans].sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  for (const span of sorted) {
    const before = text.text.slice(Math.max(span[0] - BACK, 0), span[0]);
    if (isDenied(before, text.text[span[0]], grammar)) {
      denied.add(key(span));
      if (!heads.has(key(span))) continue;
      reach = span[1];
      tight = some(grammar.tight, before);
      const listed = grammar.list_ahead[0].exec(text.text.slice(reach, reach + LISTED));
      ahead = listed ? reach + listed[0].length : -1;
    } else if (reach >= 0 && (span[1] <= reach || span[0] <= ahead
        || isLinked(text.text.slice(reach, span[0]), tight, grammar))) {
      denied.add(key(span));
      reach = Math.max(reach, span[1]);
    }
  }
  return denied;
}

function isDenied(before, first, { denies, affirms, asked }) {
  if (some(affirms, before)) return some(asked, before);
  const [han, latin, mixed] = denies;
  return han.test(before) || latin.test(before) || (mixed.test(before) && isLatin(first));
}

function isLinked(between, tight, { links }) {
  return between ? some(links, between) : tight;
}

/** Whether an occurrence is denied, past, only asked about, of others, or over. */
export function isCalm(text, span, denied, mayBeOver, grammar) {
  const [start, end] = text.clauseSpan(span[0]);
  const clause = text.text.slice(start, end);
  const part = text.text.slice(...stretch(text.text, span[0], start, end));
  if (some(grammar.past, part)) {
    if (denied) return some(grammar.now, part) || some(grammar.once, part);
    if (!some(grammar.now, part)) return true;
  }
  if (denied || some(grammar.told_of, clause)) return true;
  const before = text.text.slice(start, span[0]);
  if (isAskedAbout(text, span, grammar) || isOfOthers(text, before, grammar)) return true;
  const rest = text.text.slice(span[1], text.sentenceSpan(span[0])[1]);
  if (some(grammar.none_of_all, rest)) return true;
  return mayBeOver && some(grammar.resolved, text.text.slice(span[1], Math.max(end + 12, 0)));
}

function isAskedAbout(text, span, { hypothetical, asking }) {
  const [start, end] = text.sentenceSpan(span[0]);
  return some(hypothetical, text.text.slice(start, span[0]))
    && some(asking, text.text.slice(start, end + 1));
}

function isOfOthers(text, before, { others, self_fine }) {
  return some(others, before) && some(self_fine, text.text);
}
