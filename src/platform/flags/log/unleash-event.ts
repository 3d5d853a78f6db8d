import { z } from "zod";

import { toRule } from "#platform/flags/flag-rule.ts";
import { flagSchema } from "#platform/flags/flags-document.ts";
import type { LoggedFlip } from "#platform/flags/log/flag-log.ts";

const MAX_LINE = 300;
const MAX_NAME = 100;

/** One event of Unleash's log; what is not named here is not looked at. */
export const unleashEventSchema = z.object({
  id: z.int().min(1),
  type: z.string(),
  createdAt: z.string().transform(Date.parse).pipe(z.number()),
  createdBy: z.string().catch(""),
  createdByUserId: z.number().nullish().catch(undefined),
  environment: z.string().nullish(),
  featureName: z.string().nullish(),
  data: z.unknown(),
  preData: z.unknown(),
});
export type UnleashEvent = z.infer<typeof unleashEventSchema>;

const strategySchema = flagSchema.shape.strategies.element;

const NOT_SET = "not set";
const DISABLED = "never (disabled)";
const NO_STRATEGY = "no such strategy";

const toLine = (text: string, most: number): string =>
  text
    .toWellFormed()
    .replaceAll(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, most)
    .trim();

function toStrategy(name: string, data: unknown): string {
  const strategy = strategySchema.safeParse(data);
  if (!strategy.success) return "a strategy";
  const rule = toRule({ name, enabled: true, strategies: [strategy.data] });
  return strategy.data["disabled"] === true ? `${rule} (switched off)` : rule;
}

interface Change {
  readonly from: string;
  readonly to: string;
  /** Of the flag as a whole, in whatever environment. */
  readonly isEverywhere?: boolean;
}

const CHANGES: ReadonlyMap<string, (name: string, event: UnleashEvent) => Change> = new Map(
  Object.entries({
    "feature-created": () => ({ from: NOT_SET, to: DISABLED, isEverywhere: true }),
    "feature-archived": () => ({ from: "in use", to: NOT_SET, isEverywhere: true }),
    "feature-revived": () => ({ from: NOT_SET, to: DISABLED, isEverywhere: true }),
    "feature-environment-enabled": () => ({ from: DISABLED, to: "enabled" }),
    "feature-environment-disabled": () => ({ from: "enabled", to: DISABLED }),
    "feature-strategy-add": (name, { data }) => ({ from: NO_STRATEGY, to: toStrategy(name, data) }),
    "feature-strategy-update": (name, { data, preData }) => ({
      from: toStrategy(name, preData),
      to: toStrategy(name, data),
    }),
    "feature-strategy-remove": (name, { preData }) => ({
      from: toStrategy(name, preData),
      to: NO_STRATEGY,
    }),
  } satisfies Record<string, (name: string, event: UnleashEvent) => Change>),
);

/** The kinds of events that change who gets a flag. */
export const FLIP_TYPES: readonly string[] = [...CHANGES.keys()];

export interface EventTerms {
  /** Of the flags that are evaluated. */
  readonly environment: string;
  /** Whose token this is, where it is a user's. */
  readonly ownUserId: number | undefined;
}

/** What an event says of who gets a flag; `undefined` where it says nothing of it, or of another environment. Pure. */
export function toLoggedFlip(
  event: UnleashEvent,
  { environment, ownUserId }: EventTerms,
): LoggedFlip | undefined {
  const { id, featureName, createdAt: atMs, createdByUserId } = event;
  const toChange = CHANGES.get(event.type);
  if (toChange === undefined || typeof featureName !== "string") return undefined;
  const { from, to, isEverywhere = false } = toChange(featureName, event);
  if (!isEverywhere && event.environment !== environment) return undefined;
  // Users count from 1; what has no user, or one of Unleash's own, came with a token.
  const userId = createdByUserId ?? 0;
  const by = toLine(event.createdBy, MAX_NAME);
  return {
    id,
    atMs,
    flag: featureName,
    from: toLine(from, MAX_LINE),
    to: toLine(to, MAX_LINE),
    by: by === "" ? "unknown" : by,
    isByToken: userId <= 0 || userId === ownUserId,
  };
}
