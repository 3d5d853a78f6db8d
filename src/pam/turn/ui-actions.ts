import type { z } from "zod";

import type { uiAction } from "#contracts/schema/ui-actions.ts";
import type { ToolResult } from "#pam/tools/door.ts";

/** What the web client is told to load again, as it goes over the wire. */
export type UiAction = Readonly<z.infer<typeof uiAction>>;

type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The legacy writes null for what a row does not have. */
function fieldsOf<const Name extends string>(
  row: Row,
  names: readonly Name[],
): Record<Name, unknown>;
function fieldsOf(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}

/** In the order of the legacy's keys. */
const entityOf = <const Type extends string>(row: Row, entity_type: Type, titleKey: string) => ({
  entity_id: row["id"] ?? null,
  entity_type,
  entity_title: row[titleKey] ?? null,
});

/** A trip's destination has no column of its own. */
function destinationOf({ destination, metadata }: Row): unknown {
  return destination ?? (isRow(metadata) ? metadata["destination"] : undefined) ?? null;
}

/** In the legacy's order, by the key under which a result holds the row. */
const ACTIONS: readonly (readonly [key: string, toAction: (row: Row) => UiAction])[] = [
  [
    "event",
    (row) => ({
      type: "reload_calendar",
      ...entityOf(row, "calendar_event", "title"),
      metadata: fieldsOf(row, ["start_date", "end_date", "description"]),
    }),
  ],
  [
    "expense",
    (row) => ({
      type: "reload_expenses",
      ...entityOf(row, "expense", "description"),
      metadata: fieldsOf(row, ["amount", "category", "date"]),
    }),
  ],
  [
    "trip",
    (row) => ({
      type: "reload_trips",
      ...entityOf(row, "trip", "title"),
      metadata: { ...fieldsOf(row, ["start_date", "end_date"]), destination: destinationOf(row) },
    }),
  ],
];

/** By what successful results hold, whichever tool they are of; in the order of the results. */
export const toUiActions = (results: readonly ToolResult[]): readonly UiAction[] =>
  results
    .filter(({ success }) => success)
    .flatMap((result) => {
      const fields: Row = { ...result };
      return ACTIONS.flatMap(([key, toAction]) => {
        const row = fields[key];
        return isRow(row) ? [toAction(row)] : [];
      });
    });
