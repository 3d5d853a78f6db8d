import type { Selectable } from "kysely";

import type { Database, Tables } from "#platform/database/index.ts";

import type { JsonObject } from "../common/json-object.ts";
import { toJsonObject } from "../common/json-object.ts";

const GROUPS = [
  "display_preferences",
  "notification_preferences",
  "privacy_preferences",
  "regional_preferences",
] as const;

export type SettingsChange = Readonly<Partial<Record<(typeof GROUPS)[number], JsonObject>>>;

/**
 * Lays the changes over the user's settings, group by group, and keeps every other key. Runs inside the
 * caller's transaction; the row is locked, so that two changes at once both last.
 */
export async function mergeSettings(
  database: Database,
  userId: string,
  { changes, changedAt }: { readonly changes: SettingsChange; readonly changedAt: string },
): Promise<Selectable<Tables["user_settings"]>> {
  const current = await database
    .selectFrom("user_settings")
    .select(GROUPS)
    .where("user_id", "=", userId)
    .forUpdate()
    .executeTakeFirst();
  const merged = Object.fromEntries(
    GROUPS.filter((group) => changes[group] !== undefined).map((group) => [
      group,
      { ...toJsonObject(current?.[group] ?? null), ...changes[group] },
    ]),
  );
  if (current === undefined) {
    return database
      .insertInto("user_settings")
      .values({ user_id: userId, ...merged })
      .returningAll()
      .executeTakeFirstOrThrow();
  }
  return database
    .updateTable("user_settings")
    .set({ ...merged, updated_at: changedAt })
    .where("user_id", "=", userId)
    .returningAll()
    .executeTakeFirstOrThrow();
}
