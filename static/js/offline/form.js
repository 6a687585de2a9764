// From a form's fields to answers in the study's codes, as the server reads them, and back.

import { strip } from "./blanks.js";

const LONGEST_NUMBER = 40;
const LEVEL = /^[0-9]{1,9}$/; // no page sends more digits

/** The answers to a screen's `items`, without blank ones. */
export function readScreen(items, fields, none) {
  const answers = {};
  for (const item of items) {
    let answer = read(item, fields);
    if (answer === null && none) answer = item.calm ?? null;
    if (answer !== null) answers[item.id] = answer;
  }
  return answers;
}

const cut = (text) => Array.from(text).slice(0, LONGEST_NUMBER).join("");

function read(item, fields) {
  const typed = strip(fields.get(item.id) ?? "");
  if (item.kind === "multi") return fields.has(item.id) ? fields.getAll(item.id) : null;
  if (item.kind === "level") return LEVEL.test(typed) ? Number(typed) : typed || null;
  if (item.kind === "temperature") return temperature(item, fields, typed);
  if (item.kind === "dose") return dose(item, fields, typed);
  if (item.kind === "number") return cut(typed) || cannot(item, fields);
  return typed || null;
}

function temperature(item, fields, typed) {
  if (typed) {
    return { value: cut(typed), unit: fields.get(`${item.id}_unit`) === "F" ? "F" : "C" };
  }
  return cannot(item, fields);
}

function cannot(item, fields) {
  return item.cannot && fields.get(`${item.id}_cannot`) ? "cannot" : null;
}

function dose(item, fields, typed) {
  const amount = strip(fields.get(`${item.id}_mg`) ?? "");
  if (amount || typed === "mg") return { mg: cut(amount) };
  return typed === "no" ? "no" : null;
}

/** Fills a form with answers. */
export function fill(form, answers) {
  for (const [name, answer] of Object.entries(answers)) {
    if (answer?.mg !== undefined) {
      tick(form, name, ["mg"]);
      type(form, `${name}_mg`, answer.mg);
    } else if (answer?.unit) {
      type(form, name, answer.value);
      tick(form, `${name}_unit`, [answer.unit]);
    } else if (!tick(form, name, [answer].flat().map(String))) {
      const ticked = answer === "cannot" && tick(form, `${name}_cannot`, ["1"]);
      if (!ticked) type(form, name, answer);
    }
  }
}

function tick(form, name, values) {
  const boxes = form.querySelectorAll(`input[name="${name}"][type=radio], input[name="${name}"][type=checkbox]`);
  boxes.forEach((box) => { box.checked = values.includes(box.value); });
  return boxes.length > 0;
}

function type(form, name, value) {
  const control = form.elements.namedItem(name);
  if (control) control.value = value;
}
