import type { CacheFigures } from "#pam/response-cache/index.ts";

/** The share of a whole in percent; 0 of nothing. */
export const toPercent = (part: number, whole: number): number =>
  whole === 0 ? 0 : (part / whole) * 100;

const toPercentText = (part: number, whole: number): string =>
  `${toPercent(part, whole).toFixed(2)}%`;

const toHundredths = (value: number): number => Math.round(value * 100) / 100;

/** How often the cache had an answer, as both of its reports tell it. */
export const toPerformance = ({ lookups, hits, memoryHits }: CacheFigures): object => ({
  hit_rate: toPercentText(hits, lookups),
  memory_hit_rate: toPercentText(memoryHits, lookups),
  total_requests: lookups,
  hits,
  misses: lookups - hits,
});

export const toLevels = (figures: CacheFigures): object => ({
  memory_items: figures.memoryItems,
  memory_size_bytes: figures.memoryBytes,
  redis_connected: figures.isSharedReachable,
});

/** `compression_ratio` is the share of all bytes that compression saved. */
export const toEfficiency = ({
  evictions,
  stored,
  textBytes,
  packedBytes,
}: CacheFigures): object => ({
  evictions,
  compression_ratio: textBytes === 0 ? 0 : toHundredths(1 - packedBytes / textBytes),
  avg_response_size: stored === 0 ? 0 : toHundredths(textBytes / stored),
});
