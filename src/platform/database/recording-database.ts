import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  sql,
} from "kysely";
import { z } from "zod";

import type { Database } from "#platform/database/database.ts";

/** Told of a statement that would have changed something, such as `insert into "expenses"`. */
export type OnWrite = (statement: string) => void;

const WRITES: ReadonlySet<string> = new Set([
  "InsertQueryNode",
  "UpdateQueryNode",
  "DeleteQueryNode",
  "MergeQueryNode",
]);

/** SQLSTATE `read_only_sql_transaction`. */
const READ_ONLY = z.looseObject({ code: z.literal("25006") });

const NOTHING: QueryResult<never> = { rows: [], numAffectedRows: 0n };

/** What it does to which table, without its values. */
const toStatement = (text: string): string => /^[^(]{1,80}/u.exec(text)?.[0].trim() ?? "statement";

/**
 * A connection that lets reads through, each in a read-only transaction, so that a function called in one cannot
 * write either, and answers everything else as though it had found no row.
 */
class RecordingConnection implements DatabaseConnection {
  readonly #open: () => Promise<Database>;
  readonly #onWrite: OnWrite;

  constructor(open: () => Promise<Database>, onWrite: OnWrite) {
    this.#open = open;
    this.#onWrite = onWrite;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (WRITES.has(query.query.kind)) {
      this.#onWrite(toStatement(query.sql));
      return NOTHING;
    }
    const database = await this.#open();
    const plain: CompiledQuery<Row> = { ...query, queryId: query.queryId };
    try {
      return await database.transaction().execute(async (transaction) => {
        // By a statement of its own: the embedded dialect does not look at an access mode.
        await sql`set transaction read only`.execute(transaction);
        return transaction.executeQuery(plain);
      });
    } catch (error) {
      if (!READ_ONLY.safeParse(error).success) throw error;
      this.#onWrite(toStatement(query.sql));
      return NOTHING;
    }
  }

  // oxlint-disable-next-line require-yield -- nothing here streams
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new TypeError("A database that records does not stream");
  }
}

const nothing = async (): Promise<void> => {};

function createDriver(connection: DatabaseConnection): Driver {
  return {
    init: nothing,
    acquireConnection: async () => connection,
    // What would be written is not, so there is nothing to take back.
    beginTransaction: nothing,
    commitTransaction: nothing,
    rollbackTransaction: nothing,
    releaseConnection: nothing,
    destroy: nothing,
  };
}

/**
 * The same database for who must not change it: reads are the real ones, writes are told to `onWrite` and not done.
 * A write that gives rows back gives none.
 */
export function createRecordingDatabase(
  open: () => Promise<Database>,
  onWrite: OnWrite,
): () => Promise<Database> {
  const database: Database = new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => createDriver(new RecordingConnection(open, onWrite)),
      createIntrospector: (given) => new PostgresIntrospector(given),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  return async () => database;
}
