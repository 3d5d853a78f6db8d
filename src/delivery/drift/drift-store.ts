import type { Comparison } from "#delivery/compare/index.ts";
import type {
  DriftExample,
  DriftSnapshot,
  ExplainedDifference,
  RouteDrift,
} from "#delivery/drift/drift-snapshot.ts";
import { createFieldTallies, type FieldTallies } from "#delivery/drift/field-tally.ts";
import { isRefusal } from "#delivery/drift/is-refusal.ts";
import { DEFAULT_NOISE_THRESHOLDS, type NoiseThresholds } from "#delivery/drift/noise.ts";
import type { Clock } from "#platform/clock.ts";

export interface DriftLimits {
  readonly maxRoutes: number;
  readonly maxFieldsPerRoute: number;
  readonly maxExamplesPerRoute: number;
  /** How long after an example of a field the next one is made: redacting one costs more than comparing it. */
  readonly exampleIntervalMs: number;
}

const DEFAULT_DRIFT_LIMITS: DriftLimits = {
  maxRoutes: 300,
  maxFieldsPerRoute: 200,
  maxExamplesPerRoute: 20,
  exampleIntervalMs: 60_000,
};

/** What came of shadowing one request. */
export interface ShadowResult {
  readonly routeId: string;
  readonly differences: readonly ExplainedDifference[];
  readonly omitted: number;
  /** True where native gave no answer. */
  readonly isFailed: boolean;
  /** Made only where the request is kept as an example; absent where there is none to be had. */
  readonly toExample?: ((id: string, atMs: number) => DriftExample) | undefined;
}

/** What the evidence of a route is made of. */
export interface DriftEvidence {
  /** Without those that native refused: they show nothing of what it would have answered. */
  readonly compared: number;
  readonly cleanStreak: number;
  /** Fields that differ although neither noise nor a deviation explains it. */
  readonly unexplainedFields: number;
}

/** Differences by route and field, in bounded memory. */
export interface DriftStore {
  recordShadow(result: ShadowResult): void;
  /** What legacy, asked twice, answered otherwise the second time. */
  recordBaseline(routeId: string, comparison: Comparison): void;
  snapshot(): DriftSnapshot;
  /** `undefined` where nothing was compared yet. */
  evidenceOf(routeId: string): DriftEvidence | undefined;
  findExample(id: string): DriftExample | undefined;
  /** Forgets a route; false where nothing of it was known. */
  reset(routeId: string): boolean;
}

export interface DriftStoreOptions {
  readonly clock: Pick<Clock, "now">;
  readonly limits?: DriftLimits;
  readonly thresholds?: NoiseThresholds;
}

interface RouteState {
  readonly fields: FieldTallies;
  readonly examples: DriftExample[];
  /** By field; no more fields than are counted. */
  readonly lastExampleMs: Map<string, number>;
  readonly sinceMs: number;
  compared: number;
  clean: number;
  cleanStreak: number;
  failed: number;
  refused: number;
  baselines: number;
  omitted: number;
  lastMs: number | undefined;
}

const toRouteDrift = (routeId: string, state: RouteState): RouteDrift => {
  const { fields, examples, sinceMs, compared, clean, cleanStreak, failed, refused, baselines } =
    state;
  return {
    routeId,
    compared,
    clean,
    cleanStreak,
    failed,
    refused,
    baselines,
    sinceMs,
    ...(state.lastMs !== undefined && { lastMs: state.lastMs }),
    fields: fields.snapshot(state),
    overflow: fields.overflow + state.omitted,
    examples: examples.toReversed(),
  };
};

export function createDriftStore({
  clock,
  limits = DEFAULT_DRIFT_LIMITS,
  thresholds = DEFAULT_NOISE_THRESHOLDS,
}: DriftStoreOptions): DriftStore {
  const routes = new Map<string, RouteState>();
  let [overflow, lastId] = [0, 0];

  function stateOf(routeId: string): RouteState | undefined {
    const known = routes.get(routeId);
    if (known !== undefined || routes.size >= limits.maxRoutes) return known;
    const state: RouteState = {
      fields: createFieldTallies(limits.maxFieldsPerRoute, thresholds),
      examples: [],
      lastExampleMs: new Map(),
      sinceMs: clock.now(),
      compared: 0,
      clean: 0,
      cleanStreak: 0,
      failed: 0,
      refused: 0,
      baselines: 0,
      omitted: 0,
      lastMs: undefined,
    };
    routes.set(routeId, state);
    return state;
  }

  /** True where some field has had no example for a while. */
  function isDue({ lastExampleMs }: RouteState, drifts: readonly ExplainedDifference[]): boolean {
    const nowMs = clock.now();
    const due = drifts.filter(({ field }) => {
      const lastMs = lastExampleMs.get(field);
      if (lastMs !== undefined) return nowMs - lastMs >= limits.exampleIntervalMs;
      return lastExampleMs.size < limits.maxFieldsPerRoute;
    });
    if (due.length === 0) return false;
    for (const { field } of drifts) {
      if (lastExampleMs.has(field) || lastExampleMs.size < limits.maxFieldsPerRoute) {
        lastExampleMs.set(field, nowMs);
      }
    }
    return true;
  }

  function keepExample(
    { examples }: RouteState,
    toExample: NonNullable<ShadowResult["toExample"]>,
  ): void {
    lastId += 1;
    examples.push(toExample(String(lastId), clock.now()));
    if (examples.length > limits.maxExamplesPerRoute) examples.shift();
  }

  return {
    recordShadow({ routeId, differences, omitted, isFailed, toExample }) {
      const state = stateOf(routeId);
      if (state === undefined) {
        overflow += 1;
        return;
      }
      const nowMs = clock.now();
      state.compared += 1;
      state.lastMs = nowMs;
      state.omitted += omitted;
      if (isFailed) state.failed += 1;
      if (isRefusal(differences)) state.refused += 1;
      state.fields.count(differences, "native", nowMs);
      const drifts = differences.filter(
        (difference) =>
          difference.explainedBy === undefined && state.fields.isDrift(difference, state),
      );
      const isDrift = omitted > 0 || drifts.length > 0;
      state.clean += isDrift ? 0 : 1;
      state.cleanStreak = isDrift ? 0 : state.cleanStreak + 1;
      if (toExample !== undefined && isDue(state, drifts)) keepExample(state, toExample);
    },
    recordBaseline(routeId, { differences }) {
      const state = stateOf(routeId);
      if (state === undefined) return;
      state.baselines += 1;
      state.fields.count(differences, "legacy", clock.now());
    },
    snapshot: () => ({
      routes: [...routes].map(([routeId, state]) => toRouteDrift(routeId, state)),
      overflow,
    }),
    evidenceOf(routeId) {
      const state = routes.get(routeId);
      if (state === undefined) return undefined;
      const unexplained = state.fields
        .snapshot(state)
        .filter(({ verdict }) => verdict === "drift" || verdict === "undetermined");
      const { compared, refused, cleanStreak } = state;
      return { compared: compared - refused, cleanStreak, unexplainedFields: unexplained.length };
    },
    findExample(id) {
      for (const { examples } of routes.values()) {
        const found = examples.find((example) => example.id === id);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    reset: (routeId) => routes.delete(routeId),
  };
}
