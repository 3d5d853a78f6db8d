import {
  createShadowCounters,
  DROP_REASONS,
  type DropReason,
  type ShadowCounts,
} from "#delivery/shadow/counters.ts";

const NOTHING: ShadowCounts = {
  ...createShadowCounters().snapshot(),
  queued: 0,
  running: 0,
  hung: 0,
  heldBytes: 0,
  openSockets: 0,
};

function sumDrops(one: ShadowCounts["drops"], other: ShadowCounts["drops"]): ShadowCounts["drops"] {
  const sum: Record<DropReason, number> = { ...one };
  for (const reason of DROP_REASONS) sum[reason] += other[reason];
  return sum;
}

const add = (one: ShadowCounts, other: ShadowCounts): ShadowCounts => ({
  sampled: one.sampled + other.sampled,
  compared: one.compared + other.compared,
  failed: one.failed + other.failed,
  baselines: one.baselines + other.baselines,
  baselineFailures: one.baselineFailures + other.baselineFailures,
  defects: one.defects + other.defects,
  drops: sumDrops(one.drops, other.drops),
  queued: one.queued + other.queued,
  running: one.running + other.running,
  hung: one.hung + other.hung,
  heldBytes: one.heldBytes + other.heldBytes,
  openSockets: one.openSockets + other.openSockets,
});

/** What several processes shadowed, as one. */
export const sumShadowCounts = (counts: Iterable<ShadowCounts>): ShadowCounts =>
  [...counts].reduce(add, NOTHING);

/** What of a process outlives it: what it did, and not what it held or had under way. */
export const toEndedCounts = (counts: ShadowCounts): ShadowCounts => ({
  ...counts,
  queued: 0,
  running: 0,
  hung: 0,
  heldBytes: 0,
  openSockets: 0,
});
