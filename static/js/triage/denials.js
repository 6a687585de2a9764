// Whether what a note names is stated: not denied, not past, not asked, not over.

import { isLatin, stretch } from "./clauses.js";

const BACK = 40; // characters before a word in which a denial may stand
const ON = 24; // characters after a word in which one may
const LISTED = 200; // characters after a denied word in which its list may go on

/** The patterns of the grammar, each made once. */
export function readGrammar({ grammar }) {
  // a pattern that a kept study does not have finds nothing
  const made = (sources = []) => [sources].flat().map((source) => new RegExp(source));
  const patterns = ["denies", "affirms", "asked", "links", "resolved", "past", "now", "once",
    "hypothetical", "asking", "supposed_after", "answered", "told_of", "meanwhile",
    "strangers", "acquainted", "met", "joking", "laughing", "long_ago", "denied_after",
    "others", "self_fine", "list_ahead", "tight", "none_of_all"];
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
    const after = text.text.slice(span[1], span[1] + ON);
    if (heads.has(key(span)) && some(grammar.denied_after, after)) {
      denied.add(key(span));
    } else if (isDenied(before, text.text[span[0]], grammar)) {
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
  const past = isPast(text, span, denied, grammar);
  if (past !== null) return past;
  if (denied || isToldOf(partOf(text, span), grammar)) return true;
  const before = text.text.slice(start, span[0]);
  const rest = text.text.slice(span[1], text.sentenceSpan(span[0])[1]);
  if (isAskedAbout(text, span, rest, grammar)) return true;
  if (isOfOthers(text, before, mayBeOver, grammar)) return true;
  if (some(grammar.none_of_all, rest) || some(grammar.joking, rest)) return true;
  const after = text.text.slice(span[1], Math.max(end + 12, 0));
  return mayBeOver && (some(grammar.resolved, after) || some(grammar.laughing, rest)
    || isLongAgo(text, span, grammar));
}

/** Whether the words around it speak of the past; null: they do not settle it. */
function isPast(text, span, denied, { past, now, once }) {
  const part = partOf(text, span);
  if (!some(past, part)) return null;
  if (denied) return some(now, part) || some(once, part);
  return some(now, part) ? null : true;
}

/** The part of its clause in which nobody changes the subject. */
function partOf(text, span) {
  return text.text.slice(...stretch(text.text, span[0], ...text.clauseSpan(span[0])));
}

function isLongAgo(text, span, { long_ago: longAgo, now }) {
  const sentence = text.text.slice(...text.sentenceSpan(span[0]));
  return some(longAgo, sentence) && !some(now, sentence);
}

function isToldOf(clause, { told_of: toldOf, meanwhile }) {
  return some(toldOf, clause) && !some(meanwhile, clause);
}

function isAskedAbout(text, span, rest, grammar) {
  const [start, end] = text.sentenceSpan(span[0]);
  const after = text.text.slice(span[1], span[1] + ON);
  return (some(grammar.hypothetical, text.text.slice(start, span[0]))
    || some(grammar.supposed_after, after))
    && some(grammar.asking, text.text.slice(start, end + 1)) && !some(grammar.answered, rest);
}

function isOfOthers(text, before, mayBeOver, grammar) {
  const far = some(grammar.strangers, before)
    || (mayBeOver && some(grammar.acquainted, before));
  if (far && !some(grammar.met, text.text)) return true;
  return some(grammar.others, before) && some(grammar.self_fine, text.text);
}
