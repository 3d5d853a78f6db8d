import { z } from "zod";

import { type CheckItem, toDeletionVerdict } from "#delivery/census/index.ts";

const DAY_MS = 86_400_000;

const use = { hits: z.number(), lastSeenMs: z.number().nullable() };
const checkItem = z.object({
  name: z.enum(["native", "quiet", "suite", "pin", "guard"]),
  isDone: z.boolean(),
  sentence: z.string(),
});

/** What `GET /api/census` answers. */
export const censusSchema = z.object({
  sinceMs: z.number(),
  routes: z.array(
    z.object({
      routeId: z.string(),
      legacy: z.object(use),
      native: z.object(use),
      legacyCohorts: z.number(),
      clients: z.array(
        z.object({
          ...use,
          client: z.string(),
          names: z.array(z.object({ ...use, name: z.string() })),
        }),
      ),
    }),
  ),
  unknown: z.array(z.object({ ...use, client: z.string(), path: z.string() })),
  verdicts: z.array(
    z.object({ routeId: z.string(), isDeletable: z.boolean(), checklist: z.array(checkItem) }),
  ),
});
export type CensusAnswer = z.output<typeof censusSchema>;

export interface AsOf {
  readonly nowMs: number;
  /** Days without a request on legacy after which nobody counts as using it. */
  readonly quietDays: number;
}

/** The same census, with verdicts by another number of days. Pure. */
export function withQuietDays(census: CensusAnswer, { nowMs, quietDays }: AsOf): CensusAnswer {
  const verdicts = census.verdicts.map(({ routeId, checklist }) => {
    const isDone = (name: CheckItem["name"]): boolean =>
      checklist.some((item) => item.name === name && item.isDone);
    const verdict = toDeletionVerdict({
      hasNative: isDone("native"),
      isSuiteGreen: isDone("suite"),
      isPinned: !isDone("pin"),
      isTripped: !isDone("guard"),
      census: census.routes.find((route) => route.routeId === routeId),
      sinceMs: census.sinceMs,
      nowMs,
      quietDays,
    });
    return { routeId, ...verdict, checklist: [...verdict.checklist] };
  });
  return { ...census, verdicts };
}

/** Whether nobody has used legacy for so many days, all of which were counted. Pure. */
export function isDeserted({ sinceMs, routes, unknown }: CensusAnswer, asOf: AsOf): boolean {
  const fromMs = asOf.nowMs - asOf.quietDays * DAY_MS;
  const isQuiet = (lastSeenMs: number | null): boolean => (lastSeenMs ?? sinceMs) <= fromMs;
  const all = [...routes.map(({ legacy }) => legacy), ...unknown];
  return sinceMs <= fromMs && all.every(({ lastSeenMs }) => isQuiet(lastSeenMs));
}
