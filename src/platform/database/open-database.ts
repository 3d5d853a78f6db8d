import type { Clock } from "#platform/clock.ts";
import type { OpenDatabase } from "#platform/database/database.ts";
import { openEmbedded } from "#platform/database/open-embedded.ts";
import { openPostgres } from "#platform/database/open-postgres.ts";
import { seedDemo } from "#platform/database/seed-demo.ts";
import type { Logger } from "#platform/logger.ts";

export interface DatabaseOptions {
  /** A Postgres to connect to; an embedded one with a demo user if absent. */
  readonly url: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Opens the database of the settings: the legacy's own by URL, or an embedded one that ends with the process. */
export async function openDatabase({ url, clock, logger }: DatabaseOptions): Promise<OpenDatabase> {
  if (url !== undefined) return openPostgres({ url, logger });
  const opened = await openEmbedded();
  await seedDemo(opened.database, clock);
  return opened;
}
