import type { TranscriptRules } from "#delivery/compare/index.ts";
import type { DriftStore, Explainer } from "#delivery/drift/index.ts";
import type { ShadowCounters } from "#delivery/shadow/counters.ts";
import type { ShadowLimits } from "#delivery/shadow/limits.ts";
import type { AskLegacy, OpenNative, RunNative } from "#delivery/shadow/ports.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";

/** What every shadowed request is run with. */
export interface ShadowParts {
  readonly runNative: RunNative;
  readonly openNative: OpenNative | undefined;
  readonly askLegacy: AskLegacy | undefined;
  readonly isBaselineSampled: (routeId: string) => boolean;
  /** What is new in every answer of a route, and which frames come by the clock. */
  readonly rulesOf: (routeId: string) => TranscriptRules;
  readonly explainer: Explainer;
  readonly drift: Pick<DriftStore, "recordShadow" | "recordBaseline">;
  readonly counters: ShadowCounters;
  readonly limits: ShadowLimits;
  readonly scheduler: Scheduler;
  readonly pseudonymKey: Buffer;
}
