import { z } from "zod";

import type { Database } from "#platform/database/index.ts";

import { createUserFact, type UserFactOptions } from "./user-fact.ts";

/** What a user allows; what they have not said is allowed, as on the legacy. */
export interface Privacy {
  /** That what is kept of them is shown to a model of somebody else. */
  readonly mayAskOutside: boolean;
  /** That it is written down what they did. */
  readonly mayCollect: boolean;
}

/** Never rejects. */
export type PrivacyOf = (userId: string) => Promise<Privacy>;

const preferencesSchema = z
  .object({
    ai_external_allowed: z.boolean().catch(true).default(true),
    data_collection: z.boolean().catch(true).default(true),
  })
  .catch({ ai_external_allowed: true, data_collection: true });

async function loadPrivacy(database: Database, userId: string): Promise<Privacy> {
  const row = await database
    .selectFrom("user_settings")
    .select("privacy_preferences")
    .where("user_id", "=", userId)
    .executeTakeFirst();
  const preferences = preferencesSchema.parse(row?.privacy_preferences ?? {});
  return {
    mayAskOutside: preferences.ai_external_allowed,
    mayCollect: preferences.data_collection,
  };
}

/** What cannot be read is taken as refused: nothing is lost by it but some comfort. */
export const createPrivacyOf = (options: UserFactOptions): PrivacyOf =>
  createUserFact(
    { name: "privacy", load: loadPrivacy, otherwise: { mayAskOutside: false, mayCollect: false } },
    options,
  );
