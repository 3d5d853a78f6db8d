import { findSaving } from "#concerns/analytics/savings/find-saving.ts";
import {
  type SavingsEvent,
  savingsEventProblem,
} from "#concerns/analytics/savings/savings-event.ts";
import { toStoreProblem } from "#concerns/analytics/savings/store-problem.ts";
import { storeSavingsEvent } from "#concerns/analytics/savings/store-savings-event.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, readBody } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { analyticsSavingsDetect } from "#contracts/analytics/savings-writes.contract.ts";
import { parseLegacyBody } from "#contracts/validation/legacy-request.ts";
import { createAuditLog } from "#pam/audit-log/index.ts";
import { AppError, toMessage } from "#platform/errors.ts";

interface Found {
  readonly id: string;
  readonly event: SavingsEvent;
}

const refuse = (problem: string, cause?: unknown): AppError =>
  new AppError("REQUEST_MALFORMED", undefined, {
    detail: `Failed to detect savings: ${problem}`,
    cause,
  });

/** `POST /api/v1/pam/savings/detect`: stores what an expense saves where it is lower than the caller's usual. */
export function createSavingsDetect(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, clock, database, logger } = dependencies;
  const auditLog = createAuditLog(dependencies);
  return async (request, response, { requestId }) => {
    const body = await readBody(request);
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const expense = accept(parseLegacyBody(analyticsSavingsDetect.request.body, body));
    const at = { userId, nowMs: clock.now() };

    async function detect(): Promise<Found | undefined> {
      const opened = await database();
      const event = await findSaving(opened, expense, at);
      if (event === undefined) return undefined;
      const problem = savingsEventProblem(event);
      if (problem !== undefined) throw refuse(problem);
      return { event, id: await storeSavingsEvent(opened, event, at) };
    }

    const found = await detect().catch((error: unknown) => {
      if (error instanceof AppError) throw error;
      logger.warn({ requestId, error: toMessage(error) }, "Cannot detect savings");
      throw refuse(toStoreProblem(error), error);
    });
    if (found === undefined) {
      sendJson(response, 200, {
        success: true,
        savings_detected: false,
        message: "No significant savings detected for this expense",
      });
      return;
    }
    const { event, id } = found;
    await auditLog.record({
      eventType: "user_action",
      severity: "info",
      message: "A saving was detected",
      userId,
      requestId,
      endpoint: request.path,
      context: { event_id: id, savings_type: event.savings_type },
    });
    sendJson(response, 200, {
      success: true,
      savings_detected: true,
      savings_event: {
        event_id: id,
        actual_savings: event.actual_savings,
        baseline_cost: event.baseline_cost,
        optimized_cost: event.optimized_cost,
        description: event.description,
        confidence_score: event.confidence_score,
      },
    });
  };
}
