import type { RouteEvidence } from "#delivery/evidence/index.ts";

/** Shadowed answers without an unexplained difference that are enough to go past a first few. */
const ENOUGH_SHADOWED = 200;
/** A day with its busy and its quiet hours. */
export const SOAK_MS = 86_400_000;

export interface CeilingStep {
  readonly percent: number;
  /** What has to be shown, beside all that the steps below ask for. */
  readonly name: "start" | "suite" | "shadow" | "comparison" | "soak";
  readonly isShown: (evidence: RouteEvidence) => boolean;
  /** What is still missing, for a person to read. */
  readonly toMissing: (evidence: RouteEvidence) => string;
}

const toHours = (ms: number): string => (ms / 3_600_000).toFixed(1);

/** From nothing to everything; a route stands on the highest step up to which all is shown. */
export const CEILING_STEPS: readonly CeilingStep[] = [
  {
    percent: 0,
    name: "start",
    isShown: () => true,
    toMissing: () => "Nothing.",
  },
  {
    percent: 5,
    name: "suite",
    isShown: ({ suite }) => suite?.isGreen === true,
    toMissing: ({ suite }) =>
      suite === undefined
        ? "The contract suite was not run against this build."
        : "The contract suite is red for this build.",
  },
  {
    percent: 25,
    name: "shadow",
    isShown: ({ shadow }) => shadow.compared >= ENOUGH_SHADOWED && shadow.unexplained === 0,
    toMissing: ({ shadow: { compared, unexplained } }) =>
      unexplained > 0
        ? `Fields that differ without an explanation in ${compared} shadowed answers: ${unexplained}.`
        : `${compared} of ${ENOUGH_SHADOWED} shadowed answers were compared.`,
  },
  {
    percent: 50,
    name: "comparison",
    isShown: ({ comparison }) => comparison?.isNoWorse === true,
    toMissing: ({ comparison }) =>
      comparison === undefined
        ? "Errors and latency of live requests were not compared yet."
        : "Live requests did worse than on legacy.",
  },
  {
    percent: 100,
    name: "soak",
    isShown: ({ soakMs }) => soakMs >= SOAK_MS,
    toMissing: ({ soakMs }) => `${toHours(soakMs)} of 24 hours were soaked.`,
  },
];
