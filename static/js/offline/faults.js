// Faults of these scripts: shown on the console, stored, and sent to the server later. Only
// the name and the place, because a message may contain what somebody wrote.

import { NoNetwork, ask } from "./network.js";
import * as store from "./store.js";

const PLACE = /\/((?:offline\/|triage\/)?[a-z]+\.js)[^:]*:(\d+)/;
const PATIENCE = 20_000; // ms
const DAY = 86_400_000;

/** Stores a fault; an error that only means "no network" is not one. */
export function fault(error) {
  if (error instanceof NoNetwork) return;
  console.error(error);
  const [, file, line] = PLACE.exec(String(error?.stack)) ?? [];
  note({ name: String(error?.name ?? "Error"), place: file ? `${file}:${line}` : "" })
    .catch((worse) => console.error(worse));
}

/** The same fault is stored once a day. */
async function note(said) {
  const id = `fault:${said.name}:${said.place}`;
  const known = await store.get("pocket", id);
  if (known && Math.abs(Date.now() - known.at) < DAY) return;
  await store.put("pocket", id, { fault: said, at: Date.now() });
}

/** Sends the stored faults to the server, each once. */
export async function tellFaults() {
  for (const [id, noted] of await store.all("pocket")) {
    const { fault: said, known } = noted;
    if (!said || known) continue;
    const { answer } = await ask("/offline/faults", {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-Portal": "1" },
      body: JSON.stringify(said),
    }, PATIENCE);
    if (answer.status < 500) await store.put("pocket", id, { ...noted, known: true });
  }
}
