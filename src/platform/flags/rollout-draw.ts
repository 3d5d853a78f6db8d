import { normalizedStrategyValue } from "unleash-client/lib/strategy/util.js";

import type { FlagDefinition, Strategy } from "#platform/flags/flags-document.ts";
import type { FlagSubject } from "#platform/flags/flags.ts";
import { ROLLOUT_GROUP } from "#platform/flags/sticky-document.ts";

/** How a flag draws who gets it: in which group, and by what. */
export interface RolloutDraw {
  readonly groupId: string;
  readonly by: "key" | "remoteAddress";
}

/** Where its parameters name no group, the SDK draws in the nameless one. */
function toDraw({ name, parameters }: Strategy): RolloutDraw | undefined {
  const groupId = parameters?.groupId ?? "";
  switch (name) {
    case "flexibleRollout":
      return { groupId, by: parameters?.stickiness === "remoteAddress" ? "remoteAddress" : "key" };
    case "gradualRolloutUserId":
    case "gradualRolloutSessionId":
      return { groupId, by: "key" };
    default:
      return undefined;
  }
}

const isForEverybody = ({ constraints, segments }: Strategy): boolean =>
  (constraints?.length ?? 0) + (segments?.length ?? 0) === 0;

/**
 * The one draw that stands for a flag, of its sticky form: of several, the first that is for everybody, else the
 * first. Percentages have no say in it, so that raising one never moves anybody. A flag that draws nobody gets the
 * group of all routes. Pure.
 */
export function toRolloutDraw({ strategies }: FlagDefinition): RolloutDraw {
  const drawing = strategies.flatMap((strategy) => {
    const draw = toDraw(strategy);
    return draw === undefined ? [] : [{ draw, isFirstChoice: isForEverybody(strategy) }];
  });
  const chosen = drawing.find(({ isFirstChoice }) => isFirstChoice) ?? drawing[0];
  return chosen?.draw ?? { groupId: ROLLOUT_GROUP, by: "key" };
}

/** Where the subject stands among 100 in that draw: a rollout of `p` % is for those at `p` and below (1 to 100). */
export function toRolloutPosition(
  { groupId, by }: RolloutDraw,
  { key, remoteAddress }: FlagSubject,
): number {
  const id = by === "remoteAddress" ? (remoteAddress ?? key) : key;
  // The SDK takes an empty id for none; whoever has none is drawn by the same word everywhere.
  return normalizedStrategyValue(id === "" ? "anonymous" : id, groupId);
}
