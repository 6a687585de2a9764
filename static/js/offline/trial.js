// Before a worker serves this phone, the phone must show that it can keep the promise: all
// modules of the offline pages run once on an example, with the storage, the cipher, the
// rules and the words that a report needs.

import { redFlagsOf } from "../triage/study.js";
import { isPaged } from "../triage/tiers.js";
import { showAdvice } from "./advice.js";
import { readScreen } from "./form.js";
import "./sections.js";
import * as store from "./store.js";
import { rules, screens, today, verdict, whereabouts } from "./study.js";
import { uuid } from "./uuid.js";
import { element, keptWords } from "./words.js";

/** A condition that this phone does not meet. */
class Unfit extends Error {
  constructor(what) {
    super(what);
    this.name = "Unfit";
  }
}

function must(holds, what) {
  if (!holds) throw new Unfit(what);
}

/** Passes or throws; an example takes every step from a form to the advice. */
export async function trial(kept, language) {
  const study = await rules();
  const flags = screens(study, today(kept))[0].items;
  const name = redFlagsOf(study);
  const code = flags.find((item) => item.id === name).codes[0];
  const answers = await remembered(readScreen(flags, new URLSearchParams({ [name]: code }), false));
  const found = verdict(study, today(kept), { ...answers, reporter: kept.reporter });
  must(isPaged(found.tier), "a red flag is found");
  words(study, today(kept));
  const say = await keptWords(language);
  must(say, "the kept document is here");
  const place = element("div");
  showAdvice(place, say, {
    study, kept, language, unsent: true, verdict: found, reading: {}, what: code, onward: null, wrote: false, where: whereabouts(kept, study),
  });
  must(place.querySelector('a[href^="tel:"]'), "the advice says whom to call");
}

/** `value` after it was encrypted, stored and read again. */
async function remembered(value) {
  const id = `trial:${uuid()}`;
  must(await store.put("drafts", id, { value }), "something can be kept");
  const found = await store.get("drafts", id);
  await store.drop("drafts", id);
  must(JSON.stringify(found.value) === JSON.stringify(value), "what was kept is found");
  return found.value;
}

/** Reads a note: old engines fail at the tables of characters. */
function words(study, day) {
  const note = study.items.find((item) => item.kind === "text");
  if (note) verdict(study, day, { [redFlagsOf(study)]: [], [note.id]: "没有不适。No pain; 3 days" });
}
