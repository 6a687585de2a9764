// Serves the pages when there is no network, stores what could not be sent, and sends it
// when the system reports a network again. It holds no data itself: what waits is in the
// phone's store, so a new worker loses nothing. Only pages and the diary's forms pass
// through it; if it cannot help, the browser behaves as without it.
// Served from the root as one plain script with its imports included
// (`web/offline/worker.py`): the oldest supported phones have modules only in pages.

import { fault } from "./faults.js";
import { NoNetwork, reached } from "./network.js";
import { flush } from "./queue.js";
import { opened, takeFlags, takeScreen } from "./taking.js";
import { record } from "./study.js";

const PAGE_PATIENCE = 8_000; // ms until the stored page is shown
const POST_PATIENCE = 15_000;
const NOT_OURS = /^\/(staff|siren|demo|hooks|static|offline\/(record|study))(\/|$)/;
const JUST_SENT = 60_000;
let posted = null; // the last form of a diary: its answer may get lost
const SHELL = /^\/offline\/[a-z]+$/; // in one of the languages
const SCREEN = /^\/diary\/([0-9a-f-]{36})\/([0-9]{1,2}|reading)$/;

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("sync", (event) => event.waitUntil(sendAll()));
self.addEventListener("message", (event) => {
  if (event.data === "claim") event.waitUntil(claim(event.ports[0]));
});

async function sendAll() {
  if (await flush()) throw new Error("some still wait"); // the browser tries again
}

/** Takes over the page that asks, and answers whether it can read the store. */
async function claim(asked) {
  await self.clients.claim();
  if (asked) asked.postMessage(Boolean(await record()));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode !== "navigate" || NOT_OURS.test(pathname)) return;
  else if (request.method === "GET") event.respondWith(page(request, pathname));
  else if (isDiary(request, pathname)) event.respondWith(sending(request, pathname));
});

/** Whether a form can be stored; other forms go to the server only. */
function isDiary(request, pathname) {
  return request.method === "POST" && (pathname === "/diary" || SCREEN.test(pathname));
}

async function file(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  try {
    return await fetch(request);
  } catch (error) {
    const older = await caches.match(request, { ignoreSearch: true });
    if (older) return older;
    throw error;
  }
}

async function page(request, pathname) {
  if (SHELL.test(pathname)) {
    const kept = await caches.match(pathname);
    if (kept) return kept;
  }
  if (!(await record())) return fetch(request);
  try {
    return await within(PAGE_PATIENCE, fetch(request));
  } catch (error) {
    const kept = (await afterLostAnswer(pathname)) || (await keptPage(pathname));
    if (kept) return kept;
    throw error;
  }
}

/** The form arrived but the next page did not: sending again shows what to do. */
async function afterLostAnswer(pathname) {
  const last = posted;
  if (!last || !pathname.startsWith("/diary/") || Date.now() - last.at > JUST_SENT) return null;
  posted = null;
  const taken = await take(last.fields, last.pathname).catch(fault);
  const kept = await record();
  return taken && kept ? shell(kept, last.fields, taken) : null;
}

async function keptPage(pathname) {
  const kept = await record();
  if (!kept) return undefined;
  if (/^\/card(\/|$)/.test(pathname)) return caches.match("/card/plain");
  return caches.match(`/offline/${kept.language}`);
}

/** A form of the diary: if the network loses it, it is stored and sent as an entry. */
async function sending(request, pathname) {
  const kept = await record();
  if (!kept) return fetch(request);
  const fields = new URLSearchParams(await request.clone().text());
  const answer = await within(POST_PATIENCE, fetch(request)).catch(unanswered);
  if (answer && answer.status < 500) {
    posted = { pathname, fields, at: Date.now() };
    return answer;
  }
  const taken = await take(fields, pathname).catch(fault);
  if (answer && answer.status <= 503) return answer; // that page says that nothing was saved
  return shell(kept, fields, taken || "lost");
}

/** No usable network: the form is stored, whatever the cause. */
function unanswered(error) {
  fault(error);
  return null;
}

/** Redirects to the stored pages, in the language of the page that was sent. */
function shell(kept, fields, place) {
  const language = opened(fields).language ?? kept.language;
  return Response.redirect(`/offline/${language}#${place}`, 303);
}

/** Where the offline pages continue; null: nothing could be stored. */
async function take(fields, pathname) {
  const screen = SCREEN.exec(pathname);
  if (!screen) {
    if (fields.has("send") && fields.has("flags") && !fields.has(fields.get("flags"))) return "diary";
    const begun = await takeFlags(fields);
    return begun.kept ? `taken/${begun.key}` : null;
  }
  const number = screen[2] === "reading" ? "reading" : Number(screen[2]);
  const begun = await takeScreen(screen[1], number, fields, fields.has("none"));
  return begun.kept ? `taken/${begun.key}` : null;
}

function within(limit, asked) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new NoNetwork("no answer in time")), limit);
  });
  return Promise.race([reached(asked), late]);
}
