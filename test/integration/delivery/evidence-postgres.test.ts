import { sql } from "kysely";
import { afterAll, describe, expect, test } from "vitest";

import { createPostgresLedger } from "#delivery/evidence/index.ts";
import { systemClock } from "#platform/clock.ts";
import { createLazyDatabase } from "#platform/database/index.ts";
import { silentLogger } from "#platform/logger.ts";
import { evidenceEntry } from "#support/evidence-entry.ts";
import { describeLedger } from "#support/evidence-ledger-suite.ts";
import { postgresProblem, startPostgres, type Postgres } from "#support/postgres.ts";
import { isSkipped } from "#support/services.ts";

const databaseAt = (url: string | undefined) =>
  createLazyDatabase({ url, clock: systemClock, logger: silentLogger });

describe("a ledger in the embedded Postgres", () => {
  const embedded = databaseAt(undefined);
  afterAll(async () => embedded.close());
  describeLedger(async () => {
    const database = await embedded.get();
    await sql`drop schema if exists banyan_evidence cascade`.execute(database);
    return createPostgresLedger(embedded.get);
  });
});

describe.skipIf(isSkipped("Postgres", postgresProblem()))("a ledger in Postgres", () => {
  let server: Promise<Postgres> | undefined;
  const opened: { close(): Promise<void> }[] = [];
  const connect = async () => {
    server ??= startPostgres();
    const database = databaseAt((await server).url);
    opened.push(database);
    return database;
  };
  afterAll(async () => {
    await Promise.all(opened.map(async (database) => database.close()));
    await (await server)?.[Symbol.asyncDispose]();
  });

  describeLedger(async () => {
    const database = await connect();
    await sql`drop schema if exists banyan_evidence cascade`.execute(await database.get());
    return createPostgresLedger(database.get);
  });

  test("instances that begin at once make one table and share it", async () => {
    const cleaner = await connect();
    await sql`drop schema if exists banyan_evidence cascade`.execute(await cleaner.get());
    const databases = await Promise.all(Array.from({ length: 4 }, connect));
    const ledgers = databases.map((database) => createPostgresLedger(database.get));
    await Promise.all(ledgers.map(async (ledger) => ledger.append(evidenceEntry("shadow"))));
    const seen = await Promise.all(ledgers.map(async (ledger) => ledger.latest({ limit: 10 })));
    expect(seen.map((entries) => entries.length)).toEqual([4, 4, 4, 4]);
  });

  test("what all instances find is written by one of them", async () => {
    const databases = await Promise.all(Array.from({ length: 4 }, connect));
    const ledgers = databases.map((database) => createPostgresLedger(database.get));
    const flip = {
      routeId: "*",
      buildId: "build-1",
      atMs: 5,
      flag: "pam.chat",
      from: "a",
      to: "b",
    };
    const found = { kind: "flip", ...flip, by: "ada", key: "log:1" } as const;
    const written = await Promise.all(ledgers.map(async (ledger) => ledger.appendOnce(found)));
    expect(written.filter((entry) => entry !== undefined)).toHaveLength(1);
  });

  test("nothing but its own schema is touched", async () => {
    const database = await (await connect()).get();
    const ledger = createPostgresLedger(async () => database);
    await ledger.append(evidenceEntry("suite"));
    const { rows } = await sql<{ schema: string }>`select distinct table_schema as schema
      from information_schema.tables
      where table_schema not in ('pg_catalog', 'information_schema')`.execute(database);
    expect(rows).toEqual([{ schema: "banyan_evidence" }]);
  });
});

test("a ledger whose database is away rejects, and works as soon as it is back", async () => {
  const embedded = databaseAt(undefined);
  let isAway = true;
  const ledger = createPostgresLedger(async () => {
    if (isAway) throw new Error("away");
    return embedded.get();
  });
  await expect(ledger.append(evidenceEntry("suite"))).rejects.toThrow("away");
  isAway = false;
  expect((await ledger.append(evidenceEntry("suite"))).kind).toBe("suite");
  await embedded.close();
});
