import { sql } from "kysely";
import { z } from "zod";

import type { Database } from "#platform/database/database.ts";

/** One row of a journal: what it is about, and the rest as JSON. */
export interface JournalRow {
  readonly subject: string;
  readonly scope: string;
  readonly kind: string;
  readonly detail: object;
}

/** Conditions that are left out hold for every row. */
export interface JournalQuery {
  readonly afterId?: number | undefined;
  readonly subject?: string | undefined;
  readonly scope?: string | undefined;
  readonly kinds?: readonly string[] | undefined;
  /** Rows of these kinds pass whatever their scope is. */
  readonly scopelessKinds?: readonly string[] | undefined;
  readonly order: "oldest" | "newest";
  readonly limit: number;
}

/** A table of Banyan's own to which rows are only added; in a schema of its own, so that no table of the legacy is touched. */
export interface JournalTable {
  /** The row's id; a later row has a higher one. */
  add(row: JournalRow): Promise<number>;
  /** The same, unless a row of the kind has that text in its detail: then `undefined`, whoever of several adds it. */
  addOnce(
    row: JournalRow,
    key: { readonly name: string; readonly value: string },
  ): Promise<number | undefined>;
  find(query: JournalQuery): Promise<readonly { readonly id: number; readonly detail: unknown }[]>;
}

const idRow = z.object({ id: z.coerce.number() });
const detailRow = idRow.extend({ detail: z.unknown() });
/** Any number, the same in all instances: who makes the table first is waited for by the others. */
const LOCK = 7_130_201;

function conditionsOf(query: JournalQuery) {
  const { afterId, subject, scope, kinds, scopelessKinds = [] } = query;
  const conditions = [sql`true`];
  if (afterId !== undefined) conditions.push(sql`id > ${afterId}`);
  if (subject !== undefined) conditions.push(sql`subject = ${subject}`);
  if (kinds !== undefined) conditions.push(sql`kind = any(${[...kinds]})`);
  if (scope !== undefined) {
    conditions.push(sql`(scope = ${scope} or kind = any(${[...scopelessKinds]}))`);
  }
  return sql.join(conditions, sql` and `);
}

/**
 * A journal in the given schema, made when first used; what is older than `keepDays` goes then. Calls reject while
 * the database is away, and where Banyan may not create the schema.
 */
export function createJournalTable(
  getDatabase: () => Promise<Database>,
  { schema, keepDays }: { readonly schema: string; readonly keepDays: number },
): JournalTable {
  const table = sql.id(schema, "entries");
  let made: Promise<void> | undefined;

  async function make(database: Database): Promise<void> {
    await database.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(transaction);
      await sql`create schema if not exists ${sql.id(schema)}`.execute(transaction);
      await sql`create table if not exists ${table} (
        id bigint generated always as identity primary key,
        at timestamptz not null default now(),
        subject text not null,
        scope text not null,
        kind text not null,
        detail jsonb not null
      )`.execute(transaction);
      await sql`create index if not exists entries_by_subject
        on ${table} (subject, id)`.execute(transaction);
      await sql`create index if not exists entries_by_scope
        on ${table} (scope, id)`.execute(transaction);
      await sql`delete from ${table}
        where at < now() - make_interval(days => ${sql.lit(keepDays)})`.execute(transaction);
    });
  }

  async function ready(): Promise<Database> {
    const database = await getDatabase();
    made ??= make(database);
    try {
      await made;
    } catch (error) {
      made = undefined;
      throw error;
    }
    return database;
  }

  async function insert(
    database: Database,
    { subject, scope, kind, detail }: JournalRow,
  ): Promise<number> {
    const { rows } = await sql`insert into ${table} (subject, scope, kind, detail)
      values (${subject}, ${scope}, ${kind}, ${JSON.stringify(detail)}::jsonb)
      returning id`.execute(database);
    return idRow.parse(rows[0]).id;
  }

  return {
    add: async (row) => insert(await ready(), row),
    async addOnce(row, { name, value }) {
      const database = await ready();
      return database.transaction().execute(async (transaction) => {
        await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(transaction);
        const { rows } = await sql`select id from ${table}
          where kind = ${row.kind} and detail ->> ${name} = ${value} limit 1`.execute(transaction);
        return rows.length > 0 ? undefined : insert(transaction, row);
      });
    },
    async find(query) {
      const database = await ready();
      const { rows } = await sql`select id, detail from ${table}
        where ${conditionsOf(query)}
        order by id ${query.order === "newest" ? sql`desc` : sql`asc`}
        limit ${sql.lit(query.limit)}`.execute(database);
      return detailRow.array().parse(rows);
    },
  };
}
