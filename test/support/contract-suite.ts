import { join } from "node:path";

import { loadSuite, type Suite, type SuiteSource } from "#contract-suite/cases/load-suite.ts";
import { createRouteMatcher } from "#routing/match-route.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

export const CONTRACTS = join(import.meta.dirname, "../../contracts");

const matchRoute = createRouteMatcher(ROUTE_TABLE);

export const SUITE_SOURCE: SuiteSource = {
  folder: CONTRACTS,
  routes: ROUTE_TABLE,
  matchRoute: (method, target) => matchRoute(method, target)?.route.id,
};

/** Every case, fixture and deviation of the checkout. */
export const loadTestSuite = (): Suite => loadSuite(SUITE_SOURCE);
