// The plain band on every page: what waits on this phone, why, and whom to phone instead.

import { flush, waiting } from "./queue.js";
import { fault } from "./faults.js";
import { button, dials, element, refill, waits } from "./words.js";

const WHY = ["fault", "refused", "other", "sign-in", "away"]; // the most urgent first

/** Fills `place` with the band, or empties it; `brief`: while somebody is writing. */
export async function showBand(place, say, kept, brief = false) {
  const items = await waiting();
  refill(place, ...(items.length ? [band(say, kept, items, brief)] : []));
  return items.length;
}

function band(say, kept, items, brief) {
  const why = WHY.find((one) => items.some((item) => item.trouble === one));
  const full = items.some((item) => item.full);
  if (brief && !why && !full) return element("p", "notice urgent", waits(say, items));
  const made = element("div", "notice urgent",
    element("p", "", element("strong", "", waits(say, items))),
    element("p", "", say(full ? "full" : why ?? "by-itself")));
  made.setAttribute("role", "status");
  if (why === "sign-in") made.append(button(say("sign-in-now"), "/sign-in", "secondary"));
  else made.append(again(say));
  const number = dials(kept.phone);
  if (!isOffered(number)) made.append(button(say("duty"), number, "secondary", kept.phone));
  return made;
}

/** Whether the advice or the alarm has a button for this number already. */
function isOffered(number) {
  const links = document.querySelectorAll("[data-view=advice] a, .alarm a");
  return [...links].some((one) => one.getAttribute("href") === number && one.offsetParent);
}

function again(say) {
  const made = element("button", "button secondary", element("span", "", say("try")));
  made.type = "button";
  made.addEventListener("click", () => flush().catch(fault));
  return made;
}

/** Sends now, when the network is back, when the page is shown, and at intervals. */
export function keepTrying() {
  const soon = () => { if (!document.hidden) flush().catch(fault); };
  addEventListener("online", soon);
  document.addEventListener("visibilitychange", soon);
  setInterval(async () => { if ((await waiting()).length) soon(); }, 15_000);
  soon();
}
