import type { EvidenceLedger, StoredEvidence } from "#delivery/evidence/index.ts";
import { toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";

/** Entries of the ledger, and why there are none where it cannot be asked. */
export interface ReadEntries {
  readonly entries: readonly StoredEvidence[];
  readonly entriesProblem: string | null;
}

/** Whoever may look here need not know where the database is. */
const PROBLEM = "The ledger cannot be read: the database does not answer, and the log says why";

type Query = Parameters<EvidenceLedger["latest"]>[0];

/**
 * The newest entries that any of the queries names. Never rejects: the database is away in the very outage in which
 * people look here, and what is known without it must be shown.
 */
export async function readEntries(
  ledger: Pick<EvidenceLedger, "latest">,
  queries: readonly Query[],
  logger: Pick<Logger, "warn">,
): Promise<ReadEntries> {
  try {
    const found = await Promise.all(queries.map(async (query) => ledger.latest(query)));
    return { entries: found.flat(), entriesProblem: null };
  } catch (error) {
    logger.warn({ error: toMessage(error) }, "Entries of the ledger cannot be read");
    return { entries: [], entriesProblem: PROBLEM };
  }
}
