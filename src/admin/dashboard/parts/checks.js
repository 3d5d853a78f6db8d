/** @import { RouteRow } from "../../route-row.ts" */
import { toAgo, toCount, toCounted } from "../format.js";
import { html } from "../html.js";

/** @typedef {{ readonly name: string, readonly level: "good" | "bad" | "open", readonly text: string, readonly more: string }} Check */

/** @param {RouteRow["drift"]} drift @returns {Check} */
function toDrift(drift) {
  if (drift === null)
    return { name: "Drift", level: "open", text: "not compared", more: "Nothing was shadowed yet" };
  const { compared, unexplainedFields } = drift;
  const more = `${toCounted(compared, "answer")} compared`;
  return unexplainedFields === 0
    ? { name: "Drift", level: "good", text: "none", more }
    : { name: "Drift", level: "bad", text: toCounted(unexplainedFields, "field"), more };
}

/** @param {RouteRow["suite"]} suite @returns {Check} */
function toContract(suite) {
  if (suite === null)
    return {
      name: "Contract",
      level: "open",
      text: "not run",
      more: "No suite ran for this build",
    };
  const more = `Suite of ${toAgo(suite.atMs)}`;
  return suite.isGreen
    ? { name: "Contract", level: "good", text: "green", more }
    : { name: "Contract", level: "bad", text: "red", more };
}

/** @param {NonNullable<RouteRow["guard"]>["signals"]} signals @returns {Check} */
function toArmed(signals) {
  const isCompared = Object.values(signals ?? {}).some((signal) => signal?.verdict === "no-worse");
  const alone = signals?.alone;
  if (alone?.verdict === "worse")
    return { name: "Guard", level: "bad", text: "failing", more: alone.text };
  if (isCompared)
    return { name: "Guard", level: "good", text: "no worse", more: "Native against legacy" };
  if (alone?.verdict === "tolerable")
    return { name: "Guard", level: "open", text: "alone", more: alone.text };
  return { name: "Guard", level: "open", text: "too few", more: "Too few requests so far" };
}

/** @param {RouteRow["guard"]} guard @returns {Check} */
function toGuard(guard) {
  if (!guard?.trip) return toArmed(guard?.signals ?? null);
  const more = `By ${guard.trip.signal}, ${toAgo(guard.trip.atMs)}`;
  return { name: "Guard", level: "bad", text: "tripped", more };
}

/** @param {RouteRow["census"]} census @returns {Check} */
function toCensus(census) {
  if (census === null)
    return { name: "Census", level: "open", text: "unknown", more: "Not counted yet" };
  if (census.isDeletable)
    return {
      name: "Census",
      level: "good",
      text: "deletable",
      more: "Nobody needs its legacy side",
    };
  const { legacyHits, legacyCohorts, legacyLastSeenMs } = census;
  if (legacyLastSeenMs === null)
    return {
      name: "Census",
      level: "open",
      text: "unused",
      more: "Not called since the count began",
    };
  const more = `${toCount(legacyHits)} hits on legacy, last ${toAgo(legacyLastSeenMs)}`;
  return { name: "Census", level: "open", text: toCounted(legacyCohorts, "client"), more };
}

/**
 * What has to hold before a route goes on.
 * @param {{ route: RouteRow }} props
 */
export function Checks({ route }) {
  // Without a native side there is nothing to compare.
  const ofNative = route.hasNative
    ? [toDrift(route.drift), toContract(route.suite), toGuard(route.guard)]
    : [];
  const checks = [...ofNative, toCensus(route.census)];
  return html`<dl class="checks">
    ${checks.map(
      ({ name, level, text, more }) =>
        html`<div key=${name} data-check=${name.toLowerCase()} data-level=${level} title=${more}>
          <dt>${name}</dt>
          <dd>${text}</dd>
        </div>`,
    )}
  </dl>`;
}
