import { Kysely, PGliteDialect } from "kysely";

import type { OpenDatabase } from "#platform/database/database.ts";
import { startEmbeddedThread } from "#platform/database/embedded-thread.ts";

export interface EmbeddedOptions {
  /** Where the data is kept; in memory, and gone at the end, if absent. */
  readonly dataDirectory?: string;
}

/**
 * PGlite: Postgres in this process, one connection, with the tables made. It runs beside everything else, in
 * `embedded-worker.ts`. Its queries have no time-out: nothing can interrupt them.
 */
export async function openEmbedded({ dataDirectory }: EmbeddedOptions = {}): Promise<OpenDatabase> {
  const pglite = startEmbeddedThread(dataDirectory);
  await pglite.waitReady;
  const database: OpenDatabase["database"] = new Kysely({ dialect: new PGliteDialect({ pglite }) });
  return {
    kind: "embedded",
    database,
    async close() {
      await database.destroy();
      await pglite.close();
    },
  };
}
