import type { FlagFreshness } from "#platform/flags/index.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import type { DrainReport } from "#server/drain.ts";

/** How long the first flags are waited for before requests are taken without them. */
export const FLAGS_DEADLINE_MS = 2_000;
/** What of the grace is left at the least for closing everything else once the drain is over. */
export const CLOSING_SHARE = 0.1;

/** Banyan as it runs, in one process or in several. */
export interface Service extends Closeable {
  readonly publicUrl: URL;
  readonly adminUrl: URL;
  readonly freshness: () => FlagFreshness;
  /** Resolves where it cannot go on by itself, with the reason; else it stays pending. */
  readonly failed?: Promise<string>;
  /** Takes no new work, finishes what is under way, and says what had to be cut. */
  drain(): Promise<DrainReport>;
}
