import { readFileSync } from "node:fs";
import { join } from "node:path";

import express, { type Express } from "express";

import { createChangeApi } from "#admin/api/change-api.ts";
import { createReadApi } from "#admin/api/read-api.ts";
import type { DeliveryPort } from "#admin/delivery-port.ts";
import { answerFailure } from "#admin/http/answer-failure.ts";
import { type Handler, refuseMethod } from "#admin/http/handler.ts";
import { readBody } from "#admin/http/read-input.ts";
import { createLiveEvents } from "#admin/live-events.ts";
import { createLiveState } from "#admin/live-state.ts";
import { createSecurityHeaders, refuseReboundNames } from "#admin/protection.ts";
import type { ReadinessCheck } from "#admin/readiness.ts";
import type { RouteHistory } from "#admin/route-history.ts";
import type { RouteOverview } from "#admin/route-overview.ts";
import { createVendorFiles } from "#admin/vendor-files.ts";
import { type Clock, systemClock } from "#platform/clock.ts";
import { AppError } from "#platform/errors.ts";
import type { Flags } from "#platform/flags/index.ts";
import type { Logger } from "#platform/logger.ts";
import type { Metrics } from "#platform/metrics.ts";
import { packageRoot } from "#platform/package-root.ts";
import { type Scheduler, systemScheduler } from "#platform/resilience/scheduler.ts";
import { type Explanation, type ExplainRequest, explainRequestSchema } from "#routing/explain.ts";

export interface AdminDependencies {
  readonly listRoutes: () => readonly RouteOverview[];
  readonly flags: Pick<Flags, "list" | "freshness">;
  readonly explain: (request: ExplainRequest) => Promise<Explanation>;
  readonly metrics: Pick<Metrics, "contentType" | "render">;
  readonly checks: readonly ReadinessCheck[];
  readonly isDraining: () => boolean;
  readonly logger: Logger;
  /** Absent: nothing is steered from here, and what there would be to see of it is not found. */
  readonly delivery?: DeliveryPort | undefined;
  /** Absent: no plots, and no figures of the last hour. */
  readonly history?: Pick<RouteHistory, "of" | "hourOf"> | undefined;
  /** What a change has to bring; absent: everything here only reads. */
  readonly adminToken?: string | undefined;
  readonly clock?: Clock;
  readonly scheduler?: Scheduler;
}

/** The longest path and head that the public listener lets in, with room for the JSON around them. */
const EXPLAIN_BODY_LIMIT = "512kb";

function explainHandler(explain: AdminDependencies["explain"]): Handler {
  return async (request, response) => {
    const question = readBody(explainRequestSchema, request, "Cannot explain the request");
    response.json(await explain(question));
  };
}

/**
 * What operators and machines see of Banyan: health, metrics, the live route table, why a request goes where it goes,
 * and what is known of each route's way to native. What changes state asks for the admin token.
 */
export function createAdminApp({
  listRoutes,
  flags,
  explain,
  metrics,
  checks,
  isDraining,
  logger,
  delivery,
  history,
  adminToken,
  clock = systemClock,
  scheduler = systemScheduler,
}: AdminDependencies): Express {
  const dashboard = join(packageRoot(), "src/admin/dashboard");
  const state = createLiveState({
    listRoutes,
    flags,
    checks,
    isDraining,
    hasAdminToken: adminToken !== undefined,
    delivery,
    history,
    clock,
    logger,
  });
  const events = createLiveEvents({ state, isDraining, scheduler, logger });
  const app = express();
  app.disable("x-powered-by");
  app.use(
    refuseReboundNames,
    createSecurityHeaders(readFileSync(join(dashboard, "index.html"), "utf8")),
  );
  app.use((_request, response, next) => {
    response.set("cache-control", "no-store");
    next();
  });

  const get = (path: string, handler: Handler): void => {
    app.route(path).get(handler).all(refuseMethod("GET", "HEAD"));
  };
  get("/healthz", (_request, response) => {
    response.json({ status: "alive" });
  });
  get("/readyz", async (_request, response) => {
    const report = await state.readiness();
    response.status(report.status === "ready" ? 200 : 503).json(report);
  });
  get("/metrics", async (_request, response) => {
    response.set("content-type", metrics.contentType).send(await metrics.render());
  });
  get("/api/routes", (_request, response) => {
    response.json(state.rows());
  });
  get("/api/flags", (_request, response) => {
    response.json(state.flags());
  });
  get("/api/snapshot", async (_request, response) => {
    response.json(await state.snapshot());
  });
  get("/api/events", (request, response) => {
    if (request.method === "HEAD") response.type("text/event-stream").end();
    else events.open(response);
  });
  app
    .route("/api/explain")
    .post(express.json({ limit: EXPLAIN_BODY_LIMIT }), explainHandler(explain))
    .all(refuseMethod("POST"));
  if (delivery !== undefined) {
    // Changes first: they share paths with what only reads, which refuses their methods.
    app.use("/api", createChangeApi({ delivery, state, adminToken, clock, logger }));
    app.use("/api", createReadApi({ delivery, state, history, clock, logger }));
  }

  app.use("/vendor", createVendorFiles());
  app.use(express.static(dashboard, { cacheControl: false }));
  app.all("/", refuseMethod("GET", "HEAD"));
  app.use(() => {
    throw new AppError("NOT_FOUND");
  });
  app.use(answerFailure(logger));
  return app;
}
