import { join } from "node:path";

import express, { type Express, type NextFunction, type Request, type Response } from "express";
import type { z } from "zod";

import { refuseReboundNames, securityHeaders } from "#admin/protection.ts";
import { checkReadiness, type ReadinessCheck } from "#admin/readiness.ts";
import type { RouteOverview } from "#admin/route-overview.ts";
import { toErrorAnswer } from "#platform/error-answer.ts";
import { AppError, toMessage } from "#platform/errors.ts";
import type { Flags } from "#platform/flags/index.ts";
import type { Logger } from "#platform/logger.ts";
import type { Metrics } from "#platform/metrics.ts";
import { packageRoot } from "#platform/package-root.ts";
import { type Explanation, type ExplainRequest, explainRequestSchema } from "#routing/explain.ts";

export interface AdminDependencies {
  readonly listRoutes: () => readonly RouteOverview[];
  readonly flags: Pick<Flags, "list" | "freshness">;
  readonly explain: (request: ExplainRequest) => Promise<Explanation>;
  readonly metrics: Pick<Metrics, "contentType" | "render">;
  readonly checks: readonly ReadinessCheck[];
  readonly isDraining: () => boolean;
  readonly logger: Logger;
}

type Handler = (request: Request, response: Response) => Promise<void> | void;

/** The longest path and head that the public listener lets in, with room for the JSON around them. */
const EXPLAIN_BODY_LIMIT = "512kb";

function refuseMethod(...allowed: readonly string[]): Handler {
  return (_request, response) => {
    response.set("allow", allowed.join(", "));
    throw new AppError("METHOD_NOT_ALLOWED");
  };
}

const toIssue = ({ path, message }: z.core.$ZodIssue): { field: string; problem: string } => ({
  field: path.join(".") || "body",
  problem: message,
});

function explainHandler(explain: AdminDependencies["explain"]): Handler {
  return async (request, response) => {
    if (request.is("application/json") === false) {
      throw new AppError("REQUEST_MALFORMED", undefined, {
        detail: "The body must be a JSON object, sent as application/json",
      });
    }
    const parsed = explainRequestSchema.safeParse(request.body);
    if (parsed.success) {
      response.json(await explain(parsed.data));
      return;
    }
    const issues = parsed.error.issues.map(toIssue);
    const detail = issues.map(({ field, problem }) => `${field}: ${problem}`).join("; ");
    response.status(422).json({ detail: `Cannot explain the request: ${detail}`, issues });
  };
}

/** Express and its body parser report with the status that they would answer; only the parser gives a `type`. */
function toKnownError(error: unknown): unknown {
  if (!(error instanceof Error) || !("status" in error)) return error;
  if (error.status === 413) return new AppError("BODY_TOO_LARGE", error.message);
  if (!("type" in error)) return new AppError("NOT_FOUND", error.message);
  return new AppError("REQUEST_MALFORMED", error.message, { detail: "The body is no valid JSON" });
}

/**
 * What operators and machines see of Banyan: health, metrics, the live route table, and why a request
 * goes where it goes. Everything here reads; nothing changes state.
 */
export function createAdminApp({
  listRoutes,
  flags,
  explain,
  metrics,
  checks,
  isDraining,
  logger,
}: AdminDependencies): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(refuseReboundNames, securityHeaders);
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
    const report = await checkReadiness(checks, isDraining());
    response.status(report.status === "ready" ? 200 : 503).json(report);
  });
  get("/metrics", async (_request, response) => {
    response.set("content-type", metrics.contentType).send(await metrics.render());
  });
  get("/api/routes", (_request, response) => {
    response.json(listRoutes());
  });
  get("/api/flags", (_request, response) => {
    response.json({ freshness: flags.freshness(), flags: flags.list() });
  });
  app
    .route("/api/explain")
    .post(express.json({ limit: EXPLAIN_BODY_LIMIT }), explainHandler(explain))
    .all(refuseMethod("POST"));

  app.use(express.static(join(packageRoot(), "src/admin/dashboard"), { cacheControl: false }));
  app.all("/", refuseMethod("GET", "HEAD"));
  app.use(() => {
    throw new AppError("NOT_FOUND");
  });

  // oxlint-disable-next-line max-params -- Express knows an error handler by its four parameters
  app.use((thrown: unknown, request: Request, response: Response, _next: NextFunction) => {
    const error = toKnownError(thrown);
    const answer = toErrorAnswer(error);
    if (!(error instanceof AppError)) {
      const stack = error instanceof Error ? error.stack : undefined;
      logger.error({ path: request.path, error: toMessage(error), stack }, "An admin page failed");
    }
    if (response.headersSent) response.destroy();
    else response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  return app;
}
