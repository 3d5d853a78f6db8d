/** Log-linear, after HdrHistogram: each power of two of microseconds is cut into 16 equal buckets. */
const BUCKET_BITS = 4;
const BUCKETS_PER_OCTAVE = 2 ** BUCKET_BITS;
const HIGHEST_EXPONENT = 31;
const BUCKETS = (HIGHEST_EXPONENT - BUCKET_BITS + 1) * BUCKETS_PER_OCTAVE;
const HIGHEST_US = 2 ** HIGHEST_EXPONENT - 1;

/** Below it buckets are 1 µs wide: a quantile is right to 0.5 µs instead of by ratio. */
export const LOWEST_MS = BUCKETS_PER_OCTAVE / 1000;
/** From it on, 35 minutes, every value counts as this one. */
export const HIGHEST_MS = HIGHEST_US / 1000;
/** How far a quantile between the two may be from the exact one: half a bucket, 3.2 %. */
export const RELATIVE_ERROR = 1 / (2 * BUCKETS_PER_OCTAVE);

/** Durations in milliseconds, counted in buckets that grow with the value. */
export interface Histogram {
  readonly count: number;
  readonly sumMs: number;
  /** O(1), allocates nothing. What is no positive number counts as 0. */
  record(durationMs: number): void;
  /** The value that a share `q` (0–1) of all values does not exceed; `undefined` while it is empty. */
  quantile(q: number): number | undefined;
  /** Takes the values of another one in. */
  add(other: Histogram): void;
  reset(): void;
  /** The count of one bucket, for `add`. */
  countAt(bucket: number): number;
}

/** The octave comes from the leading bit, the bucket in it from the four bits behind. */
function bucketOf(durationUs: number): number {
  if (durationUs < BUCKETS_PER_OCTAVE) return durationUs | 0;
  const shift = 31 - Math.clz32(durationUs) - BUCKET_BITS;
  return shift * BUCKETS_PER_OCTAVE + (durationUs >>> shift);
}

function middleMsOf(bucket: number): number {
  const shift = Math.max(0, Math.floor(bucket / BUCKETS_PER_OCTAVE) - 1);
  return ((bucket - shift * BUCKETS_PER_OCTAVE + 0.5) * 2 ** shift) / 1000;
}

/** All memory (1.8 KB) is taken here, none later. */
export function createHistogram(): Histogram {
  const counts = new Uint32Array(BUCKETS);
  let count = 0;
  let sumMs = 0;

  return {
    get count() {
      return count;
    },
    get sumMs() {
      return sumMs;
    },
    record(durationMs) {
      const valueMs = durationMs > 0 ? Math.min(durationMs, HIGHEST_MS) : 0;
      const bucket = bucketOf(valueMs * 1000);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      count += 1;
      sumMs += valueMs;
    },
    quantile(q) {
      if (count === 0) return undefined;
      const rank = Math.max(1, Math.ceil(q * count));
      let seen = 0;
      return middleMsOf(counts.findIndex((inBucket) => (seen += inBucket) >= rank));
    },
    add(other) {
      for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
        counts[bucket] = (counts[bucket] ?? 0) + other.countAt(bucket);
      }
      count += other.count;
      sumMs += other.sumMs;
    },
    reset() {
      counts.fill(0);
      count = 0;
      sumMs = 0;
    },
    countAt: (bucket) => counts[bucket] ?? 0,
  };
}
