import { sql } from "kysely";

import type { Database } from "#platform/database/index.ts";
import type { TableColumns } from "#platform/database/schema/column.ts";
import { TABLES } from "#platform/database/schema/tables.ts";

/** Stands in every text of another user's rows: nothing that a tool answers may hold it. */
export const MARK = "FOREIGN";
/** Stands in every amount: no sum may be as great. */
export const MARK_AMOUNT = 7_000_000;
export const FOREIGN_ID = "ffffffff-ffff-4fff-8fff-ffffffffffff";

const VALUES: Readonly<Record<string, string>> = {
  text: `'${MARK}'`,
  "text[]": `array['${MARK}']`,
  uuid: `'${FOREIGN_ID}'`,
  integer: "7",
  "integer[]": "array[7]",
  numeric: String(MARK_AMOUNT),
  boolean: "true",
  date: "'2026-03-15'",
  timestamptz: "'2026-03-20T00:00:00Z'",
  jsonb: `'{"note":"${MARK}"}'`,
};

const OWNERS = ["user_id", "author_id", "sender_id", "admin_user_id", "follower_id"] as const;

const tables = Object.entries<TableColumns>(TABLES);
const ownerOf = (columns: TableColumns): string | undefined =>
  OWNERS.find((name) => name in columns);

/** The greatest number in a result, which shows a sum that another user's amount went into. */
export function greatestNumber(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value !== "object" || value === null) return 0;
  return Math.max(0, ...Object.values(value).map(greatestNumber));
}

/** One row of another user in every table that belongs to users. */
export async function seedForeignRows(database: Database, userId: string): Promise<void> {
  for (const [table, columns] of tables) {
    const owner = table === "profiles" ? "id" : ownerOf(columns);
    if (owner === undefined) continue;
    const names = Object.keys(columns).filter((name) => columns[name] !== "identity");
    const values = names.map((name) => {
      if (name === owner) return `'${userId}'`;
      const type = columns[name]?.replace(/[? ].*$/u, "") ?? "";
      // What everyone may see is left out of what everyone sees.
      if (name === "is_active") return "false";
      return VALUES[type] ?? "null";
    });
    const list = names.map((name) => `"${name}"`).join(", ");
    // oxlint-disable-next-line no-await-in-loop -- one table after the other
    await sql
      .raw(`insert into "${table}" (${list}) values (${values.join(", ")})`)
      .execute(database);
  }
}

/** Everything that belongs to a user, for comparing before and after. */
export async function dumpRows(database: Database, userId: string): Promise<string> {
  const dump: unknown[] = [];
  for (const [table, columns] of tables) {
    const owner = table === "profiles" ? "id" : ownerOf(columns);
    if (owner === undefined) continue;
    // oxlint-disable-next-line no-await-in-loop -- one table after the other
    const { rows } = await sql
      .raw(`select * from "${table}" where "${owner}" = '${userId}' order by 1`)
      .execute(database);
    dump.push({ table, rows });
  }
  return JSON.stringify(dump);
}
