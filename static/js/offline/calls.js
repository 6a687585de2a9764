// Whom to phone after a report, and whether before reading on: the server's rule
// (portal/web/parts/advice/calls.py), as on each page with a network. Each line once.

import { isPaged } from "../triage/tiers.js";
import { toldFor } from "../triage/triage.js";

/**
 * `[{line, first}]`, the first call first; `line` is "emergency" or "duty". `sent`: the
 * server has the report; `wanted`: the duty line is offered also if nothing was serious.
 */
export function calls(study, verdict, { sent, wanted = false }) {
  const emergency = verdict.tier === "emergency";
  if (!isPaged(verdict.tier)) return wanted ? [{ line: "duty", first: false }] : [];
  const place = toldFor(study, verdict);
  if (emergency && place !== "ward") {
    const ambulance = { line: "emergency", first: true };
    return sent ? [ambulance] : [ambulance, { line: "duty", first: false }];
  }
  return [{ line: "duty", first: emergency || !sent || place === "unknown" }];
}
