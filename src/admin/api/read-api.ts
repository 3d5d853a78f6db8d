import { Router } from "express";
import { z } from "zod";

import type { DeliveryPort } from "#admin/delivery-port.ts";
import { type Handler, refuseMethod } from "#admin/http/handler.ts";
import { readInput } from "#admin/http/read-input.ts";
import type { LiveState } from "#admin/live-state.ts";
import { readEntries } from "#admin/read-entries.ts";
import { readRouteDetails } from "#admin/route-details.ts";
import type { RouteHistory } from "#admin/route-history.ts";
import { toVerdict } from "#admin/route-row.ts";
import { forecastRollout } from "#delivery/ceiling/index.ts";
import { EVIDENCE_KINDS } from "#delivery/evidence/index.ts";
import type { Clock } from "#platform/clock.ts";
import { AppError } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";

const MOST_ENTRIES = 200;

const evidenceQuery = z.object({
  route: z.string().optional(),
  build: z.string().optional(),
  kind: z.enum(EVIDENCE_KINDS).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(MOST_ENTRIES),
});

const driftQuery = z.object({ route: z.string().optional() });

const whatIfQuery = z.object({
  route: z.string().min(1),
  percent: z.coerce.number().min(0).max(100),
});

export interface ReadApiOptions {
  readonly delivery: DeliveryPort;
  readonly state: LiveState;
  readonly history: Pick<RouteHistory, "of"> | undefined;
  readonly clock: Pick<Clock, "now">;
  readonly logger: Pick<Logger, "warn">;
}

/** What delivery knows, for people and machines. Nothing here changes anything. */
export function createReadApi({ delivery, state, history, clock, logger }: ReadApiOptions): Router {
  const router = Router();
  const get = (path: string, handler: Handler): void => {
    router.route(path).get(handler).all(refuseMethod("GET", "HEAD"));
  };

  function rowOf(id: unknown) {
    const row = state.rows().find((each) => each.id === id);
    if (row !== undefined) return row;
    throw new AppError("NOT_FOUND", undefined, { detail: `No route has the id ${String(id)}` });
  }

  get("/drift", (request, response) => {
    const { route } = readInput(driftQuery, request.query, "Cannot show drift");
    const { routes, overflow } = delivery.drift.snapshot();
    const id = route === undefined ? undefined : rowOf(route).id;
    const wanted = id === undefined ? routes : routes.filter(({ routeId }) => routeId === id);
    response.json({ routes: wanted, overflow });
  });

  get("/census", async (_request, response) => {
    const census = await delivery.census.report();
    const nowMs = clock.now();
    const verdicts = state
      .rows()
      .filter(({ concern }) => concern !== "legacy-only")
      .map((row) => ({ routeId: row.id, ...toVerdict(row, { delivery, census, nowMs }) }));
    response.json({ ...census, verdicts });
  });

  get("/evidence", async (request, response) => {
    const { route, build, kind, limit } = readInput(
      evidenceQuery,
      request.query,
      "Cannot show evidence",
    );
    const query = {
      routeId: route === undefined ? undefined : rowOf(route).id,
      buildId: build,
      kinds: kind === undefined ? undefined : [kind],
      limit,
    };
    const found = await readEntries(delivery.ledger, [query], logger);
    const routes = state
      .rows()
      .filter(({ id, ceiling }) => ceiling !== null && (route === undefined || id === route))
      .map(({ id, ceiling }) => ({ routeId: id, ...delivery.evidence.of(id), ceiling }));
    const { buildId } = delivery;
    response.json({ buildId, ceilingMode: delivery.ceiling.mode, routes, ...found });
  });

  get("/what-if", (request, response) => {
    const { route, percent } = readInput(whatIfQuery, request.query, "Cannot tell what would be");
    const { id } = rowOf(route);
    response.json(
      forecastRollout(delivery.cohorts.of(id), {
        percent,
        ceiling: delivery.ceiling.ceilingOf(id),
      }),
    );
  });

  get("/history", (_request, response) => {
    const routes = state.rows().flatMap(({ id }) => {
      const points = history?.of(id) ?? [];
      return points.length === 0 ? [] : [[id, points] as const];
    });
    response.json(Object.fromEntries(routes));
  });

  get("/routes/:id", async (request, response) => {
    const row = rowOf(request.params["id"]);
    response.json(
      await readRouteDetails(row, { delivery, census: state.census(), history, logger }),
    );
  });
  return router;
}
