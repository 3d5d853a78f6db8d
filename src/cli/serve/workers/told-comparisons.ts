import type { FromWorker } from "#cli/serve/workers/messages.ts";
import type { DriftStore, ShadowResult } from "#delivery/drift/index.ts";
import type { Clock } from "#platform/clock.ts";

type Comparisons = Pick<DriftStore, "recordShadow" | "recordBaseline">;

/** How often an example of a field is made for the primary, which keeps one a minute: making one costs. */
const EXAMPLE_INTERVAL_MS = 5_000;
/** Fields that are remembered; made anew when they are more. */
const MOST_FIELDS = 2_000;

/** Where a worker's shadow tells its comparisons: to the primary. */
export function createToldComparisons(
  send: (message: FromWorker) => void,
  clock: Pick<Clock, "monotonicMs">,
): Comparisons {
  const lastMs = new Map<string, number>();

  function isDue({ routeId, differences }: ShadowResult): boolean {
    const nowMs = clock.monotonicMs();
    const due = differences.filter(({ field, explainedBy }) => {
      const last = lastMs.get(`${routeId}\n${field}`);
      return (
        explainedBy === undefined && (last === undefined || nowMs - last >= EXAMPLE_INTERVAL_MS)
      );
    });
    if (lastMs.size > MOST_FIELDS) lastMs.clear();
    for (const { field } of due) lastMs.set(`${routeId}\n${field}`, nowMs);
    return due.length > 0;
  }

  return {
    recordShadow(result) {
      const { routeId, differences, omitted, isFailed, toExample } = result;
      const told: Extract<FromWorker, { readonly kind: "compared" }> = {
        kind: "compared",
        routeId,
        differences: [...differences],
        omitted,
        isFailed,
      };
      if (toExample === undefined || !isDue(result)) send(told);
      else send({ ...told, example: toExample("", 0) });
    },
    recordBaseline(routeId, { differences, omitted }) {
      send({ kind: "baseline", routeId, differences: [...differences], omitted });
    },
  };
}

type ToldComparison = Extract<FromWorker, { readonly kind: "compared" | "baseline" }>;

/** Records in the primary what a worker told. */
export function takeComparison(told: ToldComparison, comparisons: Comparisons): void {
  if (told.kind === "baseline") {
    comparisons.recordBaseline(told.routeId, told);
    return;
  }
  const { example, routeId, differences, omitted, isFailed } = told;
  const toExample = example && ((id: string, atMs: number) => ({ ...example, id, atMs }));
  comparisons.recordShadow({ routeId, differences, omitted, isFailed, toExample });
}
