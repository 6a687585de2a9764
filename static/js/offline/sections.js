// The offline pages: one document that shows one section at a time, chosen by the part of
// the address after "#". Everything written is saved at once, so that a reload, a phone call
// or a dead battery loses nothing. Until this has run, and if it fails, the document shows
// what it has without a script: whom to phone.

import { showAlarm } from "./alarm.js";
import { keepTrying, showBand } from "./band.js";
import { begunBy, goOn, sendFlags, sendScreen, showFlags, showScreen } from "./diary.js";
import { advise } from "./outcome.js";
import { fault } from "./faults.js";
import { at, language, phone, say, show } from "./place.js";
import { listen, waiting } from "./queue.js";
import * as store from "./store.js";
import { record, rules } from "./study.js";
import { resume, showToday } from "./today.js";
import { keepOpen } from "./writing.js";

let busy = false; // two taps count as one
let pressed = "go"; // the pressed button: not every browser names it

async function route() {
  const [view, key, number] = location.hash.slice(1).split("/");
  if (view === "back") return history.go(-2);
  if (!phone.kept || view === "today") return showToday();
  if (view === "resume") return resume();
  if (view === "taken") return goOn(await begunBy(key), true);
  if (view === "screen") return showScreen(key, Number(number));
  if (view === "advice") return advise(key);
  if (view === "lost") return show("lost");
  const open = /^\/diary\/([0-9a-f-]{36})\/([0-9]{1,2})$/.exec(location.pathname);
  if (!view && open) return showScreen(open[1], Number(open[2]));
  if (view === "diary" || location.pathname === "/diary") return showFlags();
  return showToday();
}

async function submitted(event) {
  event.preventDefault();
  if (busy) return;
  busy = true;
  try {
    const form = event.target;
    await (form.dataset.form === "flags" ? sendFlags(form, pressed) : sendScreen(form, pressed));
  } catch (error) {
    failed(error);
  } finally {
    busy = false;
  }
}

async function refresh() {
  if (!phone.kept) return;
  const band = document.querySelector("[data-band]");
  const main = document.getElementById("main"); // below the advice, above everything else
  if (at.view === "advice") main.append(band);
  else main.prepend(band);
  await refreshAlarm(main);
  await showBand(band, say, phone.kept, !["today", "advice"].includes(at.view));
}

/** Shows the alarm above everything, but not while somebody is writing. */
async function refreshAlarm(main) {
  const place = document.querySelector("[data-alarm]");
  place.hidden = !["today", "advice"].includes(at.view);
  main.prepend(place);
  if (!place.hidden) await showAlarm(place, say, phone.kept, { here: at.view === "advice" ? at.key : "" });
}

async function changed() {
  if (at.view === "advice") await advise(at.key);
  await refresh();
}

async function moved() {
  await route();
  document.documentElement.dataset.at = location.hash;
  await refresh();
}

/** Goes back to the portal's own pages, unless somebody is writing. */
async function comeBack() {
  if (at.view === "today" && !(await waiting()).length) location.replace("/today");
}

/** Promises nothing: shows the numbers to phone, and that nothing was sent. */
function failed(error) {
  fault(error);
  show("plain");
}

async function begin() {
  phone.kept = await record();
  if (phone.kept && location.pathname === `/offline/${language}`) {
    phone.kept.language = language; // chosen here, so it is kept
    await store.put("pocket", "record", phone.kept);
  }
  if (phone.kept) phone.study = await rules();
  addEventListener("hashchange", () => moved().catch(failed));
  addEventListener("online", () => setTimeout(() => comeBack().catch(fault), 3_000));
  document.querySelectorAll("form[data-form]").forEach((form) => {
    form.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) pressed = button.name;
    });
    form.addEventListener("submit", submitted);
    form.addEventListener("input", () => keepOpen(form).catch(fault));
  });
  await route();
  listen(() => { changed().catch(fault); });
  await refresh();
  keepTrying();
  document.documentElement.dataset.ready = "shell";
}

/** Replaces what the document shows without a script. */
export function start() {
  begin().catch(failed);
}
