import type { ReadinessCheck } from "#admin/readiness.ts";
import type { EvidenceView } from "#delivery/evidence/index.ts";

/** A ledger that is away stops no traffic, so Banyan stays ready; of all ledgers only a database can be away. */
export const createLedgerCheck = (evidence: Pick<EvidenceView, "isReadable">): ReadinessCheck => ({
  name: "ledger",
  run: () =>
    evidence.isReadable()
      ? { isReady: true, reason: "readable" }
      : {
          isReady: true,
          isDegraded: true,
          reason:
            "the database does not answer: evidence waits, and native routes that need it fail",
        },
});
