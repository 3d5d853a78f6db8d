import { amountProblem } from "#concerns/analytics/savings/money.ts";
import { toStoreProblem } from "#concerns/analytics/savings/store-problem.ts";
import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, readBody } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { analyticsRecommendation } from "#contracts/analytics/savings-writes.contract.ts";
import { parseLegacyBody } from "#contracts/validation/legacy-request.ts";
import { createAuditLog } from "#pam/audit-log/index.ts";
import { toNaiveUtc } from "#platform/clock.ts";
import type { Database } from "#platform/database/index.ts";
import { AppError, toMessage } from "#platform/errors.ts";

/** In dollars; what may save more is of high priority. */
const HIGH_PRIORITY_ABOVE = 20;

interface Recommendation {
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly predicted_savings: number;
}

const refuse = (problem: string, cause?: unknown): AppError =>
  new AppError("REQUEST_MALFORMED", undefined, {
    detail: `Failed to create recommendation: ${problem}`,
    cause,
  });

async function store(
  database: Database,
  userId: string,
  { title, description, category, predicted_savings }: Recommendation,
): Promise<string> {
  const { recommendation_id } = await database
    .insertInto("pam_recommendations")
    .values((eb) => ({
      user_id: userId,
      title,
      description,
      category,
      type: "cost_saving",
      priority_level: predicted_savings > HIGH_PRIORITY_ABOVE ? "high" : "medium",
      savings_amount: predicted_savings,
      recommendation_id: eb.cast<string>(eb.fn("gen_random_uuid"), "text"),
    }))
    .returning("recommendation_id")
    .executeTakeFirstOrThrow();
  return recommendation_id;
}

/** `POST /api/v1/pam/recommendations/with-savings-prediction`: stores a recommendation for the caller. */
export function createRecommendation(dependencies: ConcernDependencies): NativeHandler {
  const { authenticator, clock, database, logger } = dependencies;
  const auditLog = createAuditLog(dependencies);
  return async (request, response, { requestId }) => {
    const body = await readBody(request);
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const given = accept(parseLegacyBody(analyticsRecommendation.request.body, body));
    const problem = amountProblem([given.predicted_savings, given.confidence ?? 0]);
    if (problem !== undefined) throw refuse(problem);

    let id: string;
    try {
      id = await store(await database(), userId, given);
    } catch (error) {
      logger.warn({ requestId, error: toMessage(error) }, "Cannot store a recommendation");
      throw refuse(toStoreProblem(error), error);
    }
    await auditLog.record({
      eventType: "user_action",
      severity: "info",
      message: "A recommendation was created",
      userId,
      requestId,
      endpoint: request.path,
      context: { recommendation_id: id, category: given.category },
    });
    sendJson(response, 200, {
      success: true,
      data: { recommendation_id: id, predicted_savings: given.predicted_savings },
      message: "Recommendation created successfully",
      timestamp: toNaiveUtc(clock.now()),
    });
  };
}
