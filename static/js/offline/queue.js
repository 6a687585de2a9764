// Entries that wait on this phone for the server's receipt. The first tab or worker that can
// sends them one after another; an entry that is sent twice is stored once.

import { fault } from "./faults.js";
import { NoNetwork, ask, readJson } from "./network.js";
import * as store from "./store.js";
import { uuid } from "./uuid.js";

const PATIENCE = 20_000; // ms for one entry, on the slowest network
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("waiting") : null;
const listeners = new Set();

/** `heard` is called whenever something was stored or sent, also in another tab. */
export function listen(heard) {
  listeners.add(heard);
}

if (channel) channel.onmessage = () => listeners.forEach((heard) => heard());

function tell() {
  channel?.postMessage("changed");
  listeners.forEach((heard) => heard());
}

const name = (item) => `${item.entry ?? item.draft}:${item.kind === "red_flags" ? "flags" : "rest"}`;

/** Stores an entry for sending. False: no room, it is kept only while this page is open. */
export async function add(item) {
  const id = name(item);
  const written = { ...item, id, revision: uuid() };
  const kept = await store.put("waiting", id, written);
  if (!kept) await store.put("waiting", id, { ...written, full: true });
  tell();
  askForSync();
  return kept;
}

function askForSync() {
  const registration = globalThis.registration ?? null;
  const ready = registration ? Promise.resolve(registration) : navigator.serviceWorker?.ready;
  ready?.then((found) => found.sync?.register("send")).catch(() => {}); // if the browser has it
}

/** Waiting entries: red flags first, then the oldest. */
export async function waiting() {
  const items = [...(await store.all("waiting")).values()];
  const rank = (item) => (item.kind === "red_flags" ? 0 : 1);
  return items.sort((a, b) => rank(a) - rank(b) || a.written_at - b.written_at);
}

/** Waiting entries of one diary, its red flags first. */
export async function waitingFor(key) {
  return (await waiting()).filter((item) => (item.entry ?? item.draft) === key);
}

/** Sends what waits; returns how many still wait. */
export async function flush() {
  if (!navigator.locks) return sendAll();
  return navigator.locks.request("portal-send", sendAll);
}

async function sendAll() {
  let changed = false;
  for (const item of await waiting()) {
    const outcome = await send(item).catch(failed);
    if (!outcome) break; // no network: the others would fail too
    changed = (await settle(item, outcome)) || changed;
    if (outcome.trouble === "away") break;
  }
  if (changed) tell();
  return (await waiting()).length;
}

/** A network failure waits for the network; a fault is reported and delays no other entry. */
function failed(error) {
  if (error instanceof NoNetwork) return null;
  fault(error);
  return { trouble: "fault" };
}

async function send(item) {
  const { entry, draft, day, kind, person, study, reporter, language, answers, strokes } = item;
  const { written_at, zone } = item;
  const { answer, body } = await ask("/entries", {
    method: "POST",
    credentials: "same-origin",
    cache: "no-store",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-Portal": "1" },
    body: JSON.stringify({
      entry, draft, day, kind, person, study, reporter, language, answers, strokes, written_at, zone,
      phone_at: Date.now(),
    }),
  }, PATIENCE);
  const said = await readJson(body);
  if (answer.status >= 500 || answer.redirected || said === undefined) return { trouble: "away" };
  if (answer.status === 200 || answer.status === 409) return { said };
  return { trouble: TROUBLE[answer.status] ?? "refused" };
}

const TROUBLE = { 401: "sign-in", 403: "other", 404: "other" };

/** With a receipt it is deleted; without, it stays with the reason. Whether that is new. */
async function settle(item, { trouble, said }) {
  if (trouble) {
    const now = await store.get("waiting", item.id);
    if (!now || now.revision !== item.revision || now.trouble === trouble) return false;
    await store.put("waiting", item.id, { ...now, trouble });
    return true;
  }
  const { id, entry, draft, person } = item;
  await store.put("pocket", `sent:${id}`, { ...said, key: entry ?? draft, person, at: Date.now() });
  const now = await store.get("waiting", id);
  if (now?.revision === item.revision) await store.drop("waiting", id).catch(fault);
  return true;
}

/** Receipts of the last day, newest first. */
export async function sent() {
  const kept = [...(await store.all("pocket")).values()].filter((one) => one.told);
  return kept.filter((one) => Math.abs(Date.now() - one.at) < 86_400_000).sort((a, b) => b.at - a.at);
}
