// Sentences in the language of the page, which the server wrote into the stored pages.

/** A function that returns a sentence by name, with its placeholders filled. */
export function wordsIn(page) {
  const find = (name) => page.querySelector("template[data-words]").content
    .querySelector(`[data-word="${name}"]`);
  const say = (name, values = {}) => fill(find(name).textContent, values);
  say.mark = (name) => find(`${name}-mark`).firstElementChild.cloneNode(true);
  return say;
}

export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (gap, name) => values[name] ?? gap);
}

/** A text of the study in a language; where it has none, in one that it has. */
export const inTongue = (text, language) => text[language] ?? Object.values(text)[0];

/** The sentences stored on this phone, for a page of the server. */
export async function keptWords(language) {
  const kept = await caches.match(`/offline/${language}`);
  if (!kept) return null;
  return wordsIn(new DOMParser().parseFromString(await kept.text(), "text/html"));
}

/** How many reports wait, in a sentence. */
export function waits(say, items) {
  const count = new Set(items.map((item) => item.entry ?? item.draft)).size;
  return say(count === 1 ? "waits-one" : "waits", { count });
}

/** A telephone number that is never broken at the end of a line. */
export const unbroken = (number) => String(number).replace(/-/g, "\u2060-\u2060").replace(/ /g, "\u00a0");

export const dials = (number) => `tel:${String(number).replace(/[ ()-]/g, "")}`;

/** An element with class, text or children. */
export function element(tag, classes, ...children) {
  const made = document.createElement(tag);
  if (classes) made.className = classes;
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Replaces the children of `place` by these. */
export function refill(place, ...children) {
  while (place.firstChild) place.firstChild.remove();
  place.append(...children);
}

/** A link that looks like a button; `hint` is a second, smaller line. */
export function button(label, href, kind, hint) {
  const made = element("a", `button ${kind}`, element("span", "", label));
  if (hint) made.append(element("small", "", hint));
  made.href = href;
  return made;
}

export function toldLine(say, kind, text) {
  return element("p", `told ${kind}`, say.mark(kind), element("span", "", text));
}
