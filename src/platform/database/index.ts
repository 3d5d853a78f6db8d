export { callFunction } from "#platform/database/call-function.ts";
export { createJournalTable } from "#platform/database/journal-table.ts";
export { createRecordingDatabase } from "#platform/database/recording-database.ts";
export { createLazyDatabase } from "#platform/database/lazy-database.ts";
export type { Database, OpenDatabase } from "#platform/database/database.ts";
export { openDatabase } from "#platform/database/open-database.ts";
export type { Json } from "#platform/database/schema/column.ts";
export type { Tables } from "#platform/database/schema/tables.ts";
