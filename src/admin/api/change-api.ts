import express, { type Request, Router } from "express";
import { z } from "zod";

import { suiteReportSchema, toSuiteEntries } from "#admin/api/suite-report.ts";
import type { DeliveryPort } from "#admin/delivery-port.ts";
import { authorize } from "#admin/http/authorize.ts";
import { type Handler, refuseMethod } from "#admin/http/handler.ts";
import { readBody } from "#admin/http/read-input.ts";
import type { LiveState } from "#admin/live-state.ts";
import { SHARED_FLAGS } from "#admin/route-details.ts";
import type { RouteRow } from "#admin/route-row.ts";
import type { EvidenceEntry } from "#delivery/evidence/index.ts";
import { LONGEST_PIN_MS } from "#delivery/evidence/index.ts";
import type { Clock } from "#platform/clock.ts";
import { AppError, toMessage } from "#platform/errors.ts";
import type { FlagSetting } from "#platform/flags/index.ts";
import type { Logger } from "#platform/logger.ts";
import { KILL_SWITCH } from "#routing/decide.ts";

const HOUR_MS = 3_600_000;
const ORDER_LIMIT = "8kb";
/** A report of the suite over every case, with its failures. */
const REPORT_LIMIT = "4mb";

const line = (most: number) =>
  z
    .string("Required: a line of text")
    .trim()
    .min(1, "Required: a line of text")
    .max(most)
    .regex(/^\P{Cc}*$/u, "Holds a control character");

/** Whoever changes something says who they are, and why. */
const order = z.object({ by: line(100), reason: line(500) });
/** A reset without a body: the token alone says who may. */
const UNNAMED_ORDER = { by: "the bearer of the admin token", reason: "none given" };

const hasBody = ({ headers }: Request): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

const percent = z.int("Expected a whole number from 0 to 100").min(0).max(100);
const pinOrder = order.extend({
  percent,
  hours: z
    .number()
    .positive()
    .max(LONGEST_PIN_MS / HOUR_MS),
});
const rolloutOrder = order.extend({ percent });
const switchOrder = order.extend({ on: z.boolean() });

export interface ChangeApiOptions {
  readonly delivery: DeliveryPort;
  readonly state: Pick<LiveState, "rows">;
  readonly adminToken: string | undefined;
  readonly clock: Pick<Clock, "now">;
  readonly logger: Pick<Logger, "info" | "warn">;
}

type Order = z.output<typeof order>;

/** What operators do: every change needs the admin token, is logged, and is kept in the ledger with name and reason. */
export function createChangeApi({
  delivery,
  state,
  adminToken,
  clock,
  logger,
}: ChangeApiOptions): Router {
  const router = Router();
  const guarded = authorize(adminToken);
  const parseOrder = express.json({ limit: ORDER_LIMIT });
  const { buildId } = delivery;

  function rowOf(id: unknown): RouteRow {
    const row = state.rows().find((each) => each.id === id && each.ceiling !== null);
    if (row !== undefined) return row;
    throw new AppError("NOT_FOUND", undefined, {
      detail: `No route that can be native has the id ${String(id)}`,
    });
  }

  async function append(entry: EvidenceEntry): Promise<void> {
    try {
      await delivery.evidence.append(entry);
    } catch (error) {
      throw new AppError("LEDGER_UNAVAILABLE", toMessage(error), { cause: error });
    }
  }

  const keep = async (entry: EvidenceEntry): Promise<void> => {
    await append(entry);
    logger.info({ ...entry }, "An operator changed something");
  };

  async function flip(flag: string, setting: FlagSetting, { by, reason }: Order) {
    if (delivery.flagEditor === undefined) {
      const detail =
        "These flags cannot be changed from here: use a flags file, or set UNLEASH_ADMIN_TOKEN";
      throw new AppError("FORBIDDEN", undefined, { detail });
    }
    const change = await delivery.flagEditor.set(flag, setting, by);
    const routeId = state.rows().find((row) => row.flag === flag)?.id ?? SHARED_FLAGS;
    const atMs = clock.now();
    // The flag is turned already: that it cannot be written down is no failure of the order.
    await keep({ kind: "flip", routeId, buildId, atMs, ...change, by, reason }).catch(
      (error: unknown) => {
        logger.warn({ ...change, by, reason, error: toMessage(error) }, "A flip was not written");
      },
    );
    return change;
  }

  const knownFlags = (): ReadonlySet<string> =>
    new Set(
      state
        .rows()
        .flatMap(({ flag, concernFlag }) =>
          concernFlag === null ? [] : [concernFlag, `${concernFlag}.shadow`, flag ?? concernFlag],
        ),
    );

  const post = (path: string, handler: Handler): void => {
    router.post(path, guarded, parseOrder, handler);
  };

  post("/guard/:route/reset", (request, response) => {
    const { id: route } = rowOf(request.params["route"]);
    const given = hasBody(request)
      ? readBody(order, request, "Cannot reset the guard")
      : UNNAMED_ORDER;
    response.json({ route, wasTripped: delivery.guard.reset(route, given) });
  });

  post("/pins/:route", async (request, response) => {
    const { id: routeId } = rowOf(request.params["route"]);
    const { hours, ...given } = readBody(pinOrder, request, "Cannot pin the route");
    const atMs = clock.now();
    const untilMs = atMs + hours * HOUR_MS;
    await keep({ kind: "pin", routeId, buildId, atMs, untilMs, ...given });
    response.status(201).json({ route: routeId, ...given, untilMs });
  });
  router.delete("/pins/:route", guarded, parseOrder, async (request, response) => {
    const { id: routeId } = rowOf(request.params["route"]);
    const given = readBody(order, request, "Cannot take the pin away");
    const wasPinned = delivery.ceiling.of(routeId).pin !== undefined;
    if (wasPinned) await keep({ kind: "unpin", routeId, buildId, atMs: clock.now(), ...given });
    response.json({ route: routeId, wasPinned });
  });

  post("/flags/:flag", async (request, response) => {
    const flag = request.params["flag"];
    if (typeof flag !== "string" || !knownFlags().has(flag)) {
      throw new AppError("NOT_FOUND", undefined, { detail: "No route is decided by this flag" });
    }
    const { percent: share, ...given } = readBody(rolloutOrder, request, "Cannot set the flag");
    response.json(await flip(flag, share, given));
  });
  post("/kill-switch", async (request, response) => {
    const { on, ...given } = readBody(switchOrder, request, "Cannot turn the kill switch");
    response.json(await flip(KILL_SWITCH, on ? "on" : "off", given));
  });

  router.post(
    "/evidence",
    guarded,
    express.json({ limit: REPORT_LIMIT }),
    async (request, response) => {
      const report = readBody(suiteReportSchema, request, "Cannot take the suite's result");
      const known = new Set(state.rows().map(({ id }) => id));
      const entries = toSuiteEntries(report, clock.now()).filter(({ routeId }) =>
        known.has(routeId),
      );
      for (const entry of entries) {
        // oxlint-disable-next-line no-await-in-loop -- a burst of all routes would be felt by the database
        await append(entry);
      }
      const { build } = report;
      logger.info({ routes: entries.length, build }, "The suite's result was kept");
      response.status(201).json({
        kept: entries.length,
        build,
        /** Another build's evidence is kept, and raises no ceiling here. */
        isThisBuild: build === buildId,
      });
    },
  );

  // Last, where every method that a path takes has had its chance. Evidence is read elsewhere, which refuses for it.
  for (const path of ["/guard/:route/reset", "/flags/:flag", "/kill-switch"]) {
    router.all(path, refuseMethod("POST"));
  }
  router.all("/pins/:route", refuseMethod("POST", "DELETE"));
  return router;
}
