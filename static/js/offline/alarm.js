// The alarm without a network: a dangerous report has not left this phone, or the deadline
// is over and this phone cannot see whether somebody has answered. It never says that nobody
// has answered: only the server knows that.

import { isPaged } from "../triage/tiers.js";
import { fault } from "./faults.js";
import { sent, waiting } from "./queue.js";
import { rules, today, verdict, whereabouts } from "./study.js";
import { button, dials, element, unbroken } from "./words.js";

const A_DAY = 86_400_000; // ms: older knowledge says nothing about today
let timer = 0;

/** The first waiting report that this phone judges as dangerous. */
async function unsent(kept, study) {
  for (const item of await waiting()) {
    const found = verdict(study, today(kept), { ...item.answers, reporter: item.reporter });
    if (isPaged(found.tier)) return { key: item.entry ?? item.draft, tier: found.tier };
  }
  return null;
}

/** The answer that is awaited, as last known: `{ends, key}`; null: none. */
export async function awaited(kept) {
  const mine = (await sent()).filter((one) => one.person === kept.person && "answer_in" in one);
  const newest = mine.find((one) => one.at >= kept.kept_at);
  const known = newest ?? (kept.awaited && { ...kept.awaited, at: kept.kept_at });
  if (!known || known.answer_in === null || Date.now() - known.at > A_DAY) return null;
  return { ends: known.at + known.answer_in * 1000, key: known.key, tier: known.tier };
}

/**
 * Fills `place` with the alarm, or empties it. `here`: the report whose advice is shown,
 * which itself says what is not sent. `pages`: the address before "#advice"; then the
 * server's page says what has been sent.
 */
export async function showAlarm(place, say, kept, { here = "", pages = null } = {}) {
  const study = await rules();
  const where = whereabouts(kept, study);
  const waits = await unsent(kept, study);
  const cut = waits || pages !== null ? null : await awaited(kept);
  clearTimeout(timer);
  const left = cut ? cut.ends - Date.now() : 0;
  if (left > 0) timer = setTimeout(() => showAlarm(place, say, kept, { here, pages }).catch(fault), left);
  const why = waits && waits.key !== here ? "unsent" : cut && left <= 0 ? "cut" : "";
  const about = waits || cut;
  const mark = why && `${why} ${about.key} ${here} ${where}`;
  if (place.dataset.shown === mark) return;
  place.dataset.shown = mark;
  place.textContent = "";
  if (why) place.append(alarm(say, kept, { why, where, about, back: way(about, here, pages) }));
  document.querySelectorAll("[data-begun] .button, [data-fresh] .button")
    .forEach((one) => one.classList.toggle("secondary", Boolean(why)));
}

function way({ key }, here, pages) {
  return key && key !== here ? `${pages ?? ""}#advice/${key}` : null;
}

function alarm(say, kept, { why, where, about, back }) {
  const ward = where === "ward";
  const values = { phone: unbroken(kept.phone), emergency: kept.emergency };
  const lines = ward ? [say("ring")] : [];
  if (where === "unknown") lines.push(say(`both-${about.tier ?? "urgent"}`, values));
  if (why === "cut") lines.push(say("alarm-cut-why"));
  else lines.push(ward ? say("by-itself") : say("not-sent", values));
  const made = element("section", "alarm",
    element("h2", "", say(why === "cut" && ward ? "alarm-cut-ward" : `alarm-${why}`)),
    ...calls(say, kept, ward, about.tier), ...lines.map((line) => element("p", "", line)),
    back ? button(say("what-to-do"), back, "secondary") : null);
  made.setAttribute("role", "alert");
  return made;
}

/** Whom to phone, the most important first; on the ward no ambulance. */
function calls(say, kept, ward, tier) {
  const duty = button(say("duty"), dials(kept.phone), "danger big", kept.phone);
  if (ward) return [duty];
  const number = kept.emergency;
  const ambulance = button(say("call", { number }), dials(number), "danger big");
  return tier === "emergency" ? [ambulance, duty] : [duty, ambulance];
}
