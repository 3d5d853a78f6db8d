import { createRouteMatcher, type RouteMatcher } from "#routing/match-route.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import type { Route } from "#routing/route.ts";

import { shuffled, type Measure } from "./measure.ts";

const MANY = 2_000;
const ROUNDS = 25;
/** Each is a text of its own, as off the wire: what V8 knows of one text would make the next look cheap. */
const COPIES = 40;
const UNKNOWN = ["/", "/api/v1/pam/none", "/api/v1/pam/ws/a/b/c", "/favicon.ico?v=1"];

/** The table and as many more rows beside its own, a third of them with parameters. */
function toLargeTable(table: readonly Route[]): readonly Route[] {
  const more = Array.from({ length: MANY - table.length }, (_, index) => {
    const like = table[index % table.length];
    if (like === undefined) throw new RangeError("The table has rows");
    const suffix = index % 3 === 0 ? `{item}/more-${index}` : `more-${index}`;
    return { ...like, id: `${like.id}-${index}`, path: `${like.path}/${suffix}` };
  });
  return [...table, ...more];
}

const toTarget = (path: string): string => `${path.replaceAll(/\{.+?\}/gu, "a-user")}?page=1`;

const toRequests = (table: readonly Route[]): readonly (readonly [string, string])[] =>
  Array.from({ length: COPIES }, () => [
    ...table.map(({ method, path }) => [method, toTarget(path)] as const),
    ...UNKNOWN.map((target) => ["GET", target] as const),
  ])
    .flat()
    .map(([method, target]) => [method, Buffer.from(target).toString("latin1")] as const);

/** Processor time of one look-up, in nanoseconds. */
function costOf(matchRoute: RouteMatcher, rounds: number): number {
  let looked = 0;
  let spent = 0;
  for (let round = 0; round < rounds; round += 1) {
    const requests = toRequests(ROUTE_TABLE);
    const before = process.cpuUsage();
    for (const [method, target] of requests) matchRoute(method, target);
    const { user, system } = process.cpuUsage(before);
    spent += user + system;
    looked += requests.length;
  }
  return (spent / looked) * 1_000;
}

/** What it costs to find a route among those there are, and the same ones among 2,000. */
export const routes: Measure = async ({ say, random }, readings) => {
  const tables = [
    ["routes.few", createRouteMatcher(ROUTE_TABLE)],
    ["routes.many", createRouteMatcher(toLargeTable(ROUTE_TABLE))],
  ] as const;
  for (const [, matchRoute] of tables) costOf(matchRoute, 20);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [series, matchRoute] of shuffled(tables, random)) {
      readings.add(series, "banyan", costOf(matchRoute, 40));
    }
  }
  say(`routes: ${ROUTE_TABLE.length} and ${MANY} rows`);
};
