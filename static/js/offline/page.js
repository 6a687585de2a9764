// On the server's own pages: keeps the offline copy fresh, sends what waits, shows what could
// not be sent, and asks before a sign-out while something waits. A worker serves this phone
// only after the trial has passed here, and is removed if it fails.

import { keepTrying, showBand } from "./band.js";
import { fault, tellFaults } from "./faults.js";
import { NoNetwork, ask, neverCame, readJson } from "./network.js";
import { listen, sent, waiting } from "./queue.js";
import { record } from "./study.js";
import * as store from "./store.js";
import { element, keptWords, refill, waits } from "./words.js";

const PATIENCE = 60_000; // ms for one file, on the slowest network
const ANSWERS_WITHIN = 5_000; // ms
const FRESH = 10 * 60_000; // ms: an older record is requested again on any page
const ALWAYS = /^\/(today|pin|sign-in|phones|diary\/sent)(\/|$)/; // pages that may change it

const { language } = document.documentElement.dataset;

/** Refreshes the offline copy; returns the record of the person of this phone, if any. */
async function keep() {
  const kept = await record();
  const age = kept ? Date.now() - kept.kept_at : Infinity;
  if (age >= 0 && age < FRESH && !ALWAYS.test(location.pathname)) return kept;
  const { answer, body } = await ask("/offline/record", {
    credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" },
  }, PATIENCE);
  const said = answer.ok && !answer.redirected ? await readJson(body) : undefined;
  if (!said) return kept;
  if (!said.enrolled) return forget();
  await fetchFiles(said);
  const fresh = { ...said, kept_at: Date.now() };
  await store.put("pocket", "record", fresh);
  for (const name of await caches.keys()) {
    if (name.startsWith("shell-") && name !== `shell-${said.edition}`) await caches.delete(name);
  }
  return fresh;
}

/** Fetches one file after another, slowly: reports go first. */
async function fetchFiles({ edition, files }) {
  const cache = await caches.open(`shell-${edition}`);
  for (const address of files) {
    if (await cache.match(address)) continue;
    const hashed = address.startsWith("/static/");
    const { answer, body } = await ask(address, {
      credentials: "same-origin", cache: hashed ? "default" : "no-cache", priority: "low",
    }, PATIENCE);
    if (!answer.ok || answer.redirected) throw new NoNetwork(`${address}: ${answer.status}`);
    const headers = new Headers(answer.headers);
    headers.delete("Content-Encoding"); // the body is already unpacked
    headers.delete("Content-Length");
    await cache.put(address, new Response(body, { headers }));
  }
}

/** This phone may not report any more: deletes its copy, keeps what waits. */
async function forget() {
  if ((await waiting()).length) return;
  await forgetPages();
  await leaveWorker();
}

async function forgetPages() {
  for (const name of await caches.keys()) {
    if (name.startsWith("shell-")) await caches.delete(name);
  }
  await store.dropAll("pocket").catch(fault);
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
    const loud = await import("./alarm.js").catch(fault); // a kept copy may be broken
    if (loud) await loud.showAlarm(alarm, say, kept, { pages: `/offline/${language}` });
    if (!(await showBand(place, say, kept))) refill(place, await lastSent(say, before));
    before = items;
  };
  listen(() => { show().catch(fault); });
  await show();
}

/** What has just been sent, with the time of its receipt. */
async function lastSent(say, items) {
  const keys = items.map((item) => item.entry ?? item.draft);
  const last = (await sent()).find((one) => keys.includes(one.key));
  if (!last) return "";
  const line = element("div", "notice done", element("p", "", say("sent", last)));
  line.setAttribute("role", "status");
  return line;
}

/** Signing out deletes everything readable; what waits stays, after a question. */
function guardTheWayOut() {
  for (const form of document.querySelectorAll('form[action="/sign-out"], form[action="/phone/forget"]')) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      leave(form).catch((error) => { fault(error); form.submit(); });
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

/** Registers the worker after the trial has passed on this phone for this edition. */
async function beServed(kept) {
  if (!(await hasPassed(kept))) return leaveWorker();
  const { serviceWorker } = navigator;
  try {
    await serviceWorker.register("/worker.js");
  } catch (error) {
    await ask("/worker.js", { cache: "no-store" }, PATIENCE); // throws if the network fails
    fault(error);
    return leaveWorker();
  }
  const { active } = await serviceWorker.ready;
  if (!(await reads(active))) await leaveWorker();
}

async function hasPassed(kept) {
  const mark = `${kept.edition} ${navigator.userAgent}`;
  if ((await store.get("pocket", "passed")) === mark) return true;
  try {
    const { trial } = await import("./trial.js").catch(unread);
    await trial(kept, language);
  } catch (error) {
    if (error instanceof NoNetwork) throw error;
    fault(error);
    return false;
  }
  await store.put("pocket", "passed", mark);
  return true;
}

/** A module that was not fetched is not a fault; one that this phone cannot read is. */
function unread(error) {
  throw neverCame(error, "page.js") ? new NoNetwork(String(error)) : error;
}

/** Whether the worker can read the store; a page opened before the worker may differ. */
function reads(worker) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    setTimeout(() => resolve(true), ANSWERS_WITHIN); // an older worker does not answer
    worker.postMessage("claim", [port2]);
  });
}

async function leaveWorker() {
  const registrations = await navigator.serviceWorker.getRegistrations();
  await Promise.all(registrations.map((one) => one.unregister()));
}

async function getReady() {
  const kept = await keep();
  if (kept) await beServed(kept);
  await tellFaults();
  document.documentElement.dataset.ready = "offline";
}

guardTheWayOut();
watch().catch(fault).then(keepTrying);
getReady().catch(fault);
