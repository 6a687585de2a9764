// What to do at once, as this phone judges, and whether the report has been sent.
// Before the server's receipt nothing here says that somebody was told.

import { isPaged } from "../triage/tiers.js";
import { toldFor } from "../triage/triage.js";
import { calls } from "./calls.js";
import { messages, sentLines } from "./sentences.js";
import { button, dials, element, refill, toldLine, unbroken } from "./words.js";

/** The sentence about words that wait to be read, by the person's place. */
const UNREAD = { ward: "unread-ward", home: "unread", unknown: "unread-both" };

/**
 * Fills `place`. `verdict` is the worst that is known; `unsent`: whether it still waits;
 * `receipt`: the server's, or undefined; `what`: the words for a text message;
 * `wrote`: whether a person must read words in it; `where`: the person's place.
 */
export function showAdvice(place, say, {
  study, kept, language, verdict, unsent, receipt, reading, what, onward, wrote, where,
}) {
  const values = { ...reading, phone: unbroken(kept.phone), emergency: kept.emergency, minutes: verdict.ack_minutes };
  const open = !unsent && values.minutes && !isOver(receipt);
  const said = messages(say, { study, language, verdict, values, open });
  const unread = wrote ? say(UNREAD[where], values) : null;
  const [heading, ...rest] = unsent
    ? unsentLines(say, { verdict, told: toldFor(study, verdict), said, values, unread })
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

/** Whether the deadline for an answer has passed. */
function isOver(receipt) {
  const seconds = receipt?.answer_in ?? null;
  return seconds !== null && Date.now() >= receipt.at + seconds * 1000;
}

function unsentLines(say, { verdict, told, said, values, unread }) {
  const call = say("not-sent", values);
  if (told === "ward") return [...said.flat(), say("by-itself")]; // on a ward nobody calls an ambulance
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

/** A text from the person to the study's number; they can read it before sending. */
function textLink(say, kept, what) {
  const body = encodeURIComponent(say("text-body", { what }));
  return button(say("text"), `sms:${kept.text_to}?&body=${body}`, "secondary", say("text-hint"));
}
