import type { DriftExample, ExampleFacts, ExplainedDifference } from "#delivery/drift/index.ts";
import type { EffectRecorder } from "#delivery/shadow/effects.ts";
import type { ShadowParts } from "#delivery/shadow/shadow-parts.ts";
import type { ShadowSubject } from "#delivery/shadow/subject.ts";

/** What came of one shadowed request or conversation. */
export interface JudgedRun {
  readonly differences: readonly ExplainedDifference[];
  readonly omitted: number;
  /** True where native gave no answer. */
  readonly isFailed: boolean;
  /** Makes the example; asked only where it is kept. */
  readonly toExample: (facts: ExampleFacts) => DriftExample;
}

/** Tells the drift what was found, with the effects that are known by now; later ones are nobody's. */
export function recordResult(
  { drift }: Pick<ShadowParts, "drift">,
  {
    requestId,
    routeId,
    recorder,
  }: Pick<ShadowSubject, "requestId" | "routeId"> & {
    readonly recorder: EffectRecorder;
  },
  { differences, omitted, isFailed, toExample }: JudgedRun,
): void {
  recorder.seal();
  const { effects } = recorder;
  drift.recordShadow({
    routeId,
    differences,
    omitted,
    isFailed,
    toExample: (id, atMs) =>
      toExample({ id, atMs, requestId, routeId, differences, omitted, effects }),
  });
}
