import type { DeliveryOptions } from "#cli/serve/create-delivery.ts";
import {
  createEvidenceOutbox,
  createEvidenceView,
  createMemoryLedger,
  createPostgresLedger,
  type EvidenceLedger,
  type EvidenceOutbox,
  type EvidenceView,
  openFileLedger,
} from "#delivery/evidence/index.ts";
import { toWriteError } from "#platform/write-error.ts";

/** Where facts about routes are kept, what they come to, and who writes those that must not be lost. */
export interface Evidence {
  readonly ledger: EvidenceLedger;
  readonly view: EvidenceView;
  readonly outbox: EvidenceOutbox;
}

export type EvidenceOptions = Pick<
  DeliveryOptions,
  "config" | "buildId" | "database" | "lifecycle" | "logger"
>;

/** In the operator's database where there is one, else in the file that is set, else in memory. */
async function openLedger({ config, database, logger }: EvidenceOptions): Promise<EvidenceLedger> {
  const { EVIDENCE_FILE: path, DATABASE_URL: url } = config;
  if (path !== undefined) {
    return openFileLedger({ path, logger }).catch((error: unknown) => {
      throw toWriteError(`EVIDENCE_FILE ${path}`, error);
    });
  }
  return url === undefined ? createMemoryLedger() : createPostgresLedger(database);
}

/** Rejects with `CONFIGURATION_INVALID` where the evidence file cannot be read; a database that is away is waited for later. */
export async function openEvidence(options: EvidenceOptions): Promise<Evidence> {
  const { buildId, lifecycle, logger } = options;
  const ledger = lifecycle.own("evidence", await openLedger(options));
  const view = lifecycle.own("evidence view", createEvidenceView({ ledger, buildId, logger }));
  const outbox = lifecycle.own("evidence outbox", createEvidenceOutbox({ view, logger }));
  return { ledger, view, outbox };
}
