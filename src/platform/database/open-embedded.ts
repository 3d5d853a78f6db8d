import { PGlite } from "@electric-sql/pglite";
import { Kysely, PGliteDialect } from "kysely";

import type { OpenDatabase } from "#platform/database/database.ts";
import { createTablesSql } from "#platform/database/schema/create-tables-sql.ts";
import { VALUE_PARSERS } from "#platform/database/value-parsers.ts";

export interface EmbeddedOptions {
  /** Where the data is kept; in memory, and gone at the end, if absent. */
  readonly dataDirectory?: string;
}

/**
 * The only home of PGlite: Postgres in this process, one connection, with the tables made. Its queries have
 * no time-out: nothing can interrupt them.
 */
export async function openEmbedded({ dataDirectory }: EmbeddedOptions = {}): Promise<OpenDatabase> {
  const parsers = { ...VALUE_PARSERS };
  const pglite = await PGlite.create(
    dataDirectory === undefined ? { parsers } : { parsers, dataDir: dataDirectory },
  );
  await pglite.exec(createTablesSql());
  const database: OpenDatabase["database"] = new Kysely({ dialect: new PGliteDialect({ pglite }) });
  return {
    kind: "embedded",
    database,
    async close() {
      await database.destroy();
      if (!pglite.closed) await pglite.close();
    },
  };
}
