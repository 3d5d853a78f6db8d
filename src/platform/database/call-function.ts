import { sql } from "kysely";

import type { Database } from "#platform/database/database.ts";

/**
 * The rows of a function of the database, which the legacy calls by its data API. Arguments go by name and
 * take the types that the function declares. A function that gives one value and no rows gives one row here,
 * whose only column has the function's name. Rejects where the database has no such function.
 */
export async function callFunction(
  database: Database,
  name: string,
  argumentsByName: Readonly<Record<string, string | number>>,
): Promise<readonly unknown[]> {
  const assignments = Object.entries(argumentsByName).map(
    ([argument, value]) => sql`${sql.id(argument)} => ${String(value)}`,
  );
  const { rows } = await sql`select * from ${sql.id(name)}(${sql.join(assignments)})`.execute(
    database,
  );
  return rows;
}
