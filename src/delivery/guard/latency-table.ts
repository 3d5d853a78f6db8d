import type { TwoSides } from "#delivery/guard/table-evidence.ts";
import type { Histogram } from "#platform/histogram.ts";

/**
 * Counts each side's members among the slowest of both together: of the fewest whole buckets that hold at least
 * `slowShare` of all. The line is drawn through what both have in common, so where both are equally fast any request
 * is as likely as any other to be beyond it. Pure.
 */
export function toLatencyTable(native: Histogram, legacy: Histogram, slowShare: number): TwoSides {
  const fewestSlow = Math.max(1, (native.count + legacy.count) * slowShare);
  let slow = { native: native.count, legacy: legacy.count };
  for (let bucket = 0; ; bucket += 1) {
    const next = {
      native: slow.native - native.countAt(bucket),
      legacy: slow.legacy - legacy.countAt(bucket),
    };
    if (next.native + next.legacy < fewestSlow) break;
    slow = next;
  }
  return {
    native: { count: native.count, bad: slow.native },
    legacy: { count: legacy.count, bad: slow.legacy },
  };
}
