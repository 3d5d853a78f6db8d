import { AggregatorRegistry } from "prom-client";
import { z } from "zod";

import type { MetricsSnapshot } from "#platform/metrics.ts";

/** Any: a mean of nothing is none. */
const sample = z.custom<number>((value) => typeof value === "number");

const metricSchema = z.looseObject({
  name: z.string(),
  help: z.string(),
  type: z.enum(["counter", "gauge", "histogram", "summary"]),
  aggregator: z.enum(["sum", "average", "min", "max", "first", "omit"]),
  values: z.array(
    z.looseObject({
      value: sample,
      labels: z.record(z.string(), z.union([z.string(), z.number()])),
      metricName: z.string().optional(),
    }),
  ),
});
const snapshotSchema = z.array(metricSchema);
type Snapshot = z.infer<typeof snapshotSchema>;

/** What was taken from another process. Throws where it is no snapshot. */
export const parseSnapshot = (value: unknown): MetricsSnapshot => snapshotSchema.parse(value);

/** prom-client leaves out what has no sum, such as a start time; here the first process speaks for all. */
const toKept = (snapshot: Snapshot): Snapshot =>
  snapshot.map((metric) =>
    metric.aggregator === "omit" ? { ...metric, aggregator: "first" } : metric,
  );

const registryOf = (snapshots: readonly MetricsSnapshot[]) =>
  AggregatorRegistry.aggregate(snapshots.map((snapshot) => toKept(snapshotSchema.parse(snapshot))));

/**
 * Several processes as if they were one, in Prometheus' text format: counters and histograms summed, of gauges what
 * each says of itself. The first snapshot speaks where there is no sum.
 */
export const renderSum = async (snapshots: readonly MetricsSnapshot[]): Promise<string> =>
  registryOf(snapshots).metrics();

/** What of a process outlives it: what it counted, and not what was open or under way there. */
export async function foldEnded(snapshots: readonly MetricsSnapshot[]): Promise<MetricsSnapshot> {
  const counted = snapshots.map((snapshot) =>
    snapshotSchema.parse(snapshot).filter(({ type }) => type !== "gauge"),
  );
  return registryOf(counted).getMetricsAsJSON();
}
