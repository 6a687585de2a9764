// Answers for the pages when there is no network, takes in what could not be sent, and
// sends it when the system says that there is a network again. It holds nothing itself:
// what waits is in the phone's store, so a new worker loses nothing. Served from the root,
// with its imports at the address of their version.

import { flush } from "./queue.js";
import { opened, takeFlags, takeScreen } from "./taking.js";
import { record } from "./study.js";

const PAGE_PATIENCE = 8_000; // ms until the kept page is better than none
const POST_PATIENCE = 15_000;
const NOT_OURS = /^\/(staff|siren|demo|hooks|static|offline\/(record|study))(\/|$)/;
const JUST_SENT = 60_000;
let posted = null; // the last form of a diary: its answer may be lost on the way back
const SCREEN = /^\/diary\/([0-9a-f-]{36})\/([0-9]{1,2}|reading)$/;

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("sync", (event) => event.waitUntil(sendAll()));
self.addEventListener("message", (event) => {
  if (event.data === "claim") event.waitUntil(self.clients.claim());
});

async function sendAll() {
  if (await flush()) throw new Error("some still wait"); // the browser tries again
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode !== "navigate" || NOT_OURS.test(pathname)) return;
  else if (request.method === "POST") event.respondWith(sending(request, pathname));
  else event.respondWith(page(request, pathname));
});

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
  if (/^\/offline\/(zh|en)$/.test(pathname)) {
    const kept = await caches.match(pathname);
    if (kept) return kept;
  }
  try {
    return await within(PAGE_PATIENCE, fetch(request));
  } catch (error) {
    const kept = (await afterLostAnswer(pathname)) ?? (await keptPage(pathname));
    if (kept) return kept;
    throw error;
  }
}

/** A form came through, the page after it did not: sent again, it says what to do. */
async function afterLostAnswer(pathname) {
  const last = posted;
  if (!last || !pathname.startsWith("/diary/") || Date.now() - last.at > JUST_SENT) return null;
  posted = null;
  const taken = await take(last.fields, last.pathname).catch(() => null);
  const kept = await record();
  return taken && kept ? offline(kept, last.fields, taken) : null;
}

async function keptPage(pathname) {
  const kept = await record();
  if (!kept) return undefined;
  if (/^\/card(\/|$)/.test(pathname)) return caches.match("/card/plain");
  return caches.match(`/offline/${kept.language}`);
}

/** A form: what its network swallows is kept, and sent as an entry. */
async function sending(request, pathname) {
  const isDiary = pathname === "/diary" || SCREEN.test(pathname);
  const fields = isDiary ? new URLSearchParams(await request.clone().text()) : null;
  let answer = null;
  try {
    answer = await within(POST_PATIENCE, fetch(request));
    if (answer.status < 500) {
      posted = isDiary ? { pathname, fields, at: Date.now() } : null;
      return answer;
    }
  } catch { /* no network, or none that is any use */ }
  const taken = isDiary ? await take(fields, pathname).catch(() => null) : null;
  if (answer && answer.status <= 503) return answer; // it says itself that nothing was saved
  const kept = await record();
  if (!kept) return answer ?? Response.error();
  return offline(kept, fields, taken ?? "lost");
}

/** On to the kept pages, in the language of the page that was sent. */
function offline(kept, fields, place) {
  const language = (fields && opened(fields).language) ?? kept.language;
  return Response.redirect(`/offline/${language}#${place}`, 303);
}

/** Where the pages without a network go on from; null where nothing could be kept. */
async function take(fields, pathname) {
  const screen = SCREEN.exec(pathname);
  if (!screen) {
    if (fields.has("send") && !fields.has("emerg")) return "diary";
    const begun = await takeFlags(fields);
    return begun.kept ? `taken/${begun.key}` : null;
  }
  const number = screen[2] === "reading" ? "reading" : Number(screen[2]);
  const begun = await takeScreen(screen[1], number, fields, fields.has("none"));
  return begun.kept ? `taken/${begun.key}` : null;
}

function within(limit, promise) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error("no answer in time")), limit);
  });
  return Promise.race([promise, late]);
}
