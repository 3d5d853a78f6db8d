import { firstOfMonth } from "#concerns/analytics/savings/billing-period.ts";
import { type Savings, sumSince } from "#concerns/analytics/savings/event-rows.ts";
import type { Database } from "#platform/database/index.ts";

/** In dollars; from here on the guarantee of the full price is met, and a cheer is due. */
export const CHEER_FROM = 10;

/** What a user was saved in the calendar month of a moment, which runs in UTC. */
export async function sumOfRunningMonth(
  database: Database,
  userId: string,
  nowMs: number,
): Promise<Savings> {
  return sumSince(database, userId, `${firstOfMonth(nowMs)}T00:00:00Z`);
}
