// The pages without a network: one document, one section at a time, chosen by the part
// of the address after "#". Everything written is kept at once, so that a reload, a
// telephone call or a dead battery loses nothing.

import { keepTrying, showBand } from "./band.js";
import { begunBy, goOn, sendFlags, sendScreen, showFlags, showScreen } from "./diary.js";
import { advise } from "./outcome.js";
import { at, phone, say, show } from "./place.js";
import { listen, waiting } from "./queue.js";
import { record, rules } from "./study.js";
import { resume, showToday } from "./today.js";
import { keepOpen } from "./writing.js";

let busy = false; // two taps are one

async function route() {
  const [view, key, number] = location.hash.slice(1).split("/");
  if (view === "back") return history.go(-2);
  if (!phone.kept || view === "today") return showToday();
  if (view === "resume") return resume();
  if (view === "taken") return goOn(await begunBy(key), true);
  if (view === "screen") return showScreen(key, Number(number));
  if (view === "advice") return advise(key);
  if (view === "lost") return show("lost");
  if (view === "diary" || /^\/diary(\/|$)/.test(location.pathname)) return showFlags();
  return showToday();
}

async function submitted(event) {
  event.preventDefault();
  if (busy) return;
  busy = true;
  try {
    const form = event.target;
    const name = event.submitter?.name ?? "go";
    await (form.dataset.form === "flags" ? sendFlags(form, name) : sendScreen(form, name));
  } finally {
    busy = false;
  }
}

async function refresh() {
  if (!phone.kept) return;
  const band = document.querySelector("[data-band]");
  await showBand(band, say, phone.kept);
  const main = document.getElementById("main"); // under the advice, over everything else
  if (at.view === "advice") main.append(band);
  else main.prepend(band);
}

async function changed() {
  if (at.view === "advice") await advise(at.key);
  await refresh();
}

/** Back on the portal's own pages, where nothing is being written. */
async function comeBack() {
  if (at.view === "today" && !(await waiting()).length) location.replace("/today");
}

async function begin() {
  phone.kept = await record();
  if (phone.kept) phone.study = await rules();
  addEventListener("hashchange", () => route().then(refresh));
  addEventListener("online", () => setTimeout(comeBack, 3_000));
  document.querySelectorAll("form[data-form]").forEach((form) => {
    form.addEventListener("submit", submitted);
    form.addEventListener("input", () => keepOpen(form));
  });
  await route();
  listen(() => { changed().catch(() => {}); });
  await refresh();
  keepTrying();
  document.documentElement.dataset.ready = "shell";
}

begin();
