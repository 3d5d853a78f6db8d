/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-return, typescript/no-unsafe-member-access -- the border to an API of the same build: what it gives is declared below and not checked again */

/** @import { FlagFreshness, Flags } from "../../platform/flags/flags.ts" */
/** @import { Explanation } from "../../routing/explain.ts" */
/** @import { ReadinessReport } from "../readiness.ts" */
/** @import { RouteOverview } from "../route-overview.ts" */

/** @typedef {ReturnType<Flags["list"]>[number]} FlagSummary */

/**
 * @typedef {object} Snapshot
 * @property {readonly RouteOverview[]} routes
 * @property {{ readonly freshness: FlagFreshness, readonly flags: readonly FlagSummary[] }} flags
 * @property {ReadinessReport} readiness
 */

/**
 * @typedef {{ readonly method: string, readonly path: string, readonly token: string }} Question
 */

const TIMEOUT_MS = 4_000;

/**
 * @param {string} path
 * @param {number} alsoFine a status beside 200 whose body is the answer too
 */
async function getJson(path, alsoFine = 200) {
  const response = await fetch(path, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok && response.status !== alsoFine)
    throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

/** @returns {Promise<Snapshot>} */
export async function loadSnapshot() {
  const [routes, flags, readiness] = await Promise.all([
    getJson("/api/routes"),
    getJson("/api/flags"),
    getJson("/readyz", 503),
  ]);
  return { routes, flags, readiness };
}

/**
 * Asks who decides what about a request. A token goes where its side of the API carries it: in the query
 * of a socket's handshake, in a header of anything else; here both are parts of a body.
 * @param {Question} question
 * @returns {Promise<{ readonly explanation: Explanation } | { readonly problem: string }>}
 */
export async function askForExplanation({ method, path, token }) {
  const isSocket = method === "WS";
  const joint = path.includes("?") ? "&" : "?";
  const hasToken = token !== "";
  const question = {
    method,
    path: isSocket && hasToken ? `${path}${joint}token=${encodeURIComponent(token)}` : path,
    headers: !isSocket && hasToken ? { authorization: `Bearer ${token}` } : {},
  };
  const response = await fetch("/api/explain", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(question),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const answer = await response.json();
  return response.ok ? { explanation: answer } : { problem: answer.detail };
}
