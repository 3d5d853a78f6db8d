import type { Metrics } from "#platform/metrics.ts";

/**
 * What came of what was looked on at. `kept`: a whole turn was written. `context-kept`: a context alone. `no-turn`:
 * there was no answer to keep, such as a refusal or an apology. `unverified`: the token did not hold, or was not the
 * user's own. `unreadable`: too large, broken, or in no form that is known. `no-room`: too much was under way.
 * `failed`: the store did not take it.
 */
const OUTCOMES = [
  "kept",
  "context-kept",
  "no-turn",
  "unverified",
  "unreadable",
  "no-room",
  "failed",
] as const;
export type HandoffOutcome = (typeof OUTCOMES)[number];

/** The one place where a handoff is heard of: it fails into this, and nowhere else. */
export type CountHandoff = (outcome: HandoffOutcome) => void;

export function createHandoffTally(metrics: Pick<Metrics, "counter">): CountHandoff {
  const counter = metrics.counter({
    name: "banyan_handoff_total",
    help: "Turns and contexts that passed on the legacy leg before the eyes of the handoff, by what came of it",
    labels: ["outcome"],
  });
  // All at once, so that a dashboard shows zeros and not nothing.
  const tallies = new Map(OUTCOMES.map((outcome) => [outcome, counter({ outcome })] as const));
  return (outcome) => tallies.get(outcome)?.add();
}
