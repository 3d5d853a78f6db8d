import type { FlagsDocument } from "#platform/flags/flags-document.ts";
import type { FlagFreshness } from "#platform/flags/flags.ts";
import type { Closeable } from "#platform/lifecycle.ts";

/** Where flags come from. It hands each document to the `hold` it was created with. */
export interface FlagSource extends Closeable {
  freshness(): FlagFreshness;
  /** Resolves with the first answer of the source, be it a broken file; pending until then. */
  readonly firstAnswer: Promise<void>;
  /** Told of each evaluation. */
  count?(name: string, enabled: boolean): void;
}

export type Hold = (document: FlagsDocument) => void;
