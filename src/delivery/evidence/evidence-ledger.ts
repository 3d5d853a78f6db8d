import { z } from "zod";

import {
  type EvidenceEntry,
  evidenceEntrySchema,
  type EvidenceKind,
  type Flip,
} from "#delivery/evidence/evidence-entry.ts";
import type { Closeable } from "#platform/lifecycle.ts";

/** An entry with its place in the ledger: a later one has a higher `id`. */
export type StoredEvidence = EvidenceEntry & { readonly id: number };

export const storedEvidenceSchema = z
  .object({ id: z.int().min(1) })
  .loose()
  .transform((stored, context): StoredEvidence => {
    const entry = evidenceEntrySchema.safeParse(stored);
    if (entry.success) return { ...entry.data, id: stored.id };
    context.addIssue({ code: "custom", message: z.prettifyError(entry.error) });
    return z.NEVER;
  });

/** A flip that was not ordered here, and may be found by several instances. */
export type FoundFlip = Flip & { readonly key: string };

export interface EvidenceQuery {
  readonly routeId?: string | undefined;
  readonly buildId?: string | undefined;
  readonly kinds?: readonly EvidenceKind[] | undefined;
  readonly limit: number;
}

/** What is known of routes and builds, in the order in which it became known. Nothing in it is ever changed. */
export interface EvidenceLedger extends Closeable {
  /** Rejects where the entry could not be kept. */
  append(entry: EvidenceEntry): Promise<StoredEvidence>;
  /** Keeps a flip unless there is one of that key; `undefined` where there is. Rejects where it could not be kept. */
  appendOnce(flip: FoundFlip): Promise<StoredEvidence | undefined>;
  /** The oldest first: what came after `id` and concerns the build. */
  after(
    id: number,
    query: { readonly buildId: string; readonly limit: number },
  ): Promise<readonly StoredEvidence[]>;
  /** The newest first. */
  latest(query: EvidenceQuery): Promise<readonly StoredEvidence[]>;
}
