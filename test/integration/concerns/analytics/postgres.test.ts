import { sql } from "kysely";
import { afterAll, beforeAll, describe } from "vitest";

import type { OpenDatabase } from "#platform/database/index.ts";
import { openPostgres } from "#platform/database/open-postgres.ts";
import { createTablesSql } from "#platform/database/schema/create-tables-sql.ts";
import { silentLogger } from "#platform/logger.ts";
import { type Postgres, postgresProblem, startPostgres } from "#support/postgres.ts";
import { isSkipped } from "#support/services.ts";

import { describeFunctions } from "./suite/database-functions.ts";
import { describeLogs } from "./suite/logs.ts";
import { describeSavings } from "./suite/savings.ts";

describe.skipIf(isSkipped("Postgres", postgresProblem()))("Postgres", () => {
  let server: Postgres;
  beforeAll(async () => {
    server = await startPostgres();
    const opened = openPostgres({ url: server.url, logger: silentLogger });
    for (const statement of createTablesSql().split(";\n")) {
      // oxlint-disable-next-line no-await-in-loop -- one statement at a time, in order
      await sql.raw(statement).execute(opened.database);
    }
    await opened.close();
  }, 60_000);
  afterAll(async () => server[Symbol.asyncDispose]());

  const open = async (): Promise<OpenDatabase> =>
    openPostgres({ url: server.url, logger: silentLogger });
  describeSavings(open);
  describeLogs(open);
  describeFunctions(open);
});
