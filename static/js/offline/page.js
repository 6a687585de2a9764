// On the server's own pages: keeps the copy for no network fresh, sends what waits,
// says what could not be sent, and asks before somebody signs out over it.

import { showAlarm } from "./alarm.js";
import { keepTrying, showBand } from "./band.js";
import { listen, sent, waiting } from "./queue.js";
import { record } from "./study.js";
import * as store from "./store.js";
import { element, keptWords, waits } from "./words.js";

const FRESH = 10 * 60_000; // ms: so old a record is asked for again on any page
const ALWAYS = /^\/(today|pin|sign-in|phones|diary\/sent)(\/|$)/; // where it may have changed

const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";

async function keep() {
  const kept = await record();
  const age = kept ? Date.now() - kept.kept_at : Infinity;
  if (age >= 0 && age < FRESH && !ALWAYS.test(location.pathname)) return;
  const answer = await fetch("/offline/record", {
    credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" },
  });
  if (!answer.ok || answer.redirected) return;
  const said = await answer.json();
  if (!said.enrolled) return forget();
  await fetchFiles(said);
  await store.put("pocket", "record", { ...said, kept_at: Date.now() });
  for (const name of await caches.keys()) {
    if (name.startsWith("shell-") && name !== `shell-${said.edition}`) await caches.delete(name);
  }
}

/** One file after another, in no hurry: a report goes before. */
async function fetchFiles({ edition, files }) {
  const cache = await caches.open(`shell-${edition}`);
  for (const address of files) {
    if (await cache.match(address)) continue;
    const hashed = address.startsWith("/static/");
    const answer = await fetch(address, {
      credentials: "same-origin", cache: hashed ? "default" : "no-cache", priority: "low",
    });
    if (!answer.ok || answer.redirected) throw new Error(`${address}: ${answer.status}`);
    await cache.put(address, answer);
  }
}

/** This phone may not report any more: what it kept for that goes, what waits stays. */
async function forget() {
  if ((await waiting()).length) return;
  await forgetPages();
}

async function forgetPages() {
  for (const name of await caches.keys()) {
    if (name.startsWith("shell-")) await caches.delete(name);
  }
  await store.dropAll("pocket").catch(() => {});
}

async function watch() {
  const [alarm, place] = [element("div", ""), element("div", "")];
  document.getElementById("main").prepend(alarm, place);
  let before = [];
  const show = async () => {
    const items = await waiting();
    if (!items.length && !before.length) return;
    const [kept, say] = [await record(), await keptWords(language)];
    if (!say || !kept) return;
    await showAlarm(alarm, say, kept, { pages: `/offline/${language}` });
    if (!(await showBand(place, say, kept))) place.replaceChildren(await lastSent(say, before));
    before = items;
  };
  listen(() => { show().catch(() => {}); });
  await show();
}

/** What has just gone out, with the time of its receipt. */
async function lastSent(say, items) {
  const keys = items.map((item) => item.entry ?? item.draft);
  const last = (await sent()).find((one) => keys.includes(one.key));
  if (!last) return "";
  const line = element("div", "notice done", element("p", "", say("sent", last)));
  line.setAttribute("role", "status");
  return line;
}

/** Signing out leaves nothing that can be read; what waits stays, after a question. */
function guardTheWayOut() {
  for (const form of document.querySelectorAll('form[action="/sign-out"], form[action="/phone/forget"]')) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      leave(form).catch(() => form.submit());
    });
  }
}

async function leave(form) {
  const items = await waiting();
  const say = items.length ? await keptWords(language) : null;
  if (say && !confirm(`${waits(say, items)}\n${say("leave")}`)) return;
  if (!items.length) await forgetPages();
  form.submit();
}

guardTheWayOut();
async function beServed() {
  const { serviceWorker } = navigator;
  await serviceWorker.register("/worker.js", { type: "module", updateViaCache: "imports" });
  const { active } = await serviceWorker.ready;
  if (!serviceWorker.controller) active.postMessage("claim"); // opened before it was there
}

beServed().catch(() => {});
watch().catch(() => {}).then(keepTrying);
keep().then(() => { document.documentElement.dataset.ready = "offline"; }).catch(() => {});
