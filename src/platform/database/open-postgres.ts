import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";

import type { OpenDatabase } from "#platform/database/database.ts";
import { toTls } from "#platform/database/tls.ts";
import { VALUE_PARSERS } from "#platform/database/value-parsers.ts";
import { toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database?sslmode=…`. */
  readonly url: string;
  readonly logger: Logger;
  /** Connections at most; default 10. */
  readonly maxConnections?: number;
  /** How long a connection may take, and how long a query waits for a free one; default 3 s. */
  readonly connectTimeoutMs?: number;
  /** How long a statement may run, at the server and as seen from here; default 5 s. */
  readonly statementTimeoutMs?: number;
}

/** The driver refuses a URL's `sslmode` beside a `ssl` of ours, so the URL loses what `toTls` has read. */
function withoutSslMode(url: string): string {
  const parsed = new URL(url);
  parsed.searchParams.delete("sslmode");
  return parsed.href;
}

/**
 * The only home of `pg`. Connects on first use, so a database that is away does not stop the start; its
 * queries fail, each within the time-outs, until it is back.
 */
export function openPostgres({
  url,
  logger,
  maxConnections = 10,
  connectTimeoutMs = 3_000,
  statementTimeoutMs = 5_000,
}: PostgresOptions): OpenDatabase {
  const pool = new pg.Pool({
    connectionString: withoutSslMode(url),
    ssl: toTls(url),
    application_name: "banyan",
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    // A server that is gone cannot enforce its own time-out.
    query_timeout: statementTimeoutMs + 500,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    types: {
      getTypeParser(oid, format): unknown {
        const standard: unknown = pg.types.getTypeParser(oid, format);
        return VALUE_PARSERS[oid] ?? standard;
      },
    },
  });
  // An idle connection that the server closes emits `error` on the pool: unheard, it ends the process.
  pool.on("error", (error) => {
    logger.warn({ error: toMessage(error) }, "An idle database connection was lost");
  });
  // So does one that is lost in a transaction between two statements: the next statement rejects, and says why.
  pool.on("connect", (client) => void client.on("error", () => {}));
  const database: OpenDatabase["database"] = new Kysely({ dialect: new PostgresDialect({ pool }) });
  return {
    kind: "postgres",
    database,
    async close() {
      await database.destroy();
      if (!pool.ended) await pool.end();
    },
  };
}
