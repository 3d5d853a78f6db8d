import type { CensusAnswer } from "#cli/census-answer.ts";
import { toMoment, toPrintable } from "#cli/printable.ts";
import { toTextTable } from "#cli/text-table.ts";

type RouteCensus = CensusAnswer["routes"][number];

/** Clients and paths of one route that are worth a line. */
const MOST_CLIENTS = 3;
const MOST_UNKNOWN = 20;

function toClients({ clients }: RouteCensus): string {
  const shown = clients.slice(0, MOST_CLIENTS).map(({ client }) => toPrintable(client, 40));
  const rest = clients.length - shown.length;
  return [...shown, ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
}

function toUseTable({ routes }: CensusAnswer): string {
  const used = routes.filter(({ legacy }) => legacy.hits > 0);
  if (used.length === 0) return "No request was answered by legacy.";
  return toTextTable(
    ["ROUTE", "LEGACY", "NATIVE", "LAST ON LEGACY", "COHORTS", "CLIENTS ON LEGACY"],
    used
      .toSorted((left, right) => right.legacy.hits - left.legacy.hits)
      .map((route) => [
        route.routeId,
        String(route.legacy.hits),
        String(route.native.hits),
        toMoment(route.legacy.lastSeenMs),
        String(route.legacyCohorts),
        toClients(route),
      ]),
  );
}

function toUnknownTable({ unknown }: CensusAnswer): string {
  if (unknown.length === 0) return "No client called a path that no route names.";
  const rows = unknown
    .slice(0, MOST_UNKNOWN)
    .map(({ path, client, hits, lastSeenMs }) => [
      toPrintable(path),
      String(hits),
      toMoment(lastSeenMs),
      toPrintable(client, 40),
    ]);
  const rest = unknown.length - rows.length;
  const table = toTextTable(["UNKNOWN PATH", "HITS", "LAST", "CLIENT"], rows);
  return rest > 0 ? `${table}\n${rest} more, with --json` : table;
}

/** What is still open is one word a point; the sentences of a route are in the JSON. */
function toVerdicts({ verdicts }: CensusAnswer): string {
  const deletable = verdicts.filter(({ isDeletable }) => isDeletable);
  const open = Map.groupBy(
    verdicts.filter(({ isDeletable }) => !isDeletable),
    ({ checklist }) =>
      checklist
        .filter(({ isDone }) => !isDone)
        .map(({ name }) => name)
        .join(", "),
  );
  const rows = [...open].map(([points, routes]) => [
    points,
    String(routes.length),
    toPrintable(routes.map(({ routeId }) => routeId).join(", "), 100),
  ]);
  return [
    deletable.length === 0
      ? "The legacy side of no route is deletable."
      : `Deletable: the legacy side of ${deletable.map(({ routeId }) => routeId).join(", ")}.`,
    ...(rows.length === 0 ? [] : ["", toTextTable(["STILL OPEN", "ROUTES", ""], rows)]),
  ].join("\n");
}

/** The census for a person at a terminal. Pure. */
export function toCensusText(census: CensusAnswer): string {
  const parts = [
    `Counted since ${toMoment(census.sinceMs)}.`,
    toUseTable(census),
    toUnknownTable(census),
    toVerdicts(census),
  ];
  return `${parts.join("\n\n")}\n`;
}
