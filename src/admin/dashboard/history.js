/** @import { SideStatistics } from "../../routing/statistics.ts" */
/** @import { HistoryPoint } from "../route-history.ts" */
/** @import { RouteRow } from "../route-row.ts" */

/** Plots draw no more points than they have pixels. */
const MOST_POINTS = 240;
const EVERY_MS = 5_000;

/** Times in seconds since the epoch, as uPlot takes them, then p50 and p95 of legacy and of native in milliseconds. */
/** @typedef {[number[], ...(number | null)[][]]} Series */

/** @type {Map<string, Series>} */
const kept = new Map();

/**
 * @param {Series} series
 * @param {number} atMs
 * @param {readonly (number | null)[]} values
 */
function add(series, atMs, values) {
  const [times, ...lines] = series;
  times.push(atMs / 1000);
  lines.forEach((line, index) => line.push(values[index] ?? null));
  if (times.length > MOST_POINTS) for (const part of series) part.shift();
}

/** @param {string} id */
function seriesOf(id) {
  const known = kept.get(id);
  if (known !== undefined) return known;
  /** @type {Series} */
  const created = [[], [], [], [], []];
  kept.set(id, created);
  return created;
}

/** @param {Pick<SideStatistics, "p50Ms" | "p95Ms"> | null} side */
const toPercentiles = (side) => [side?.p50Ms ?? null, side?.p95Ms ?? null];

/**
 * What the API kept before the page saw anything itself.
 * @param {Record<string, readonly HistoryPoint[]>} history
 */
export function seedHistory(history) {
  for (const [id, points] of Object.entries(history)) {
    const series = seriesOf(id);
    const firstMs = (series[0][0] ?? Infinity) * 1000;
    const [times, ...lines] = series;
    const older = points.filter(({ atMs }) => atMs < firstMs);
    times.unshift(...older.map(({ atMs }) => atMs / 1000));
    const values = older.map(({ legacy, native }) => [
      ...toPercentiles(legacy),
      ...toPercentiles(native),
    ]);
    lines.forEach((line, index) => line.unshift(...values.map((of) => of[index] ?? null)));
  }
}

/**
 * Adds what a row says now, some seconds after the point before it.
 * @param {readonly RouteRow[]} rows
 */
export function noteHistory(rows) {
  const nowMs = Date.now();
  for (const { id, statistics } of rows) {
    const { legacy, native } = statistics;
    if (legacy === null && native === null) continue;
    const series = seriesOf(id);
    const lastMs = (series[0].at(-1) ?? 0) * 1000;
    if (nowMs - lastMs < EVERY_MS) continue;
    add(series, nowMs, [...toPercentiles(legacy), ...toPercentiles(native)]);
  }
}

/**
 * @param {string} id
 * @returns {Series | undefined}
 */
export const historyOf = (id) => kept.get(id);
