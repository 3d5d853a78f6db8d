import type { EvidenceEntry } from "#delivery/evidence/evidence-entry.ts";
import type { EvidenceView } from "#delivery/evidence/evidence-view.ts";
import { toMessage } from "#platform/errors.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import type { Logger } from "#platform/logger.ts";
import { type Scheduler, systemScheduler } from "#platform/resilience/scheduler.ts";

const RETRY_MS = 5_000;

/** Entries that the ledger is to have for certain: what trips a route is often what keeps its trip from being written. */
export interface EvidenceOutbox extends Closeable {
  /** Written at once, or when the ledger is back; in the order in which they were put. */
  put(entry: EvidenceEntry): void;
}

export interface EvidenceOutboxOptions {
  readonly view: Pick<EvidenceView, "append">;
  readonly logger: Pick<Logger, "info" | "warn">;
  readonly scheduler?: Scheduler;
}

/** Keeps what it could not write, and tries again every five seconds, and once more when it is closed. */
export function createEvidenceOutbox({
  view,
  logger,
  scheduler = systemScheduler,
}: EvidenceOutboxOptions): EvidenceOutbox {
  // No bound: a route trips once until a person resets it.
  const waiting: EvidenceEntry[] = [];
  let isAway = false;
  let isClosed = false;
  let cancel: (() => void) | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function writeAll(): Promise<void> {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      // oxlint-disable-next-line no-await-in-loop -- their order is part of what they say
      await view.append(next);
      waiting.shift();
    }
  }

  async function write(): Promise<void> {
    try {
      await writeAll();
      if (isAway) logger.info({}, "Evidence that waited was written");
      isAway = false;
    } catch (error) {
      const facts = { error: toMessage(error), waiting: waiting.length };
      if (!isAway) logger.warn(facts, "Evidence was not written: it waits");
      isAway = true;
      cancel?.();
      if (!isClosed) cancel = scheduler.after(RETRY_MS, writeSoon);
    }
  }

  function writeSoon(): void {
    writing = writing.then(write);
  }

  return {
    put(entry) {
      waiting.push(entry);
      writeSoon();
    },
    async close() {
      isClosed = true;
      cancel?.();
      writeSoon();
      await writing;
    },
  };
}
