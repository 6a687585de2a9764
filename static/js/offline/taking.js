// Takes a screen's answers into what waits on this phone, whether a form of the server's
// could not be sent or it was filled in without a network.

import { readScreen } from "./form.js";
import { add } from "./queue.js";
import * as store from "./store.js";
import { record, rules, screens, today } from "./study.js";

/** The first screen: a report of its own, and the beginning of a diary. */
export async function takeFlags(fields, language) {
  const kept = await record();
  const entry = fields.get("entry");
  const begun = {
    ...beginning(kept, language),
    key: entry,
    entry,
    day: fields.get("day") ?? undefined,
    reporter: fields.get("reporter") ?? kept.reporter,
    answers: { emerg: fields.getAll("emerg") },
    next: 2,
  };
  await store.put("drafts", entry, { ...begun, at: Date.now() });
  begun.kept = await add(version(begun, "red_flags"));
  return begun;
}

/** Screen `number` of a diary ("reading": a temperature alone); all said so far goes along. */
export async function takeScreen(key, number, fields, none, language) {
  const [kept, study] = [await record(), await rules()];
  const shown = screens(study, today(kept));
  const reading = number === "reading";
  const items = reading ? study.items.filter((item) => /^temp(_site)?$/.test(item.id))
    : shown[number - 1]?.items ?? [];
  const known = await store.get("drafts", key);
  const draft = known ?? { ...beginning(kept, language), key, draft: key };
  const answers = { ...draft.answers };
  for (const item of items) delete answers[item.id];
  Object.assign(answers, readScreen(items, fields, none));
  const strokes = fields.get("strokes") || draft.strokes;
  const done = !reading && number >= shown.length;
  const begun = { ...draft, answers, strokes, next: reading ? shown.length + 1 : number + 1, done };
  if (done || reading) await store.drop("drafts", key).catch(() => {});
  else await store.put("drafts", key, { ...begun, at: Date.now() });
  begun.kept = await add(version(begun, done ? "complete" : "screen"));
  return begun;
}

function beginning(kept, language) {
  return {
    person: kept.person,
    reporter: kept.reporter,
    language: language ?? kept.language,
    answers: {},
  };
}

function version(begun, kind) {
  const { entry, draft, day, person, reporter, language, answers, strokes } = begun;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    entry, draft, day, kind, person, reporter, language, answers, strokes, zone,
    written_at: Date.now(),
  };
}
