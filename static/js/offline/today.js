// The first section: the day, the diary, the next visit, numbers to phone.

import { go, language, phone, say, section, show } from "./place.js";
import * as store from "./store.js";
import { opensAt, sinceEvent, today } from "./study.js";
import { inTongue } from "./words.js";
import { RESUMED_WITHIN } from "./writing.js";

export async function showToday() {
  const place = section("today");
  if (phone.kept) {
    const { day, date } = today(phone.kept);
    place.querySelector("[data-amended]").hidden = !(date <= phone.kept.amended);
    place.querySelector("[data-recounted]").hidden = !(date <= phone.kept.recounted);
    place.querySelector("[data-day]").textContent = day < 0 ? document.title.split(" ·")[0] : dayLine(day);
    showVisit(place.querySelector("[data-visit]"));
    const begun = await begunLately();
    place.querySelector("[data-begun]").hidden = !begun;
    const time = begun ? null : opensAt(phone.kept, phone.study);
    place.querySelector("[data-fresh]").hidden = Boolean(begun || time);
    place.querySelector("[data-opens]").hidden = !time;
    place.querySelector("[data-opens]").textContent = say("opens", { time });
  }
  show("today");
}

function dayLine(day) {
  const since = sinceEvent(phone.kept, phone.study);
  if (!since) return say("day", { day });
  const event = inTongue(since.title, language);
  return `${say("day", { day })}${say("gap")}${say("since", { event, day: since.day })}`;
}

function showVisit(card) {
  const { visit, zone } = phone.kept;
  card.hidden = !visit;
  if (!visit) return;
  card.querySelector("[data-visit-title]").textContent = inTongue(visit.title, language);
  card.querySelector("[data-visit-when]").textContent = moment(visit, zone);
}

/** A day by the pattern of its language, with the hour if one is booked. */
function moment({ on, at }, zone) {
  const { lang } = document.documentElement;
  const form = (words) => new Intl.DateTimeFormat(lang, { timeZone: at ? zone : "UTC", ...words });
  const when = new Date(at ?? on);
  const part = (type, length) =>
    form({ [type]: length }).formatToParts(when).find((one) => one.type === type).value;
  const fields = {
    EEEE: () => part("weekday", "long"), MMMM: () => part("month", "long"),
    MM: () => part("month", "2-digit"), M: () => part("month", "numeric"),
    dd: () => part("day", "2-digit"), d: () => part("day", "numeric"),
    y: () => part("year", "numeric"),
  };
  const day = say("day-pattern").replace(/'([^']*)'|EEEE|MMMM|MM|M|dd|d|y/g,
    (field, literal) => literal ?? fields[field]());
  const hour = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return at ? `${day} ${form(hour).format(when)}` : day;
}

async function begunLately() {
  const drafts = [...(await store.all("drafts")).values()];
  const mine = drafts.filter((one) => one.next && one.person === phone.kept.person
    && Math.abs(Date.now() - one.at) < RESUMED_WITHIN);
  return mine.sort((a, b) => b.at - a.at)[0];
}

export async function resume() {
  const begun = await begunLately();
  go(begun ? `screen/${begun.key}/${begun.next}` : "diary");
}
