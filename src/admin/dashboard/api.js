/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-return, typescript/no-unsafe-member-access -- the border to an API of the same build: what it gives is declared below and not checked again */

/** @import { RolloutForecast } from "../../delivery/ceiling/what-if.ts" */
/** @import { Explanation } from "../../routing/explain.ts" */
/** @import { Snapshot } from "../live-state.ts" */
/** @import { RouteDetails } from "../route-details.ts" */
/** @import { HistoryPoint } from "../route-history.ts" */

/**
 * @typedef {{ readonly method: string, readonly path: string, readonly token: string }} Question
 */

/**
 * @typedef {object} Change
 * @property {"POST" | "DELETE"} method
 * @property {string} path
 * @property {object} body
 * @property {string} token
 */

const TIMEOUT_MS = 4_000;
/** A flag that is changed at a server of its own takes longer. */
const CHANGE_TIMEOUT_MS = 25_000;

/** @param {string} path */
async function getJson(path) {
  const response = await fetch(path, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

/** @returns {Promise<Snapshot>} */
export const loadSnapshot = async () => getJson("/api/snapshot");

/** @returns {Promise<Record<string, readonly HistoryPoint[]>>} */
export const loadHistory = async () => getJson("/api/history");

/**
 * @param {string} id
 * @returns {Promise<RouteDetails>}
 */
export const loadDetails = async (id) => getJson(`/api/routes/${encodeURIComponent(id)}`);

/**
 * @param {string} route
 * @param {number} percent
 * @returns {Promise<RolloutForecast>}
 */
export const loadForecast = async (route, percent) =>
  getJson(`/api/what-if?route=${encodeURIComponent(route)}&percent=${percent}`);

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

/**
 * Sends what an operator decided. The token travels in its header, where no log and no address sees it.
 * @param {Change} change
 * @returns {Promise<{ readonly isDone: boolean, readonly status: number, readonly problem: string }>}
 */
export async function sendChange({ method, path, body, token }) {
  const response = await fetch(path, {
    method: method === "DELETE" ? "DELETE" : "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(CHANGE_TIMEOUT_MS),
  });
  if (response.ok) return { isDone: true, status: response.status, problem: "" };
  const answer = await response.json().catch(() => ({}));
  const problem = answer.detail ?? `It was answered ${response.status}`;
  return { isDone: false, status: response.status, problem };
}
