// Which signs of a study a note states, and whether it names one that it denies.

import { Clauses, firstFrom } from "./clauses.js";
import { deniedIn, isCalm, readGrammar } from "./denials.js";
import { folded, readFolding } from "./folding.js";
import { readPatterns } from "./readings.js";
import { readForms } from "./typed.js";

const EMERGENCY = "emergency"; // its signs are never over

const named = ([text, unspaced]) => `${unspaced ? 1 : 0}${text}`;

/** Phrases of both writings, each as its parts with their alternatives. */
function readPhrases(byWriting) {
  return byWriting.flatMap((texts, unspaced) => listed(texts).map((parts) =>
    parts.map((part) => part.split("|").map((one) => [one, Boolean(unspaced)]))));
}

/** Each phrase of a sign as its parts; a study kept before has a list of them. */
function listed(texts) {
  if (Array.isArray(texts)) return texts.map((text) => text.split(" + "));
  return texts ? texts.split("_").map((text) => text.split("*")) : [];
}

/** The compiled reader, prepared once; null for a study with flat lists. */
export function readSigns({ heard, typed }) {
  if (!heard) return null;
  const shared = typed ?? heard; // where a study kept before has what fields need too
  const pieces = new Map();
  const alone = new Set();
  const kept = (name, at) => heard[name].map((writing) => writing[at]);
  const signs = heard.signs.map((sign, at) => ({
    ...sign, // with its phrases, if a phone kept it before they stood together
    phrases: readPhrases(sign.phrases ?? kept("phrases", at)),
    hidden: readPhrases(sign.hidden ?? kept("hidden", at)).flat(2),
  }));
  for (const { phrases, hidden } of signs) {
    for (const piece of [...hidden, ...phrases.flat(2)]) pieces.set(named(piece), piece);
    for (const [first, ...more] of phrases) {
      if (!more.length) for (const piece of first) alone.add(named(piece));
    }
  }
  return {
    signs,
    pieces,
    alone,
    forms: readForms(heard.forms),
    idioms: (heard.idioms ?? []).map((source) => new RegExp(source, "g")),
    folding: readFolding(shared),
    grammar: readGrammar(heard),
    patterns: readPatterns(heard, shared),
  };
}

/** `{signs, tiers, negated}`; each occurrence is judged by itself. */
export function signsSaid(note, words, tables) {
  const { grammar } = words;
  const text = new Clauses(folded(note, words.forms, words.folding, tables), grammar);
  const found = new Map();
  for (const [name, piece] of words.pieces) {
    const spans = text.spans(...piece);
    if (spans.length) found.set(name, spans);
  }
  const heads = new Set();
  for (const [name, spans] of found) {
    if (words.alone.has(name)) for (const span of spans) heads.add(span.join(" "));
  }
  const denied = deniedIn(text, [...found.values()].flat(), heads, grammar);
  const idioms = words.idioms.flatMap((one) => spansOf(one, text.text));
  const said = { signs: [], tiers: new Set(), negated: false };
  for (const sign of words.signs) {
    const hides = idioms.concat(sign.hidden.flatMap((piece) => found.get(named(piece)) ?? []));
    const look = { text, found, denied, hides, mayBeOver: sign.tier !== EMERGENCY, grammar };
    const came = sign.phrases.map((phrase) => stated(look, phrase));
    if (came.includes(true)) {
      said.signs.push(sign.id);
      said.tiers.add(sign.tier);
    }
    if (came.includes(false)) said.negated = true;
  }
  return said;
}

/** Where a pattern stands. */
function spansOf(pattern, text) {
  const spans = [];
  pattern.lastIndex = 0;
  for (let one = pattern.exec(text); one; one = pattern.exec(text)) {
    spans.push([one.index, pattern.lastIndex]);
  }
  return spans;
}

/** Whether the phrase is stated; false: only denied or past; null: it is not there. */
function stated(look, phrase) {
  const [all, calmless] = [[], []];
  for (const part of phrase) {
    const spans = part.flatMap((piece) =>
      (look.found.get(named(piece)) ?? []).map((span) => ({ span, unspaced: piece[1] })))
      .filter(({ span }) => !look.hides.some(([a, b]) => a <= span[0] && span[1] <= b))
      .sort((a, b) => a.span[0] - b.span[0] || a.span[1] - b.span[1]);
    if (!spans.length) return null;
    all.push(spans);
    calmless.push(spans.filter(({ span }) => !calm(look, span)));
  }
  if (calmless.every((spans) => spans.length) && meet(look, calmless)) return true;
  return meet(look, all) ? false : null;
}

function calm({ text, denied, mayBeOver, grammar }, span) {
  return isCalm(text, span, denied.has(span.join(" ")), mayBeOver, grammar);
}

/** Whether one of the first part has one of each other near it, in its clause. */
function meet(look, [first, ...others]) {
  return first.some((one) => others.every((other) => near(look, one, other)));
}

function near({ text, grammar }, { span: [start, end], unspaced }, others) {
  const reach = grammar.reach[unspaced ? "unspaced" : "spaced"];
  const clause = text.clause(start);
  const starts = others.map(({ span }) => span[0]);
  for (let at = firstFrom(starts, start - 2 * reach); at < others.length; at += 1) {
    const [begin, close] = others[at].span;
    if (begin > end + reach) return false;
    const apart = begin >= end ? begin - end : start - close;
    if (apart >= 0 && apart <= reach && text.clause(begin) === clause) return true;
  }
  return false;
}
