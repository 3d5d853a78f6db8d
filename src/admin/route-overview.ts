import type { Clock } from "#platform/clock.ts";
import type { Flags } from "#platform/flags/index.ts";
import { decide, type DecisionReason, type Side } from "#routing/decide.ts";
import { concernFlagOf, flagOf, type Route, type RouteTimeouts } from "#routing/route.ts";
import { NO_SAFEGUARDS, type Safeguards } from "#routing/safeguards.ts";
import type { RouteStatistics, Statistics } from "#routing/statistics.ts";

/** One row of the route table with what it does now. */
export interface RouteOverview {
  readonly id: string;
  readonly concern: Route["concern"];
  readonly method: Route["method"];
  readonly path: string;
  /** The route's own flag; `null` where it can have none. */
  readonly flag: string | null;
  readonly concernFlag: string | null;
  readonly hasNative: boolean;
  readonly effect: Route["effect"];
  readonly streams: boolean;
  readonly timeouts: Partial<RouteTimeouts>;
  /** Every side that answers somebody now: by its flags, by traffic since they changed, or by an open socket. */
  readonly sides: readonly Side[];
  /** For somebody without a token. */
  readonly decision: {
    readonly side: Side;
    readonly reason: DecisionReason;
    readonly flag: string | null;
  };
  readonly statistics: RouteStatistics;
}

export interface RouteOverviewOptions {
  readonly routes: readonly Route[];
  readonly hasNative: (routeId: string) => boolean;
  readonly flags: Pick<Flags, "evaluate" | "positionOf" | "onChange">;
  readonly safeguards?: Safeguards;
  readonly statistics: Pick<Statistics, "of">;
  readonly clock: Pick<Clock, "monotonicMs">;
}

const ANONYMOUS = "anonymous";
/** Enough that a rollout of 5 % is missed once in 700 times; a smaller one shows by its traffic. */
const SAMPLE = Array.from({ length: 128 }, (_, index) => `sample-${index}`);
/** Flags can also turn with time alone, which is no change of theirs. */
const SAMPLE_LIFE_MS = 10_000;
/** Traffic that is older says nothing of now. */
const RECENT_MS = 60_000;

/**
 * Reads the route table as it stands at this moment. Which sides a partial rollout sends people to is
 * found by deciding for a sample of made-up cohorts, once for each change of the flags.
 */
export function createRouteOverview({
  routes,
  hasNative,
  flags,
  safeguards = NO_SAFEGUARDS,
  statistics,
  clock,
}: RouteOverviewOptions): () => readonly RouteOverview[] {
  let changedAtMs = clock.monotonicMs();
  let sampledAtMs = -Infinity;
  let sampledSides: ReadonlyMap<Route, ReadonlySet<Side>> = new Map();
  flags.onChange(() => {
    changedAtMs = clock.monotonicMs();
    sampledAtMs = -Infinity;
  });

  const decideFor = (route: Route, key: string): ReturnType<typeof decide> =>
    decide({
      route,
      hasNative: hasNative(route.id),
      override: undefined,
      safeguards,
      evaluate: (name) => flags.evaluate(name, { key }),
      positionOf: (name) => flags.positionOf(name, { key }),
    });

  function sampleSides(nowMs: number): void {
    if (nowMs - sampledAtMs < SAMPLE_LIFE_MS) return;
    sampledAtMs = nowMs;
    sampledSides = new Map(
      routes.map((route) => [route, new Set(SAMPLE.map((key) => decideFor(route, key).side))]),
    );
  }

  return () => {
    const nowMs = clock.monotonicMs();
    sampleSides(nowMs);
    const recentMs = Math.min(RECENT_MS, nowMs - changedAtMs);
    return routes.map((route) => {
      const decision = decideFor(route, ANONYMOUS);
      const byTraffic = statistics.of(route.id);
      const isAnswering = (side: Side): boolean => {
        const seen = byTraffic[side];
        const isSeen = seen !== null && (seen.openSockets > 0 || seen.lastSeenAgoMs < recentMs);
        return decision.side === side || sampledSides.get(route)?.has(side) === true || isSeen;
      };
      const { id, concern, method, path, effect, streams, timeouts } = route;
      return {
        id,
        concern,
        method,
        path,
        flag: flagOf(route) ?? null,
        concernFlag: concernFlagOf(route) ?? null,
        hasNative: hasNative(id),
        effect,
        streams,
        timeouts,
        sides: (["legacy", "native"] as const).filter(isAnswering),
        decision: { side: decision.side, reason: decision.reason, flag: decision.flag ?? null },
        statistics: byTraffic,
      };
    });
  };
}
