import type { PamContextWarning } from "./context-issue.ts";

/** One warning, however often it was seen. */
export interface WarningGroup extends Pick<PamContextWarning, "code" | "path" | "message"> {
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly firstSeenMs: number;
  /** Milliseconds since the epoch. */
  readonly lastSeenMs: number;
}

export interface WarningCollector {
  /** May be given as `onWarning` as it is. */
  readonly add: (warning: Pick<PamContextWarning, "code" | "path" | "message">) => void;
  /** The most frequent first. */
  readonly groups: () => readonly WarningGroup[];
  /** Warnings that found no room, because there were too many different ones. */
  readonly leftOut: () => number;
  readonly clear: () => void;
}

export interface WarningCollectorOptions {
  /** Milliseconds since the epoch; the system's clock by default. */
  readonly now?: () => number;
  /** How many different warnings are kept; 100 by default. */
  readonly maxGroups?: number;
}

/** Counts warnings by code and path, so that a page that sends the same mistake a thousand times tells it once. */
export function createWarningCollector({
  now = Date.now,
  maxGroups = 100,
}: WarningCollectorOptions = {}): WarningCollector {
  const groups = new Map<string, WarningGroup>();
  let leftOut = 0;
  return {
    add({ code, path, message }) {
      const key = `${code} ${path}`;
      const seenMs = now();
      const known = groups.get(key);
      if (known === undefined && groups.size >= maxGroups) {
        leftOut += 1;
        return;
      }
      const { count, firstSeenMs } = known ?? { count: 0, firstSeenMs: seenMs };
      groups.set(key, { code, path, message, count: count + 1, firstSeenMs, lastSeenMs: seenMs });
    },
    groups: () => [...groups.values()].toSorted((one, other) => other.count - one.count),
    leftOut: () => leftOut,
    clear() {
      groups.clear();
      leftOut = 0;
    },
  };
}
