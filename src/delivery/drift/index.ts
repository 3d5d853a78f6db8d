/** Keeps what shadowing found: counts by route and field, noise told from drift, some examples. */
export {
  type DriftExample,
  type DriftSnapshot,
  driftSnapshotSchema,
  type ExplainedDifference,
  type FieldDrift,
  type RouteDrift,
} from "#delivery/drift/drift-snapshot.ts";
export {
  createDriftStore,
  DEFAULT_DRIFT_LIMITS,
  type DriftEvidence,
  type DriftLimits,
  type DriftStore,
} from "#delivery/drift/drift-store.ts";
export {
  createExplainer,
  type DecidedDeviation,
  type DeviationReader,
  type Explainer,
  explainNothing,
} from "#delivery/drift/explain.ts";
export { DEFAULT_NOISE_THRESHOLDS, type NoiseThresholds } from "#delivery/drift/noise.ts";
export {
  type ShadowedRequest,
  toConversationExample,
  toExchangeExample,
} from "#delivery/drift/to-example.ts";
export {
  type Proposal,
  proposeCase,
  type ProposalOptions,
  type ProposalResult,
} from "#delivery/drift/propose-case.ts";
export { type DeviationOptions, proposeDeviation } from "#delivery/drift/propose-deviation.ts";
