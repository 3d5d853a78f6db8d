import type { RouteCohorts } from "#delivery/ceiling/cohort-sample.ts";
import type { RouteCeiling } from "#routing/safeguards.ts";

export interface RolloutQuestion {
  /** The rollout that is thought of, from 0 to 100. */
  readonly percent: number;
  /** The route's ceiling; it counts where it is enforced. */
  readonly ceiling: RouteCeiling | undefined;
}

export interface RolloutForecast {
  /** The share that would be native, after the ceiling. */
  readonly effectivePercent: number;
  /** Live cohorts that were asked about. */
  readonly sampled: number;
  /** How many live cohorts there are about. */
  readonly estimatedCohorts: number;
  /** Shares of the live cohorts, from 0 to 1; the three are 1 together, or all 0 where nobody is live. */
  readonly movesToNative: number;
  readonly movesToLegacy: number;
  readonly stays: number;
  readonly sentence: string;
}

const toPercent = (share: number): string => `${Math.round(share * 100)} %`;

function toSentence(
  { percent }: RolloutQuestion,
  forecast: Omit<RolloutForecast, "sentence">,
): string {
  const { effectivePercent, estimatedCohorts, movesToNative, movesToLegacy } = forecast;
  const held = effectivePercent < percent ? `, held to ${effectivePercent} % by the ceiling` : "";
  if (estimatedCohorts === 0) return `At ${percent} %${held}: nobody used the route of late.`;
  return `At ${percent} %${held}: of about ${estimatedCohorts} live cohorts ${toPercent(movesToNative)} would move to native and ${toPercent(movesToLegacy)} to legacy.`;
}

/**
 * What would change for those who use the route now if its flag were rolled out to that share. It takes the flag for
 * a plain rollout in the group by which the cohorts were drawn: constraints would keep some of them back. Pure.
 */
export function forecastRollout(
  { cohorts, estimatedCount }: RouteCohorts,
  question: RolloutQuestion,
): RolloutForecast {
  const { percent, ceiling } = question;
  const allowed = ceiling?.isEnforced === true ? ceiling.allowedPercent : 100;
  const effectivePercent = Math.min(percent, allowed);
  let toNative = 0;
  let toLegacy = 0;
  for (const { position, side } of cohorts) {
    const next = position <= effectivePercent ? "native" : "legacy";
    if (next === side) continue;
    if (next === "native") toNative += 1;
    else toLegacy += 1;
  }
  const shareOf = (count: number): number => (cohorts.length === 0 ? 0 : count / cohorts.length);
  const forecast = {
    effectivePercent,
    sampled: cohorts.length,
    estimatedCohorts: estimatedCount,
    movesToNative: shareOf(toNative),
    movesToLegacy: shareOf(toLegacy),
    stays: shareOf(cohorts.length - toNative - toLegacy),
  };
  return { ...forecast, sentence: toSentence(question, forecast) };
}
