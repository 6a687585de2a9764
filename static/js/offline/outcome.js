// Which advice shows for a report, and whether it still waits.

import { redFlagsOf } from "../triage/study.js";
import { isPaged, rank } from "../triage/tiers.js";
import { showAdvice } from "./advice.js";
import { judged } from "./diary.js";
import { at, go, language, phone, say, section, show } from "./place.js";
import { sent, waitingFor } from "./queue.js";
import * as store from "./store.js";
import { reading, whereabouts } from "./study.js";

const worstFirst = (one, other) => rank(other.tier) - rank(one.tier);

export async function advise(key) {
  Object.assign(at, { key });
  const items = await waitingFor(key);
  const receipts = (await sent()).filter((one) => one.key === key);
  const receipt = receipts.sort(worstFirst)[0];
  const own = items.map((item) => judged(item)).sort(worstFirst)[0];
  if (!own && !receipt) return go("today");
  // For a danger one received report is enough; of a diary all parts must be received.
  const unsent = Boolean(own) && !(isPaged(own.tier) && rank(own.tier) <= rank(receipt?.tier));
  const draft = await store.get("drafts", key);
  const answers = items[items.length - 1]?.answers ?? draft?.answers ?? {};
  const found = unsent ? own : { advice: [], ...receipt, tier: receipt.tier ?? "routine" };
  showAdvice(section("advice"), say, {
    study: phone.study, kept: phone.kept, language, unsent, receipt, verdict: found,
    reading: typed(answers), what: inWords(answers, found),
    wrote: phone.study.items.some((item) => item.kind === "text" && answers[item.id]?.trim()),
    where: whereabouts(phone.kept, phone.study),
    onward: draft ? `#screen/${key}/${draft.next}` : null,
  });
  document.body.className = isPaged(found.tier) ? `full-${found.tier}` : "";
  show("advice");
}

function ofKind(kind) {
  return phone.study.items.filter((item) => item.kind === kind).map((item) => item.id);
}

function typed(answers) {
  for (const item of phone.study.items.filter(({ kind }) => kind === "temperature")) {
    const name = item.id;
    if (!answers[name]?.unit) continue;
    const { state, celsius } = reading(phone.study, item, answers[name]);
    if (state === "converted") return { v: answers[name].value, c: celsius };
  }
  return {};
}

/** What is dangerous, in the words of its screen. */
function inWords(answers, found) {
  const label = (name, value) => document.querySelector(`input[name="${name}"][value="${value}"]`)
    ?.closest("label").textContent.trim();
  const flags = redFlagsOf(phone.study);
  const ticked = (answers[flags] ?? []).map((code) => label(flags, code));
  const temperatures = ofKind("temperature").map((name) => answers[name]?.value);
  const asked = (found.findings ?? []).filter((one) => one.tier === found.tier)
    .flatMap((one) => Object.keys(one.facts))
    .map((name) => document.querySelector(`[data-item="${name}"] legend`)?.textContent.trim());
  const said = [...ticked, ...temperatures, ...ofKind("text").map((name) => answers[name])];
  const words = said.filter(Boolean).length ? said : asked;
  return [...new Set(words.filter(Boolean))].join(say("clause"));
}
