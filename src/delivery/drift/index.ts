/** Keeps what shadowing found: counts by route and field, noise told from drift, some examples. */
export {
  type DriftExample,
  driftExampleSchema,
  type DriftSnapshot,
  driftSnapshotSchema,
  explainedDifferenceSchema,
  type ExplainedDifference,
  type RouteDrift,
} from "#delivery/drift/drift-snapshot.ts";
export {
  createDriftStore,
  type DriftEvidence,
  type DriftStore,
  type ShadowResult,
} from "#delivery/drift/drift-store.ts";
export { createExplainer, type Explainer, explainNothing } from "#delivery/drift/explain.ts";
export { DEFAULT_NOISE_THRESHOLDS } from "#delivery/drift/noise.ts";
export {
  type ExampleFacts,
  toConversationExample,
  toExchangeExample,
} from "#delivery/drift/to-example.ts";
export { proposeCase, type ProposalResult } from "#delivery/drift/propose-case.ts";
export { proposeDeviation } from "#delivery/drift/propose-deviation.ts";
