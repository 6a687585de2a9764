// The study as stored on this phone: today's screens, and the verdict on an entry.

import { checkAnswers } from "../triage/answers.js";
import { readItem } from "../triage/measured.js";
import { readStudy, wardOf } from "../triage/study.js";
import { sayTenths, readTemperature } from "../triage/temperature.js";
import { judge } from "../triage/triage.js";
import { fault } from "./faults.js";
import { reached } from "./network.js";
import * as store from "./store.js";

const DAY = 86_400_000;
const AHEAD = 400; // days in the record; a later day means a wrong clock
let compiled = null;

/** The rules, from the store, else from the server. */
export async function rules() {
  if (!compiled) {
    compiled = (await keptRules()) ?? (await (await reached(fetch("/offline/study"))).json());
  }
  return compiled;
}

/** The stored rules; null if there are none, or if these scripts cannot judge by them. */
async function keptRules() {
  const found = await caches.match("/offline/study");
  if (!found) return null;
  try {
    const kept = await found.json();
    readStudy(kept);
    return kept;
  } catch (error) {
    fault(error); // damaged, or of a shape that these scripts do not know
    return null;
  }
}

/** The record of this phone's person, or undefined. */
export const record = () => store.get("pocket", "record").catch(fault);

/**
 * Days since D0; days that passed by this phone's clock are added. `week` counts
 * from where the phase does, which may be an event.
 */
export function today(kept, now = Date.now()) {
  const passed = Math.max(0, dayIn(kept, now) - dayIn(kept, kept.kept_at));
  const days = passed > AHEAD ? 0 : passed;
  const date = new Date(Date.parse(kept.today) + days * DAY).toISOString().slice(0, 10);
  const on = (known) => known.filter(([from]) => from <= date).pop() ?? known[0] ?? [];
  const [, phase, first] = on(kept.phases);
  const day = kept.day + days;
  const week = first ? (Date.parse(date) - Date.parse(first)) / DAY : day; // an old record has none
  return { day, week, date, phase, place: on(kept.places ?? [])[1] };
}

/** The event from which today's phase counts, as on the server: `{title, day}`, or null. */
export function sinceEvent(kept, study, now = Date.now()) {
  const { week, phase } = today(kept, now);
  const title = study.phases.find((one) => one.code === phase)?.since;
  return title ? { title, day: week } : null;
}

/** The hour at which today's diary opens, while it is to come. A wrong clock closes none. */
export function opensAt(kept, study, now = Date.now()) {
  const { day, phase } = today(kept, now);
  const passed = dayIn(kept, now) - dayIn(kept, kept.kept_at);
  const opens = study.phases.find((one) => one.code === phase)?.opens;
  if (!opens || day < 0 || now < kept.kept_at || passed > AHEAD) return null;
  return new Date(siteTime(kept, now)).toISOString().slice(11, 16) < opens ? opens : null;
}

const dayIn = (kept, at) => Math.floor(siteTime(kept, at) / DAY);

/** The site's clock, by the server's table: a phone's zone data may be old. */
function siteTime({ offsets }, at) {
  const own = [[0, -new Date(at).getTimezoneOffset() * 60_000]]; // an old record has none
  const known = offsets ?? own;
  const [, offset] = known.filter(([from]) => from <= at).pop() ?? known[0];
  return at + offset;
}

/** Where the person is today, as far as this phone knows: ward, home or unknown. */
export function whereabouts(kept, study, now = Date.now()) {
  const { phase, place } = today(kept, now);
  return place ?? (phase === wardOf(study) ? "ward" : "home");
}

/** Today's screens in order, the red flags first: `{id, items}`. */
export function screens(study, { day, week = day, phase }) {
  const { form, diary } = study.phases.find((one) => one.code === phase);
  const items = new Map(study.items.map((item) => [item.id, item]));
  const weekly = diary === "weekly" || week % 7 === 0;
  const asked = form.filter((name) => weekly || !items.get(name).weekly);
  return study.groups
    .map(({ id, items: names }) => ({
      id, items: names.filter((name) => asked.includes(name)).map((name) => items.get(name)),
    }))
    .filter((screen) => screen.items.length);
}

/** The verdict of triage here; this phone does not know earlier entries. */
export function verdict(study, { phase, place }, answers) {
  try {
    return judge(study, phase, answers, [], "app", place);
  } catch (error) {
    if (error.name !== "EntryRefused") throw error;
    return { tier: "routine", ack_minutes: null, advice: [], findings: [], faults: error.faults };
  }
}

/** Names of answers that cannot be used. */
export function faults(study, answers) {
  return new Set(checkAnswers(readStudy(study), answers).faults.map((one) => one.field));
}

/** `{state, celsius}` of an answer as typed; ok if it is neither a reading nor a dose. */
export function reading(study, item, answer) {
  const { tables } = readStudy(study);
  if (["number", "dose"].includes(item.kind)) return readItem(item, answer, tables);
  if (item.kind !== "temperature") return { state: "ok" };
  const { state, tenths } = readTemperature(answer, tables);
  return { state, celsius: tenths === null ? "" : sayTenths(tenths) };
}
