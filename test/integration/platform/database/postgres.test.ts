import { once } from "node:events";
import { createServer } from "node:net";

import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openDatabase, type OpenDatabase } from "#platform/database/index.ts";
import { openPostgres } from "#platform/database/open-postgres.ts";
import { createTablesSql } from "#platform/database/schema/create-tables-sql.ts";
import { silentLogger } from "#platform/logger.ts";
import { createManualClock } from "#support/manual-clock.ts";
import { postgresProblem, startPostgres, type Postgres } from "#support/postgres.ts";
import { isSkipped } from "#support/services.ts";
import { until } from "#support/until.ts";

import { describeDatabase } from "./database-suite.ts";

describe.skipIf(isSkipped("Postgres", postgresProblem()))("Postgres", () => {
  let server: Postgres;
  beforeAll(async () => {
    server = await startPostgres();
    await using opened = disposable(openPostgres({ url: server.url, logger: silentLogger }));
    for (const statement of createTablesSql().split(";\n")) {
      // oxlint-disable-next-line no-await-in-loop -- one statement at a time, in order
      await sql.raw(statement).execute(opened.database);
    }
  }, 60_000);
  afterAll(async () => server[Symbol.asyncDispose]());

  describeDatabase("a real database", async () =>
    openDatabase({ url: server.url, clock: createManualClock(), logger: silentLogger }),
  );

  test("a real database is neither altered nor seeded by being opened", async () => {
    await using opened = disposable(
      await openDatabase({ url: server.url, clock: createManualClock(), logger: silentLogger }),
    );
    const profiles = await opened.database.selectFrom("profiles").select("id").execute();
    expect(opened.kind).toBe("postgres");
    expect(profiles).toEqual([]);
  });

  test("a statement that runs too long is ended by the server", async () => {
    await using opened = disposable(
      openPostgres({ url: server.url, logger: silentLogger, statementTimeoutMs: 100 }),
    );
    await expect(sql`select pg_sleep(10)`.execute(opened.database)).rejects.toThrow(
      "canceling statement due to statement timeout",
    );
  });

  test("an idle connection that the server cuts is logged, and the next query gets a new one", async () => {
    const lost = Promise.withResolvers<string>();
    const logger = {
      ...silentLogger,
      warn: (_fields: unknown, message: string) => {
        lost.resolve(message);
      },
    };
    await using opened = disposable(openPostgres({ url: server.url, logger, maxConnections: 1 }));
    await using other = disposable(openPostgres({ url: server.url, logger: silentLogger }));
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(
      opened.database,
    );
    await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(other.database);
    expect(await lost.promise).toBe("An idle database connection was lost");
    await expect(
      opened.database.selectFrom("posts").select("id").execute(),
    ).resolves.toBeInstanceOf(Array);
  });

  test("a connection that the server cuts between two statements of a transaction fails the second, and ends nothing else", async () => {
    await using opened = disposable(openPostgres({ url: server.url, logger: silentLogger }));
    await using other = disposable(openPostgres({ url: server.url, logger: silentLogger }));
    const cut = opened.database.transaction().execute(async (transaction) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(
        transaction,
      );
      await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(other.database);
      await until(async () => {
        const left = await sql`select 1 from pg_stat_activity where pid = ${rows[0]?.pid}`.execute(
          other.database,
        );
        return left.rows.length === 0;
      });
      await sql`select 1`.execute(transaction);
    });
    await expect(cut).rejects.toThrow(/not queryable|terminat/u);
    await expect(sql`select 1 as one`.execute(opened.database)).resolves.toMatchObject({
      rows: [{ one: 1 }],
    });
  });
});

test("a database that never answers fails the query within the connect time-out", async () => {
  const mute = createServer().listen(0, "127.0.0.1");
  await once(mute, "listening");
  const address = mute.address();
  const port = typeof address === "object" ? address?.port : undefined;
  await using opened = disposable(
    openPostgres({
      url: `postgres://u@127.0.0.1:${port}/none`,
      logger: silentLogger,
      connectTimeoutMs: 50,
    }),
  );
  const query = opened.database.selectFrom("posts").select("id").execute();
  await expect(query).rejects.toThrow(/timeout/u);
  mute.close();
});

function disposable(opened: OpenDatabase): OpenDatabase & AsyncDisposable {
  return { ...opened, [Symbol.asyncDispose]: async () => opened.close() };
}
