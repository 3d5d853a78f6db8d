import { setImmediate } from "node:timers/promises";

import type { LogEntry } from "#concerns/analytics/logs/log-entry.ts";
import type { SearchPattern } from "#concerns/analytics/logs/search-pattern.ts";

/** Of one line only so much is looked at. In characters. */
const MAX_LINE_LENGTH = 4_000;
/** What a character costs beside the instructions of the pattern. */
const BASE_COST = 30;
/** For one search: about half a second of one processor. */
const BUDGET = 20_000_000;
/** After so much work other requests have their turn. */
const SLICE = 400_000;

export interface SearchResult {
  /** In the order of the entries. */
  readonly matches: readonly LogEntry[];
  readonly searchedCount: number;
  /** True where there may be more: the limit or the budget was reached. */
  readonly isLimited: boolean;
}

/** Looks for a pattern in entries one by one, until the limit is reached or too much work was done. */
export async function searchEntries(
  entries: readonly LogEntry[],
  pattern: SearchPattern,
  limit: number,
): Promise<SearchResult> {
  const matches: LogEntry[] = [];
  let searchedCount = 0;
  let spent = 0;
  let nextPauseAt = SLICE;
  for (const entry of entries) {
    if (matches.length >= limit || spent >= BUDGET) break;
    const line = JSON.stringify(entry).slice(0, MAX_LINE_LENGTH);
    if (pattern.isIn(line)) matches.push(entry);
    searchedCount += 1;
    spent += line.length * (pattern.size + BASE_COST);
    if (spent < nextPauseAt) continue;
    nextPauseAt = spent + SLICE;
    // oxlint-disable-next-line no-await-in-loop -- a pause between two lines is the point
    await setImmediate();
  }
  return { matches, searchedCount, isLimited: searchedCount < entries.length };
}
