import { toColumnSql, type TableColumns } from "#platform/database/schema/column.ts";
import { TABLES } from "#platform/database/schema/tables.ts";

function toTableSql([table, columns]: [string, TableColumns]): string {
  const key = "id" in columns ? "id" : "user_id";
  const lines = Object.entries(columns).map(([name, text]) =>
    toColumnSql(name, text, name === key),
  );
  return `create table if not exists "${table}" (\n  ${lines.join(",\n  ")}\n);`;
}

/**
 * SQL that makes every table that is missing, for the embedded database and for tests. A real database is
 * the legacy's own: Banyan never alters it.
 */
export function createTablesSql(): string {
  return Object.entries<TableColumns>(TABLES).map(toTableSql).join("\n");
}
