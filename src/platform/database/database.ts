import type { Kysely } from "kysely";

import type { Tables } from "#platform/database/schema/tables.ts";
import type { Closeable } from "#platform/lifecycle.ts";

/** Typed queries over the legacy's tables. A transaction is one too. */
export type Database = Kysely<Tables>;

export interface OpenDatabase extends Closeable {
  readonly kind: "embedded" | "postgres";
  readonly database: Database;
}
