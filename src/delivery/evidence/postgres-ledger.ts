import { BUILDLESS_KINDS } from "#delivery/evidence/evidence-entry.ts";
import {
  type EvidenceLedger,
  type StoredEvidence,
  storedEvidenceSchema,
} from "#delivery/evidence/evidence-ledger.ts";
import { createJournalTable, type Database } from "#platform/database/index.ts";

const SCHEMA = "banyan_evidence";
/** Longer than any pin, and long enough to look back at a quarter. */
const KEEP_DAYS = 180;

/** Entries of a kind that this version does not know are passed over: a newer one may have written them. */
function toEntries(
  rows: readonly { readonly id: number; readonly detail: unknown }[],
): readonly StoredEvidence[] {
  return rows.flatMap(({ id, detail }) => {
    const parsed = storedEvidenceSchema.safeParse({ ...Object(detail), id });
    return parsed.success ? [parsed.data] : [];
  });
}

/** A ledger that all instances share, in a schema of its own in Postgres. */
export function createPostgresLedger(getDatabase: () => Promise<Database>): EvidenceLedger {
  const journal = createJournalTable(getDatabase, { schema: SCHEMA, keepDays: KEEP_DAYS });
  return {
    async append(entry) {
      const { routeId: subject, buildId: scope, kind } = entry;
      return { ...entry, id: await journal.add({ subject, scope, kind, detail: entry }) };
    },
    async appendOnce(flip) {
      const { routeId: subject, buildId: scope, kind } = flip;
      const row = { subject, scope, kind, detail: flip };
      const id = await journal.addOnce(row, { name: "key", value: flip.key });
      return id === undefined ? undefined : { ...flip, id };
    },
    after: async (afterId, { buildId: scope, limit }) =>
      toEntries(
        await journal.find({
          afterId,
          scope,
          scopelessKinds: BUILDLESS_KINDS,
          order: "oldest",
          limit,
        }),
      ),
    latest: async ({ routeId: subject, buildId: scope, kinds, limit }) =>
      toEntries(await journal.find({ subject, scope, kinds, order: "newest", limit })),
    close: async () => {},
  };
}
