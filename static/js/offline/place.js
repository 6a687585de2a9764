// The state of the offline pages: which section is shown, for whom, in which words.

import { wordsIn } from "./words.js";

export const { language } = document.documentElement.dataset;
export const say = wordsIn(document);
export const at = { view: "", key: "", number: 0 }; // what shows
export const phone = { kept: null, study: null }; // the record, the rules
const sections = [...document.querySelectorAll("[data-view]")];

export const section = (view) => sections.find((one) => one.dataset.view === view);

export function show(view) {
  sections.forEach((one) => { one.hidden = one.dataset.view !== view; });
  if (view !== "advice") document.body.className = "";
  if (at.view !== view) scrollTo(0, 0);
  at.view = view;
}

/** Goes to another section; "back" leads here. */
export function go(place) {
  location.hash = place;
}

/** Replaces this section by another one. */
export function replace(place) {
  history.replaceState(null, "", `#${place}`);
  dispatchEvent(new Event("hashchange"));
}
