/** @import { FlagSummary } from "./api.js" */
/** @import { SideStatistics } from "../../routing/statistics.ts" */
/** @import { RouteOverview } from "../route-overview.ts" */
import { element, setData, setText } from "./element.js";
import { SIDE_LABELS, toCount, toDuration, toReason, toSide } from "./format.js";

/** @typedef {(row: RouteOverview) => void} OnRoute */

const SIDES = /** @type {const} */ (["legacy", "native"]);

/**
 * The figures of one side, in the order of the columns.
 * @param {SideStatistics | null} statistics
 */
function toFigures(statistics) {
  if (statistics === null || statistics.requests === 0) return ["–", "–", "–", "–"];
  const { requests, errors, p50Ms, p95Ms } = statistics;
  return [toCount(requests), toCount(errors), toDuration(p50Ms), toDuration(p95Ms)];
}

const FIGURE_LABELS = ["Requests", "Errors", "p50", "p95"];

/** @param {"legacy" | "native"} side */
const createFigures = (side) =>
  FIGURE_LABELS.map((label, index) =>
    element("td", {
      class: index === 0 ? "number first" : "number",
      role: "cell",
      "data-label": label,
      "data-side": side,
    }),
  );

/**
 * The last part of a path tells routes apart, so the eye is led there.
 * @param {string} path
 */
function toPathParts(path) {
  const cut = path.lastIndexOf("/", path.endsWith("}") ? path.lastIndexOf("/") - 1 : undefined) + 1;
  return [element("span", { class: "prefix" }, path.slice(0, cut)), path.slice(cut)];
}

/**
 * One row, made once and kept up to date.
 * @param {RouteOverview} route
 * @param {OnRoute} onRoute
 */
function createRow(route, onRoute) {
  const chip = element("span", { class: "chip" });
  const sockets = element("span", { class: "sockets" });
  const sentence = element("span", { class: "sentence" });
  const flag = element("code", { class: "flag" });
  const figures = { legacy: createFigures("legacy"), native: createFigures("native") };
  const open = element(
    "button",
    { class: "route", type: "button", title: `Explain ${route.id}` },
    element("span", { class: "method", "data-method": route.method }, route.method),
    element("code", {}, ...toPathParts(route.path)),
  );
  open.addEventListener("click", () => onRoute(route));
  const node = element(
    "tr",
    { role: "row", "data-route": route.id },
    element("td", { role: "cell", class: "route-cell" }, open),
    element("td", { role: "cell", class: "side-cell" }, chip, sockets),
    element("td", { role: "cell", class: "reason-cell" }, sentence, flag),
    ...figures.legacy,
    ...figures.native,
  );

  return {
    node,
    /**
     * @param {RouteOverview} next
     * @param {ReadonlyMap<string, FlagSummary>} flags
     */
    update(next, flags) {
      const side = toSide(next);
      const reason = toReason(next, flags);
      const openSockets = SIDES.reduce(
        (sum, of) => sum + (next.statistics[of]?.openSockets ?? 0),
        0,
      );
      setText(chip, SIDE_LABELS[side]);
      setData(chip, "side", side);
      setText(sockets, openSockets === 0 ? "" : `${toCount(openSockets)} open`);
      setText(sentence, reason.sentence);
      setData(sentence, "closed", String(!next.hasNative));
      setText(flag, reason.flag ?? "");
      for (const of of SIDES) {
        const statistics = next.statistics[of];
        toFigures(statistics).forEach((text, index) => {
          const cell = figures[of][index];
          if (cell === undefined) return;
          setText(cell, text);
          setData(cell, "empty", String(text === "–"));
          if (index === 1) setData(cell, "failing", String((statistics?.errors ?? 0) > 0));
        });
      }
    },
  };
}

/** @param {readonly ("legacy" | "native" | "mixed")[]} sides */
function toGroupCount(sides) {
  const counts = /** @type {const} */ (["native", "mixed"])
    .map((side) => ({ side, count: sides.filter((of) => of === side).length }))
    .filter(({ count }) => count > 0);
  return [`${sides.length} routes`, ...counts.map(({ side, count }) => `${count} ${side}`)].join(
    ", ",
  );
}

/** @param {string} concern */
function createGroup(concern) {
  const count = element("span", { class: "group-count" });
  const flag = element("code", { class: "flag" });
  const rule = element("span", { class: "rule" });
  const heading = element(
    "tr",
    { role: "row", class: "group-row" },
    element(
      "th",
      { role: "rowheader", scope: "rowgroup", colspan: "11" },
      element("span", { class: "group-name" }, concern),
      count,
      element("span", { class: "group-flag" }, flag, rule),
    ),
  );
  return { body: element("tbody", { role: "rowgroup" }, heading), count, flag, rule };
}

/**
 * The table of routes, grouped by concern. Rows stay where they are from poll to poll, so that nothing
 * moves under a pointer and a focus is kept.
 * @param {HTMLTableElement} table
 * @param {OnRoute} onRoute
 */
export function createRouteTable(table, onRoute) {
  /** @type {Map<string, ReturnType<typeof createRow>>} */
  const rows = new Map();
  /** @type {Map<string, ReturnType<typeof createGroup>>} */
  const groups = new Map();

  /** @param {RouteOverview} route */
  function rowOf(route) {
    const known = rows.get(route.id);
    if (known !== undefined) return known;
    const group = groups.get(route.concern) ?? createGroup(route.concern);
    groups.set(route.concern, group);
    const row = createRow(route, onRoute);
    rows.set(route.id, row);
    group.body.append(row.node);
    table.append(group.body);
    return row;
  }

  /**
   * @param {readonly RouteOverview[]} routes
   * @param {ReadonlyMap<string, FlagSummary>} flags
   */
  function updateGroups(routes, flags) {
    for (const [concern, { count, flag, rule }] of groups) {
      const own = routes.filter((route) => route.concern === concern);
      const name = own[0]?.concernFlag ?? null;
      setText(count, toGroupCount(own.map(toSide)));
      setText(flag, name ?? "");
      setText(
        rule,
        name === null ? "no flag can move these" : (flags.get(name)?.rule ?? "not set"),
      );
    }
  }

  return {
    /**
     * @param {readonly RouteOverview[]} routes
     * @param {ReadonlyMap<string, FlagSummary>} flags
     */
    update(routes, flags) {
      for (const route of routes) rowOf(route).update(route, flags);
      updateGroups(routes, flags);
    },
    /**
     * Shows the rows of these ids only. Gives how many there are.
     * @param {ReadonlySet<string>} ids
     */
    show(ids) {
      for (const [id, { node }] of rows) node.hidden = !ids.has(id);
      for (const { body } of groups.values())
        body.hidden = body.querySelector("tr[data-route]:not([hidden])") === null;
    },
  };
}
