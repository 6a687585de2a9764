// From an entry to a verdict, as on the server: which rules fire, the tier, and the advice.
// The highest tier wins with the shortest clock at that tier.

import { checkAnswers, fault, has } from "./answers.js";
import { factNames, holds } from "./conditions.js";
import { buildFacts } from "./facts.js";
import { othersToday, readHistory, symptomsDiffer } from "./history.js";
import { isObject } from "./measured.js";
import { readStudy } from "./study.js";
import { TIERS, isPaged, rank } from "./tiers.js";

const WITHOUT_RED_FLAGS = ["text", "phone"]; // sources without such a screen

/** The entry is invalid, and nothing in it is urgent: `faults` has the reasons. */
export class EntryRefused extends Error {
  constructor(faults) {
    super(faults.slice(0, 20).map((one) => `${one.field}: ${one.problem}`).join("; "));
    this.name = "EntryRefused";
    this.field = faults[0].field;
    this.faults = faults;
  }
}

/**
 * `{tier, ack_minutes, findings, advice, faults}`; clocks are minutes. `previous` are
 * earlier entries, newest first, each `{days_ago, answers}`. Throws `EntryRefused` if a
 * field is invalid and the verdict is below urgent. `place` (ward, home, unknown; by default
 * that of the phase) decides the advice; if it is unknown, the ward's rules judge too, and
 * the worse verdict counts.
 */
export function judge(compiled, phase, answers, previous = [], source = "app", place = null) {
  const study = readStudy(compiled);
  const checked = checkAnswers(study, answers);
  const { past, doubts } = readHistory(study, previous);
  const invalid = [...checked.faults];
  const known = study.phases.includes(phase);
  if (!known) invalid.unshift(fault("phase", `must be one of ${study.phases.join(", ")}`));
  const judged = known ? [phase] : study.phases.filter((one) => one !== study.ward);
  if (study.ward && (place === "unknown" || !known)) judged.push(study.ward);
  const verdict = worst(judged.map((one) => judgeIn(study, one, place, checked.answers, past)));
  if (invalid.length && !isPaged(verdict.tier)) throw new EntryRefused(invalid);
  const soft = [...missing(study, answers, source), ...checked.doubts, ...doubts];
  return { ...verdict, faults: [...invalid, ...soft] };
}

/** The first of the worst: by the higher tier, then the shorter clock. */
function worst(outcomes) {
  return outcomes.reduce((one, other) => {
    const more = rank(other.tier) - rank(one.tier)
      || (one.ack_minutes ?? 0) - (other.ack_minutes ?? 0);
    return more > 0 ? other : one;
  });
}

function missing(study, answers, source) {
  const name = study.redFlags;
  const exempt = WITHOUT_RED_FLAGS.includes(source) || !name;
  if (exempt || (isObject(answers) && has(answers, name))) return [];
  return [fault(name, "is not answered, and must be")];
}

function judgeIn(study, phase, place, answers, past) {
  const facts = buildFacts(study, answers, past);
  const fired = fire(study, phase, study.early, facts, new Map());
  const own = outcomeOf(fired);
  for (const [name, fact] of lateFacts(study, phase, answers, past, own)) {
    facts.set(name, fact);
  }
  fire(study, phase, study.late, facts, fired);
  const found = study.rules.flatMap((rule) => fired.get(rule.id) ?? []);
  const final = outcomeOf(fired);
  const findings = found.map(({ rule, tier, ack_minutes, facts: seen }) =>
    ({ rule, tier, ack_minutes, facts: seen }));
  const where = place ?? (phase === study.ward ? "ward" : "home");
  return { ...final, findings, advice: adviceFor(study, where, found, final) };
}

/** `fired` plus the rules that fire, each by its first case that holds. */
function fire(study, phase, rules, facts, fired) {
  for (const rule of rules) {
    const decides = rule.cases.find((one) =>
      one.phases.includes(phase) && holds(one.when, facts, fired, study.tables));
    if (decides) fired.set(rule.id, firing(study, rule.id, decides, facts));
  }
  return fired;
}

function firing(study, rule, decides, facts) {
  const { tier, advice } = decides;
  const minutes = decides.ack_minutes || study.policies[tier].ack_minutes;
  const seen = factNames(decides.when).map((name) => [name, facts.get(name) ?? null]);
  const ack_minutes = isPaged(tier) ? minutes : null;
  return { rule, tier, ack_minutes, advice, facts: Object.fromEntries(seen) };
}

/** The highest tier of the rules that fired, and the shortest clock at that tier. */
function outcomeOf(fired) {
  const came = [...fired.values()];
  const highest = Math.max(0, ...came.map((one) => rank(one.tier)));
  const clocks = came
    .filter((one) => rank(one.tier) === highest && one.ack_minutes !== null)
    .map((one) => one.ack_minutes);
  const ack_minutes = clocks.length ? Math.min(...clocks) : null;
  return { tier: TIERS[highest], ack_minutes };
}

/** The facts for rule T32: the day's entries of the other reporter, judged too. */
function lateFacts(study, phase, answers, past, own) {
  const places = othersToday(answers, past);
  if (!places.length) return [];
  const other = worst(places.map((place) => {
    const facts = buildFacts(study, past[place].answers, past.slice(place + 1));
    return outcomeOf(fire(study, phase, study.early, facts, new Map()));
  }));
  const higher = worst([own, other]);
  const differ = places.some((place) =>
    symptomsDiffer(study, answers, past[place].answers));
  const facts = [
    ["reporters_disagree", differ || own.tier !== other.tier],
    ["other_reporter_tier", other.tier],
    ["higher_tier", higher.tier],
  ];
  return higher.ack_minutes === null
    ? facts : [...facts, ["higher_minutes", higher.ack_minutes]];
}

/** The place of the advice; "unknown": first the ward's, then that for home. */
export function toldFor({ policies, beside }, verdict) {
  const ward = policies[verdict.tier].ward_advice;
  const main = verdict.advice.filter((name) => !beside.includes(name));
  if (!ward || main[0] !== ward) return "home";
  return main.length > 1 ? "unknown" : "ward";
}

/** The message of the final tier first, then those that are added to it. If the place is not
 * known: the ward's message, then the one for home.
 */
function adviceFor(study, place, found, final) {
  const asked = found.flatMap((one) => one.advice);
  const beside = study.beside.filter((name) => asked.includes(name));
  const ward = study.policies[final.tier].ward_advice;
  const home = homeMessage(study, found, final);
  if (!ward || place === "home") return [home, ...beside];
  return place === "ward" ? [ward, ...beside] : [ward, home, ...beside];
}

/** A case's own message only if all deciding findings have the same one. */
function homeMessage(study, found, final) {
  const policy = study.policies[final.tier];
  const own = found
    .filter((one) => one.tier === final.tier && one.ack_minutes === final.ack_minutes)
    .map((one) => one.advice.filter((name) => !study.beside.includes(name)));
  return own.length && own.every((names) => names.length) ? own[0][0] : policy.advice;
}
