/** @import { RouteRow } from "../../route-row.ts" */
/** @import { Change } from "../api.js" */

/**
 * Something an operator can do, with what is asked before it is done.
 * @typedef {object} Action
 * @property {string} title
 * @property {string} sentence what it will do
 * @property {string} confirm what the button says
 * @property {boolean} isDangerous
 * @property {Change["method"]} method
 * @property {string} path
 * @property {object} fixed what of the order is decided already
 * @property {number | ""} [percent] asked for, and proposed where there is one to propose
 * @property {number} [hours] asked for, and proposed
 * @property {string} [forecastOf] the route whose cohorts would move
 */

/** @param {string} id */
const idOf = (id) => encodeURIComponent(id);

/** @param {boolean} isKilled @returns {Action} */
export const toKillAction = (isKilled) => ({
  title: isKilled ? "Turn the kill switch off" : "Turn the kill switch on",
  sentence: isKilled
    ? "Every route goes back to what its flags say."
    : "Every request of every route goes to legacy, whatever its flags say.",
  confirm: isKilled ? "Turn it off" : "Send everything to legacy",
  isDangerous: !isKilled,
  method: "POST",
  path: "/api/kill-switch",
  fixed: { on: !isKilled },
});

/**
 * What the flag gives now: to leave it as it is must be what a dialog does that nothing was changed in.
 * @param {RouteRow["rollout"] | undefined} rollout
 */
const toProposal = (rollout) =>
  rollout === undefined || rollout === null ? 0 : (rollout.percent ?? "");

/**
 * @param {string} flag
 * @param {{ rollout: RouteRow["rollout"] | undefined, forecastOf?: string }} now
 * @returns {Action}
 */
export const toRolloutAction = (flag, { rollout, forecastOf }) => ({
  title: `Roll out ${flag}`,
  sentence:
    "The share of the cohorts that the flag gives to native. 0 % sends all of them to legacy.",
  confirm: "Set the share",
  isDangerous: false,
  method: "POST",
  path: `/api/flags/${idOf(flag)}`,
  fixed: {},
  percent: toProposal(rollout),
  ...(forecastOf !== undefined && { forecastOf }),
});

/** @param {RouteRow} route @returns {Action} */
export const toResetAction = ({ id }) => ({
  title: `Reset the guard of ${id}`,
  sentence:
    "The route goes back to what its flags say. What its traffic had shown has to be shown anew.",
  confirm: "Reset the guard",
  isDangerous: true,
  method: "POST",
  path: `/api/guard/${idOf(id)}/reset`,
  fixed: {},
});

/** @param {RouteRow} route @returns {Action} */
export const toPinAction = ({ id, ceiling }) => ({
  title: `Pin the ceiling of ${id}`,
  sentence:
    "You vouch for the route: it may go to this share, past what is known of it, until the time is over.",
  confirm: "Pin it",
  isDangerous: true,
  method: "POST",
  path: `/api/pins/${idOf(id)}`,
  fixed: {},
  percent: ceiling?.next?.percent ?? 100,
  hours: 24,
});

/** @param {RouteRow} route @returns {Action} */
export const toUnpinAction = ({ id, ceiling }) => ({
  title: `Take away the pin of ${id}`,
  sentence: `The ceiling falls back to what evidence has earned: ${ceiling?.earnedPercent ?? 0} %.`,
  confirm: "Take it away",
  isDangerous: false,
  method: "DELETE",
  path: `/api/pins/${idOf(id)}`,
  fixed: {},
});
