// The diary without a network: the server's screens, filled in and kept on this phone.

import { redFlagsOf } from "../triage/study.js";
import { isPaged, rank } from "../triage/tiers.js";
import { fault } from "./faults.js";
import { fill as fillForm, readScreen } from "./form.js";
import { at, go, language, phone, replace, say, section, show } from "./place.js";
import { flush, waitingFor } from "./queue.js";
import * as store from "./store.js";
import { faults, reading, screens, today, verdict, whereabouts } from "./study.js";
import { takeFlags, takeScreen } from "./taking.js";
import { uuid } from "./uuid.js";
import { fieldsOf, forgetOpen, openScreen, restore, showErrors } from "./writing.js";

export async function showFlags() {
  const place = section("flags");
  const form = place.querySelector("form");
  const open = await openScreen("flags");
  at.key = open?.key ?? uuid();
  form.reset();
  restore(form, open?.fields ?? [["reporter", phone.kept.reporter]]);
  const where = whereabouts(phone.kept, phone.study);
  place.querySelectorAll("[data-ward]").forEach((line) => { line.hidden = line.dataset.ward !== where; });
  showErrors(place, {});
  show("flags");
}

export async function sendFlags(form, name) {
  const fields = fieldsOf(form);
  const flags = redFlagsOf(phone.study);
  if (name === "send" && !fields.has(flags)) {
    return showErrors(section("flags"), { [flags]: say("tick") });
  }
  fields.set("entry", at.key);
  const begun = await takeFlags(fields, language);
  await forgetOpen();
  flush().catch(fault);
  await goOn(begun);
}

// The other screens

export async function showScreen(key, number) {
  const shown = screens(phone.study, today(phone.kept));
  const screen = shown[number - 1];
  const draft = (await store.get("drafts", key)) ?? begunOnline(key);
  if (!screen || draft.person !== phone.kept.person) return go("today");
  const place = section(screen.id);
  const form = place.querySelector("form");
  Object.assign(at, { key, number });
  form.reset();
  fillForm(form, draft.answers);
  const open = await openScreen(screen.id);
  if (open?.key === key) restore(form, open.fields);
  const names = screen.items.map((item) => item.id);
  place.querySelectorAll("[data-item]").forEach((one) => { one.hidden = !names.includes(one.dataset.item); });
  showSteps(place, number, shown.length, draft.reporter);
  showErrors(place, {});
  show(screen.id);
}

/** A diary that was begun on the server's pages before the network was lost. */
function begunOnline(key) {
  const { person, reporter } = phone.kept;
  return { key, draft: key, person, reporter, language, answers: {} };
}

function showSteps(place, number, total, reporter) {
  place.querySelector("[data-step]").textContent = `${number} / ${total}`;
  Object.assign(place.querySelector("[data-progress]"), { max: total, value: number });
  place.querySelectorAll("[data-stem]").forEach((one) => { one.hidden = one.dataset.stem !== reporter; });
  if (number === total) {
    place.querySelector("button[name=go] span").textContent = say("send");
  }
}

export async function sendScreen(form, name) {
  const { key, number, view } = at;
  const fields = fieldsOf(form);
  const { items } = screens(phone.study, today(phone.kept))[number - 1];
  const draft = (await store.get("drafts", key)) ?? begunOnline(key);
  const answers = readScreen(items, fields, name === "none");
  const errors = wrong(items, answers, draft);
  if (Object.keys(errors).length && !isPaged(judged(draft, without(answers, errors)).tier)) {
    await store.put("drafts", key, draft);
    return showErrors(section(view), errors);
  }
  const begun = await takeScreen(key, number, fields, name === "none", language);
  await forgetOpen();
  flush().catch(fault);
  await goOn(begun);
}

function without(answers, errors) {
  return Object.fromEntries(Object.entries(answers).filter(([name]) => !(name in errors)));
}

/** The answers to check again; a reading or a dose is asked about only once. */
function wrong(items, answers, draft) {
  const errors = {};
  const faulty = faults(phone.study, answers);
  draft.asked = draft.asked ?? [];
  for (const item of items) {
    const question = draft.asked.includes(item.id) ? null : asked(item, answers[item.id]);
    if (question) draft.asked.push(item.id);
    const sentence = item.kind === "text" ? "text-long" : "choose";
    if (question) errors[item.id] = question;
    else if (faulty.has(item.id)) errors[item.id] = say(sentence, { most: item.max_length });
  }
  return errors;
}

/** What to ask about a reading or a dose that may be a slip, or null. */
function asked(item, answer) {
  if (answer === undefined) return null;
  const { state, celsius } = reading(phone.study, item, answer);
  if (state !== "unreadable" && state !== "converted") return null;
  const typed = answer.value ?? answer.mg ?? answer;
  return say(item.kind === "temperature" ? state : item.kind, { typed, celsius });
}

export function judged(draft, more = {}) {
  const answers = { ...draft.answers, ...more, reporter: draft.reporter };
  return verdict(phone.study, today(phone.kept), answers);
}

/** Shows advice if there is some, else the next screen, else the end. */
export async function goOn(begun, taken = false) {
  if (!begun) return go("today");
  const found = judged(begun);
  const worse = isPaged(found.tier) && rank(found.tier) > (begun.worst ?? 0);
  const more = !begun.done && begun.next <= screens(phone.study, today(phone.kept)).length;
  if (more) await store.put("drafts", begun.key, { ...begun, worst: rank(found.tier), at: Date.now() });
  const place = worse || !more ? `advice/${begun.key}` : `screen/${begun.key}/${begun.next}`;
  return taken ? replace(place) : go(place);
}

export async function begunBy(key) {
  const draft = await store.get("drafts", key);
  if (draft) return draft;
  const items = await waitingFor(key);
  return items.length ? { ...items[items.length - 1], key, done: true } : null;
}
