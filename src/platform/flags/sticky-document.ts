import type {
  Constraint,
  FlagDefinition,
  FlagsDocument,
  Segment,
  Strategy,
  Variant,
} from "#platform/flags/flags-document.ts";

/** The rollout group of all routes: a subject keeps its place from flag to flag. */
export const ROLLOUT_GROUP = "pam";

const toConstraint = (constraint: Constraint): Constraint => ({
  ...constraint,
  values: constraint.values ?? [],
});

/** Without a stickiness of its own a variant is drawn by user id, which is the key. */
const toVariant = (variant: Variant): Variant => ({ ...variant, stickiness: "default" });

function toDrawnByKey(strategy: Strategy): Pick<Strategy, "name" | "parameters"> {
  const parameters = strategy.parameters ?? {};
  if (strategy.name === "gradualRolloutRandom")
    return {
      name: "gradualRolloutUserId",
      parameters: { groupId: ROLLOUT_GROUP, ...parameters },
    };
  if (strategy.name === "flexibleRollout" && parameters.stickiness === "random")
    return { name: strategy.name, parameters: { ...parameters, stickiness: "default" } };
  return { name: strategy.name, parameters };
}

const toStrategy = (strategy: Strategy): Strategy => ({
  ...strategy,
  ...toDrawnByKey(strategy),
  constraints: (strategy.constraints ?? []).map(toConstraint),
  segments: strategy.segments ?? [],
  variants: (strategy.variants ?? []).map(toVariant),
});

const toFlag = (flag: FlagDefinition): FlagDefinition => ({
  ...flag,
  strategies: flag.strategies.map(toStrategy),
  variants: (flag.variants ?? []).map(toVariant),
});

const toSegment = (segment: Segment): Segment => ({
  ...segment,
  constraints: (segment.constraints ?? []).map(toConstraint),
});

/**
 * The same flags, drawn by the subject's key wherever the SDK would roll dice: the stickiness `random`, the
 * strategy `gradualRolloutRandom` and variants whose context field is missing. Dice would send one
 * conversation to both sides, request by request. What the SDK reads without asking is filled in.
 */
export function toStickyDocument(document: FlagsDocument): FlagsDocument {
  return {
    ...document,
    features: document.features.map(toFlag),
    segments: (document.segments ?? []).map(toSegment),
  };
}
