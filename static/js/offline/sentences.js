// The study's messages of a verdict as sentences, the most important first: the server's
// rule (portal/web/parts/advice/advice_lines.py).

import { toldFor } from "../triage/triage.js";
import { BLANKS, strip } from "./blanks.js";
import { fill, inTongue } from "./words.js";

const SENTENCE = new RegExp(`[^]*?(?:[。！？]|[.!?](?=[${BLANKS}])|$)`, "g");

/**
 * The sentences of each message. `open`: minutes are promised; none are if it is not
 * known whether the person is at home.
 */
export function messages(say, { study, language, verdict, values, open }) {
  const both = toldFor(study, verdict) === "unknown";
  const plain = verdict.advice.map((name) =>
    sentences(inTongue(study.messages[name], language), values, open && !both));
  return both ? inEach(say, verdict, plain, values) : plain;
}

/** The place is not known: first what is right in both places, then the rest. */
function inEach(say, verdict, [ward, home, ...beside], values) {
  const marked = (place, all) => all.map((line) => say(place, { line }));
  return [[say(`both-${verdict.tier}`, values)], marked("on-ward", ward), marked("at-home", home), ...beside];
}

/** A promise with minutes counts once the server has the report, until its time is over. */
function sentences(text, values, open) {
  return text.match(SENTENCE).map(strip)
    .filter((line) => line && (open || !line.includes("{minutes}")))
    .map((line) => fill(line, values));
}

/** The lines about a received report: the heading, then the rest. Unread words replace a calm
 * diary's thanks; the hour for reading them is shown while it is ahead.
 */
export function sentLines(said, verdict, receipt) {
  const coming = Date.now() < (receipt?.at ?? 0) + 1000 * (receipt?.seconds ?? 0);
  const words = (receipt?.words ?? []).slice(0, coming ? 2 : 1);
  if (!said.length || (words.length && verdict.tier === "routine")) {
    return [receipt?.told ?? "", ...words, ...said.slice(1)];
  }
  return [...said, ...words];
}
