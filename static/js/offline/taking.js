// Adds a screen's answers to what waits on this phone: from a form of the server that could
// not be sent, or from an offline screen.

import { redFlagsOf } from "../triage/study.js";
import { fault } from "./faults.js";
import { readScreen } from "./form.js";
import { add } from "./queue.js";
import * as store from "./store.js";
import { record, rules, screens, today } from "./study.js";

/** The person and the language of a form from the server's page, as far as known. */
export function opened(fields) {
  const [language, person] = (fields.get("opened") ?? "").split(".");
  return { language: language || undefined, person: person || undefined };
}

/** The first screen: a separate report, and the beginning of a diary. */
export async function takeFlags(fields, language) {
  const kept = await record();
  const name = fields.get("flags") ?? redFlagsOf(await rules()); // an old page has none
  const entry = fields.get("entry");
  const begun = {
    ...beginning(kept, fields, language),
    key: entry,
    entry,
    day: fields.get("day") ?? undefined,
    reporter: fields.get("reporter") ?? begunBy(kept, fields),
    answers: { [name]: fields.getAll(name) },
    next: 2,
  };
  await store.put("drafts", entry, { ...begun, at: Date.now() });
  begun.kept = await add(version(begun, "red_flags"));
  return begun;
}

/** Screen `number` of a diary ("reading": what is measured again), with all earlier answers. */
export async function takeScreen(key, number, fields, none, language) {
  const [kept, study] = [await record(), await rules()];
  const shown = screens(study, today(kept));
  const reading = number === "reading";
  const items = reading ? study.items.filter((item) => study.ask.includes(item.id))
    : anothers(kept, fields) ? study.items.filter((item) => isOn(fields, item))
      : shown[number - 1]?.items ?? [];
  const known = await store.get("drafts", key);
  const draft = known ?? { ...beginning(kept, fields, language), key, draft: key };
  const answers = { ...draft.answers };
  for (const item of items) delete answers[item.id];
  Object.assign(answers, readScreen(items, fields, none));
  const strokes = fields.get("strokes") || draft.strokes;
  const done = !reading && number >= shown.length && !anothers(kept, fields);
  const begun = { ...draft, answers, strokes, next: reading ? shown.length + 1 : number + 1, done };
  if (done || reading) await store.drop("drafts", key).catch(fault);
  else await store.put("drafts", key, { ...begun, at: Date.now() });
  begun.kept = await add(version(begun, done ? "complete" : "screen"));
  return begun;
}

/** An entry stays with the person it was written for, also after another one signed in. */
function beginning(kept, fields, language) {
  const page = opened(fields);
  return {
    person: page.person ?? kept.person,
    study: kept.study,
    reporter: begunBy(kept, fields),
    language: page.language ?? language ?? kept.language,
    answers: {},
  };
}

const begunBy = (kept, fields) => (anothers(kept, fields) ? undefined : kept.reporter);

/** Whether the page was opened for another person than the one in this phone's record. */
function anothers(kept, fields) {
  const { person } = opened(fields);
  return Boolean(person) && person !== kept.person;
}

const isOn = (fields, { id }) => [...fields.keys()].some((name) => name === id || name.startsWith(`${id}_`));

function version(begun, kind) {
  const { entry, draft, day, person, study, reporter, language, answers, strokes } = begun;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    entry, draft, day, kind, person, study, reporter, language, answers, strokes, zone,
    written_at: Date.now(),
  };
}
