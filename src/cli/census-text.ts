import type { CensusAnswer } from "#cli/census-answer.ts";
import { toMoment, toPrintable } from "#cli/printable.ts";
import { toTextTable } from "#cli/text-table.ts";

type RouteCensus = CensusAnswer["routes"][number];
type CheckName = CensusAnswer["verdicts"][number]["checklist"][number]["name"];

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

/** Why a route's legacy side has to stay, for each point of its checklist that is open. */
const OPEN_POINTS = {
  native: () => "it has no native side yet",
  quiet: (days) => `legacy was used within ${days} days, or has not been counted for so long`,
  suite: () => "the contract suite is not known to be green for the build that runs",
  pin: () => "a person's pin holds its ceiling up",
  guard: () => "its guard has tripped, and was not reset",
} as const satisfies Record<CheckName, (quietDays: number) => string>;

function toLegend(verdicts: CensusAnswer["verdicts"], quietDays: number): string {
  const open = new Set(
    verdicts.flatMap(({ checklist }) =>
      checklist.filter(({ isDone }) => !isDone).map(({ name }) => name),
    ),
  );
  return [...open].map((name) => `${name.padEnd(6)}  ${OPEN_POINTS[name](quietDays)}`).join("\n");
}

/** What is still open is one word a point; the sentences of a route are in the JSON. */
function toVerdicts({ verdicts }: CensusAnswer, quietDays: number): string {
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
    ...(rows.length === 0
      ? []
      : [
          "",
          toTextTable(["STILL OPEN", "ROUTES", "WHICH"], rows),
          "",
          toLegend(verdicts, quietDays),
        ]),
  ].join("\n");
}

/** The census for a person at a terminal. Pure. */
export function toCensusText(census: CensusAnswer, quietDays: number): string {
  const parts = [
    `Counted since ${toMoment(census.sinceMs)}.`,
    toUseTable(census),
    toUnknownTable(census),
    toVerdicts(census, quietDays),
  ];
  return `${parts.join("\n\n")}\n`;
}
