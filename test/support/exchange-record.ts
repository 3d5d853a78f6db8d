import type { ExchangeRecord } from "#routing/exchange.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import type { Route } from "#routing/route.ts";

export function routeOf(id: string): Route {
  const route = ROUTE_TABLE.find((row) => row.id === id);
  if (route === undefined) throw new TypeError(`No row of the route table is called "${id}"`);
  return route;
}

/** An ordinary exchange on the legacy side, with what a test wants to differ. */
export function exchangeRecord(differences: Partial<ExchangeRecord> = {}): ExchangeRecord {
  return {
    requestId: "request-1",
    traceId: "0af7651916cd43dd8448eb211c80319c",
    method: "GET",
    path: "/api/v1/pam/health",
    route: routeOf("chat.health"),
    decision: { side: "legacy", reason: "concern-flag", flag: "pam.chat" },
    cohort: "9f86d081884c",
    caller: { clientLabel: () => "curl", parameterNames: () => [], positionOf: () => 1 },
    status: 200,
    errorCode: undefined,
    bytesIn: 0,
    bytesOut: 42,
    decideMs: 0.0421,
    connectMs: 0.2,
    firstByteMs: 11.5,
    totalMs: 12.3456,
    ...differences,
  };
}
