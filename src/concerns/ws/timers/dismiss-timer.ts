import type { IncomingMessage } from "node:http";

import { z } from "zod";

import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, readBody, searchOf } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { givenSecret, opens } from "#concerns/ws/timers/internal-secret.ts";
import { parseLegacyQuery } from "#contracts/validation/legacy-request.ts";
import { toPlainValue } from "#contracts/validation/python-value.ts";
import { wsDismissTimer } from "#contracts/ws/timers.contract.ts";
import type { Database } from "#platform/database/index.ts";
import { AppError, toMessage } from "#platform/errors.ts";

interface Timer {
  readonly timer_id: string;
  readonly user_id: string;
}

interface Asked extends Timer {
  readonly secret: string | undefined;
}

/** What the web client sends, where the legacy looks at the query alone. */
const inBody = z.object({ timer_id: z.string(), user_id: z.string() });
const isRowId = (id: string): boolean => z.guid().safeParse(id).success;

/** A body that cannot be read is as good as none: the legacy does not look at it. */
async function readTimer(request: IncomingMessage): Promise<Timer | undefined> {
  try {
    return inBody.safeParse(toPlainValue(await readBody(request))).data;
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

async function readAsked(request: IncomingMessage): Promise<Asked> {
  const search = searchOf(request);
  const parameters = new URLSearchParams(search);
  if (!parameters.has("timer_id") && !parameters.has("user_id")) {
    const timer = await readTimer(request);
    const secret = givenSecret(request, parameters.get("x_internal_secret"));
    if (timer !== undefined) return { ...timer, secret };
  }
  const query = accept(parseLegacyQuery(wsDismissTimer.request.query, search));
  return { ...query, secret: givenSecret(request, query.x_internal_secret) };
}

async function dismiss(database: Database, timer: Timer, nowMs: number): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable("timers_and_alarms")
    .set({ status: "dismissed", updated_at: new Date(nowMs).toISOString() })
    .where("id", "=", timer.timer_id)
    .where("user_id", "=", timer.user_id)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/**
 * `POST /api/v1/pam/internal/dismiss-timer`: puts a timer away, for its user or for whoever knows the internal secret.
 */
export function createDismissTimer({
  authenticator,
  clock,
  database,
  internalSecret,
  logger,
}: ConcernDependencies): NativeHandler {
  /** Throws unless the caller may touch timers; gives whose. */
  async function userOf(request: IncomingMessage, asked: Asked): Promise<string> {
    if (opens(asked.secret, internalSecret)) return asked.user_id;
    if (asked.secret !== undefined && request.headers.authorization === undefined) {
      throw new AppError("TOKEN_INVALID", undefined, { detail: "Invalid internal API secret" });
    }
    return (await authenticator.verifyHeader(request.headers.authorization)).userId;
  }

  async function dismissNow(timer: Timer, requestId: string): Promise<boolean> {
    try {
      return await dismiss(await database(), timer, clock.now());
    } catch (cause) {
      logger.warn({ requestId, error: toMessage(cause) }, "A timer could not be put away");
      const detail = "Failed to dismiss timer: The database is not available";
      throw new AppError("INTERNAL", undefined, { detail, cause });
    }
  }

  return async (request, response, { requestId }) => {
    const asked = await readAsked(request);
    const userId = await userOf(request, asked);
    // Somebody else's timer is told from one that is not there to nobody.
    const isOwn = userId === asked.user_id && [asked.timer_id, userId].every(isRowId);
    if (isOwn && (await dismissNow(asked, requestId))) {
      sendJson(response, 200, { success: true, message: "Timer dismissed" });
    } else {
      sendJson(response, 404, { success: false, error: "Timer not found" });
    }
  };
}
