import { z } from "zod";

import type { Database, Json } from "#platform/database/index.ts";

type Section = Readonly<Record<string, Json>>;

/** A section that is absent is not known; one that is given takes the place of what was there. */
export interface Situation {
  readonly location?: Section;
  readonly budgetStatus?: Section;
  readonly travelPlans?: Section;
  readonly vehicleInfo?: Section;
  readonly preferences?: Section;
}

/** Of each user their own. Rejects where the database fails; who has no UUID has no situation. */
export interface Situations {
  read(userId: string): Promise<Situation>;
  /** Sets the sections that are given and leaves the others. */
  update(userId: string, situation: Situation, nowMs: number): Promise<void>;
}

const sectionSchema = z.record(z.string(), z.json()).optional().catch(undefined);
const dataSchema = z
  .object({ budget_status: sectionSchema, travel_plans: sectionSchema })
  .catch({ budget_status: undefined, travel_plans: undefined });

const isUserId = (userId: string): boolean => z.guid().safeParse(userId).success;

/** Some databases keep a row for each type of context; the newest is the one that counts. */
const selectNewest = (database: Database, userId: string) =>
  database
    .selectFrom("pam_user_context")
    .select([
      "context_type",
      "context_data",
      "current_location",
      "learned_preferences",
      "vehicle_info",
    ])
    .where("user_id", "=", userId)
    .orderBy("updated_at", (order) => order.desc().nullsLast())
    .limit(1);

const findRow = async (database: Database, userId: string) =>
  selectNewest(database, userId).executeTakeFirst();

/** Until the transaction ends nobody else changes it: what they set meanwhile would be lost. */
const lockRow = async (transaction: Database, userId: string) =>
  selectNewest(transaction, userId).forUpdate().executeTakeFirst();

interface Change {
  readonly userId: string;
  readonly situation: Situation;
  readonly nowMs: number;
}

/** False where there is one by now. */
async function addRow(
  transaction: Database,
  { userId, situation, nowMs }: Change,
): Promise<boolean> {
  const added = await transaction
    .insertInto("pam_user_context")
    .values({ user_id: userId, ...toColumns(situation, {}, nowMs) })
    .onConflict((conflict) => conflict.doNothing())
    .returning("user_id")
    .executeTakeFirst();
  return added !== undefined;
}

function toSituation(row: NonNullable<Awaited<ReturnType<typeof findRow>>>): Situation {
  const data = dataSchema.parse(row.context_data);
  const location = sectionSchema.parse(row.current_location ?? undefined);
  const vehicleInfo = sectionSchema.parse(row.vehicle_info ?? undefined);
  const preferences = sectionSchema.parse(row.learned_preferences ?? undefined);
  return {
    ...(location !== undefined && { location }),
    ...(data.budget_status !== undefined && { budgetStatus: data.budget_status }),
    ...(data.travel_plans !== undefined && { travelPlans: data.travel_plans }),
    ...(vehicleInfo !== undefined && { vehicleInfo }),
    ...(preferences !== undefined && { preferences }),
  };
}

function toColumns(situation: Situation, before: Json, nowMs: number) {
  const { location, budgetStatus, travelPlans, vehicleInfo, preferences } = situation;
  const kept = z.record(z.string(), z.json()).catch({}).parse(before);
  const now = new Date(nowMs).toISOString();
  return {
    context_data: {
      ...kept,
      ...(budgetStatus !== undefined && { budget_status: budgetStatus }),
      ...(travelPlans !== undefined && { travel_plans: travelPlans }),
    },
    ...(location !== undefined && { current_location: location }),
    ...(vehicleInfo !== undefined && { vehicle_info: vehicleInfo }),
    ...(preferences !== undefined && { learned_preferences: preferences }),
    last_updated: now,
    updated_at: now,
  };
}

export function createSituations(database: () => Promise<Database>): Situations {
  return {
    async read(userId) {
      if (!isUserId(userId)) return {};
      const row = await findRow(await database(), userId);
      return row === undefined ? {} : toSituation(row);
    },

    async update(userId, situation, nowMs) {
      if (!isUserId(userId)) return;
      const opened = await database();
      await opened.transaction().execute(async (transaction) => {
        const newest = await lockRow(transaction, userId);
        if (newest === undefined && (await addRow(transaction, { userId, situation, nowMs }))) {
          return;
        }
        // Another first one was quicker; a database that is only read has none after all.
        const row = newest ?? (await lockRow(transaction, userId));
        if (row === undefined) return;
        await transaction
          .updateTable("pam_user_context")
          .set(toColumns(situation, row.context_data, nowMs))
          .where("user_id", "=", userId)
          .where("context_type", "=", row.context_type)
          .execute();
      });
    },
  };
}
