/** How much of a route evidence allows to be native, and what a rollout would change. `docs/ceiling.md` has the steps. */
export { CEILING_STEPS, SOAK_MS } from "./ceiling-steps.ts";
export {
  type CohortSample,
  createCohortSample,
  drawOf,
  type SampledCohort,
} from "./cohort-sample.ts";
export { type Ceiling, createCeiling } from "./create-ceiling.ts";
export { type CeilingVerdict, toCeiling } from "./to-ceiling.ts";
export { forecastRollout } from "./what-if.ts";
