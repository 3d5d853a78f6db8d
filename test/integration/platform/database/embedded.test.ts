import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type OpenDatabase, openDatabase } from "#platform/database/index.ts";
import { openEmbedded } from "#platform/database/open-embedded.ts";
import { TABLES } from "#platform/database/schema/tables.ts";
import { DEMO_USER_ID, seedDemo } from "#platform/database/seed-demo.ts";
import { silentLogger } from "#platform/logger.ts";
import { createManualClock } from "#support/manual-clock.ts";

import { describeDatabase } from "./database-suite.ts";

describeDatabase("the embedded database", async () => openEmbedded());

test("without a URL the database is embedded and knows the demo user", async () => {
  const clock = createManualClock(Date.UTC(2026, 2, 15));
  const opened = await openDatabase({ url: undefined, clock, logger: silentLogger });
  const expenses = await opened.database
    .selectFrom("expenses")
    .select(["category", "date"])
    .where("user_id", "=", DEMO_USER_ID)
    .orderBy("id")
    .execute();
  await seedDemo(opened.database, clock);
  const profiles = await opened.database.selectFrom("profiles").select("id").execute();
  await opened.close();
  expect(opened.kind).toBe("embedded");
  expect(expenses[0]).toEqual({ category: "gas", date: "2026-03-15" });
  expect(profiles).toHaveLength(2);
});

test("an embedded database with a folder keeps its rows", async () => {
  const folder = await mkdtemp(join(tmpdir(), "banyan-database-"));
  const dataDirectory = join(folder, "data");
  const first = await openEmbedded({ dataDirectory });
  await first.database
    .insertInto("posts")
    .values({ author_id: DEMO_USER_ID, content: "kept" })
    .execute();
  await first.close();
  const second = await openEmbedded({ dataDirectory });
  const rows = await second.database.selectFrom("posts").select("content").execute();
  await second.close();
  await rm(folder, { recursive: true });
  expect(rows).toEqual([{ content: "kept" }]);
}, 60_000);

test("while the database opens, what else the process does goes on", async () => {
  let rounds = 0;
  const going = setInterval(() => {
    rounds += 1;
  }, 5);
  const opened = await openEmbedded();
  clearInterval(going);
  await opened.close();
  // Opening takes a second of processor time at the least, which would be one round.
  expect(rounds).toBeGreaterThan(20);
});

test("a folder that cannot be used is told by whoever opens it", async () => {
  await expect(openEmbedded({ dataDirectory: "/dev/null/nowhere" })).rejects.toThrow(/ENOTDIR/u);
});

describe("a fresh embedded database", () => {
  let opened: OpenDatabase;
  beforeAll(async () => {
    opened = await openEmbedded();
  }, 60_000);
  afterAll(async () => opened.close());

  test("has every table of the schema, empty", async () => {
    const counts = await Promise.all(
      Object.keys(TABLES).map(async (table) =>
        sql`select * from ${sql.table(table)}`.execute(opened.database),
      ),
    );
    expect(counts.every(({ rows }) => rows.length === 0)).toBe(true);
    expect(counts).toHaveLength(53);
  });

  test("says an error by its code, which ends no more than its own transaction", async () => {
    const failing = opened.database.transaction().execute(async (transaction) => {
      await transaction
        .insertInto("posts")
        .values({ author_id: DEMO_USER_ID, content: "undone" })
        .execute();
      await sql`select 1 / 0`.execute(transaction);
    });
    await expect(failing).rejects.toMatchObject({ code: "22012", message: "division by zero" });
    const rows = await opened.database.selectFrom("posts").select("content").execute();
    expect(rows).toEqual([]);
  });
});
