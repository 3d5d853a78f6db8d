/** @import { RouteRow } from "../route-row.ts" */
import { toSide } from "./format.js";

/** @param {(side: { requests: number, errors: number, openSockets: number }) => boolean} test */
const onAnySide =
  (test) =>
  /** @param {RouteRow} route */
  ({ statistics }) =>
    [statistics.legacy, statistics.native].some((side) => side !== null && test(side));

/** @type {Readonly<Record<string, { readonly label: string, readonly isWanted: (route: RouteRow) => boolean }>>} */
export const FILTERS = {
  all: { label: "All", isWanted: () => true },
  "has-native": { label: "Has native", isWanted: ({ hasNative }) => hasNative },
  "native-now": { label: "Native now", isWanted: (route) => toSide(route) !== "legacy" },
  traffic: {
    label: "Traffic",
    isWanted: onAnySide(({ requests, openSockets }) => requests > 0 || openSockets > 0),
  },
  trouble: {
    label: "Trouble",
    isWanted: (route) =>
      route.mode === "tripped" ||
      route.suite?.isGreen === false ||
      (route.drift?.unexplainedFields ?? 0) > 0 ||
      onAnySide(({ errors }) => errors > 0)(route),
  },
};

/**
 * The routes that a filter lets through and that every word of the search is found in.
 * @param {readonly RouteRow[]} routes
 * @param {{ readonly filter: string, readonly search: string }} wanted
 * @returns {readonly RouteRow[]}
 */
export function filterRoutes(routes, { filter, search }) {
  const words = search.toLowerCase().split(/\s+/u).filter(Boolean);
  const isWanted = FILTERS[filter]?.isWanted ?? (() => true);
  return routes.filter((route) => {
    const text =
      `${route.method} ${route.path} ${route.id} ${route.flag ?? ""} ${route.mode}`.toLowerCase();
    return isWanted(route) && words.every((word) => text.includes(word));
  });
}
