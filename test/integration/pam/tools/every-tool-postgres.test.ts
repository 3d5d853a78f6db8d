import { sql } from "kysely";
import { afterAll, beforeAll, describe } from "vitest";

import { openPostgres } from "#platform/database/open-postgres.ts";
import { createTablesSql } from "#platform/database/schema/create-tables-sql.ts";
import { silentLogger } from "#platform/logger.ts";
import { postgresProblem, startPostgres, type Postgres } from "#support/postgres.ts";
import { isSkipped } from "#support/services.ts";

import { describeEveryTool } from "./every-tool.ts";

describe.skipIf(isSkipped("Postgres", postgresProblem()))("Postgres", () => {
  let server: Postgres;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(async () => server[Symbol.asyncDispose]());

  describeEveryTool("a real database", async () => {
    const opened = openPostgres({ url: server.url, logger: silentLogger });
    for (const statement of createTablesSql().split(";\n")) {
      // oxlint-disable-next-line no-await-in-loop -- one statement at a time, in order
      await sql.raw(statement).execute(opened.database);
    }
    return opened;
  });
});
