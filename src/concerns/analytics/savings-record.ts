import { savingsEventProblem } from "#concerns/analytics/savings/savings-event.ts";
import { toStoreProblem } from "#concerns/analytics/savings/store-problem.ts";
import { storeSavingsEvent } from "#concerns/analytics/savings/store-savings-event.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, readBody } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { analyticsSavingsRecord } from "#contracts/analytics/savings-writes.contract.ts";
import { parseLegacyBody } from "#contracts/validation/legacy-request.ts";
import { createAuditLog } from "#pam/audit-log/index.ts";
import { toNaiveUtc } from "#platform/clock.ts";
import { AppError, toMessage } from "#platform/errors.ts";

const refuse = (problem: string, cause?: unknown): AppError =>
  new AppError("REQUEST_MALFORMED", undefined, {
    detail: `Failed to record savings event: ${problem}`,
    cause,
  });

/** `POST /api/v1/pam/savings/record`: stores what the assistant saved the caller. */
export function createSavingsRecord(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, clock, database, logger } = dependencies;
  const auditLog = createAuditLog(dependencies);
  return async (request, response, { requestId }) => {
    const body = await readBody(request);
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const event = accept(parseLegacyBody(analyticsSavingsRecord.request.body, body));
    const problem = savingsEventProblem(event);
    if (problem !== undefined) throw refuse(problem);

    const nowMs = clock.now();
    let eventId: string;
    try {
      eventId = await storeSavingsEvent(await database(), event, { userId, nowMs });
    } catch (error) {
      logger.warn({ requestId, error: toMessage(error) }, "Cannot store a savings event");
      throw refuse(toStoreProblem(error), error);
    }
    await auditLog.record({
      eventType: "user_action",
      severity: "info",
      message: "A savings event was recorded",
      userId,
      requestId,
      endpoint: request.path,
      context: { event_id: eventId, savings_type: event.savings_type },
    });
    sendJson(response, 200, {
      success: true,
      data: { event_id: eventId },
      message: "Savings event recorded successfully",
      timestamp: toNaiveUtc(clock.now()),
    });
  };
}
