import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createSituations } from "#pam/user-context/index.ts";
import type { OpenDatabase } from "#platform/database/index.ts";
import { openPostgres } from "#platform/database/open-postgres.ts";
import { createTablesSql } from "#platform/database/schema/create-tables-sql.ts";
import { silentLogger } from "#platform/logger.ts";
import { postgresProblem, startPostgres, type Postgres } from "#support/postgres.ts";
import { isSkipped } from "#support/services.ts";

const userOf = (index: number): string =>
  `22222222-2222-4222-8222-${String(index).padStart(12, "0")}`;

/** The embedded database has one connection, on which nothing happens at once. */
describe.skipIf(isSkipped("Postgres", postgresProblem()))("a situation told at once", () => {
  let server: Postgres;
  let opened: OpenDatabase;
  beforeAll(async () => {
    server = await startPostgres();
    opened = openPostgres({ url: server.url, logger: silentLogger });
    await sql.raw(createTablesSql()).execute(opened.database);
  }, 60_000);
  afterAll(async () => {
    await opened.close();
    await server[Symbol.asyncDispose]();
  });

  test("in several parts is kept with all of them, also where nothing was known before", async () => {
    const situations = createSituations(async () => opened.database);
    for (let round = 0; round < 10; round += 1) {
      const userId = userOf(round);
      // oxlint-disable-next-line no-await-in-loop -- each round is a race of its own
      await Promise.all([
        situations.update(userId, { budgetStatus: { left: 3 } }, 1_000),
        situations.update(userId, { travelPlans: { next: "Broome" } }, 1_000),
        situations.update(userId, { preferences: { quiet: true } }, 1_000),
      ]);
      // oxlint-disable-next-line no-await-in-loop
      expect(await situations.read(userId)).toEqual({
        budgetStatus: { left: 3 },
        travelPlans: { next: "Broome" },
        preferences: { quiet: true },
      });
    }
  });
});
