/** @import { RouteOverview } from "../route-overview.ts" */
import { toSide } from "./format.js";

/** @param {(side: { requests: number, errors: number, openSockets: number }) => boolean} test */
const onAnySide =
  (test) =>
  /** @param {RouteOverview} route */
  ({ statistics }) =>
    [statistics.legacy, statistics.native].some((side) => side !== null && test(side));

/** @type {Readonly<Record<string, (route: RouteOverview) => boolean>>} */
const FILTERS = {
  all: () => true,
  "has-native": ({ hasNative }) => hasNative,
  "native-now": (route) => toSide(route) !== "legacy",
  traffic: onAnySide(({ requests, openSockets }) => requests > 0 || openSockets > 0),
  errors: onAnySide(({ errors }) => errors > 0),
};

/**
 * The ids of the routes that a filter lets through and that every word of the search is found in.
 * @param {readonly RouteOverview[]} routes
 * @param {{ readonly filter: string, readonly search: string }} wanted
 * @returns {ReadonlySet<string>}
 */
export function filterRoutes(routes, { filter, search }) {
  const words = search.toLowerCase().split(/\s+/u).filter(Boolean);
  const isWanted = FILTERS[filter] ?? (() => true);
  const found = routes.filter((route) => {
    const text = `${route.method} ${route.path} ${route.id} ${route.flag ?? ""}`.toLowerCase();
    return isWanted(route) && words.every((word) => text.includes(word));
  });
  return new Set(found.map(({ id }) => id));
}
