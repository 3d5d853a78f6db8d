import { z } from "zod";

import type { BillingPeriod } from "#concerns/analytics/savings/billing-period.ts";
import type { Database } from "#platform/database/index.ts";

/** Supabase's data API gives no more rows at once, whatever limit the legacy passes on. */
const MAX_ROWS = 1000;

export interface Savings {
  readonly predicted: number;
  readonly actual: number;
  readonly count: number;
}

interface Sums {
  readonly predicted: number | null;
  readonly actual: number | null;
  readonly count: number;
}

const toSavings = ({ predicted, actual, count }: Sums): Savings => ({
  predicted: predicted ?? 0,
  actual: actual ?? 0,
  count,
});

/** A caller whose id is no UUID can own no row, and asking for one would be an error of the database. */
const NO_SAVINGS: Savings = { predicted: 0, actual: 0, count: 0 };
const ownsRows = (userId: string): boolean => z.guid().safeParse(userId).success;

/**
 * The sums of a user's savings. What was really saved stands in one of two columns, by who wrote the row; a
 * row with neither only predicts.
 */
const sumOf = (database: Database, userId: string) =>
  database
    .selectFrom("pam_savings_events")
    .select(({ fn }) => [
      fn.sum<number | null>("predicted_savings").as("predicted"),
      fn.sum<number | null>(fn.coalesce("actual_savings", "amount")).as("actual"),
      fn.countAll<number>().as("count"),
    ])
    .where("user_id", "=", userId);

/** By the day that the user was saved the money. */
export async function sumOfPeriod(
  database: Database,
  userId: string,
  { start, end }: BillingPeriod,
): Promise<Savings> {
  if (!ownsRows(userId)) return NO_SAVINGS;
  const sums = await sumOf(database, userId)
    .where("saved_date", ">=", start)
    .where("saved_date", "<", end)
    .executeTakeFirstOrThrow();
  return toSavings(sums);
}

/** By the moment that the row was made. */
export async function sumSince(
  database: Database,
  userId: string,
  since: string,
): Promise<Savings> {
  if (!ownsRows(userId)) return NO_SAVINGS;
  const sums = await sumOf(database, userId)
    .where("created_at", ">=", since)
    .executeTakeFirstOrThrow();
  return toSavings(sums);
}

const newestFirst = (database: Database, userId: string, limit: number) =>
  database
    .selectFrom("pam_savings_events")
    .selectAll()
    .where("user_id", "=", userId)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(Math.min(limit, MAX_ROWS));

export type SavingsRow = Awaited<ReturnType<ReturnType<typeof newestFirst>["execute"]>>[number];

/** Rejects where the limit is negative, as the database does. */
export async function listNewest(
  database: Database,
  { userId, limit }: { readonly userId: string; readonly limit: number },
): Promise<readonly SavingsRow[]> {
  return ownsRows(userId) ? newestFirst(database, userId, limit).execute() : [];
}

/** The same, of the rows made since a moment. */
export async function listNewestSince(
  database: Database,
  { userId, limit, since }: { userId: string; limit: number; since: string },
): Promise<readonly SavingsRow[]> {
  if (!ownsRows(userId)) return [];
  return newestFirst(database, userId, limit).where("created_at", ">=", since).execute();
}
