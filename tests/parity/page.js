// The phone's side of the comparison: each kind of case, answered by the phone's modules.

import { calls } from "/offline/calls.js";
import { readScreen } from "/offline/form.js";
import { messages, sentLines } from "/offline/sentences.js";
import { opensAt, screens, sinceEvent, today, whereabouts } from "/offline/study.js";
import { fill, unbroken } from "/offline/words.js";
import { isLetterOrNumber } from "/triage/characters.js";
import { plain } from "/triage/note.js";
import { readStudy } from "/triage/study.js";
import { readNumber } from "/triage/temperature.js";
import { TIERS, isPaged, rank } from "/triage/tiers.js";
import { judge } from "/triage/triage.js";

let study;

const KINDS = {
  judge({ phase, answers, previous, source, place }) {
    try {
      return judge(study, phase, answers, previous, source, place);
    } catch (error) {
      if (error.name !== "EntryRefused") throw error;
      return { refused: error.message, field: error.field };
    }
  },
  numbers(text) {
    const read = readNumber(text, readStudy(study).tables);
    return read && [read.hundredths, read.rest];
  },
  plain(char) {
    const { tables } = readStudy(study);
    return [plain(char, tables), isLetterOrNumber(char, tables)];
  },
  screens({ phases, groups, weekly, phase, day }) {
    const items = study.items.map((item) => ({ ...item, weekly: weekly.includes(item.id) }));
    return screens({ phases, groups, items }, { day, phase })
      .map(({ id, items: asked }) => [id, asked.map((item) => item.id)]);
  },
  fields({ items, none, fields }) {
    const form = new URLSearchParams(fields);
    return readScreen(study.items.filter((item) => items.includes(item.id)), form, none);
  },
  advice({ language, verdict, texts, words, numbers, reading, minutes, sent, told, read, wanted }) {
    const say = (name, values = {}) => fill(words[name], values);
    const values = { ...reading, ...numbers, phone: unbroken(numbers.phone), minutes };
    const spoken = { ...study, messages: { ...study.messages, ...texts } };
    const said = messages(say, {
      study: spoken, language, verdict, values, open: sent && Boolean(minutes),
    }).flat();
    const receipt = { told, words: read, at: Date.now(), seconds: 3600 };
    return {
      lines: sent ? sentLines(said, verdict, receipt) : said,
      calls: calls(study, verdict, { sent, wanted }).map(({ line, first }) => [line, first]),
    };
  },
  days({ kept, now }) {
    return {
      ...today(kept, now),
      where: whereabouts(kept, study, now),
      opens: opensAt(kept, study, now),
      since: sinceEvent(kept, study, now),
    };
  },
};

function one(kind, value) {
  try {
    return KINDS[kind](value);
  } catch (error) {
    return { error: String(error.stack) };
  }
}

window.parity = {
  load(text) { study = JSON.parse(text); },
  /** The rules as this phone reads them where `text` is what it had stored. */
  async rulesWhereKept(text) {
    const store = await caches.open("kept");
    await store.put("/offline/study", new Response(text));
    const { rules } = await import(`/offline/study.js?${Math.random()}`); // with nothing read
    const read = await rules();
    await store.delete("/offline/study");
    return JSON.stringify(read);
  },
  tiers() { return JSON.stringify(TIERS.map((tier) => [tier, rank(tier), isPaged(tier)])); },
};
for (const kind of Object.keys(KINDS)) {
  parity[kind] = (text) => JSON.stringify(JSON.parse(text).map((value) => one(kind, value) ?? null));
}
