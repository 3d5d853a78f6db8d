/** Who still uses legacy, for which routes and with what, and which routes nobody uses it for any more. */
export { type Census, createCensus } from "./census.ts";
export type { CensusReport, RouteCensus } from "./census-report.ts";
export {
  type CheckItem,
  type DeletionFacts,
  type DeletionVerdict,
  toDeletionVerdict,
} from "./deletion-verdict.ts";
export { createMemoryCensusStore } from "./memory-census-store.ts";
export { createRedisCensusStore } from "./redis-census-store.ts";
