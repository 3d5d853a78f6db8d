import type { SavingsEvent } from "#concerns/analytics/savings/savings-event.ts";
import { countInSummaries } from "#concerns/analytics/savings/summary-rows.ts";
import type { Database } from "#platform/database/index.ts";

function toMetadata([latitude, longitude]: readonly number[]) {
  if (latitude === undefined || longitude === undefined) return null;
  return { location: { latitude, longitude } };
}

/**
 * Stores a saving and counts it in the month's summary, both or neither; gives the id of its row. Beside the
 * legacy's columns it fills those that the other writers of the table use for the same things.
 */
export async function storeSavingsEvent(
  database: Database,
  event: SavingsEvent,
  { userId, nowMs }: { readonly userId: string; readonly nowMs: number },
): Promise<string> {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  return database.transaction().execute(async (transaction) => {
    const { id } = await transaction
      .insertInto("pam_savings_events")
      .values({
        user_id: userId,
        recommendation_id: event.recommendation_id,
        savings_type: event.savings_type,
        event_type: event.savings_type,
        predicted_savings: event.predicted_savings,
        actual_savings: event.actual_savings,
        amount: event.actual_savings,
        baseline_cost: event.baseline_cost,
        optimized_cost: event.optimized_cost,
        savings_description: event.description,
        description: event.description,
        verification_method: event.verification_method,
        confidence_score: event.confidence_score,
        category: event.category,
        metadata: toMetadata(event.location ?? []),
        saved_date: day,
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    await countInSummaries(transaction, userId, {
      day,
      predicted: event.predicted_savings,
      actual: event.actual_savings,
      nowMs,
    });
    return String(id);
  });
}
