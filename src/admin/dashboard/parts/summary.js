/** @import { Snapshot } from "../../live-state.ts" */
import { toCount, toSide } from "../format.js";
import { html } from "../html.js";

const SIDES = /** @type {const} */ (["native", "mixed", "legacy"]);
const LABELS = { native: "Native", mixed: "Both", legacy: "Legacy" };

/**
 * @param {Snapshot["routes"]} routes
 * @param {(route: Snapshot["routes"][number]) => boolean} test
 */
const countOf = (routes, test) => routes.filter(test).length;

/**
 * @param {Snapshot["routes"]} routes
 * @param {"requests" | "errors"} name
 */
const sumOf = (routes, name) =>
  routes.reduce(
    (sum, { statistics: { legacy, native } }) =>
      sum + (legacy?.[name] ?? 0) + (native?.[name] ?? 0),
    0,
  );

/** @param {Snapshot["routes"]} routes */
const toTotals = (routes) => ({
  sides: {
    native: countOf(routes, (route) => toSide(route) === "native"),
    mixed: countOf(routes, (route) => toSide(route) === "mixed"),
    legacy: countOf(routes, (route) => toSide(route) === "legacy"),
  },
  totals: {
    requests: sumOf(routes, "requests"),
    errors: sumOf(routes, "errors"),
    tripped: countOf(routes, ({ guard }) => guard?.state === "tripped"),
    drifting: countOf(routes, ({ drift }) => (drift?.unexplainedFields ?? 0) > 0),
    deletable: countOf(routes, ({ census }) => census?.isDeletable === true),
  },
});

/** @param {{ id: string, label: string, count: number, isBad?: boolean }} props */
const Figure = ({ id, label, count, isBad = false }) =>
  html`<div>
    <dt>${label}</dt>
    <dd id=${id} data-failing=${String(isBad && count > 0)}>${toCount(count)}</dd>
  </div>`;

/**
 * How far the migration has come, and what needs a look.
 * @param {{ routes: Snapshot["routes"] }} props
 */
export function Summary({ routes }) {
  const { sides, totals } = toTotals(routes);
  return html`<section class="summary" aria-label="Migration at a glance">
    <div class="share" aria-hidden="true">
      ${SIDES.map(
        (side) =>
          html`<span
            key=${side}
            data-side=${side}
            hidden=${sides[side] === 0}
            style=${{ flexGrow: sides[side] }}
          ></span>`,
      )}
    </div>
    <dl class="figures">
      ${SIDES.map(
        (side) =>
          html`<div key=${side}>
            <dt><i class="key" data-side=${side}></i>${LABELS[side]}</dt>
            <dd id=${`count-${side}`}>${toCount(sides[side])}</dd>
          </div>`,
      )}
      <${Figure} id="count-requests" label="Requests, 5 min" count=${totals.requests} />
      <${Figure} id="count-errors" label="Errors, 5 min" count=${totals.errors} isBad />
      <${Figure} id="count-drifting" label="Drifting" count=${totals.drifting} isBad />
      <${Figure} id="count-tripped" label="Tripped" count=${totals.tripped} isBad />
      <${Figure} id="count-deletable" label="Deletable" count=${totals.deletable} />
    </dl>
  </section>`;
}
