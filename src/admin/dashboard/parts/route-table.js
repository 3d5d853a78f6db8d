/** @import { RouteRow } from "../../route-row.ts" */
/** @import { FlagSummary } from "../format.js" */
/** @import { Action } from "./actions.js" */
import { toSide } from "../format.js";
import { html } from "../html.js";
import { toRolloutAction } from "./actions.js";
import { RouteLine } from "./route-line.js";

/**
 * @typedef {object} RouteTableProps
 * @property {readonly RouteRow[]} routes
 * @property {ReadonlyMap<string, FlagSummary>} flags
 * @property {(id: string) => void} onOpen
 * @property {(action: Action) => void} onAct
 */

/** @param {readonly RouteRow[]} routes */
function toGroupCount(routes) {
  const sides = routes.map(toSide);
  const counts = /** @type {const} */ (["native", "mixed"])
    .map((side) => ({ side, count: sides.filter((of) => of === side).length }))
    .filter(({ count }) => count > 0);
  const parts = counts.map(({ side, count }) => `${count} ${side === "mixed" ? "on both" : side}`);
  return [`${sides.length} ${sides.length === 1 ? "route" : "routes"}`, ...parts].join(", ");
}

/** @param {Omit<RouteTableProps, "onOpen"> & { concern: string }} props */
function GroupHead({ concern, routes, flags, onAct }) {
  const flag = routes[0]?.concernFlag ?? null;
  const rollout = routes.find((route) => route.rollout?.flag === flag)?.rollout;
  const rule = flag === null ? "no flag can move these" : (flags.get(flag)?.rule ?? "not set");
  return html`<tr role="row" class="group-row">
    <th role="rowheader" scope="rowgroup" colspan="8">
      <div class="group-head">
        <span class="group-name">${concern}</span>
        <span class="muted">${toGroupCount(routes)}</span>
        <span class="group-flag">
          ${flag !== null && html`<code class="flag">${flag}</code>`}
          <span class="muted">${rule}</span>
          ${
            flag !== null &&
            html`<button
              class="small"
              type="button"
              onClick=${() => onAct(toRolloutAction(flag, { rollout }))}
            >
              Roll out<span class="visually-hidden"> ${concern}</span>
            </button>`
          }
        </span>
      </div>
    </th>
  </tr>`;
}

const COLUMNS = /** @type {const} */ ([
  ["Route", ""],
  ["Mode", ""],
  ["Rollout", ""],
  ["Last hour", ""],
  ["Legacy, 5 min", "legacy"],
  ["Native, 5 min", "native"],
  ["p50, p95", ""],
  ["Checks", ""],
]);

/**
 * The routes by concern.
 * @param {RouteTableProps} props
 */
export function RouteTable({ routes, flags, onOpen, onAct }) {
  const concerns = [...new Set(routes.map(({ concern }) => concern))];
  return html`<table id="routes" role="table">
    <caption class="visually-hidden">
      Routes by concern, with what each side did of late and what is known of the native one
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${COLUMNS.map(
          ([label, side]) =>
            html`<th key=${label} scope="col" role="columnheader" data-side=${side}>${label}</th>`,
        )}
      </tr>
    </thead>
    ${concerns.map((concern) => {
      const own = routes.filter((route) => route.concern === concern);
      return html`<tbody key=${concern} role="rowgroup" data-concern=${concern}>
        <${GroupHead} concern=${concern} routes=${own} flags=${flags} onAct=${onAct} />
        ${own.map(
          (route) =>
            html`<${RouteLine} key=${route.id} route=${route} flags=${flags} onOpen=${onOpen} />`,
        )}
      </tbody>`;
    })}
  </table>`;
}
