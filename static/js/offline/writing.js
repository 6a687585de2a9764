// What is being written, saved with every change, and what must be checked again.

import { fault } from "./faults.js";
import { at, phone } from "./place.js";
import * as store from "./store.js";
import { element, refill } from "./words.js";

export const RESUMED_WITHIN = 12 * 3_600_000; // ms, as on the server

export const fieldsOf = (form) => new URLSearchParams([...new FormData(form)]);

export function restore(form, fields) {
  for (const [name, value] of fields) {
    const boxes = [...form.querySelectorAll(`input[name="${name}"]`)].filter((one) => one.value === value);
    const box = boxes.find((one) => one.type === "radio" || one.type === "checkbox");
    if (box) box.checked = true;
    else if (form.elements.namedItem(name)) form.elements.namedItem(name).value = value;
  }
}

export async function openScreen(view) {
  const open = await store.get("drafts", "open").catch(fault);
  const fits = open && open.view === view && open.person === phone.kept.person
    && Math.abs(Date.now() - open.at) < RESUMED_WITHIN;
  return fits ? open : undefined;
}

export const forgetOpen = () => store.drop("drafts", "open").catch(fault);

export async function keepOpen(form) {
  const { view, key } = at;
  delete form.dataset.kept;
  await store.put("drafts", "open", {
    view, key, person: phone.kept.person, fields: [...new FormData(form)], at: Date.now(),
  });
  form.dataset.kept = view;
}

export function showErrors(place, errors) {
  const box = place.querySelector("[data-errors]");
  const links = Object.entries(errors).map(([name, sentence]) => {
    const link = element("a", "", sentence);
    link.href = `#${name}`;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.getElementById(name)?.focus();
    });
    return element("li", "", link);
  });
  refill(box.querySelector("ul"), ...links);
  box.hidden = !links.length;
  if (links.length) box.focus();
}
