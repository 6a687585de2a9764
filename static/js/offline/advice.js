// What to do, at once, by this phone's own judgement; and whether it has been sent.
// Nothing here says that anybody was told before the server's receipt has come.

import { isPaged } from "../triage/tiers.js";
import { toldFor } from "../triage/triage.js";
import { calls } from "./calls.js";
import { fill, button, dials, element, refill, toldLine } from "./words.js";

const SENTENCE_ENDS = /([。！？])|([.!?])\s+/g;

/** What is said of words that wait, by the place where the person is. */
const UNREAD = { ward: "unread-ward", home: "unread", unknown: "unread-both" };

/**
 * Fills `place`. `verdict` is the worst that is known; `unsent` whether it still waits;
 * `receipt` the server's for it, or undefined; `what` its words for a text message;
 * `wrote` whether it holds words that a person must read; `where` they are.
 */
export function showAdvice(place, say, {
  study, kept, language, verdict, unsent, receipt, reading, what, onward, wrote, where,
}) {
  const values = { ...reading, phone: kept.phone, emergency: kept.emergency, minutes: verdict.ack_minutes };
  const told = toldFor(study, verdict);
  const both = told === "unknown";
  const open = !unsent && !both && values.minutes && !isOver(receipt);
  const plain = verdict.advice.map((name) => lines(study.messages[name][language], values, open));
  const said = both ? bothPlaces(say, verdict, plain, values) : plain;
  const unread = wrote ? say(UNREAD[where], values) : null;
  const [heading, ...rest] = unsent ? unsentLines(say, { verdict, told, said, values, unread })
    : sentLines(said.flat(), verdict, receipt);
  const dialled = calls(study, verdict, { sent: !unsent, wanted: !unsent && receipt.duty })
    .map(({ line, first }) => ({ first, button: dial(say, kept, line, first) }));
  const title = element("h1", "", heading);
  title.id = "advice";
  const made = element("section", `advice ${verdict.tier}`, title,
    ...dialled.filter((one) => one.first).map((one) => one.button), state(say, unsent, receipt, heading), list(rest));
  made.setAttribute("aria-labelledby", "advice");
  refill(place, made, ...after(say, { kept, verdict, unsent, receipt, what, onward },
    dialled.filter((one) => !one.first).map((one) => one.button)));
}

/** Whether the time in which somebody should have answered has passed. */
function isOver(receipt) {
  const seconds = receipt?.answer_in ?? null;
  return seconds !== null && Date.now() >= receipt.at + seconds * 1000;
}

/** Nobody knows whether they are home: first what is right in both places, then each. */
function bothPlaces(say, verdict, [ward, home, ...beside], values) {
  const marked = (place, all) => all.map((line) => say(place, { line }));
  return [[say(`both-${verdict.tier}`, values)], marked("on-ward", ward), marked("at-home", home), ...beside];
}

/** A promise with a clock holds once the server has the report, until its time is over. */
function lines(text, values, open) {
  return text.replace(SENTENCE_ENDS, "$1$2\0").split("\0")
    .filter((line) => line.trim() && (open || !line.includes("{minutes}")))
    .map((line) => fill(line.trim(), values));
}

/** Words that nobody has read yet take the place of a calm diary's thanks; their hour
 *  is told while it is still to come. */
function sentLines(said, verdict, receipt) {
  const coming = Date.now() < (receipt?.at ?? 0) + 1000 * (receipt?.seconds ?? 0);
  const words = (receipt?.words ?? []).slice(0, coming ? 2 : 1);
  if (!said.length || (words.length && verdict.tier === "routine")) {
    return [receipt?.told ?? "", ...words, ...said.slice(1)];
  }
  return [...said, ...words];
}

function unsentLines(say, { verdict, told, said, values, unread }) {
  const call = say("not-sent", values);
  if (verdict.tier === "emergency" || told !== "home") return [...said.flat(), call];
  if (isPaged(verdict.tier)) return [say("call-now"), call, ...said.flat()];
  return [say("kept"), ...(unread ? [unread] : []), say("by-itself"), call, ...said.slice(1).flat()];
}

function dial(say, kept, line, first) {
  const kind = first ? "danger big" : "secondary";
  if (line === "duty") return button(say("duty"), dials(kept.phone), kind, kept.phone);
  return button(say("call", { number: kept.emergency }), dials(kept.emergency), kind);
}

function state(say, unsent, receipt, heading) {
  if (!unsent) return heading === receipt.told ? null : toldLine(say, "done", receipt.told);
  return toldLine(say, "waiting", say("kept"));
}

function list(lines) {
  return lines.length ? element("ul", "", ...lines.map((line) => element("li", "", line))) : null;
}

function after(say, { kept, verdict, unsent, receipt, what, onward }, dialled) {
  const serious = isPaged(verdict.tier);
  const made = [];
  if (receipt?.conflict) made.push(element("p", "", say("conflict")));
  if (serious && unsent && kept.text_to) made.push(textLink(say, kept, what));
  made.push(...dialled);
  if (serious) made.push(button(say("card"), "/card", "secondary"));
  if (!unsent && receipt?.href && serious) made.push(button(say("see"), receipt.href, "secondary"));
  made.push(onward ? button(say("on"), onward, serious ? "quiet" : "primary")
    : button(say("today"), "#today", serious ? "quiet" : "primary"));
  return made;
}

/** The person's own words to the study's number: they read them before they send. */
function textLink(say, kept, what) {
  const body = encodeURIComponent(say("text-body", { what }));
  return button(say("text"), `sms:${kept.text_to}?&body=${body}`, "secondary", say("text-hint"));
}
