import type { RouteCensus } from "#delivery/census/census-report.ts";

const DAY_MS = 86_400_000;
/** A month, so that what runs once a month has run. */
const QUIET_DAYS = 30;

export interface DeletionFacts {
  readonly hasNative: boolean;
  /** `undefined`: nobody has called the route since the census began. */
  readonly census: Pick<RouteCensus, "legacy"> | undefined;
  /** Since when the census counts. */
  readonly sinceMs: number;
  /** The contract suite for the build that runs. */
  readonly isSuiteGreen: boolean;
  readonly isPinned: boolean;
  readonly isTripped: boolean;
  readonly nowMs: number;
  /** Days without a request on legacy; default 30. */
  readonly quietDays?: number;
}

export interface CheckItem {
  readonly name: "native" | "quiet" | "suite" | "pin" | "guard";
  readonly isDone: boolean;
  readonly sentence: string;
}

export interface DeletionVerdict {
  /** The legacy side of the route can be taken away, and its row with it. */
  readonly isDeletable: boolean;
  readonly checklist: readonly CheckItem[];
}

const toDays = (ms: number): number => Math.floor(ms / DAY_MS);

function toQuiet({ census, sinceMs, nowMs, quietDays = QUIET_DAYS }: DeletionFacts): CheckItem {
  const lastMs = census?.legacy.lastSeenMs ?? null;
  const quietMs = nowMs - Math.max(lastMs ?? sinceMs, sinceMs);
  const isDone = quietMs >= quietDays * DAY_MS;
  const days = `${toDays(quietMs)} of ${quietDays} days`;
  const sentence =
    lastMs === null ? `It was counted for ${days}.` : `Its last request on legacy was ${days} ago.`;
  return { name: "quiet", isDone, sentence };
}

/** Whether a route's legacy side is needed by nobody any more, point by point. Pure. */
export function toDeletionVerdict(facts: DeletionFacts): DeletionVerdict {
  const { hasNative, isSuiteGreen, isPinned, isTripped } = facts;
  const checklist: readonly CheckItem[] = [
    {
      name: "native",
      isDone: hasNative,
      sentence: hasNative ? "It has a native side." : "It has no native side.",
    },
    toQuiet(facts),
    {
      name: "suite",
      isDone: isSuiteGreen,
      sentence: isSuiteGreen
        ? "The contract suite is green for this build."
        : "The contract suite is not green for this build.",
    },
    {
      name: "pin",
      isDone: !isPinned,
      sentence: isPinned ? "A person's pin holds its ceiling up." : "No pin holds its ceiling up.",
    },
    {
      name: "guard",
      isDone: !isTripped,
      sentence: isTripped ? "Its guard has tripped." : "Its guard has not tripped.",
    },
  ];
  return { isDeletable: checklist.every(({ isDone }) => isDone), checklist };
}
