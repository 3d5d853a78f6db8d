/**
 * What is known of routes and builds, and who decided what: an append-only ledger in memory, in a file or in
 * Postgres, and what it says of each route now.
 */
export {
  type EvidenceEntry,
  evidenceEntrySchema,
  EVIDENCE_KINDS,
  type EvidenceKind,
  LONGEST_PIN_MS,
} from "./evidence-entry.ts";
export type { EvidenceLedger, StoredEvidence } from "./evidence-ledger.ts";
export { createEvidenceOutbox, type EvidenceOutbox } from "./evidence-outbox.ts";
export { createEvidenceRecorder, type RouteSample } from "./evidence-recorder.ts";
export { createEvidenceView, type EvidenceView } from "./evidence-view.ts";
export { createFlipRecorder } from "./flip-recorder.ts";
export { toComparison, toGuardEvidence } from "./from-guard.ts";
export { openFileLedger } from "./file-ledger.ts";
export { createMemoryLedger } from "./memory-ledger.ts";
export { createPostgresLedger } from "./postgres-ledger.ts";
export { NO_EVIDENCE, type Pin, type RouteEvidence } from "./route-evidence.ts";
