import type { Ceiling, CohortSample } from "#delivery/ceiling/index.ts";
import type { Census } from "#delivery/census/index.ts";
import type { DriftStore } from "#delivery/drift/index.ts";
import type { EvidenceLedger, EvidenceView } from "#delivery/evidence/index.ts";
import type { Guard } from "#delivery/guard/index.ts";
import type { Shadow } from "#delivery/shadow/index.ts";
import type { FlagEditor } from "#platform/flags/index.ts";

/** What operators see of a rollout beside its flags, and what they may do to it. */
export interface DeliveryPort {
  readonly guard: Pick<Guard, "of" | "reset" | "events">;
  readonly ceiling: Pick<Ceiling, "mode" | "of" | "ceilingOf">;
  readonly cohorts: Pick<CohortSample, "of">;
  readonly drift: Pick<DriftStore, "snapshot" | "evidenceOf">;
  readonly census: Pick<Census, "report">;
  readonly ledger: Pick<EvidenceLedger, "latest">;
  readonly evidence: Pick<EvidenceView, "of" | "append" | "isReadable">;
  readonly buildId: string;
  /** Absent where nothing is shadowed. */
  readonly shadow?: Pick<Shadow, "counts"> | undefined;
  /** Absent where the flags come from a source that cannot be changed from here. */
  readonly flagEditor?: FlagEditor | undefined;
}
