import type { EvidenceLedger } from "#delivery/evidence/evidence-ledger.ts";
import type { FlipTerms } from "#delivery/evidence/find-flips.ts";
import { createLoggedFlips } from "#delivery/evidence/logged-flips.ts";
import { createNoticedFlips } from "#delivery/evidence/noticed-flips.ts";
import type { Clock } from "#platform/clock.ts";
import { toMessage } from "#platform/errors.ts";
import type { FlagLog, Flags } from "#platform/flags/index.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import { type Scheduler, systemScheduler } from "#platform/resilience/scheduler.ts";

/** From a change to the look for who did it: until then an order of Banyan's own has been written down. */
const SETTLE_MS = 5_000;
const RETRY_MS = 60_000;

export interface FlipRecorderOptions extends FlipTerms {
  readonly flags: Pick<Flags, "list" | "freshness" | "onChange">;
  /** Where the flags' source tells who changed them; without it, that is not known. */
  readonly log: FlagLog | undefined;
  readonly ledger: Pick<EvidenceLedger, "appendOnce" | "latest">;
  readonly clock: Pick<Clock, "now">;
  readonly logger: Pick<Logger, "warn">;
  readonly scheduler?: Scheduler;
  readonly settleMs?: number;
}

/**
 * Writes flips into the ledger that were not ordered of Banyan: begins at once, and looks again a moment after each
 * change of the flags. Where it cannot look or write it says so once, and tries again by the minute.
 */
export function createFlipRecorder({
  log,
  scheduler = systemScheduler,
  settleMs = SETTLE_MS,
  clock,
  ...options
}: FlipRecorderOptions): Closeable {
  const { flags, logger } = options;
  const find =
    log === undefined ? createNoticedFlips(options) : createLoggedFlips({ ...options, log });
  let isClosed = false;
  let isAway = false;
  let changedAtMs: number | undefined;
  let pending: { readonly isRetry: boolean; readonly cancel: () => void } | undefined;
  let looking: Promise<void> = Promise.resolve();

  function lookIn(delayMs: number, isRetry: boolean): void {
    if (isClosed || pending?.isRetry === isRetry || (pending !== undefined && isRetry)) return;
    pending?.cancel();
    const cancel = scheduler.after(delayMs, () => {
      pending = undefined;
      lookNow();
    });
    pending = { isRetry, cancel };
  }

  async function look(): Promise<void> {
    try {
      const found = await find.look(changedAtMs ?? clock.now());
      changedAtMs = undefined;
      isAway = false;
      if (found === "again") lookIn(settleMs, false);
    } catch (error) {
      if (!isAway) logger.warn({ error: toMessage(error) }, "Flips outside Banyan are not known");
      isAway = true;
      lookIn(RETRY_MS, true);
    }
  }

  function lookNow(): void {
    looking = looking.then(look);
  }

  const stopListening = flags.onChange(() => {
    changedAtMs ??= clock.now();
    lookIn(settleMs, false);
  });
  lookNow();

  return {
    async close() {
      isClosed = true;
      stopListening();
      pending?.cancel();
      await looking;
    },
  };
}
